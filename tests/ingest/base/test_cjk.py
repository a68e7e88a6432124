"""Full-text search in scripts that put no space between words."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from ingest.archive.file.migrations import _m004_spaced, migrations
from ingest.base.cjk import is_unspaced, spaced, unspaced
from tests.ingest.search.searchable import add_entry, add_feed


def matching(db: Database, words: str) -> list[int]:
    """The entries in which these words, as the index has them, follow each other."""
    phrase = f'"{spaced(words)}"'
    rows = db.execute("SELECT rowid FROM entries_fts WHERE entries_fts MATCH ? ORDER BY rowid", [phrase])
    return [row[0] for row in rows]


def check(db: Database) -> None:
    """Raises when the index is not exactly that of the rows."""
    db.execute("INSERT INTO entries_fts (entries_fts, rank) VALUES ('integrity-check', 1)")


def test_each_character_stands_alone_and_words_stay_whole() -> None:
    assert spaced("用Python编程").replace("\u200b", "|").replace("||", "|") == "|用|Python|编|程|"


@pytest.mark.parametrize(
    "text", ["", "Plain English", "naïve café", "“Curly” – quotes…", "привет", "العربية", "हिन्दी"]
)
def test_other_scripts_are_left_alone(text: str) -> None:
    assert spaced(text) == text
    assert not is_unspaced(text)


@pytest.mark.parametrize(
    "text", ["機械", "ひらがな", "カタカナ", "ｶﾀｶﾅ", "한국어", "𠮷", "ภาษาไทย", "ភាសា", "မြန်မာ", "GPT入門"]
)
def test_scripts_without_spaces_are_known(text: str) -> None:
    assert is_unspaced(text)
    assert unspaced(spaced(text)) == text


mixed = st.text(st.sampled_from("ab 機械学習。かカ한ไ🎉é‐Ａ𠮷\ue000\n")) | st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0")
)


@given(mixed, st.integers(0, 9000))
@example("機" * 8191 + "械a学", 0)
@example("a" * 8192 + "機", 0)
@example("機a" * 64 + "械", 0)
@settings(max_examples=200)
def test_the_database_spaces_as_python_does(text: str, more: int) -> None:
    text += text[-1:] * more
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE texts (text TEXT)")
        connection.execute("INSERT INTO texts VALUES (?)", [text])
        connection.execute(f"CREATE VIEW spaced AS SELECT {_m004_spaced('text')} AS text FROM texts")  # noqa: S608
        [(in_sql,)] = connection.execute("SELECT text FROM spaced")
    assert in_sql == spaced(text)


def test_any_two_characters_are_found_and_any_one(db: Database) -> None:
    entry = add_entry(db, add_feed(db), title="機械学習入門", text="用Python编程技术")
    for words in ("機械", "械学", "学習入", "門", "Python", "编程", "用Python编", "python"):
        assert matching(db, words) == [entry], words
    for words in ("機学", "学械", "Pyth", "门"):
        assert matching(db, words) == [], words


@pytest.mark.parametrize("change", ["UPDATE contents SET text = '学習'", "UPDATE entries SET title = '学習'",
                                    "UPDATE entries SET title = NULL, author = '学習'"])  # fmt: skip
def test_the_index_follows_an_edit(db: Database, change: str) -> None:
    entry = add_entry(db, add_feed(db), title="An English title", text="機械", authors=["山田"])
    db.execute(change)
    assert matching(db, "学習") == [entry]
    check(db)


@pytest.mark.parametrize("change", ["DELETE FROM contents", "DELETE FROM entries", "DELETE FROM feeds"])
def test_the_index_forgets_what_is_deleted(db: Database, change: str) -> None:
    add_entry(db, add_feed(db), title="機械", text="学習")
    db.execute(change)
    assert matching(db, "機械") == matching(db, "学習") == []
    check(db)


CHANGES = {
    "text": "UPDATE contents SET text = :text WHERE entry = (SELECT max(id) FROM entries)",
    "title": "UPDATE entries SET title = :text WHERE id = (SELECT max(id) FROM entries)",
    "author": "UPDATE entries SET title = NULL, author = :text WHERE id = (SELECT max(id) FROM entries)",
    "delete": "DELETE FROM entries WHERE id = (SELECT max(id) FROM entries)",
}
texts = st.sampled_from(["plain words", "機械 words", "学習", "", "用Python编程", "한국어"])


@given(st.lists(st.tuples(st.sampled_from(["add", *CHANGES]), texts), max_size=12))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_index_is_exact_after_any_changes(db: Database, changes: list[tuple[str, str]]) -> None:
    feed = add_feed(db)
    for change, text in changes:
        if change == "add":
            add_entry(db, feed, title=text, text=text)
        else:
            db.execute(CHANGES[change], {"text": text})
    check(db)


def test_an_older_archive_is_indexed_anew_where_it_must_be() -> None:
    with Database(memory=True) as db:
        migrations.apply(db, stop_before="m004_scripts_without_spaces")
        feed = add_feed(db)
        english = add_entry(db, feed, title="English", text="alignment")
        chinese = add_entry(db, feed, title="English too", text="我们学習機械")
        assert matching(db, "機械") == []
        migrations.apply(db)
        assert matching(db, "機械") == [chinese]
        assert matching(db, "alignments") == [english]
        check(db)
