"""Bold, italic and the like that only a style says."""

import pytest

from ingest.base.models import Entry, Feed
from ingest.clean.feed import clean


def cleaned(html: str) -> str:
    return clean(Feed("rss2.0", entries=(Entry("1", html=html),))).entries[0].html


@pytest.mark.parametrize(
    ("style", "said"),
    [
        ("font-weight:bold", "<b>x</b>"),
        ("color: red; FONT-WEIGHT : 700 !important", "<b>x</b>"),
        ("font-weight:500", "x"),
        ("font-style: oblique", "<i>x</i>"),
        ("text-decoration:line-through", "<s>x</s>"),
        ("text-decoration-line: line-through", "<s>x</s>"),
        ("text-decoration: underline dotted", "<u>x</u>"),
        ("vertical-align: super; font-size: smaller", "<sup>x</sup>"),
        ("vertical-align:sub", "<sub>x</sub>"),
        ("font-weight:bold;font-style:italic", "<b><i>x</i></b>"),
        ("not-font-weight:bold", "x"),
    ],
)
def test_what_a_style_says_of_words_becomes_an_element(style: str, said: str) -> None:
    assert cleaned(f'<span style="{style}">x</span>') == f"<span>{said}</span>"


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ('<strong style="font-weight:bold">x</strong>', "<strong>x</strong>"),
        ('<h2 style="font-weight:bold">x</h2>', "<h2>x</h2>"),
        ('<p style="font-style:italic">x</p>', "<p><i>x</i></p>"),
        ('<div style="font-weight:bold"><p>x</p></div>', "<div><p>x</p></div>"),
        ('<li style="font-weight:bold">x</li>', "<li><b>x</b></li>"),
        ('<font style="font-weight:bold">x</font>', "<span><b>x</b></span>"),
    ],
)
def test_it_is_said_where_it_says_something_new_of_words(html: str, left: str) -> None:
    assert cleaned(html) == left


def test_it_is_said_once_however_often_it_is_repeated() -> None:
    html = '<span style="font-weight:bold">' * 3 + "x"
    assert cleaned(html) == "<span><b><span><span>x</span></span></b></span>"


def test_a_word_processor_s_wrapper_makes_nothing_bold() -> None:
    assert cleaned('<b style="font-weight: normal"><p>x</p></b>') == "<span><p>x</p></span>"
