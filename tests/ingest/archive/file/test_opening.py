import sqlite3
import stat
from contextlib import closing

import pytest
from sqlite_utils import Database

from ingest.archive.file.errors import ArchiveError, explain_failure, is_damage
from ingest.archive.file.migrations import migrations
from ingest.archive.file.opening import open_archive, read_archive, transaction
from ingest.search.hits import search
from tests.ingest.search.searchable import add_entry, add_feed


def test_a_new_archive_is_in_wal_mode_and_enforces_foreign_keys(db):
    assert db.journal_mode == "wal"
    with pytest.raises(sqlite3.IntegrityError):
        db["contents"].insert({"entry": 1, "html": "", "text": ""})


def test_an_empty_file_becomes_an_archive(tmp_path):
    (tmp_path / "archive.db").touch()
    with open_archive(tmp_path / "archive.db", create=True) as db:
        assert db["entries"].exists()


def test_opening_twice_changes_nothing(tmp_path):
    path = tmp_path / "archive.db"
    open_archive(path, create=True).close()
    before = path.read_bytes()
    open_archive(path).close()
    read_archive(path).close()
    assert path.read_bytes() == before


def test_a_copy_that_another_program_made_becomes_one_that_is_read_while_it_is_written_to(tmp_path):
    with open_archive(tmp_path / "archive.db", create=True) as db:
        db.execute("VACUUM INTO ?", [str(tmp_path / "copy.db")])
    with open_archive(tmp_path / "copy.db") as db:
        assert db.journal_mode == "wal"


@pytest.mark.parametrize("opener", [open_archive, read_archive])
def test_a_file_that_does_not_exist_is_not_made(opener, tmp_path):
    with pytest.raises(ArchiveError, match="does not exist. Make an archive with"):
        opener(tmp_path / "archive.db")
    assert not (tmp_path / "archive.db").exists()


@pytest.mark.parametrize("opener", [open_archive, read_archive])
def test_another_database_is_refused_and_untouched(opener, tmp_path):
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE feeds (url)")
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match="not an archive of Feedsette's"):
        opener(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("opener", [open_archive, read_archive])
def test_a_file_that_is_no_database_is_refused_and_untouched(opener, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, " * 100)
    with pytest.raises(ArchiveError, match="is not a SQLite database"):
        opener(path)
    assert path.read_text() == "Dear diary, " * 100


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(ArchiveError, match="is a folder"):
        open_archive(tmp_path, create=True)


def test_a_file_in_a_folder_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(ArchiveError, match="folder .* does not exist"):
        open_archive(tmp_path / "nowhere" / "archive.db", create=True)


def test_an_archive_of_a_newer_version_is_refused(tmp_path):
    path = tmp_path / "archive.db"
    with open_archive(path, create=True) as db:
        db["_sqlite_migrations"].insert({"migration_set": "feedsette", "name": "m999", "applied_at": "2030"})
    with pytest.raises(ArchiveError, match="newer Feedsette"):
        open_archive(path)


def test_an_older_archive_is_brought_forward_when_read(tmp_path):
    path = tmp_path / "archive.db"
    open_archive(path, create=True).close()
    with closing(sqlite3.connect(path)) as raw:
        older = Database(raw)
        older.execute("DELETE FROM _sqlite_migrations WHERE name = 'm002_full_text'")
        for trigger in [t.name for t in older.triggers]:
            older.execute(f"DROP TRIGGER [{trigger}]")
        older.execute("DROP TABLE entries_fts")
        older.execute("DROP VIEW entries_text")
        raw.commit()
    with read_archive(path) as db:
        assert not migrations.pending(db)


def test_links_of_an_older_archive_are_found_by_their_site():
    with Database(memory=True) as db:
        migrations.apply(db, stop_before="m012_sites_with_all_beneath_them")
        entry = add_entry(db, add_feed(db), hosts=["en.wikipedia.org", ""])
        migrations.apply(db)
        assert [row["host_key"] for row in db["links"].rows] == ["org.wikipedia.en.", "."]
        assert search(db, "host:wikipedia.org").hits[0].id == entry


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("example", "example."),
        ("münchen.example", "example.münchen."),
        ("null.example", "example.null."),
        ("::1", "::1."),
        ("a..example", "example..a."),
        (".example", "example.."),
        ("1.2.3.4.5.6.7.8.9", "9.8.7.6.5.4.3.2."),
    ],
)
def test_the_key_of_a_host_is_its_last_eight_parts_from_the_end(db, host, key):
    add_entry(db, add_feed(db), hosts=[host])
    assert next(db["links"].rows)["host_key"] == key


def test_no_host_however_odd_keeps_a_link_from_being_stored(db):
    for host in ('x"y\\z.example', "a,null.[b]", "\x00", "\u2028.\U0001f600"):
        add_entry(db, add_feed(db), hosts=[host])
    assert db["links"].count == 4


def test_a_read_only_archive_can_be_read_but_not_written(tmp_path):
    path = tmp_path / "archive.db"
    open_archive(path, create=True).close()
    with read_archive(path) as db, pytest.raises(sqlite3.OperationalError) as caught:
        db["tags"].insert({"name": "x"})
    assert "check the permissions" in explain_failure(caught.value, path)


def test_a_transaction_that_fails_leaves_nothing(db):
    with pytest.raises(ZeroDivisionError), transaction(db):
        db.execute("INSERT INTO tags (name) VALUES ('x')")
        _ = 1 / 0
    assert db["tags"].count == 0


def test_a_full_disk_is_explained(db, tmp_path):
    [(pages,)] = db.execute("PRAGMA page_count").fetchall()
    db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(sqlite3.OperationalError) as caught, transaction(db):
        db.conn.executemany("INSERT INTO tags (name) VALUES (?)", [(f"{n:01000}",) for n in range(100)])
    assert "the disk is full" in explain_failure(caught.value, tmp_path / "archive.db")
    assert db["tags"].count == 0


@pytest.mark.parametrize("sql", ["SELECT json('x')", "SELECT json_extract('{', '$.a')"])
def test_what_is_malformed_in_a_question_is_no_damage_of_the_file(db, sql):
    with pytest.raises(sqlite3.OperationalError, match="malformed") as caught:
        db.execute(sql)
    assert not is_damage(caught.value)


def test_the_archive_is_no_more_open_to_others_than_the_user_wants(tmp_path):
    path = tmp_path / "archive.db"
    open_archive(path, create=True).close()
    assert not path.stat().st_mode & stat.S_IWOTH


@pytest.mark.parametrize("name", ["full", "locked", "readonly", "[unable to open]"])
def test_what_a_question_names_says_nothing_of_the_file(db, name):
    with pytest.raises(sqlite3.OperationalError) as raised:
        db.execute("SELECT " + name)
    assert explain_failure(raised.value, "archive.db").startswith("archive.db: SQLite says: no such column: ")


def test_no_column_is_generated_which_tools_that_read_table_info_such_as_datasette_graphql_do_not_know(db):
    hidden = "SELECT t.name, c.name FROM sqlite_master AS t, pragma_table_xinfo(t.name) AS c WHERE c.hidden IN (2, 3)"
    assert db.execute(hidden).fetchall() == []


def test_year_month_and_the_key_of_a_host_follow_what_they_are_derived_from(db):
    entry = add_entry(db, add_feed(db), hosts=["old.example"])
    db.execute("UPDATE entries SET date = '2019-03-04T00:00:00Z', date_from = 'updated'")
    db.execute("UPDATE links SET host = 'www.new.example'")
    derived = (
        "SELECT year, month, host_key FROM entries JOIN links ON entry = entries.id WHERE entries.id = ?"
    )
    assert db.execute(derived, [entry]).fetchall() == [("2019", "2019-03", "example.new.www.")]
    db.execute("UPDATE entries SET date_from = 'seen'")
    assert db.execute(derived, [entry]).fetchall() == [(None, None, "example.new.www.")]
