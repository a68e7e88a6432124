"""An item without a guid whose address changes is another entry: nothing says that it is the same."""

from pathlib import Path

from sqlite_utils import Database

from tests.ingest.imports.importing_here import take_in


def test_an_address_that_changes_makes_another_entry_and_a_title_alone_an_edit(
    db: Database, tmp_path: Path
) -> None:
    saved = [("a-tide", "A tide"), ("tide", "Tide"), ("tide", "The tide")]
    for number, (slug, title) in enumerate(saved):
        item = f"<item><title>{title}</title><link>https://e.example/{slug}</link><description>x</description></item>"
        document = Path(tmp_path, f"{number}.xml")
        document.write_text(f"<rss version='2.0'><channel><title>T</title>{item}</channel></rss>", "utf-8")
        take_in(db, document, feed="https://e.example/feed", at=f"2026-05-0{number + 1}T10:00:00Z")
    assert [(row["url"], row["title"]) for row in db["entries"].rows] == [
        ("https://e.example/a-tide", "A tide"),
        ("https://e.example/tide", "The tide"),
    ]
    assert [row["title"] for row in db["revisions"].rows] == ["Tide"]
