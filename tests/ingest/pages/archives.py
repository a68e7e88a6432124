"""Small archives for the tests of pages: rows inserted by plain SQL, as other programs do."""

from sqlite_utils import Database

SEEN = "2024-06-01T00:00:00Z"


def add_feed(db: Database, id: int = 1, title: str | None = "A feed", **values: object) -> int:
    db["feeds"].insert(
        {"id": id, "url": f"https://example.org/{id}.xml", "title": title, "added": SEEN, **values}
    )
    return id


def add_entry(
    db: Database,
    id: int,
    date: str = "2024-05-17T10:00:00Z",
    *,
    text: str = "",
    html: str | None = None,
    **values: object,
) -> int:
    """An entry of feed 1, or of the `feed` given."""
    row = {
        "feed": 1,
        "guid": str(id),
        "url": f"https://example.org/{id}",
        "title": f"Entry {id}",
        "date": date,
    }
    times = {"first_seen": SEEN, "last_seen": SEEN, "fingerprint": "", "words": len(text.split())}
    db["entries"].insert({"id": id, **row, **times, "excerpt": text[:50], **values})
    db["contents"].insert({"entry": id, "html": html if html is not None else f"<p>{text}</p>", "text": text})
    return id


def add_link(db: Database, entry: int, target: int | None, host: str = "example.org") -> None:
    db["links"].insert(
        {"entry": entry, "url": f"https://{host}/", "host": host, "url_key": host, "target": target}
    )


def add_names(db: Database, table: str, name: str, *entries: int) -> int:
    """A name in authors or tags, and the entries that have it."""
    id = int(db[table].insert({"name": name}).last_rowid)
    db[f"entry_{table}"].insert_all({"entry": entry, table[:-1]: id} for entry in entries)
    return id
