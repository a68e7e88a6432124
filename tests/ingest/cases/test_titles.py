"""Titles and bodies of RSS may be text or HTML, which does not say so: what is in them decides."""

from pathlib import Path

from ingest.clean.feed import clean
from ingest.parse.document import parse

TITLES_AND_TEXTS = [
    ("I <3 the sea", "I <3 the sea, and R&D"),
    ("How to center a <div>", "Put the <div> in a <main>."),
    ("How to center a <div>", "Put the <div>."),
    ("From Vec<T> to Map<K, V>", "From Vec<T> to Map<K, V>"),
    ("Q&A: why?", "Why, I ask."),
    ("One two", "One\ntwo"),
    ("Bounds where $a < b$ and $c > d$", "We show $x^2 < y$ for\nall $n > 3$.\nIt is tight."),
    ("Cut off in the mid", "Cut off"),
    ("<canvas> or <svg>?", "<canvas> or <svg>?"),
    ("Water is H2O", "H2O"),
]


def test_text_stays_text_and_html_is_read() -> None:
    feed = clean(parse(Path(__file__).with_name("titles.xml").read_bytes()))
    assert [(entry.title, entry.text) for entry in feed.entries] == TITLES_AND_TEXTS
