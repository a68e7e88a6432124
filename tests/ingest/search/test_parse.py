"""Parsing the query language, with odd queries."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.archive.file.opening import open_archive
from ingest.search.explain import explain_query
from ingest.search.facets import count_facets
from ingest.search.hits import search, select_sql
from ingest.search.operators import OPERATORS
from ingest.search.parse import MAX_CHARACTERS, MAX_WORDS, PREFIX_COST, parse_query
from ingest.search.sql import to_sql
from ingest.search.terms import Clause, Group, Query, Term
from ingest.search.unparse import unparse
from tests.ingest.search.searchable import add_entry, add_feed

# What each query means.
MEANINGS: dict[str, dict[str, str]] = {
    "words and phrases": {
        "": "all entries",
        "   ": "all entries",
        "alignment": "entries with “alignment”",
        "Alignment": "entries with “Alignment”",
        "inner alignment": "entries with “inner” and “alignment”",
        "  inner\talignment \n": "entries with “inner” and “alignment”",
        '"inner alignment"': "entries with “inner alignment”",
        '"inner alignment" agents': "entries with “inner alignment” and “agents”",
        'agents"inner alignment"': "entries with “agents” and “inner alignment”",
        '"  inner   alignment  "': "entries with “inner alignment”",
        "self-driving": "entries with “self-driving”",
        "o'reilly": "entries with “o'reilly”",
        "it's": "entries with “it's”",
        "C++": "entries with “C”",
        "C#": "entries with “C”",
        ".NET": "entries with “NET”",
        "F-16": "entries with “F-16”",
        "3.14": "entries with “3.14”",
        "1,000": "entries with “1,000”",
        "$100": "entries with “100”",
        "50%": "entries with “50”",
        "AT&T": "entries with “AT&T”",
        "and/or": "entries with “and/or”",
        "foo_bar": "entries with “foo_bar”",
        "user@example.org": "entries with “user@example.org”",
        "@user": "entries with “user”",
        "#hashtag": "entries with “hashtag”",
        "https://example.org/a?b=c#d": "entries with “https://example.org/a?b=c#d”",
        "example.org/a": "entries with “example.org/a”",
        "file.tar.gz": "entries with “file.tar.gz”",
        "naïve café": "entries with “naïve” and “café”",
        "Gödel, Escher, Bach": "entries with “Gödel”, “Escher” and “Bach”",
        "the the the": "entries with “the”",
        "e.g.": "entries with “e.g”",
        "...word...": "entries with “word”",
        "(word)": "entries with “word”",
        "((nested (words)))": "entries with “nested” and “words”",
        "[word]": "entries with “word”",
        "{word}": "entries with “word”",
        "<b>bold</b>": "entries with “b>bold</b”",
        "'; DROP TABLE entries; --": "entries with “DROP”, “TABLE” and “entries”",
        "' OR 1=1 --": "entries with “1=1”",
        "1; SELECT 1": "entries with “1” and “SELECT”",
        "%": "all entries",
        "_": "all entries",
        "100% _": "entries with “100”",
        "\\": "all entries",
        '\\"word\\"': "entries with “word”",
        "a": "entries with “a”",
        "1": "entries with “1”",
        "İstanbul": "entries with “İstanbul”",
        "straße": "entries with “straße”",
        "ﬁnd": "entries with “ﬁnd”",
        "Ｗｉｄｅ": "entries with “Ｗｉｄｅ”",
    },
    "quotes": {
        '"': "all entries",
        '""': "all entries",
        '"""': "all entries",
        '""""': "all entries",
        '"unbalanced': "entries with “unbalanced”",
        'unbalanced"': "entries with “unbalanced”",
        '"one "two" three"': "entries with “one”, “two” and “three”",
        '"one" "two': "entries with “one” and “two”",
        '5" disk': "entries with “5” and “disk”",
        "“curly quotes”": "entries with “curly quotes”",
        "„German quotes“": "entries with “German quotes”",
        '"“mixed"': "entries with “mixed”",
        "'single quotes'": "entries with “single” and “quotes”",
        "«guillemets here»": "entries with “guillemets” and “here”",
        '"say ""hi"" now"': 'entries with “say "hi" now”',
        '"a"b"c"': "entries with “a”, “b” and “c”",
        '"..."': "all entries",
        '"" word': "entries with “word”",
        'word ""': "entries with “word”",
        '"OR"': "entries with “OR”",
        '"tag:AI"': "entries with “tag:AI”",
        '"-word"': "entries with “word”",
    },
    "without": {
        "-word": "entries without “word”",
        '-"a phrase"': "entries without “a phrase”",
        "one -two": "entries with “one”, without “two”",
        "one -two -three": "entries with “one”, without “two”, without “three”",
        "-one -two": "entries without “one”, without “two”",
        "one - two": "entries with “one” and “two”",
        "one-two": "entries with “one-two”",
        "one -": "entries with “one”",
        "-": "all entries",
        "--": "all entries",
        "---": "all entries",
        "--force": "entries with “force”",
        "- word": "entries with “word”",
        "-tag:AI": "entries not tagged AI",
        "-title:draft": "entries without “draft” in the title",
        "-author:jane": "entries without “jane” in the name of the author",
        '-author:="Jane Doe"': "entries not by Jane Doe",
        "-feed:news": "entries not of feeds named “news”",
        "-has:audio": "entries without audio",
        "-is:removed": "entries not removed from their feed",
        "-lang:en": "entries not in the language en",
        "-host:example.org": "entries without a link to example.org or a site beneath it",
        "-before:2024": "entries since 2024",
        "-after:2024-03": "entries before March 2024",
        "-(one two)": "entries either without “one” or without “two”",
        '-"unbalanced': "entries with “unbalanced”",
        "-*": "all entries",
        "-word*": "entries without words that begin with “word”",
        "–word": "entries with “word”",
        "−word": "entries with “word”",
    },
    "or": {
        "one OR two": "entries with “one” or “two”",
        "one OR two OR three": "entries with “one”, “two” or “three”",
        "one two OR three four": "entries with “one” and “four”, with “two” or “three”",
        "one or two": "entries with “one”, “or” and “two”",
        "one Or two": "entries with “one”, “Or” and “two”",
        "OR": "entries with “OR”",
        "OR OR": "entries with “OR”",
        "OR OR OR": "entries with “OR”",
        "one OR": "entries with “one” and “OR”",
        "OR one": "entries with “OR” and “one”",
        "one OR OR two": "entries with “one”, with “OR” or “two”",
        "one OR -two": "entries either with “one” or without “two”",
        "-one OR -two": "entries either without “one” or without “two”",
        "tag:AI OR tag:ML": "entries either tagged AI or tagged ML",
        "(tag:AI OR tag:ML) review": "entries with “review”, either tagged AI or tagged ML",
        "word OR tag:AI": "entries either with “word” or tagged AI",
        'one OR "two three"': "entries with “one” or “two three”",
        "one OR tw*": "entries either with “one” or with words that begin with “tw”",
        "title:one OR author:two": "entries either with “one” in the title or with “two” in the name of the author",
        "one | two": "entries with “one” and “two”",
        "one || two": "entries with “one” and “two”",
        "one OR one": "entries with “one”",
        "one OR 🎉": "entries with “one”",
        "🎉 OR one": "entries with “one”",
        "one OR 🎉 OR two": "entries with “one” or “two”",
        "before:banana OR one": "entries with “one”",
        "one OR before:banana two": "entries with “one” and “two”",
    },
    "words that FTS5 would take for operators": {
        "AND": "entries with “AND”",
        "AND AND": "entries with “AND”",
        "AND AND AND": "entries with “AND”",
        "one AND two": "entries with “one” and “two”",
        "one AND": "entries with “one” and “AND”",
        "AND one": "entries with “AND” and “one”",
        "one AND OR two": "entries with “one”, with “AND” or “two”",
        "one OR AND two": "entries with “one”, “OR” and “two”",
        "NOT": "entries with “NOT”",
        "NOT one": "entries with “NOT” and “one”",
        "one NOT two": "entries with “one”, “NOT” and “two”",
        "NEAR": "entries with “NEAR”",
        "NEAR(one two)": "entries with “NEAR(one” and “two”",
        "NEAR(one two, 5)": "entries with “NEAR(one”, “two” and “5”",
        "NEAR/5": "entries with “NEAR/5”",
        "one + two": "entries with “one” and “two”",
        "+one": "entries with “one”",
        "^one": "entries with “one”",
        "title^2": "entries with “title^2”",
        "one^two": "entries with “one^two”",
        "{title author}: one": "entries with “title”, “author” and “one”",
        "*": "all entries",
        "**": "all entries",
        "* *": "all entries",
        "one*two": "entries with “one*two”",
        "*one": "entries with “one”",
        "one*": "entries with words that begin with “one”",
        "one**": "entries with words that begin with “one”",
        '"one two"*': "entries with words that begin with “one two”",
        '"one" *': "entries with “one”",
        "o*": "entries with “o”",
        "(": "all entries",
        ")": "all entries",
        "()": "all entries",
        ")(": "all entries",
        "(one": "entries with “one”",
        "one)": "entries with “one”",
        ":": "all entries",
        "::": "all entries",
        ":one": "entries with “one”",
        "one:": "entries with “one”",
        "one::two": "entries with “one::two”",
        ",": "all entries",
        ";": "all entries",
        "?": "all entries",
        "!": "all entries",
        "rank:1": "entries with “rank:1”",
        "rowid:1": "entries with “rowid:1”",
        "entries_fts": "entries with “entries_fts”",
        "text:one": "entries with “text:one”",
    },
    "operators": {
        "tag:AI": "entries tagged AI",
        "TAG:ai": "entries tagged ai",
        "Tag:AI": "entries tagged AI",
        'tag:"machine learning"': "entries tagged machine learning",
        "tag:machine learning": "entries with “learning”, tagged machine",
        "tag:math*": "entries tagged math…",
        'tag:="AI"': "entries tagged AI",
        "tag:c++": "entries tagged c++",
        "tag:🎉": "entries tagged 🎉",
        "tag:#rust": "entries tagged #rust",
        'tag："AI"': "entries tagged AI",
        "title:alignment": "entries with “alignment” in the title",
        'title:"inner alignment"': "entries with “inner alignment” in the title",
        "title:align*": "entries with words that begin with “align” in the title",
        "author:jane": "entries with “jane” in the name of the author",
        'author:"Jane Doe"': "entries with “Jane Doe” in the name of the author",
        "author:=Jane": "entries by Jane",
        'author:="Jane Doe"': "entries by Jane Doe",
        "author:o'neil": "entries with “o'neil” in the name of the author",
        "feed:lesswrong": "entries of feeds named “lesswrong”",
        "feed:12": "entries of feed 12",
        "feed:=12": "entries of feed 12",
        'feed:="The Feed"': "entries of the feed The Feed",
        'feed:"The Feed"': "entries of feeds named “The Feed”",
        "feed:100%": "entries of feeds named “100%”",
        "lang:en": "entries in the language en",
        "lang:EN": "entries in the language en",
        "lang:en-US": "entries in the language en-us",
        "lang:pt_BR": "entries in the language pt-br",
        "lang:=en": "entries in the language en",
        "host:example.org": "entries with a link to example.org or a site beneath it",
        "host:www.Example.ORG": "entries with a link to example.org or a site beneath it",
        "host:https://example.org/page": "entries with a link to example.org or a site beneath it",
        "host:=example.org": "entries with a link to example.org",
        "host:.org": "entries with a link to org or a site beneath it",
        "has:audio": "entries with audio",
        "has:AUDIO": "entries with audio",
        "has:math": "entries with maths",
        "has:maths": "entries with maths",
        "has:images": "entries with images",
        "has:video": "entries with video",
        "is:edited": "entries with earlier versions",
        "is:removed": "entries removed from their feed",
        "tag:AI tag:ML": "entries tagged AI, tagged ML",
        "tag:AI tag:AI": "entries tagged AI",
        "tag:AI,ML": "entries tagged AI,ML",
        "review tag:AI title:jane after:2024": "entries with “review”, tagged AI, with “jane” in the title, since 2024",
        "tag:a:b": "entries tagged a:b",
        "title:tag:AI": "entries with “tag:AI” in the title",
    },
    "operators without a value": {
        "tag:": "entries with “tag”",
        "tag: ": "entries with “tag”",
        "tag: AI": "entries with “tag” and “AI”",
        'tag:""': "entries with “tag”",
        'tag:"': "entries with “tag”",
        'tag:"unbalanced': "entries with “tag” and “unbalanced”",
        "tag:=": "entries with “tag”",
        "tag:*": "entries with “tag”",
        'tag:" "': "entries with “tag”",
        "title:": "entries with “title”",
        'title:""': "entries with “title”",
        "title:...": "entries with “title”",
        "title:🎉": "entries with “title”",
        "author:": "entries with “author”",
        "feed:": "entries with “feed”",
        "lang:": "entries with “lang”",
        "host:": "entries with “host”",
        "host:www.": "entries with “host”",
        "has:": "entries with “has”",
        "is:": "entries with “is”",
        "before:": "entries with “before”",
        "after:": "entries with “after”",
        'before:""': "entries with “before”",
        "-tag:": "entries without “tag”",
        "feed: tag: title:": "entries with “feed”, “tag” and “title”",
    },
    "operators with a value that is none": {
        "foo:bar": "entries with “foo:bar”",
        'foo:"bar baz"': "entries with “foo:bar baz”",
        "-foo:bar": "entries without “foo:bar”",
        'subject:"a b" c': "entries with “subject:a b” and “c”",
        "Re:Zero": "entries with “Re:Zero”",
        "note:this": "entries with “note:this”",
        "std::vector": "entries with “std::vector”",
        "mailto:a@example.org": "entries with “mailto:a@example.org”",
        "http:": "entries with “http”",
        "has:banana": "all entries",
        "has:audio,video": "all entries",
        "is:good": "all entries",
        "before:banana": "all entries",
        "before:tomorrow": "all entries",
        "after:2024-13": "all entries",
        "after:2024-02-30": "all entries",
        "after:0000": "all entries",
        "after:24": "all entries",
        "after:20240305": "all entries",
        "after:2024-03-05T12:00": "all entries",
        "after:-1": "all entries",
        "before:99999": "all entries",
        "after:٢٠٢٤": "all entries",
    },
    "dates": {
        "before:2024": "entries before 2024",
        "after:2024": "entries since 2024",
        "after:2024-03": "entries since March 2024",
        "before:2024-03-05": "entries before 5 March 2024",
        "after:2024-3-5": "entries since 5 March 2024",
        "after:2024/03/05": "entries since 5 March 2024",
        "after:2024.03": "entries since March 2024",
        'after:"2024-03"': "entries since March 2024",
        "after:2023 before:2024": "entries since 2023, before 2024",
        "before:2023 after:2024": "entries before 2023, since 2024",
        "after:2024-02-29": "entries since 29 February 2024",
        "after:0001": "entries since 0001",
        "before:9999-12-31": "entries before 31 December 9999",
    },
    "other scripts": {
        "機械学習": "entries with “機械学習”",
        "機": "entries with “機”",
        "機械 学習": "entries with “機械” and “学習”",
        '"機械 学習"': "entries with “機械 学習”",
        "機械学習*": "entries with “機械学習”",
        "-機械": "entries without “機械”",
        "機械 OR 学習": "entries with “機械” or “学習”",
        "GPT入門": "entries with “GPT入門”",
        "用Python编程": "entries with “用Python编程”",
        "한국어": "entries with “한국어”",
        "학교에서": "entries with “학교에서”",
        "ひらがな カタカナ": "entries with “ひらがな” and “カタカナ”",
        "ｶﾀｶﾅ": "entries with “ｶﾀｶﾅ”",
        "タグ：AI": "entries with “タグ：AI”",
        "tag:機械学習": "entries tagged 機械学習",
        "title:機械": "entries with “機械” in the title",
        "author:山田": "entries with “山田” in the name of the author",
        "、。": "all entries",
        "「機械学習」": "entries with “機械学習”",
        "中文 tag:AI": "entries with “中文”, tagged AI",
        "ภาษาไทย": "entries with “ภาษาไทย”",
        "привет мир": "entries with “привет” and “мир”",
        "tag:Политика": "entries tagged Политика",
        "العربية": "entries with “العربية”",
        "שלום עולם": "entries with “שלום” and “עולם”",
        "हिन्दी": "entries with “हिन्दी”",
        "می\u200cخواهم": "entries with “می\u200cخواهم”",
        "𠮷野家": "entries with “𠮷野家”",
    },
    "characters that nobody sees": {
        "\x00": "all entries",
        "one\x00two": "entries with “one” and “two”",
        "\x00tag:AI": "entries tagged AI",
        "tag:\x00AI": "entries with “tag” and “AI”",
        "\x01\x02\x03": "all entries",
        "one\x02two\x03": "entries with “one” and “two”",
        "\u200fשלום\u200f": "entries with “שלום”",
        "\u202etag:AI\u202c": "entries tagged AI",
        "\ufefftag:AI": "entries tagged AI",
        "one\u200btwo": "entries with “one” and “two”",
        "soft\xadhyphen": "entries with “soft” and “hyphen”",
        "\ud800": "all entries",
        "one\udfffshort": "entries with “one” and “short”",
        "\U0010ffff": "all entries",
        "\ue000": "entries with “\ue000”",
        "one\xa0two": "entries with “one” and “two”",
        "\u3000one\u3000two\u3000": "entries with “one” and “two”",
        "e\u0301tude": "entries with “étude”",
        "one\u2028two": "entries with “one” and “two”",
        "\x7f": "all entries",
    },
    "emoji and symbols": {
        "🎉": "all entries",
        "🎉🎉🎉": "all entries",
        "party 🎉": "entries with “party”",
        "🎉 party": "entries with “party”",
        '"🎉"': "all entries",
        "-🎉": "all entries",
        "🎉*": "all entries",
        "👩\u200d💻": "all entries",
        "❤️": "all entries",
        "🇨🇭": "all entries",
        "①": "entries with “①”",
        "½": "entries with “½”",
        "∀x∈ℝ": "entries with “x∈ℝ”",
        "→": "all entries",
        "©2024": "entries with “2024”",
        "♥ love ♥": "entries with “love”",
        "一二三🎉": "entries with “一二三”",
        "…": "all entries",
        "—": "all entries",
        "¿qué?": "entries with “qué”",
    },
}
ALL = [pair for group in MEANINGS.values() for pair in group.items()]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    with open_archive(tmp_path_factory.mktemp("queries") / "archive.db", create=True) as db:
        feed = add_feed(db, title="LessWrong")
        add_entry(
            db,
            feed,
            title="Inner alignment",
            text="One and two, or three.",
            authors=["Jane Doe"],
            tags=["AI"],
        )
        add_entry(
            db, feed, title="機械学習", text="用Python编程 🎉", tags=["機械"], date="2024-03-05T12:00:00Z"
        )
        yield db.conn


@pytest.mark.parametrize(("text", "meaning"), ALL)
def test_an_odd_query_means(text: str, meaning: str) -> None:
    assert explain_query(parse_query(text)) == meaning


@pytest.mark.parametrize("text", [text for text, _ in ALL])
def test_an_odd_query_can_be_searched_for_and_written_again(text: str, archive: sqlite3.Connection) -> None:
    query = parse_query(text)
    results = search(archive, text)
    assert results.total >= len(results.hits)
    assert parse_query(unparse(query)).clauses == query.clauses


# Pieces of the language, next to any text at all, half surrogate pairs included.
texts = st.text(st.characters(exclude_categories=())) | st.lists(
    st.sampled_from(
        [
            '"',
            "-",
            "OR",
            "AND",
            "*",
            "(",
            ")",
            "-(",
            "NOT",
            "title:(",
            "one",
            ":",
            "=",
            "\0",
            "機",
            "é",
            "🎉",
            "a",
            "\ud800",
            "%",
            "_",
            "\\",
            "2024",
        ]
        + [f"{name}:" for name in OPERATORS]
        + [f"{name}:{choice}" for name in ("has", "is") for choice in OPERATORS[name].choices]
    )
    | st.text(max_size=4),
    max_size=12,
).flatmap(lambda parts: st.sampled_from([" ".join(parts), "".join(parts)]))

# The archive is only read, so one serves all examples.
many = settings(
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@many
@given(texts)
def test_any_text_is_a_query_that_runs(archive: sqlite3.Connection, text: str) -> None:
    query = parse_query(text)
    sql = to_sql(query)
    counted = f"SELECT count(*) FROM entries WHERE {sql.condition}"  # noqa: S608 - what to_sql is for
    [(found,)] = archive.execute(counted, sql.params)
    assert search(archive, query).total == found
    assert len(archive.execute(*select_sql(query)).fetchall()) == found
    assert sum(year.count for year in count_facets(archive, query)["year"]) == found


@many
@given(texts)
def test_any_query_can_be_written_again(text: str) -> None:
    query = parse_query(text)
    assert parse_query(unparse(query)).clauses == query.clauses


@many
@given(texts)
def test_what_is_searched_for_is_only_quoted_strings(text: str) -> None:
    match = to_sql(parse_query(text)).match
    outside = re.sub(r'"(?:[^"]|"")*"', " ", match or "")
    assert set(re.findall(r"[^\s()*:]+", outside)) <= {"AND", "OR", "NOT", "title", "author"}


def _without_value(term: Term) -> Term:
    """Of what has kinds, as has:audio and feed:12, the value is not arbitrary."""
    return term if term.name in ("has", "is", "feed") else replace(term, value="x")


def _without_values(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
    return tuple(
        Clause(
            tuple(
                Group(_without_values(term.clauses)) if isinstance(term, Group) else _without_value(term)
                for term in clause.terms
            )
        )
        for clause in clauses
    )


@many
@given(texts)
def test_sql_is_the_same_whatever_is_looked_for(text: str) -> None:
    """The text of conditions depends on which operators there are, and not on their values."""
    query = parse_query(text)
    assert to_sql(query).where == to_sql(Query(_without_values(query.clauses))).where


@pytest.mark.parametrize("operator", OPERATORS)
def test_a_value_never_becomes_sql(operator: str) -> None:
    for value in ("zqxj", "'zqxj'", '"zqxj"', "zqxj*", "=zqxj", "2024zqxj"):
        sql = to_sql(parse_query(f"{operator}:{value} OR -{operator}:{value} OR tag:x"))
        assert "zqxj" not in sql.where


def test_a_long_query_is_read_in_part_and_says_so() -> None:
    query = parse_query("x" * 10_000)
    assert [term.value for term in query.terms] == ["x" * MAX_CHARACTERS]
    assert query.notes == ("Only the first 2,000 characters were read.",)


def test_characters_that_are_words_count_as_such() -> None:
    [term] = parse_query("機" * 100).terms
    assert term.value == "機" * MAX_WORDS


def test_beginnings_of_words_count_for_more() -> None:
    query = parse_query(" ".join(f"w{n}*" for n in range(10, 50)))
    assert len(query.clauses) == MAX_WORDS // (1 + PREFIX_COST)
    assert query.notes == ("Only the first 64 words were read.",)


@pytest.mark.parametrize("joined_by", [" ", " OR ", " AND ", " -"])
def test_many_words_are_read_in_part(joined_by: str, archive: sqlite3.Connection) -> None:
    query = parse_query(joined_by.join(f"w{n}" for n in range(200)))
    assert sum(len(clause.terms) for clause in query.clauses) == MAX_WORDS
    assert "Only the first 64 words were read." in query.notes
    search(archive, query)


@pytest.mark.parametrize(
    "text",
    [
        "機",
        '"',
        "-",
        "(",
        "*",
        ":",
        "🎉",
        "é",
        "ﷺ",
        "\0",
        "a ",
        "a* ",
        "OR ",
        "a OR ",
        "-a OR ",
        "tag:",
        'tag:"',
        '"a ',
    ],
)
def test_ten_thousand_characters_are_no_trouble(text: str, archive: sqlite3.Connection) -> None:
    search(archive, text * (10_000 // len(text)))


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("tag:", "“tag:” has no value, so it was read as a word."),
        ("subject:x", "There is no operator “subject:”, so it was read as a word."),
        (
            "before:banana",
            "“banana” is no date such as 2024, 2024-03 or 2024-03-05, so “before:” was left out.",
        ),
        ("is:good", "“is:good” was left out; there is is:edited or is:removed or is:undated."),
        ("party 🎉", "“🎉” has no letters or digits to look for."),
        ("o*", "“o*” needs two letters before the * and was read without it."),
        ("???", "There are no letters or digits to look for."),
    ],
)
def test_what_was_not_understood_is_said(text: str, note: str) -> None:
    assert parse_query(text).notes == (note,)


@pytest.mark.parametrize(
    "text", ["", " ", "alignment", "one - two", "https://example.org/", "std::vector", "C++ one:"]
)
def test_what_was_understood_needs_no_note(text: str) -> None:
    assert parse_query(text).notes == ()
