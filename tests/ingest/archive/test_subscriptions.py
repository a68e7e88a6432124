from pathlib import Path

from ingest.archive.subscriptions import subscription
from tests.empty_archive import empty_archive
from tests.ingest.pages.archives import add_feed
from tests.ingest.pages.kept import keep


def test_the_document_that_a_feed_had_last_is_found_by_its_digest(tmp_path: Path) -> None:
    db = empty_archive(tmp_path / "archive.db")
    with db.atomic():
        add_feed(db, 1, "Tides")
        document = keep(db, 2)
        keep(db, 3)
        db.execute("UPDATE feeds SET body_hash = (SELECT sha256 FROM documents WHERE id = ?)", [document])
    asked: list[str] = []
    db.conn.set_trace_callback(asked.append)
    feed = subscription(db, 1)
    db.conn.set_trace_callback(None)
    assert feed and feed.previous.confirmed == document
    [sql] = [sql for sql in asked if "body_hash" in sql]
    plan = str(db.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall())
    assert "documents_sha256" in plan and "documents_feed_at" not in plan
    db.close()
