"""What tells HTML from plain text that has, or speaks of, what looks like tags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.html_tokens import is_markup


@pytest.mark.parametrize(
    "text",
    [
        "How to center a <div>",
        "The <table> element, and <col> in <colgroup>",
        "Use <strong>, not <b>",
        "Is <p> a block?",
        "when to use a <br> and when not",
        "break it with <wbr> or a soft hyphen",
        "I <3 NY",
        "Vec<T> or List<A>",
        "Map<String, List<B>>",
        "a < b and c > d",
        "We show that $x^2 < y$ for all $n > 3$.",
        "std::vector<int> x;",
        "#include <stdio.h>",
        "AT&amp;T",
        "",
    ],
)
def test_text_that_speaks_of_tags_is_no_markup(text: str) -> None:
    assert not is_markup(text)


@pytest.mark.parametrize(
    "text",
    [
        "<p>A paragraph",
        "One line<br>and another",
        "one line <br> another <br> and another",
        "First.<P>Second.",
        "Some <b>bold</b> text",
        "Some <b>bold text that was cut",
        "cut before</b> here",
        '<a href="/x">cut',
        "<img src=x",
        "Words<div>in a block",
        "<!-- SC_OFF -->Text",
        "<ul><li>One <li>Two </ul>",
        "a long<wbr>word",
    ],
)
def test_what_has_elements_is_markup(text: str) -> None:
    assert is_markup(text)


@given(st.text(alphabet="<>/abp =! -", max_size=40))
def test_any_text_is_one_or_the_other(text: str) -> None:
    assert is_markup(text) in (True, False)
