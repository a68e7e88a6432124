"""Properties of plain text on one line. What becomes of titles is in clean/test_feed.py."""

import re

from hypothesis import given
from hypothesis import strategies as st

from ingest.base.plain_text import (
    join_surrogates,
    may_have,
    one_line,
    shortened,
    visible,
    visible_lines,
    visible_text,
    windows_for_controls,
    with_meant_characters,
)


def test_a_long_line_is_cut_at_the_end_of_a_word() -> None:
    assert shortened("one two, three", 10) == "one two…"


def test_where_there_are_no_spaces_a_line_is_cut_anywhere() -> None:
    assert shortened("漢" * 100, 50) == "漢" * 49 + "…"


def test_what_cannot_be_seen_goes_and_what_scripts_need_stays() -> None:
    assert visible("a\u200bb\u00ad c\u202e\u2066\u0000") == "ab c"
    assert visible("👩\u200d👧 می\u200cخواهم \u200f") == "👩\u200d👧 می\u200cخواهم \u200f"


def test_a_tag_that_was_hidden_by_what_cannot_be_seen_is_one() -> None:
    assert one_line("x<scr\0ipt>y</scr\0ipt>z<\u200bb>", 50) == "x z"


@given(st.text() | st.text(alphabet="<>/abi =\"'&;!-"), st.integers(2, 100))
def test_a_line_is_as_long_as_it_may_be(text: str, longest: int) -> None:
    line = one_line(text, longest)
    assert line is None or (0 < len(line) <= longest and "\n" not in line)


REFERENCES = st.from_regex(
    r"&#[xX]?0{0,2}(?:1[2-5]\d|5[5-7]\d{3}|[89][0-9a-f]|[dD][89a-f][0-9a-f]{2}|\d{1,4});?"
)


@given(st.lists(st.one_of(REFERENCES, st.text(alphabet="a&#x;<\x85\x99\xe9\u2019", max_size=9))))
def test_characters_that_references_mean_are_found_in_one_look_as_in_two(pieces: list[str]) -> None:
    markup = "".join(pieces)
    assert with_meant_characters(markup) == join_surrogates(windows_for_controls(markup))


@given(st.text(alphabet="ab\x07\x85\xe9\ud800\u2019", max_size=9), st.sampled_from((0, 200)))
def test_a_character_is_found_in_a_text_of_any_length(text: str, more: int) -> None:
    for characters in map(re.compile, ("[\x00-\x08]", "[\x80-\x9f]", "[\x07\ud800-\udfff]", "[a\u2019]")):
        assert may_have(text + "b" * more, characters) == bool(characters.search(text))


@given(st.text(st.sampled_from(" \n\t\r\x1c\xa0\u2003\u3000\u200b\x07aé\ud800")).map(lambda text: text * 12))
def test_a_text_has_the_lines_that_are_visible(text: str) -> None:
    assert visible_text(text) == "\n".join(visible_lines(text))
