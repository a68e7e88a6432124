"""HTML that takes a parser quadratic time, and legitimate HTML that resembles it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.base.models import CleanEntry, Entry, Feed
from ingest.clean import balance
from ingest.clean.balance import DEEPEST_HTML, bounded
from ingest.clean.feed import clean

NAMES = (
    "a b i p div span ul li dl dt table caption tr td th object button form select option svg math mi g foreignObject"
    " annotation-xml section h1 h2 pre template ruby rt applet script style textarea xmp iframe noscript br dialog x-y"
).split()
Tag = st.builds(
    str.format,
    st.sampled_from(["<{}>", "<{}>", "</{}>", "<{}>x", "<{}/>", '<{} q="']),
    st.sampled_from(NAMES),
)


def depth(html: str) -> int:
    deepest, level = 0, 1
    node: LexborNode | None = LexborHTMLParser(html, is_fragment=True).root
    while node is not None:
        deepest = max(deepest, level)
        if node.first_child is not None:
            node, level = node.first_child, level + 1
            continue
        while node is not None and node.next is None:
            level -= 1
            node = node.parent if level > 0 else None
        node = node.next if node is not None else None
    return deepest


def cleaned(html: str) -> CleanEntry:
    (entry,) = clean(Feed("rss2.0", entries=(Entry("1", html=html, url="https://example.org/1"),))).entries
    return entry


def test_what_people_write_stays_as_it_is() -> None:
    html = "<ul>" + '<li><p>One <a href="x">two</a><br>three</p></li>' * 500 + "</ul>"
    assert bounded(html) == html


@pytest.mark.parametrize(
    "tag", ["<div>", "<b>", "<table><tr><td>", "<ul><li>", "<math><mrow>", "<font size=1><p>", "<x-y>"]
)
def test_what_is_nested_without_end_is_read_even_so(tag: str) -> None:
    entry = cleaned(tag * 20_000 + "The end.")
    assert "The end." in entry.text
    assert depth(entry.html) <= 2 * DEEPEST_HTML


def test_a_hundred_thousand_open_elements_are_no_error() -> None:
    assert cleaned("<div>" * 100_000 + "x" + "</div>" * 100_000).text == "x"


def test_what_is_too_long_is_cut_between_two_tags_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balance, "LONGEST_BODY", 1000)
    html = "<p>word" * 142 + '<a href="' + "x" * 100
    assert bounded(html) == "<p>word" * 142 + "<p>[The rest is left out: it was too long.]</p>"


def test_images_that_are_written_out_do_not_make_a_document_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balance, "LONGEST_BODY", 1000)
    assert (
        bounded(f'<img src="data:image/png;base64,{"A" * 2000}"><p>The end.')
        == '<img src="data:,"><p>The end.'
    )


def test_links_and_images_are_kept_at_any_depth() -> None:
    entry = cleaned("<div>" * 2000 + '<a href="/x">x</a><img src="/y.png">' + "</div>" * 2000)
    assert [link.url for link in entry.links] == ["https://example.org/x"]
    assert "<img" in entry.html


def test_an_unclosed_element_is_not_repeated_without_end() -> None:
    html = bounded(f'<p><font face="{"x" * 100_000}">' + "<p>x" * 20_000)
    assert len(LexborHTMLParser(html, is_fragment=True).html or "") < 500_000


def test_list_items_and_paragraphs_need_no_end_tags() -> None:
    html = bounded("<ul>" + "<li>one<p>two<p>three" * 600 + "</ul><p>after")
    assert depth(html) == 4
    assert cleaned(html).text.endswith("three\nafter")


def test_what_begins_within_a_paragraph_goes_on_after_it() -> None:
    assert cleaned("<p>x" * 1000 + "<p><b>bold<p>still").html.endswith(
        "<p><b>bold</b></p><p><b>still</b></p>"
    )


def test_a_tag_with_a_thousand_attributes_loses_them() -> None:
    attributes = " ".join(f"a{n}" for n in range(1000))
    assert bounded("<p>x</p>" * 1000 + f"<div {attributes}>y").endswith("<div>y")


def test_an_image_s_own_elements_are_left_out() -> None:
    assert "path" not in bounded("<p>x</p>" * 1000 + "<svg>" + "<path d='M0'/>" * 10 + "</svg>after")


@pytest.mark.parametrize(
    "text", ["<", "<a", "</", "<!--", "&", "&amp;", "<a b='", "\0", "\ud800", "]]>", "<script>"]
)
def test_a_million_of_anything_is_only_long(text: str) -> None:
    assert len(cleaned(text * (1_000_000 // len(text))).html) < 6_000_000


@given(st.lists(Tag, max_size=3), st.lists(Tag, min_size=1, max_size=8))
def test_no_repetition_nests_without_end(before: list[str], repeated: list[str]) -> None:
    html = "".join(before) + "".join(repeated) * 150
    with pytest.MonkeyPatch.context() as patch:
        for name, limit in (("DEEPEST_HTML", 20), ("_DEEPEST_TEXT", 30), ("_SHORT", 0)):
            patch.setattr(balance, name, limit)
        assert depth(bounded(html)) < 120
