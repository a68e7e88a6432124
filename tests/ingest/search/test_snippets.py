"""Snippets and titles with the matches marked, cut from the text as it stands."""

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from ingest.base.cjk import index_text
from ingest.search.hits import Hit, search
from ingest.search.snippets import Parts, matches_in, snippet
from tests.ingest.search.searchable import add_entry, add_feed


def only_hit(db: Database, query: str) -> Hit:
    [hit] = search(db, query).hits
    return hit


def marked(parts: Parts) -> str:
    return "".join(f"[{text}]" if hit else text for text, hit in parts)


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("In der Straße nach Köln", "strasse", "In der [Straße] nach Köln"),
        ("In der Straße nach Köln", '"straße nach"', "In der [Straße nach] Köln"),
        ("In der Straße nach Köln", "köln", "In der Straße nach [Köln]"),
        ("a ﬁle and a ﬂag", "file", "a [ﬁle] and a ﬂag"),
        ("aﬃne, ﬁle", "ﬁle affine", "[aﬃne], [ﬁle]"),
        ("Ｆｕｌｌｗｉｄｔｈ　ｔｅｘｔ", "fullwidth", "[Ｆｕｌｌｗｉｄｔｈ]　ｔｅｘｔ"),
        ("半角ｶﾞｲﾄﾞの本", "ガイド", "半角[ｶﾞｲﾄﾞ]の本"),
        ("半角ｶﾞｲﾄﾞの本ß", "本", "半角ｶﾞｲﾄﾞの[本]ß"),
        ("ｶﾞ Straße ｶﾞ Fuß", "fuss", "ｶﾞ Straße ｶﾞ [Fuß]"),
        ("𝗯𝗼𝗹𝗱 words", "bold", "[𝗯𝗼𝗹𝗱] words"),
        ("a\u200bb", "b", "a[b]"),
    ],
)
def test_a_match_is_marked_in_the_spelling_of_the_text(
    db: Database, text: str, query: str, shown: str
) -> None:
    add_entry(db, add_feed(db), title=f"{text}!", text=text)
    hit = only_hit(db, query)
    assert (marked(hit.title_parts), marked(hit.snippet)) == (f"{shown}!", shown)


def test_a_match_in_the_summary_shows_the_summary(db: Database) -> None:
    add_entry(db, add_feed(db), text="body " * 200)
    db.execute("UPDATE contents SET summary_text = 'A teaser of it'")
    assert marked(only_hit(db, "teaser").snippet).startswith("A [teaser] of it\nbody body")


def test_where_most_different_words_stand_together_is_shown(db: Database) -> None:
    far = "far " * 100
    add_entry(db, add_feed(db), text=f"tide {far} tide tide {far} the tide and the moon {far}")
    shown = marked(only_hit(db, "tide moon").snippet)
    assert shown.startswith("…far") and shown.endswith("far…") and "the [tide] and the [moon] far" in shown
    assert len(shown.split()) == 30


def test_a_title_alone_that_matches_shows_the_beginning_of_the_text(db: Database) -> None:
    add_entry(db, add_feed(db), title="Tides", text="far " * 100)
    assert marked(only_hit(db, "title:tide").snippet) == " ".join(["far"] * 30) + "…"


def test_a_match_far_down_in_a_long_text_is_found(db: Database) -> None:
    add_entry(db, add_feed(db), text="far away " * 22_000 + "tide")
    assert marked(only_hit(db, "tide").snippet).endswith("far away [tide]")


@pytest.mark.parametrize("before", range(29_990, 30_001))
def test_a_phrase_across_pieces_of_a_long_text_is_found(db: Database, before: int) -> None:
    add_entry(db, add_feed(db), text="." * before + " high tides " + "." * 40_000)
    assert "[high tides]" in marked(only_hit(db, '"high tide"').snippet)


def test_a_text_without_spaces_is_cut_all_the_same() -> None:
    assert marked(snippet("x" * 50_000 + " tide", [(50_001, 50_005)], 30)) == "…[tide]"
    assert len(marked(snippet("x" * 50_000, [(0, 50_000)], 30))) < 1_100


def test_no_letter_is_cut_from_its_marks() -> None:
    shown = marked(snippet("ที่นี่ " * 100, [], 10))
    assert shown.removesuffix("…")[-1] not in "ท น" or unicodedata.category(shown[-2])[0] == "M"
    assert marked(snippet("हिन्दी में", [(0, 1)], 10)) == "[हि]न्दी में"


pieces = st.lists(
    st.sampled_from(["ß", "ﬁ", "ｶﾞ", "ﾊﾟ", "ﾞ", "機", "Ａ", "word", " ", "𝗕", "é", "ǆ"]), max_size=12
)


@given(pieces, pieces, pieces)
def test_each_match_is_carried_over_to_the_text(
    before: list[str], match: list[str], after: list[str]
) -> None:
    """Marks around a part of the text, as the index has it, are around the same part of the text as it stands."""
    head, middle, tail = (f"{''.join(part)}." for part in (before, match, after))
    text = head + middle + tail
    own, _, _ = index_text(f"{head}\0{middle}\0{tail}").partition("\n")
    indexed = (
        own.replace("\0", "\x02", 1).replace("\0", "\x03", 1) + index_text(text)[len(own.replace("\0", "")) :]
    )
    assert matches_in(text, indexed) == [(len(head), len(head + middle))]


@given(
    st.text(st.sampled_from("aß機ｶﾞﾊﾟ ﬁ．\u200b\x02\x03é̂\n"), max_size=80),
    st.sampled_from(["a", "ss", "機", "が"]),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_but_the_text_is_shown(db: Database, text: str, query: str) -> None:
    db.execute("DELETE FROM entries")
    add_entry(db, add_feed(db), title="a ss 機 が", text=text)
    kept = text.translate({0x200B: None, 2: None, 3: None})
    assert "".join(part for part, _ in only_hit(db, query).snippet).removesuffix("…") in (kept, kept[:1000])
