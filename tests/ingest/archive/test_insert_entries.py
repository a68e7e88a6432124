"""New entries are inserted together, and what is written by other means is indexed and resolved like them."""

import sqlite3

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from ingest.archive.file.opening import transaction
from ingest.archive.save import save
from ingest.archive.saving.insert_entries import _RESOLVE
from ingest.base.models import Link, Source, StoredExtra
from ingest.base.urls import host_key
from tests.ingest.search.searchable import add_entry, add_feed
from tests.ingest.values import LATER, NOW, clean_entry, clean_feed

URL = "https://example.org/feed.xml"


def take(db, *entries, now=NOW):
    return save(db, clean_feed(*entries), url=URL, now=now)


def found(db, words):
    rows = db.execute("SELECT rowid FROM entries_fts WHERE entries_fts MATCH ? ORDER BY rowid", [words])
    return [entry for (entry,) in rows]


def check_index(db):
    """Raises where the index is not exactly that of the rows."""
    db.execute("INSERT INTO entries_fts (entries_fts, rank) VALUES ('integrity-check', 1)")


def links(db):
    return db.execute("SELECT entry, target FROM links ORDER BY id").fetchall()


def link(url, host="example.org"):
    return Link(url, host, "there")


def page(guid, *to, **fields):
    return clean_entry(
        guid,
        url=f"https://example.org/{guid}",
        links=tuple(link(f"https://example.org/{n}") for n in to),
        **fields,
    )


def test_the_entries_of_a_document_are_one_segment_of_the_index(db):
    take(db, *(clean_entry(str(n), text=f"word{n}") for n in range(20)))
    assert db.execute("SELECT count(DISTINCT segid) FROM entries_fts_idx").fetchall() == [(1,)]
    assert [found(db, f"word{n}") for n in range(20)] == [[n + 1] for n in range(20)]
    check_index(db)


texts = st.text(st.sampled_from("ab 機学。カ한ไ🎉é’Ａ𠮷\nßẞﬁǅՠև，ｶﾊﾞﾟ･𝗕")) | st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0")
)


@given(st.lists(st.tuples(texts | st.none(), texts, texts), max_size=4))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_index_has_of_any_texts_what_the_view_has(db, said):
    db.execute("DELETE FROM feeds")
    entries = [
        clean_entry(str(n), title=title, author=title, text=text, summary_text=summary)
        for n, (title, text, summary) in enumerate(said)
    ]
    take(db, *entries)
    check_index(db)


def test_what_is_written_by_plain_sql_afterwards_is_indexed_too(db):
    take(db, clean_entry("1", text="ours"))
    entry = add_entry(db, add_feed(db), title="theirs", text="機械")
    assert (found(db, "theirs"), found(db, "ours")) == ([entry], [1])
    check_index(db)


def test_nothing_tells_the_triggers_to_rest_once_a_document_is_saved(db):
    before = db.execute("SELECT * FROM settings").fetchall()
    take(db, clean_entry("1"))
    assert db.execute("SELECT * FROM settings").fetchall() == before


def test_nor_after_one_that_failed_within_a_longer_transaction(db):
    before = db.execute("SELECT * FROM settings").fetchall()
    with transaction(db):
        with pytest.raises(sqlite3.IntegrityError):
            take(db, clean_entry("1", html=None))
        assert db.execute("SELECT * FROM settings").fetchall() == before


def test_a_later_version_in_the_same_document_is_an_edit_of_the_first_and_indexed(db):
    saved = take(db, clean_entry("1", text="first"), clean_entry("2"), clean_entry("1", text="second"))
    assert (saved.new, found(db, "first"), found(db, "second")) == (2, [], [1])
    assert [row["text"] for row in db["revisions"].rows] == ["first"]
    check_index(db)


def test_entries_of_a_document_link_to_each_other_whichever_comes_first(db):
    take(db, page("1", 2), page("2", 1))
    assert links(db) == [(1, 2), (2, 1)]


def test_no_entry_links_to_itself(db):
    take(db, page("1", 1), page("2"))
    assert links(db) == [(1, None)]


def test_a_stored_link_leads_to_the_entry_that_comes_later(db):
    take(db, page("1", 2))
    take(db, page("1", 2), page("2"), now=LATER)
    assert links(db) == [(1, 2)]


def test_of_two_entries_with_one_address_the_first_is_linked_to(db):
    first, again = (clean_entry(guid, url="https://example.org/2") for guid in ("a", "b"))
    take(db, page("1", 2))
    take(db, first, again, now=LATER)
    assert links(db) == [(1, 2)]


def test_a_link_of_an_entry_to_its_own_address_leads_to_the_next_that_has_it(db):
    take(db, page("1", 1))
    take(db, clean_entry("2", url="https://example.org/1", published="2025-06-02T12:00:00Z"), now=LATER)
    assert links(db) == [(1, 2)]


def test_links_are_resolved_by_their_keys_and_not_by_walking_all_without_a_target(db):
    plan = db.execute(f"EXPLAIN QUERY PLAN {_RESOLVE}", {"first": 1}).fetchall()
    assert any("SEARCH links USING INDEX links_url_key" in step for *_, step in plan)


def test_a_source_keeps_the_title_that_the_document_says_last(db):
    one, other = (Source(title, "https://example.org/") for title in ("One", "Other"))
    take(db, *(clean_entry(str(n), source=source) for n, source in enumerate((one, other, one))))
    assert db.execute("SELECT title FROM sources").fetchall() == [("One",)]
    assert db.execute("SELECT DISTINCT source FROM entries").fetchall() == [(1,)]


def test_what_has_no_other_place_is_stored_for_the_entries_that_have_it(db):
    take(db, clean_entry("1"), clean_entry("2", extra=StoredExtra('[{"a": "b"}]', 3)))
    assert db.execute("SELECT entry, json, left_out FROM extra").fetchall() == [(2, '[{"a": "b"}]', 3)]


def test_year_and_month_are_of_entries_that_are_dated_themselves(db):
    take(
        db, clean_entry("1", published="2024-05-06T00:00:00Z"), clean_entry("2", published=None, updated=None)
    )
    assert db.execute("SELECT year, month FROM entries").fetchall() == [("2024", "2024-05"), (None, None)]


hosts = st.text('aZé.-:[]"\\, ü0', max_size=40) | st.lists(
    st.sampled_from(["a", "www", "com", "", "null"])
).map(".".join)


@given(hosts)
@example(".".join("abcdefghij"))
@example("[::1]")
@example("")
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_key_of_a_host_is_what_the_database_makes_of_it(db: Database, host: str):
    db.execute("DELETE FROM links")
    if not db["entries"].count:
        take(db, clean_entry("1"))
    db.execute("INSERT INTO links (entry, url, host, url_key) VALUES (1, '', ?, '')", [host])
    [(key,)] = db.execute("SELECT host_key FROM links").fetchall()
    assert host_key(host) in (key, None)
