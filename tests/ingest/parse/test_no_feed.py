"""What is plainly no feed is told without a parser, and in the same words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.models import NotAFeed
from ingest.parse.document import parse
from ingest.parse.no_feed import plainly_no_feed
from ingest.workers.parse_pool import ParsePool

PIECES = [
    *(
        "<rss version='2.0'>",
        "<feed xmlns=''>",
        "<entry xmlns='http://www.w3.org/2005/Atom'>",
        "<rdf:RDF>",
        "</rss>",
    ),
    *(
        "<html>",
        "<p>",
        "<opml>",
        "<!DOCTYPE html>",
        "<?xml version='1.0'?>",
        "<!-- ",
        "-->",
        "<a",
        "é",
        "{",
        "[",
        " a\n",
    ),
]


def said(body: bytes) -> str | None:
    try:
        parse(body)
    except NotAFeed as error:
        return str(error)
    return None


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
def test_it_says_what_the_parser_says(text: str) -> None:
    assert plainly_no_feed(text.encode()) in (None, said(text.encode()))


@pytest.mark.parametrize(
    "body", ["A text.", "<p>A piece.</p>", "Published <br/> today", "<html></html>", "", "é <b>"]
)
def test_a_short_text_is_told_at_once(body: str) -> None:
    assert plainly_no_feed(body.encode()) == said(body.encode())


@pytest.mark.parametrize(
    "body", [b"{}", b"<rss/>", b"\x00", b"\xff\xfeA\x00", b"\x1b$Btext", b"\xe9", b"a" * 300_000]
)
def test_of_all_else_the_parser_tells(body: bytes) -> None:
    assert plainly_no_feed(body) is None


async def test_no_process_is_started_for_it() -> None:
    pool = ParsePool()
    with pytest.raises(NotAFeed, match="neither XML nor JSON"):
        await pool.parse(b"A text.")
    assert not pool._processes
