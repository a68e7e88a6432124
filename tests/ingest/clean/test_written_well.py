"""HTML that is written well is rewritten without a tree, and as with one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean.balance import bounded
from ingest.clean.extract_text import TextReader, extract_text
from ingest.clean.rewrite import rewrite
from ingest.clean.sanitise import sanitise
from ingest.clean.written_well import rewrite_written_well

PREFIX, BASE, URL = "e0123abcd-", "https://example.org/blog/", "https://example.org/blog/post"

WRITTEN_WELL = (
    "<p>one<p>two <span>three<div>four",
    "<ul><li>one<li><p>two</ul><dl><dt>a<dd>b<dt><span>c</dl>",
    "<table><tr><td><pre><span>x</pre></td></tr></table></span><p>y</span>z",
    '<p>A <a href="/x?a=1&b=2&amp;c=3">link</a>, <em>words</em> &amp; more&nbsp;words &lt;b&gt; &#8217; > &eacute;</p>',
    "<ul>\n<li>one</li>\n<li><p>two</p><ol><li>three</li></ol></li></ul>",
    "<h2 id='top'>Title</h2><div><p class='x language-py'>Text<br/>line<br>line</p><hr /></div>",
    '<p>Back to <a href="#top">the top</a><a name=\'top\'></a> and <a href="#elsewhere">elsewhere</a></p>',
    '<P><IMG SRC="a.png" alt="A &quot;b&quot;" WIDTH="10" width="20"></P>',
    'x<a href="https://example.com/"><img data-src="/lazy.jpg" src="blank.gif"></a>',
    "<pre>\n\ncode</pre><pre class='a'><code>\n x</code></pre>",
    "<table border='1'>\n<tr>\n<td>1</td><th>2</th></tr>\n<tbody><tr><td style='text-align:right'>3</td></tr></tbody>"
    "</table>",
    "<table><thead><tr><th>a</th></tr></thead><tr><td>b</td></tr> <tfoot><tr><td>c</td></tr></tfoot></table>",
    '<p>Before</p><iframe src="https://www.youtube.com/embed/abcdefghijk" width="5"></iframe><p>after</p>',
    "<!-- wp:paragraph --><p>a</p><!-- /wp:paragraph -->\n&<!-- x -->amp; <img src='x.png'></img>",
    '<center><font color="red">red</font> <tt>t</tt></center><dl><dt>a</dt><dd><p>b</p></dd></dl>',
    '<span style="font-weight: bold">bold <span style="font-weight:bold; font-style:italic">x</span></span>',
    '<a href="javascript:x()">run</a> <a href="gemini://example.org/&amp;">gem &amp; <b>ini</b></a>',
    '<span style="font-weight: 400; color: red">plain</span><b style="margin: 0">b</b>',
    "<html><head><meta charset='utf-8'><style>p > b { color: red }</style></head><body><p>one</body></html>",
    "one<script>if (a<b) x('<p id=\"two\">');</script>two<script type='x' src='/a.js'></script> <a href='#two'>two</a>",
    '<span class="x" data-url="/x">one</span><blockquote cite="/x">two</blockquote><input type="hidden"><link>',
    '<tt cite="/q" data-lang="py">x</tt>',
    "plain words &amp; others\nand lines",
)
TAKES_A_TREE = (
    "<b><i>crossed</b></i>",
    "<p><div>in a paragraph</div></p>",
    "<div><b>x</div>",
    "<b><span>x</b></span>",
    "<li>alone</li>",
    "<p><b>one<p>two",
    "<p>one</p></p>",
    "<p>one<table><tr><td>x</td></tr></table>",
    "<ul><p>not an item</p></ul>",
    "<ul><ul><li>nested</li></ul></ul>",
    '<a href="/a">one <a href="/b">two</a></a>',
    "<h2><h3>x</h3></h2>",
    "<table>words<tr><td>x</td></tr></table>",
    "<table><tr><td>x</td></tr>words</table>",
    "<table><td>no row</td></table>",
    "<span/>text",
    "a < b",
    "<p title=x>unquoted</p>",
    "<![CDATA[x]]>",
    "<svg></svg>",
    "<script>a<!--<script>x</script>",
    '<script type="math/tex">x</script>',
    '<script src="https://gist.github.com/someone/0123.js"></script>',
    "<a href='/x'><style>x</style></a>",
    '<li><input type="checkbox"> to do</li>',
    '<a data-youtube-id="abcdefghijk">a film</a>',
    "x&copy y &#150; &#55357;&#56832;",
    "line\r\nline",
    "half a character \ud83d",
    "one that is none \0",
    '<i style="font-style: normal">upright</i>',
    '<div style="font-weight: bold">bold</div>',
    '<div style="background: url(/a.png)"></div>',
    '<p class="spoiler">hidden</p>',
    '<span class="katex">x</span>',
    '<div data-youtube-id="abcdefghijk"></div>',
    '<img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7AAAAAAAAAAAA" alt="x">',
    '<a href="/x?a&copy">x</a>',
    "<iframe src='https://example.com/'>words</iframe>",
    "<blockquote>x</blockquote>\n<iframe src='https://example.com/'></iframe>",
)


@pytest.mark.parametrize("html", WRITTEN_WELL)
def test_what_is_written_well_takes_no_tree(html: str) -> None:
    assert rewrite_written_well(html, PREFIX, BASE, URL) == by_tree(html)


@pytest.mark.parametrize("html", TAKES_A_TREE)
def test_what_a_parser_reads_otherwise_than_it_is_written_takes_a_tree(html: str) -> None:
    assert rewrite_written_well(html, PREFIX, BASE, URL) is None


def test_what_is_nested_deeply_takes_a_tree() -> None:
    assert rewrite_written_well("<b>" * 300 + "x" + "</b>" * 300, PREFIX, BASE, URL) is None


TEXTS = st.sampled_from(
    (
        "",
        "words ",
        " ",
        "\n",
        "&amp;",
        "&nbsp;\xa0",
        "&copy;",
        "&copy",
        "& ",
        "&#39;",
        "&#x1F600;",
        ">",
        "é 日本",
        "[1]",
        "\x07",
    )
)
ATTRIBUTES = st.sampled_from(
    (
        'href="/a"', "href='#one'", 'href="https://example.org/blog/post#one"', 'href="?a=1&b=2&copy=3"',
        'href="gemini://example.org/b"', 'style="text-decoration: underline; font-weight: 600"',
        "href",
        'href="mailto:a@example.org"', 'src="/a.png"', 'src="pixel.gif"', 'alt=""', 'alt="picture"', "width='1'",
        'height="20"', 'id="one"', 'name="one"', 'class="a footnote"', 'class="language-py"', 'class="line"',
        'style="color:red"', 'style="font-weight:bold"', 'style="display:block"', 'style="text-align:center"',
        'align="left"', 'data-src="/b.png"', 'data-bg="/c.png"', 'srcset="a.png 1x, b.png 2x"', 'cite="/q"', 'open',
        'type="checkbox"', 'data-url="/x"', 'data-youtube="abcdefghijk"', 'class="youtube x"', 'data-id="abcdefghijk"',
        'colspan="2"', 'xml:base="/x/"', 'data-lang="py"', 'role="doc-noteref"', 'ID="two"',
    )
)  # fmt: skip
NAMES = st.sampled_from(
    "a b em i strong span p p p div ul ol li table tr td th thead tbody caption h2 h3 blockquote pre code img br hr"
    " dl dt dd figure figcaption center font tt section iframe u sup time details summary strike BR Div script style"
    " meta input html body ruby rt math svg".split()
)


@st.composite
def elements(draw: st.DrawFn, depth: int = 0) -> str:
    name = draw(NAMES)
    attributes = "".join(f" {one}" for one in draw(st.lists(ATTRIBUTES, max_size=3)))
    if name.lower() in ("br", "hr", "img", "input", "meta"):
        return f"<{name}{attributes}{draw(st.sampled_from(('', '/', ' /')))}>"
    inner = {"ul": "li", "ol": "li", "table": "tr", "tr": "td"}.get(name)
    if draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from((f"<{name}>", f"</{name}>")))
    within = "".join(draw(st.lists(elements(depth + 1) | TEXTS, max_size=3))) if depth < 5 else draw(TEXTS)
    if inner and draw(st.booleans()):
        within = f"<{inner}>{within}</{inner}>" * draw(st.integers(1, 2))
    if name == "iframe":
        within, attributes = "", ' src="https://example.com/f"'
    return f"<{name}{attributes}>{within}</{name}>"


@given(st.lists(elements() | TEXTS, max_size=5).map("".join), st.sampled_from((URL, None)))
def test_whatever_takes_no_tree_is_as_with_one(html: str, url: str | None) -> None:
    assert rewrite_written_well(html, PREFIX, BASE, url) in (None, by_tree(html, url))


@given(st.lists(elements() | TEXTS, max_size=5).map("".join))
def test_the_walk_reads_what_stands_in_the_html_that_it_writes(html: str) -> None:
    reader = TextReader()
    written = rewrite_written_well(html, PREFIX, BASE, URL, reader)
    if written is not None and sanitise(written) == written:
        assert reader.extracted() == extract_text(written)


@given(st.lists(elements() | TEXTS, max_size=5).map("".join))
def test_the_walk_over_a_tree_reads_what_stands_in_the_html_that_it_writes(html: str) -> None:
    reader = TextReader()
    written = rewrite(bounded(html), PREFIX, BASE, URL, reader)
    if sanitise(written) == written:
        assert reader.extracted() == extract_text(written)


def by_tree(html: str, url: str | None = URL) -> str:
    return rewrite(bounded(html), PREFIX, BASE, url)
