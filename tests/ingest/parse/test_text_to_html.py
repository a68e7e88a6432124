"""Plain text as HTML, and what is told from it."""

import pytest

from ingest.parse.text_to_html import as_html, as_markup


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("I <3 NY", "<p>I &lt;3 NY</p>"),
        ("A Vec<T>\nis a list", "<p>A Vec&lt;T&gt;<br>\nis a list</p>"),
        ("How to center a <div>", "<p>How to center a &lt;div&gt;</p>"),
        (
            "Abstract: $x^2 < y$ for all\n$n > 3$.\n\nTight.",
            "<p>Abstract: $x^2 &lt; y$ for all<br>\n$n &gt; 3$.</p>\n<p>Tight.</p>",
        ),
        ("AT&amp;T &lt;3", "AT&amp;T &lt;3"),
        ("<p>Words\nin <b>HTML</b></p>", "<p>Words\nin <b>HTML</b></p>"),
        (
            "<p>A Vec<T> or Map<K, V>, in <b>HTML</b></p>",
            "<p>A Vec&lt;T&gt; or Map&lt;K, V&gt;, in <b>HTML</b></p>",
        ),
        ("<p>Title<main>Words</main>, x<foo>y</foo></p>", "<p>Title<main>Words</main>, x<foo>y</foo></p>"),
        ("1 < 2 <br> 3", "1 < 2 <br> 3"),
    ],
)
def test_what_is_in_a_text_decides_whether_it_is_html(text: str, html: str) -> None:
    assert as_markup(text) == html


def test_in_plain_text_all_characters_stay() -> None:
    assert as_html("<b>&amp;</b>\n\nx") == "<p>&lt;b&gt;&amp;amp;&lt;/b&gt;</p>\n<p>x</p>"
