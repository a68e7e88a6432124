"""Rows for tests of search, inserted by plain SQL, as other programs do."""

from collections.abc import Sequence

from sqlite_utils import Database

NOW = "2025-01-01T00:00:00Z"


def add_feed(db: Database, title: str | None = "A feed", url: str | None = None) -> int:
    url = url or f"https://example.org/{db['feeds'].count + 1}.xml"
    return _insert(db, "feeds", url=url, title=title, added=NOW)


def add_entry(
    db: Database,
    feed: int,
    *,
    title: str | None = None,
    text: str = "",
    html: str | None = None,
    date: str = NOW,
    authors: Sequence[str] = (),
    tags: Sequence[str] = (),
    hosts: Sequence[str] = (),
    enclosures: Sequence[str] = (),
    language: str | None = None,
    removed: str | None = None,
    edited: bool = False,
) -> int:
    count = db["entries"].count
    entry = _insert(
        db,
        "entries",
        feed=feed,
        guid=str(count + 1),
        url=f"https://example.org/{count + 1}",
        title=title,
        author=", ".join(authors) or None,
        first_seen=date,
        last_seen=date,
        date=date,
        excerpt=text[:200],
        language=language,
        removed=removed,
        fingerprint="",
    )
    _insert(db, "contents", entry=entry, html=html or f"<p>{text}</p>", text=text)
    for name in authors:
        _insert(db, "entry_authors", entry=entry, author=_named(db, "authors", name))
    for name in tags:
        _insert(db, "entry_tags", entry=entry, tag=_named(db, "tags", name))
    for host in hosts:
        _insert(db, "links", entry=entry, url=f"https://{host}/", host=host, url_key=host)
    for type in enclosures:
        _insert(db, "enclosures", entry=entry, url="https://example.org/file", type=type)
    if edited:
        _insert(db, "revisions", entry=entry, seen=date, replaced=NOW, fingerprint="")
    return entry


def _named(db: Database, table: str, name: str) -> int:
    db[table].insert({"name": name}, ignore=True)
    [row] = db[table].rows_where("name = ?", [name])
    return int(row["id"])


def _insert(db: Database, table: str, **values: object) -> int:
    return int(db[table].insert(values).last_rowid)
