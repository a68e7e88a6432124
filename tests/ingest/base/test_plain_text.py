"""Properties of plain text on one line. What becomes of titles is in clean/test_feed.py."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.base.plain_text import one_line, shortened, visible, visible_lines, visible_text


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


@given(st.text(st.sampled_from(" \n\t\r\x1c\xa0\u2003\u3000\u200b\x07aé\ud800")).map(lambda text: text * 12))
def test_a_text_has_the_lines_that_are_visible(text: str) -> None:
    assert visible_text(text) == "\n".join(visible_lines(text))
