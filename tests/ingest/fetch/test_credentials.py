"""Credentials in a URL are neither stored in the archive nor printed."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from ingest.archive.file.migrations import m009_no_credentials_in_guids
from ingest.archive.file.opening import open_archive
from ingest.archive.save import save
from ingest.base.models import Entry, Feed
from ingest.clean.feed import clean
from ingest.cli.commands import main
from tests.ingest.documents_written_here import item, rss

SECRET = "sesame"
OPML = f"""<opml version="2.0"><body>
<outline text="x" xmlUrl="ftp://ada:{SECRET}@x.example/f"/><outline text="y" xmlUrl="http://ada:{SECRET}@/f"/>
</body></opml>"""


CLEAN = clean(
    Feed("rss2.0", entries=tuple(map(Entry, ("http://site.example/1", "http://site.example/@ada/2"))))
)


def run(*arguments: str) -> str:
    return CliRunner().invoke(main, arguments).output


def dump(archive: Path) -> str:
    with closing(sqlite3.connect(archive)) as db:
        return "\n".join(db.iterdump())


def test_what_is_imported_for_an_address_with_a_password_is_stored_without(tmp_path: Path) -> None:
    archive, document = tmp_path / "a.db", tmp_path / "feed.xml"
    guid = f"<guid>http://ada:{SECRET}@site.example/1</guid>"
    document.write_bytes(rss(item("1").replace("<guid>1</guid>", guid), url=None))
    run("import", str(archive), str(document), "--feed", f"http://ada:{SECRET}@site.example/feed")
    stored = dump(archive)
    assert "http://site.example/feed" in stored
    assert SECRET not in stored


@pytest.mark.parametrize(
    ("command", "source"),
    [
        ("add", f"http://ada:{SECRET}@x.example/"),
        ("add", f"ftp://ada:{SECRET}@x.example/"),
        ("update", f"http://ada:{SECRET}@x.example/"),
        ("update", f"ftp://ada:{SECRET}@x.example/"),
    ],
)
def test_an_address_with_a_password_is_not_repeated(tmp_path: Path, command: str, source: str) -> None:
    open_archive(tmp_path / "a.db", create=True).close()
    said = run(command, str(tmp_path / "a.db"), source)
    assert "x.example" in said and SECRET not in said


def test_a_list_with_passwords_is_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_text(OPML)
    said = run("add", str(tmp_path / "a.db"), str(tmp_path / "list.opml"))
    assert "Only http and https" in said and SECRET not in said


@pytest.mark.parametrize(
    ("guid", "stored"),
    [
        (f"https://ada:{SECRET}@site.example/1", "https://site.example/1"),
        ("https://site.example/@ada/1", "https://site.example/@ada/1"),
        ("tag:site.example,2025:ada@1", "tag:site.example,2025:ada@1"),
        ("ada@site.example", "ada@site.example"),
    ],
)
def test_a_guid_that_is_an_address_has_no_password(guid: str, stored: str) -> None:
    [entry] = clean(Feed("rss2.0", entries=(Entry(guid),))).entries
    assert entry.guid == stored


def test_entries_that_were_stored_with_a_password_keep_their_identity(db: Database) -> None:
    save(db, CLEAN, url="http://site.example/feed", now="2025-01-01T00:00:00Z")
    db.execute("UPDATE entries SET guid = replace(guid, '//', '//ada:sesame@') WHERE guid LIKE '%/1'")
    m009_no_credentials_in_guids(db)
    stored = db.execute("SELECT guid FROM entries ORDER BY id").fetchall()
    assert stored == [("http://site.example/1",), ("http://site.example/@ada/2",)]
