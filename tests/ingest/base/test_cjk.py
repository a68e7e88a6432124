"""Full-text search in scripts that put no space between words."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database
from sqlite_utils.cli import cli

from ingest.archive.file.migrations import _m016_indexed, migrations
from ingest.archive.file.opening import open_archive
from ingest.base.cjk import index_text, is_unspaced, query_text, spaced, unspaced
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


mixed = st.text(st.sampled_from("ab 機械学習。かカ한ไ🎉é‐Ａ𠮷\ue000\nßﬁǅՠﬓ，ｶﾊﾞﾟ･𝗕𝟗𝚤")) | st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0")
)


@given(mixed, st.integers(0, 9000))
@example("機" * 8191 + "械a学", 0)
@example("a" * 8192 + "機", 0)
@example("機a" * 64 + "械", 0)
@settings(max_examples=200)
def test_the_database_has_it_as_python_does(text: str, more: int) -> None:
    text += text[-1:] * more
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE texts (text TEXT)")
        connection.execute("INSERT INTO texts VALUES (?)", [text])
        connection.execute(f"CREATE VIEW spaced AS SELECT {_m016_indexed('text')} AS text FROM texts")  # noqa: S608
        [(in_sql,)] = connection.execute("SELECT text FROM spaced")
    assert in_sql == index_text(text)


FIND_EACH_OTHER = [
    ("file", "ﬁle"), ("office", "oﬃce"), ("Straße", "STRASSE"), ("Straße", "straẞe"), ("džep", "ǆep"),
    ("große Straße", "grosse Strasse"), ("col·lega", "coŀlega"), ("2025", "２０２５"), ("bold 12", "𝗯𝗼𝗹𝗱 𝟭𝟮"),
    ("fullwidth", "Ｆｕｌｌｗｉｄｔｈ"), ("GPT入門", "ＧＰＴ入門"),
    ("カタカナ", "ｶﾀｶﾅ"), ("ガギグパ", "ｶﾞｷﾞｸﾞﾊﾟ"), ("ヴァイオリン", "ｳﾞｧｲｵﾘﾝ"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), FIND_EACH_OTHER)
def test_spellings_find_each_other(db: Database, one: str, other: str) -> None:
    feed = add_feed(db)
    entries = [add_entry(db, feed, text=f"a {one} b"), add_entry(db, feed, title=f"a {other} b")]
    for words in (one, other):
        rows = db.execute(
            "SELECT rowid FROM entries_fts WHERE entries_fts MATCH ?", [f'"{query_text(words)}"']
        )
        assert [row[0] for row in rows] == entries
    check(db)


@pytest.mark.parametrize(
    "words", ["Straße", "Strasse", "ﬁsh", "fish", '"große Straße"', '"grosse strasse"', "wide"]
)
def test_both_spellings_are_found_by_plain_fts5_too(db: Database, words: str) -> None:
    entry = add_entry(db, add_feed(db), text="Eine große Straße. A ﬁsh, ｗｉｄｅ.")
    assert db.execute("SELECT rowid FROM entries_fts WHERE entries_fts MATCH ?", [words]).fetchall() == [
        (entry,)
    ]


def test_a_summary_is_found_with_the_text(db: Database) -> None:
    entry = add_entry(db, add_feed(db), title="A title", text="the body")
    db.execute("UPDATE contents SET summary_text = 'a teaser'")
    assert matching(db, "teaser") == matching(db, "body") == [entry]
    check(db)
    db.execute("UPDATE contents SET summary_text = NULL")
    assert matching(db, "teaser") == []
    check(db)


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
    "summary": "UPDATE contents SET summary_text = :text WHERE entry = (SELECT max(id) FROM entries)",
    "text": "UPDATE contents SET text = :text WHERE entry = (SELECT max(id) FROM entries)",
    "title": "UPDATE entries SET title = :text WHERE id = (SELECT max(id) FROM entries)",
    "author": "UPDATE entries SET title = NULL, author = :text WHERE id = (SELECT max(id) FROM entries)",
    "delete": "DELETE FROM entries WHERE id = (SELECT max(id) FROM entries)",
}
texts = st.sampled_from(["plain words", "機械 words", "学習", "", "用Python编程", "한국어", "Straße", "ｶﾞ"])


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


BEFORE = "m016_index_for_all_spellings"


def before_m016(db: Database) -> int:
    """An archive whose index is of the last form."""
    migrations.apply(db, stop_before=BEFORE)
    return add_feed(db)


class Defensive(sqlite3.Connection):
    """As in SQLite's defensive mode, its own table of the schema cannot be written."""

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        if "UPDATE sqlite_master" in sql:
            raise sqlite3.OperationalError("table sqlite_master may not be modified")
        return super().execute(sql, *parameters)


def an_archive(defensive: bool) -> Database:
    return Database(sqlite3.connect(":memory:", factory=Defensive if defensive else sqlite3.Connection))


@pytest.mark.parametrize("defensive", [False, True])
def test_what_has_other_spellings_is_indexed_anew(defensive: bool) -> None:
    with an_archive(defensive) as db:
        feed = before_m016(db)
        plain = add_entry(db, feed, title="Straight", text="plain")
        german = add_entry(db, feed, title="Straße", text="ﬁn")
        japanese = add_entry(db, feed, text="ｶﾞｲﾄﾞ", authors=["ＡＢＣ"])
        db.execute("UPDATE contents SET summary_text = 'teaser' WHERE entry = ?", [plain])
        migrations.apply(db)
        found = {words: matching(db, words) for words in ("plain", "teaser", "fin", "ガイド", "abc")}
        assert found == {
            "plain": [plain],
            "teaser": [plain],
            "fin": [german],
            "ガイド": [japanese],
            "abc": [japanese],
        }
        assert db["entries"].detect_fts() == "entries_fts"
        check(db)
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("defensive", [False, True])
def test_the_index_of_an_older_archive_has_the_ddl_of_a_new_one(defensive: bool) -> None:
    ddl = "SELECT sql FROM sqlite_master WHERE name = 'entries_fts'"
    with an_archive(defensive) as db, Database(memory=True) as new:
        before_m016(db)
        migrations.apply(db)
        migrations.apply(new)
        assert " ".join(db.execute(ddl).fetchone()[0].split()) == " ".join(
            new.execute(ddl).fetchone()[0].split()
        )


def test_other_connections_see_the_new_index(tmp_path: Path) -> None:
    with Database(tmp_path / "archive.db") as db, closing(sqlite3.connect(tmp_path / "archive.db")) as other:
        entry = add_entry(db, before_m016(db), title="Straße")
        search = "SELECT rowid FROM entries_fts WHERE entries_fts MATCH 'strasse'"
        assert other.execute(search).fetchall() == []
        migrations.apply(db)
        assert other.execute(search).fetchall() == [(entry,)]
        assert Database(other)["entries"].detect_fts() == "entries_fts"
        other.execute("INSERT INTO entries_fts (entries_fts, rank) VALUES ('integrity-check', 1)")


def test_sqlite_utils_finds_what_we_find_and_rebuilds_the_same(tmp_path: Path) -> None:
    archive = str(tmp_path / "archive.db")
    with open_archive(Path(archive), create=True) as db:
        add_entry(db, add_feed(db), title="Große Tide", text="ﬁsh 機械")
    found = []
    for command in (["search", archive, "entries", "strasse OR grosse", "-c", "id"],
                    ["rebuild-fts", archive], ["optimize", archive],
                    ["search", archive, "entries", "tides fish", "-c", "id"]):  # fmt: skip
        result = CliRunner().invoke(cli, command)
        assert result.exit_code == 0, result.output
        found.append(result.output.strip())
    assert found == ['[{"id": 1}]', "", "", '[{"id": 1}]']
    with Database(archive) as db:
        assert matching(db, "機械") == matching(db, "große") == [1]
        check(db)
