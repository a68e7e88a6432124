"""The least that taking files in can cost: DATABASE FOLDER. Prints how many entries it has.

Each file is parsed by lxml, each body cleaned once by nh3, the entries of a file are inserted by one executemany, and
all are indexed by one statement. Nothing is compared, no date is read, no broken document mended.
"""

import re
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import nh3
from lxml import etree

_TAG = re.compile("<[^>]*>")
_BODIES = ("encoded", "content", "description", "summary")


def entries(path: Path) -> Iterator[tuple[str, str, str, str, str]]:
    try:
        root = etree.fromstring(path.read_bytes(), etree.XMLParser(recover=True, huge_tree=True))
    except (etree.XMLSyntaxError, ValueError):
        return
    for element in root.iter("{*}item", "{*}entry") if root is not None else ():
        said = {local_name(child): child for child in element.iterchildren("*")}
        body = next((words for name in _BODIES if name in said and (words := text(said[name]))), "")
        html = nh3.clean(body)
        link = said.get("link")
        address = "" if link is None else link.text or link.get("href", "")
        guid = next((text(said[name]) for name in ("guid", "id") if name in said), address)
        title = text(said["title"]) if "title" in said else ""
        yield guid, address, title, html, _TAG.sub(" ", html)


def local_name(element: etree._Element) -> str:
    """Without its namespace, or the prefix of one that is not declared."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def text(element: etree._Element) -> str:
    return "".join(str(words) for words in element.itertext())


def main(database: str, folder: str) -> None:
    db = sqlite3.connect(database)
    db.executescript(
        """
        PRAGMA journal_mode = wal; PRAGMA synchronous = normal;
        CREATE TABLE entries (id INTEGER PRIMARY KEY, guid TEXT, url TEXT, title TEXT, html TEXT, text TEXT);
        CREATE VIRTUAL TABLE entries_fts USING fts5 (
            title, text, content='entries', content_rowid='id',
            tokenize='porter unicode61 remove_diacritics 2'
        );
        """
    )
    for path in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
        with db:
            db.executemany(
                "INSERT INTO entries (guid, url, title, html, text) VALUES (?, ?, ?, ?, ?)", entries(path)
            )
    with db:
        db.execute("INSERT INTO entries_fts (rowid, title, text) SELECT id, title, text FROM entries")
    print(*db.execute("SELECT count(*) FROM entries").fetchone())


if __name__ == "__main__":
    main(*sys.argv[1:])
