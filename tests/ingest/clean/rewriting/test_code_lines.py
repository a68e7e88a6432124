"""Code keeps its lines, and loses the numbers beside them."""

import pytest

from ingest.base.models import Entry, Feed
from ingest.clean.feed import clean


def text(html: str) -> str:
    return clean(Feed("rss2.0", entries=(Entry("1", html=html),))).entries[0].text


@pytest.mark.parametrize(
    "html",
    [
        '<pre><span style="display:block">a</span><span style="display:block">b</span></pre>',
        '<pre><code><span class="line">a</span><span class="line">b</span></code></pre>',
        '<pre><code><span class="line">a</span>\n<span class="line">b</span></code></pre>',
        '<pre><code><span class="line">a</span><br><span class="line">b</span></code></pre>',
        '<pre><span style="display:flex"><span>a\n</span></span><span style="display:flex">b</span></pre>',
        '<code><span style="display: block">a</span><span style="display: block">b</span></code>',
        "<pre><div>a</div><div>b</div></pre>",
        "<pre>a<br>b</pre>",
    ],
)
def test_lines_of_code_stay_lines(html: str) -> None:
    assert text(html) == "a\nb"


def test_a_line_is_parted_once() -> None:
    html = '<pre><span class="line">a</span>\n<span class="line">b</span></pre>'
    cleaned = clean(Feed("rss2.0", entries=(Entry("1", html=html),))).entries[0].html
    assert cleaned == "<pre><span>a</span>\n<span>b</span></pre>"


@pytest.mark.parametrize(
    "html",
    [
        '<table><tr><td class="gutter"><pre>1\n2\n</pre></td><td class="code"><pre>a\nb</pre></td></tr></table>',
        '<pre><span class="lineno">1 </span>a\n<span class="lineno">2 </span>b</pre>',
        '<div class="ec-line"><div class="gutter"><div class="ln">1</div></div><div>a</div></div><div>b</div>',
    ],
)
def test_numbers_of_lines_are_left_out(html: str) -> None:
    assert text(html) == "a\nb"


def test_what_is_no_number_stays() -> None:
    assert text('<div class="gutter">Page 1</div><div class="line">2</div>') == "Page 1\n2"


def test_words_in_spans_of_a_line_are_not_parted() -> None:
    assert text('<p><span class="line">a</span><span class="line">b</span></p>') == "ab"
