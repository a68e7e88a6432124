"""Footnotes whose links a feed has lost are linked again, where it is certain which is which."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.models import Entry, Feed
from ingest.clean.feed import clean
from ingest.clean.rewriting.footnotes import link_footnotes

MARK = "<ul><li>^</li></ul>"
ONE_AND_TWO = (
    '<p>One<span class="footnote-reference" role="doc-noteref" id="fnref-1"><sup><a href="#fn-1">[1]</a></sup></span>,'
    ' two<span class="footnote-reference" role="doc-noteref" id="fnref-2"><sup><a href="#fn-2">[2]</a></sup></span>'
    ".</p>"
    '<ol class="footnote-section footnotes" role="doc-endnotes">'
    '<li class="footnote-item" id="fn-1"><span class="footnote-back-link"><sup>'
    '<a href="#fnref-1">^</a></sup></span><div class="footnote-content"><p>First</p><p>of all</p></div></li>'
    '<li class="footnote-item" id="fn-2"><span class="footnote-back-link"><sup>'
    '<a href="#fnref-2">^</a></sup></span><div class="footnote-content"><p>Second</p></div></li></ol>'
)


def test_each_note_is_behind_a_list_of_nothing_but_a_caret() -> None:
    lost = f"<p>One[1], two[2].</p>{MARK}<p>First</p><p>of all</p>{MARK}<p>Second</p>"
    assert link_footnotes(lost) == ONE_AND_TWO


@pytest.mark.parametrize(
    ("one", "two"),
    [("[1]", "[2]"), ("<sup>1</sup>", "<sup>2</sup>"), ("<sup>[1]</sup>", "<sup>[2]</sup>")],
)
def test_the_notes_are_a_list_at_the_end_whose_items_begin_with_a_caret(one: str, two: str) -> None:
    lost = f"<p>One{one}, two{two}.</p><ol>\n<li>^ <p>First</p><p>of all</p></li>\n<li>^<p>Second</p></li>\n</ol>\n"
    assert link_footnotes(lost) == ONE_AND_TWO


@pytest.mark.parametrize("caret", ["^ ", "<p>^ ", "<sup><strong>^</strong></sup> ", "<a>^</a> "])
def test_the_caret_may_be_within_other_elements(caret: str) -> None:
    end = "</p>" if caret.startswith("<p>") else ""
    linked = link_footnotes(f"<p>One[1].</p><ul><li>{caret}First{end}</li></ul>")
    assert 'href="#fn-1"' in linked
    assert re.sub("<[^>]*>", "", linked).replace(" ", "") == "One[1].^First"


@pytest.mark.parametrize(
    "uncertain",
    [
        f"<p>One.</p>{MARK}<p>First</p>",
        f"<p>One[1], again[1].</p>{MARK}<p>First</p>",
        f"<p>One[2], two[1].</p>{MARK}<p>First</p>{MARK}<p>Second</p>",
        f"<p>One[1], two[2].</p>{MARK}<p>First</p>",
        f"<p>One[1].</p>{MARK}<p>First, as in [1]</p>",
        f"<p>One<a href='https://e.example/'>[1]</a>.</p>{MARK}<p>First</p>",
        f"<p>One <code>a[1]</code>.</p>{MARK}<p>First</p>",
        f"<div><p>One[1].</p>{MARK}<p>First</p></div>",
        f"<p>One[1].</p>{MARK}",
        "<p>One[1].</p><ol><li>^ First</li><li>Second</li></ol>",
        "<p>One[1].</p><ol><li>^ First</li></ol><p>And more.</p>",
        "<p>10<sup>5</sup> ones<sup>1</sup>.</p><ol><li>^ First</li></ol>",
        '<p>One[1].</p><ol><li id="fn1">^ First</li></ol>',
        "<p>2^3[1]</p>",
        "No notes.",
    ],
)
def test_what_is_not_certain_stays_as_it_is(uncertain: str) -> None:
    assert link_footnotes(uncertain) == uncertain


def test_the_links_lead_to_the_notes_in_safe_html_and_the_words_stay() -> None:
    lost = f"<p>One[1], two[2].</p>{MARK}<p>First</p>{MARK}<p>Second</p>"
    (entry,) = clean(Feed("rss2.0", entries=(Entry("1", html=lost),))).entries
    targets = re.findall('href="#([^"]*)"', entry.html)
    assert len(targets) == 4
    assert all(f'id="{target}"' in entry.html for target in targets)
    assert entry.text == "One[1], two[2].\n^\nFirst\n^\nSecond"


PIECES = st.sampled_from(
    ["^", "[1]", "[2]", "<ul>", "<li>", "</li>", "</ul>", "<p>", "</p>", "<sup>1</sup>", "x"]
)


@given(st.lists(PIECES, max_size=20).map("".join))
def test_no_words_are_lost_whatever_the_html(html: str) -> None:
    words = [re.sub(r"<[^>]*>|[\s^\[\]]", "", text) for text in (html, link_footnotes(html))]
    assert words[0] == words[1]


@pytest.mark.parametrize("piece", ["^<li>", MARK, "<sup>1</sup>", "[1]", "<ol>", "</li>", "<li>^ x</li>"])
def test_what_repeats_without_end_takes_linear_time(piece: str) -> None:
    link_footnotes("<p>[1]</p>^<ol>" + piece * 20_000 + "</ol>")
