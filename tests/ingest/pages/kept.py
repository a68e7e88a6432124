"""An archive whose documents are kept: an entry of before, edits, a former reading, and bytes that are missing."""

from pathlib import Path

from sqlite_utils import Database

from ingest.archive.documents.keep import keep_document
from ingest.archive.documents.pack import pack
from ingest.archive.file.migrations import APPLICATION_ID
from ingest.base.received import ReceivedDocument
from tests.empty_archive import empty_archive
from tests.ingest.pages.archives import add_entry, add_feed

TITLE = "Ebb & Flöw"
URL = "https://example.org/1.xml"
BODIES = {
    1: b'<?xml version="1.0"?><rss><!-- one --></rss>\r\n',
    2: "<!DOCTYPE html><title>zwölf</title><script>window.ran = true</script>".encode(),
    3: b'{"version": "https://jsonfeed.org/version/1.1"}',
    4: b"<feed/>",
}
AT = {number: f"2026-0{number}-01T10:30:00Z" for number in BODIES}
PRUNED = 4  # its bytes are not kept
BEFORE, DURING, PRESENT = (
    1,
    2,
    3,
)  # entries: said before documents were kept, since before, and edited meanwhile
OLD, FORMER, READING = 1, 2, 3  # revisions of PRESENT


def archive_of_documents(path: Path) -> Path:
    db = empty_archive(path)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    with db.atomic():
        add_feed(db, 1, TITLE)
        for number in BODIES:
            assert keep(db, number) == number
        db.execute("UPDATE documents SET file = NULL, offset = NULL, length = NULL WHERE id = ?", [PRUNED])
        times = {"last_seen": AT[4]}
        add_entry(db, BEFORE, text="The tide was out.", first_seen="2025-01-01T00:00:00Z", **times)
        add_entry(db, DURING, text="The tide came in.", first_seen="2025-01-01T00:00:00Z", **times)
        add_entry(db, PRESENT, text="The tide turned at noon.", first_seen="2025-01-01T00:00:00Z", **times)
        say(db, "entry_documents", entry=DURING, document=1, last_document=3, read_from=1)
        say(db, "entry_documents", entry=PRESENT, document=3, last_document=4, read_from=3)
        revise(db, OLD, "2025-01-01T00:00:00Z", AT[1], "The tide stood.", None)
        revise(db, FORMER, AT[1], AT[3], "The tide turned.", (1, 2))
        revise(
            db, READING, AT[3], AT[4], "The tide turned at noon, said the harbour master.", (3, 3), "reading"
        )
    db.close()
    return path


def keep(db: Database, number: int, url: str = URL) -> int:
    came = "poll" if number < 3 else "import"
    name = None if number < 3 else "tides.json"
    received = ReceivedDocument(
        BODIES[number], AT[number], url, came=came, content_type="text/html", name=name
    )
    return keep_document(db, 1, pack(received, url), f"reading {number}")


def say(db: Database, table: str, **values: object) -> None:
    db.table(table).insert({"reader": 1, **values}, replace=True)


def revise(
    db: Database,
    id: int,
    seen: str,
    replaced: str,
    text: str,
    documents: tuple[int, int] | None,
    kind: str = "edit",
) -> None:
    first, last = documents or (None, None)
    times = {"seen": seen, "replaced": replaced, "fingerprint": ""}
    texts = {"title": f"Entry {PRESENT}", "html": f"<p>{text}</p>", "text": text, "other": "{}"}
    db.table("revisions").insert(
        {"id": id, "entry": PRESENT, **times, **texts, "kind": kind, "document": first, "last_document": last}
        | {"url": f"https://example.org/{PRESENT}"}
    )
