"""The markup of ForumMagnum, in small documents as it writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.models import CleanEntry, Entry, Feed
from ingest.clean.feed import clean
from ingest.clean.rewriting.forummagnum import unwrap

URL = "https://forum.example.org/posts/a1/a-post"
PUBLISHED_ON = "Published on January 30, 2025 10:58 AM GMT<br/><br/>"
DISCUSS = f'<br/><br/><a href="{URL}#comments">Discuss</a>'


def cleaned(html: str, **values: str) -> CleanEntry:
    (entry,) = clean(Feed("rss2.0", entries=(Entry("a1", url=URL, html=html, **values),))).entries
    return entry


def test_the_line_in_front_becomes_the_time_of_posting() -> None:
    entry = cleaned(PUBLISHED_ON + "<p>Words.</p>", published="2025-01-30T13:52:09Z")
    assert (entry.posted, entry.published) == ("2025-01-30T10:58:00Z", "2025-01-30T13:52:09Z")
    assert (entry.text, entry.html) == ("Words.", "<p>Words.</p>")


def test_the_link_behind_becomes_the_address_of_the_comments() -> None:
    entry = cleaned(f"<p>Words.</p>{DISCUSS}")
    assert entry.comments_url == f"{URL}#comments"
    assert (entry.text, entry.links) == ("Words.", ())


def test_a_post_of_today_s_has_no_line_in_front() -> None:
    post = unwrap(f"<p>Words.</p>{DISCUSS}")
    assert post == ("<p>Words.</p>", None, f"{URL}#comments")


def test_noon_and_midnight_are_told_apart() -> None:
    assert unwrap(PUBLISHED_ON.replace("10:58 AM", "12:05 AM")).posted == "2025-01-30T00:05:00Z"
    assert unwrap(PUBLISHED_ON.replace("10:58 AM", "12:05 PM")).posted == "2025-01-30T12:05:00Z"


def test_a_time_of_posting_in_the_minute_of_publication_says_nothing_new() -> None:
    assert cleaned(PUBLISHED_ON, published="2025-01-30T10:58:41Z").posted is None


@pytest.mark.parametrize(
    "html",
    [
        "<p>Published on January 30, 2025 10:58 AM GMT</p>",
        "Published on February 30, 2025 10:58 AM GMT<br/><br/>x",
        f"<p>We said: {PUBLISHED_ON}</p>",
        f"{DISCUSS}<p>More.</p>",
        '<p><a href="https://e.example/#comments">Discuss</a></p>',
    ],
)
def test_what_only_looks_like_it_stays(html: str) -> None:
    assert unwrap(html) == (html, None, None)


def test_the_feed_s_own_address_of_the_comments_goes_before() -> None:
    entry = cleaned(f"x{DISCUSS}", comments_url="https://forum.example.org/talk")
    assert entry.comments_url == "https://forum.example.org/talk"


def test_the_summary_is_unwrapped_too() -> None:
    assert cleaned("<p>All.</p>", summary=f"{PUBLISHED_ON}Some.{DISCUSS}").excerpt == "Some."


@pytest.mark.parametrize("name", ["spoilers", "spoiler"])
def test_a_spoiler_is_folded_away(name: str) -> None:
    html = cleaned(f'<div class="{name}"><p>It was the gull.</p></div>').html
    assert html == '<details class="spoiler"><summary>Spoiler</summary><p>It was the gull.</p></details>'


def test_paragraphs_of_one_spoiler_are_folded_away_together() -> None:
    html = cleaned('<p class="spoiler-v2">One.</p>\n<p class="spoiler-v2">Two.</p><p>Open.</p>').html
    assert html == (
        '<details class="spoiler"><summary>Spoiler</summary><p>One.</p>\n<p>Two.</p></details><p>Open.</p>'
    )


def test_the_text_of_a_spoiler_can_be_searched() -> None:
    assert "It was the gull." in cleaned('<div class="spoilers"><p>It was the gull.</p></div>').text


def test_a_collapsible_section_stays_one() -> None:
    inside = '<div class="detailsBlockContent"><p>Inside.</p></div>'
    for section in (
        f'<details class="detailsBlock"><summary class="detailsBlockTitle">More</summary>{inside}</details>',
        f'<div class="detailsBlock"><p class="detailsBlockTitle">More</p>{inside}</div>',
    ):
        assert cleaned(section).html == "<details><summary>More</summary><div><p>Inside.</p></div></details>"


def test_a_language_model_s_words_are_marked_as_its() -> None:
    entry = cleaned(
        '<div class="llm-content-block" data-model-name="Reader <2>">'
        '<div class="llm-content-block-content"><p>Ice in the lock.</p></div></div>'
    )
    assert entry.html == (
        '<figure class="llm"><figcaption>Language model: Reader &lt;2&gt;</figcaption>'
        "<blockquote><div><p>Ice in the lock.</p></div></blockquote></figure>"
    )
    assert entry.text == "Language model: Reader <2>\nIce in the lock."


def test_a_footnote_and_its_mark_lead_to_each_other() -> None:
    html = cleaned(
        '<p>So.<span class="footnote-reference" role="doc-noteref" id="fnref7"><sup><a href="#fn7">[1]</a></sup></span>'
        f'</p><ol class="footnotes" role="doc-endnotes"><li class="footnote-item" id="fn7"><a href="{URL}#fnref7">^</a>'
        "<p>The note.</p></li></ol>"
    ).html
    prefix = html.split('id="')[1].split("fnref7")[0]
    for end in ("fn7", "fnref7"):
        assert f'id="{prefix}{end}"' in html
        assert f'href="#{prefix}{end}"' in html


@given(st.text(), st.text(), st.text())
def test_anything_can_be_unwrapped(before: str, between: str, after: str) -> None:
    post = unwrap(f"{before}{PUBLISHED_ON}{between}{DISCUSS}{after}")
    assert between.strip() in post.html
