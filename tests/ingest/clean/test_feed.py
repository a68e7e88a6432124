"""What `clean` makes of the values of a document, one small document each."""

import re
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.models import CleanEntry, CleanFeed, Enclosure, Entry, Feed
from ingest.clean.extract_text import extract_text
from ingest.clean.feed import clean
from ingest.clean.sanitise import sanitise

URL = "https://blog.example.org/2025/a-post"
OWN_ID = re.compile(r"e[0-9a-f]{8}-\S+")
Markup = st.lists(
    st.sampled_from(
        [
            *(
                "<p>",
                "</p>",
                "<b>",
                "</b>",
                "<a href=x id=y>",
                "</a>",
                "<table>",
                "<td>",
                "</table>",
                "<svg>",
                "<style>",
                '<b style="font-weight:normal">',
                '<span style="font-weight:bold;font-style:italic;text-decoration:line-through">',
                '<pre><span class="line">',
                "<li><input type=checkbox>",
                "<a href='magnet:?x=<script>'>",
                "<svg><title>&lt;script&gt;",
                "</svg>",
            ),
            *(
                "<math><mi>",
                "</math>",
                "<pre>\n",
                "<li>",
                "<script>",
                "</script>",
                "<img src=x onerror=y>",
                "<!--",
                "-->",
            ),
            *(
                "<details open>",
                "<summary>",
                "<ruby>x<rt>y",
                "<iframe src=//e.org/>",
                "<noscript>",
                "<template>",
                "<br>",
                "<br></br>",
                "<textarea/>",
                "<picture><source srcset=x>",
                '<div role=img data-src=x.png aria-label="&quot;><script>">',
                '<iframe srcdoc="&lt;script&gt;x&lt;/script&gt;&lt;p onclick=x&gt;">',
                '<iframe title="<script>" data-cmp-src="https://youtube.com/embed/?list=x">',
                '<div class="tweet" data-attrs=\'{"url": "https://e.org/", "title": "<script>"}\'>',
                "<script src=//gist.github.com/u/x.js>",
                '<img alt="&lt;" src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==">',
            ),
            *(
                '<a href="javascript:x">',
                "<form action=x>",
                "<b id=x onclick=y>",
                "&lt;",
                "&",
                "\0",
                "\ud800",
                "x",
                "漢",
            ),
        ]
    ),
    max_size=12,
).map("".join)


def entry(html: str = "", **values: Any) -> CleanEntry:
    return feed(Entry(**{"guid": "1", "url": URL, "html": html} | values)).entries[0]


def feed(*entries: Entry, **values: Any) -> CleanFeed:
    return clean(Feed("rss2.0", entries=entries, **values))


def links(html: str, **values: Any) -> list[str]:
    return [link.url for link in entry(html, **values).links]


# HTML


@pytest.mark.parametrize(
    "html",
    [
        '<h2 lang="de">Über</h2><p dir="rtl">שלום <bdi>x</bdi><br>y<wbr>z</p><hr>',
        '<table><caption>C</caption><thead><tr><th scope="col" colspan="2">H</th></tr></thead>'
        '<tbody><tr><td align="right" rowspan="2">1</td><td>2</td></tr></tbody></table>',
        '<ol start="3" type="a" reversed=""><li value="7">x</li></ol><dl><dt>t</dt><dd>d</dd></dl>',
        '<pre><code class="language-python">a &lt; b\n  c</code></pre><p><kbd>k</kbd><samp>s</samp><var>v</var></p>',
        '<details open=""><summary>S</summary><p>H<sub>2</sub>O<sup>+</sup></p></details>',
        "<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby></p>",
        '<blockquote cite="https://e.example/"><p><q>q</q> <cite>c</cite> <abbr title="W">w</abbr></p></blockquote>',
        '<p><del datetime="2025-01-01">a</del><ins>b</ins><mark>m</mark><time datetime="2025">t</time></p>',
        "<figure><small>s</small><figcaption>F</figcaption></figure>",
        '<math display="block" alttext="x"><mi mathvariant="bold">x</mi></math>',
    ],
)
def test_what_posts_are_made_of_stays_as_it_is(html: str) -> None:
    assert entry(html).html == html


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<script>alert(1)</script>", ""),
        ("<style>p {color: red}</style>", ""),
        ('<p style="position: fixed" onclick="alert(1)">x</p>', "<p>x</p>"),
        ('<a href="javascript:alert(1)">x</a>', '<a rel="noopener noreferrer">x</a>'),
        ('<img src="data:image/png;base64,AAAA" alt="A gull">', "A gull"),
        ("<svg><text>x</text><script>alert(1)</script></svg>", "x"),
        ('<form action="/login">Name: <input name="n"><button>Go</button></form>', "<div>Name: </div>"),
        ("<x-card>x</x-card>", "x"),
        ("<p>a<!-- b -->c</p>", "<p>ac</p>"),
        ('<p class="footnotes huge">x</p>', '<p class="footnotes">x</p>'),
    ],
)
def test_what_could_do_harm_goes(html: str, left: str) -> None:
    assert entry(html).html == left


def test_a_link_tells_the_other_site_nothing() -> None:
    assert entry('<a href="https://e.example/" target="_top" ping="/p">x</a>').html == (
        '<a href="https://e.example/" rel="noopener noreferrer">x</a>'
    )


def test_an_image_is_loaded_when_it_is_seen_and_tells_the_other_site_nothing() -> None:
    html = entry(
        '<img src="https://e.example/a.png" alt="A" width="640px" height="auto" loading="eager">'
    ).html
    assert re.findall(r'(\w+)="([^"]*)"', html) == [
        *(("src", "https://e.example/a.png"), ("alt", "A"), ("width", "640")),
        *(("loading", "lazy"), ("referrerpolicy", "no-referrer")),
    ]


def test_sound_and_film_wait_until_they_are_asked_for() -> None:
    html = entry(
        '<video autoplay src="/v.mp4"></video><audio><source src="a.mp3" type="audio/mpeg"></audio>'
    ).html
    assert html == (
        '<video src="https://blog.example.org/v.mp4" controls="" preload="none"></video>'
        '<audio controls="" preload="none"><source src="https://blog.example.org/2025/a.mp3" type="audio/mpeg"></audio>'
    )


@pytest.mark.parametrize(
    "html",
    [
        '<img src="data:image/gif;base64,R0" data-src="https://e.example/a.png">',
        '<img src="https://e.example/blank.gif" data-lazy-src="https://e.example/a.png">',
        '<img data-src="/a.png" src="">'.replace("/a", "https://e.example/a"),
        '<img class="lazy" src=""><noscript><img src="https://e.example/a.png"></noscript>',
        '<img data-src="https://e.example/a.png"><noscript><img src="https://e.example/a.png"></noscript>',
        '<img style="display: none" src="x.gif"><noscript><img src="https://e.example/a.png"></noscript>',
    ],
)
def test_a_lazy_image_becomes_a_real_one(html: str) -> None:
    assert re.findall(r'src="([^"]*)"', entry(html).html) == ["https://e.example/a.png"]


def test_each_candidate_of_an_image_is_resolved() -> None:
    html = entry('<img src="a.png" srcset="a.png 1x, /b,c.png 2x, javascript:x 3x">').html
    assert 'srcset="https://blog.example.org/2025/a.png 1x, https://blog.example.org/b%2Cc.png 2x"' in html


@pytest.mark.parametrize("size", ['width="1" height="1"', 'width="0"', 'style="display:none"'])
def test_an_image_that_only_counts_readers_goes(size: str) -> None:
    assert entry(f'<p>x<img src="https://count.example/1.gif" {size}></p>').html == "<p>x</p>"


@pytest.mark.parametrize(
    ("html", "url"),
    [
        (
            '<iframe src="https://www.youtube-nocookie.com/embed/abcdefghijk?rel=0"></iframe>',
            "https://www.youtube.com/watch?v=abcdefghijk",
        ),
        ('<iframe data-src="//player.vimeo.com/video/123?h=1"></iframe>', "https://vimeo.com/123"),
        ('<embed src="https://e.example/x">', "https://e.example/x"),
        (
            '<object data="https://e.example/x"><embed src="https://e.example/y"></object>',
            "https://e.example/x",
        ),
    ],
)
def test_what_was_embedded_becomes_a_link(html: str, url: str) -> None:
    assert links(html) == [url]


def test_the_language_of_code_is_named_alike() -> None:
    for pre in (
        '<pre class="lang-c++">',
        '<pre data-lang="c++">',
        '<pre class="brush: c++; toolbar: false">',
    ):
        assert entry(f"{pre}x</pre>").html == '<pre class="language-c++">x</pre>'


# Addresses


@pytest.mark.parametrize(
    ("values", "url"),
    [
        ({"base": "https://other.example/dir/"}, "https://other.example/dir/x"),
        ({"base": "sub/"}, "https://blog.example.org/2025/sub/x"),
        ({}, "https://blog.example.org/2025/x"),
    ],
)
def test_a_relative_link_is_seen_from_the_base_else_from_the_entry(values: dict[str, str], url: str) -> None:
    assert links('<a href="x">x</a>', **values) == [url]


def test_an_element_of_xhtml_may_have_a_base_of_its_own() -> None:
    body = '<div xml:base="a/"><p xml:base="b/"><a href="1">1</a></p><a href="2">2</a></div><a href="3">3</a>'
    base = "https://e.example/"
    assert links(body, base=base) == [f"{base}a/b/1", f"{base}a/2", f"{base}3"]


def test_where_an_entry_has_no_address_its_links_are_seen_from_the_feed() -> None:
    relative = Entry("1", html='<a href="/x">x</a>')
    assert feed(relative, url="https://e.example/feed.xml").entries[0].links[0].url == "https://e.example/x"
    assert feed(relative).entries[0].links == ()


@pytest.mark.parametrize("name", ["url", "comments_url", "image_url"])
@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " jAva\tscript:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "x y:z",
    ],
)
def test_no_scheme_that_browsers_run_reaches_an_address_of_an_entry(name: str, address: str) -> None:
    cleaned = feed(Entry("1", **{name: address}), site_url="ftp://e.example/").entries[0]
    assert getattr(cleaned, name) is None


def test_no_other_scheme_reaches_an_address_of_a_feed() -> None:
    bad = dict.fromkeys(("url", "site_url", "icon_url", "hub_url"), "javascript:alert(1)")
    assert {getattr(feed(**bad), name) for name in bad} == {None}


def test_the_addresses_of_a_feed_are_seen_from_its_site() -> None:
    cleaned = feed(url="https://e.example/feed.xml", site_url="https://e.example/blog/", icon_url="i.png")
    assert cleaned.icon_url == "https://e.example/blog/i.png"


def test_an_enclosure_without_a_web_address_is_left_out() -> None:
    files = (
        Enclosure("javascript:x"),
        Enclosure(" "),
        Enclosure("a.mp3", "audio/mpeg", -1),
        Enclosure("b.mp3", None, 2**70),
    )
    assert entry(enclosures=files).enclosures == (
        Enclosure("https://blog.example.org/2025/a.mp3", "audio/mpeg"),
        Enclosure("https://blog.example.org/2025/b.mp3"),
    )


# Identifiers and links within a body


def test_identifiers_get_a_prefix_of_their_entry_s_own() -> None:
    ids = [re.findall('id="([^"]*)"', entry('<p id="top">x</p>', guid=guid).html) for guid in ("1", "2", "1")]
    assert ids[0] == ids[2] != ids[1]
    assert all(OWN_ID.fullmatch(one) for [one] in ids)


@pytest.mark.parametrize("href", ["#n1", f"{URL}#n1", "#n%31", "http://www.blog.example.org/2025/a-post/#n1"])
@pytest.mark.parametrize("anchor", ['<p id="n1">x</p>', '<a name="n1">x</a>', '<x-note id="n1">x</x-note>'])
def test_a_link_to_a_place_in_the_body_stays_in_it(href: str, anchor: str) -> None:
    html = entry(f'<a href="{href}">1</a>{anchor}').html
    (target,) = re.findall('href="#([^"]*)"', html)
    assert f'id="{target}"' in html


def test_a_link_to_a_place_elsewhere_on_the_page_leads_to_the_page() -> None:
    assert links('<a href="#comments">x</a>') == [f"{URL}#comments"]


def test_links_within_a_body_are_no_links_of_the_entry() -> None:
    assert links('<a href="#n">1</a><p id="n">x</p><a href="mailto:a@example.org">mail</a>') == []


def test_a_link_has_its_host_and_text_and_is_there_once() -> None:
    (link,) = entry(
        '<a href="https://www.E.example/x">The <b>first</b></a><a href="https://www.e.example/x">2</a>'
    ).links
    assert (link.url, link.host, link.text) == ("https://www.e.example/x", "e.example", "The first")


def test_there_is_an_end_to_links() -> None:
    assert len(links("".join(f'<a href="/{n}">x</a>' for n in range(2100)))) == 2000


# Text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("<h1>A</h1>b<ul><li>c<li>d</ul>", "A\nb\nc\nd"),
        ("un<b>break</b>able<br>line", "unbreakable\nline"),
        ("  a \n\t b&nbsp;c  ", "a b c"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("<pre>a\n  b\n\n c</pre>d\ne", "a\nb\nc\nd e"),
        ("a<script>b</script><style>c</style><template>d</template>e", "ae"),
        ("super\u00adcali&shy;fragi\u200blistic\ufeff<wbr>!", "supercalifragilistic!"),
        ('see <img src="https://e.example/a.png" alt="a gull">.', "see a gull ."),
        ("AT&amp;T &lt;b&gt;", "AT&T <b>"),
        ("<ruby>漢<rt>かん</rt>字<rt>じ</rt></ruby>の", "漢字 かんじ の"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_the_text_is_what_a_reader_would_read_aloud(html: str, text: str) -> None:
    assert entry(html).text == text


@pytest.mark.parametrize(
    ("html", "words"),
    [("Two words", 2), ("it's 3.5 — or less!", 4), ("漢字かな", 2), ("漢字 kanji", 2), ("", 0)],
)
def test_words_are_counted_in_scripts_without_spaces_too(html: str, words: int) -> None:
    assert entry(html).words == words


def test_the_excerpt_is_the_beginning_at_the_end_of_a_word() -> None:
    excerpt = entry("<p>Some</p>" + "<p>sentence, again</p>" * 40).excerpt
    assert excerpt.startswith("Some sentence, again sentence")
    assert len(excerpt) <= 280
    assert re.search(r"(sentence|again)…$", excerpt)


def test_the_excerpt_is_the_summary_where_there_is_one() -> None:
    assert entry("<p>All of it</p>", summary="<p>In <b>short</b></p>").excerpt == "In short"


# Titles and names


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("Plain", "Plain"),
        ("<b>Bold</b> &amp; <i class='x'>slanted</i>", "Bold & slanted"),
        ("What is &lt;b&gt;?", "What is <b>?"),
        ("a < b and c > d", "a < b and c > d"),
        ("On <foo> and Vec<String>", "On <foo> and Vec<String>"),
        ("<foo onclick='x'>y</foo>", "y</foo>"),
        ("two\n\n lines", "two lines"),
        ("x<br>y<p>z", "x y z"),
        ("a<script>alert(1)</script>b", "a b"),
        ("gull\u202egnp.exe\u0007", "gullgnp.exe"),
        ("\u200fשלום", "\u200fשלום"),
        ("<![CDATA[x]]", "x]]"),
        ("<img src=x onerror=alert(1)", None),
        (" &nbsp; ", None),
        ("", None),
    ],
)
def test_a_title_is_one_line_of_plain_text(markup: str, title: str | None) -> None:
    assert entry(title=markup).title == title
    assert feed(title=markup).title == title


def test_authors_and_tags_are_plain_text_and_there_once() -> None:
    cleaned = entry(authors=("<b>Ada</b>", "Ada", " ", "Grace &amp; Co"), tags=("Tides", "tides", "<i>x</i>"))
    assert cleaned.authors == ("Ada", "Grace & Co")
    assert cleaned.author == "Ada, Grace & Co"
    assert cleaned.tags == ("Tides", "x")


def test_what_is_too_long_is_cut() -> None:
    long = "word " * 10_000
    cleaned = entry(
        title=long,
        authors=(long,),
        tags=tuple(f"{n}{long}" for n in range(200)),
        url=f"https://e.example/{long}",
    )
    assert len(cleaned.title or "") <= 1000
    assert len(cleaned.author or "") <= 200
    assert len(cleaned.tags) == 100
    assert cleaned.url is None


def test_halves_of_characters_do_not_keep_an_entry_out() -> None:
    cleaned = entry("<p>\ud83d</p>", guid="g\ud83d", title="\ude00", authors=("\ud83d",))
    assert (cleaned.guid, cleaned.title, cleaned.text) == ("g\ufffd", "\ufffd", "\ufffd")


# Fingerprints


def test_the_same_entry_has_the_same_fingerprint() -> None:
    assert entry("<p>x</p>").fingerprint == entry("<p>x</p>").fingerprint


@pytest.mark.parametrize(
    "change",
    [
        {"html": "<p>y</p>"},
        {"title": "T"},
        {"tags": ("t",)},
        {"updated": "2025-01-01T00:00:00Z"},
        {"enclosures": (Enclosure("x"),)},
    ],
)
def test_any_change_of_the_document_s_entry_changes_the_fingerprint(change: dict[str, Any]) -> None:
    before = Entry("1", url=URL, html="<p>x</p>")
    assert feed(before).entries[0].fingerprint != feed(replace(before, **change)).entries[0].fingerprint


# Whatever comes


@given(st.text() | Markup)
def test_nothing_that_a_stranger_writes_is_an_error(text: str) -> None:
    everything = Entry(
        guid=text, url=text, title=text, html=text, summary=text, authors=(text,), tags=(text,), comments_url=text,
        enclosures=(Enclosure(text, text, 1),), image_url=text, language=text, base=text, published=text,
    )  # fmt: skip
    cleaned = feed(
        everything, url=text, title=text, site_url=text, description=text, icon_url=text, language=text
    )
    for value in (cleaned.title, cleaned.entries[0].guid, cleaned.entries[0].html, cleaned.entries[0].text):
        (value or "").encode()


@pytest.mark.parametrize(
    ("html", "repaired"),
    [
        ("<ul><p>x</p><li>y</li></ul>", "<ul><li><p>x</p></li><li>y</li></ul>"),
        ("<ol><li>x</li><ol><li>y</li></ol></ol>", "<ol><li>x</li><li><ol><li>y</li></ol></li></ol>"),
        ("<ul><b>x</b></ul>", "<ul><li><b>x</b></li></ul>"),
        ("<menu><p>x</p></menu>", "<div><p>x</p></div>"),
    ],
)
def test_what_stands_in_a_list_is_an_item_of_it(html: str, repaired: str) -> None:
    assert entry(html).html == repaired


def test_a_link_around_a_picture_without_words_is_named_by_where_it_leads() -> None:
    picture = '<img src="https://e.example/x.png">'
    assert 'title="e.example"' in entry(f'<a href="https://e.example/x">{picture}</a>').html
    for html in (
        f'<a href="https://e.example/x">{picture} words</a>',
        f'<a href="https://e.example/x">{picture.replace(">", " alt=words>")}</a>',
        f'<a href="https://e.example/x" title="named">{picture}</a>',
    ):
        assert 'title="e.example"' not in entry(html).html


def test_the_still_of_a_film_is_not_loaded_before_it_is_asked_for() -> None:
    assert "still" not in entry('<video src="/v.mp4" poster="/still.png"></video>').html


@pytest.mark.parametrize("moved", ['voffset="9999px"', 'lspace="-9999px"', 'height="-50em"', 'width=" -3em"'])
def test_no_part_of_a_formula_is_moved_over_what_stands_before_it(moved: str) -> None:
    html = entry(f"<math><mpadded {moved}><mtext>x</mtext></mpadded></math>").html
    assert "<mpadded><mtext>x</mtext></mpadded>" in html


@given(Markup)
def test_what_is_clean_stays_as_it_is_when_cleaned_again(html: str) -> None:
    cleaned = entry(html).html
    assert sanitise(cleaned) == cleaned


@given(Markup)
def test_the_text_and_the_links_of_an_entry_are_those_of_its_html(html: str) -> None:
    cleaned = entry(html)
    assert (cleaned.text, cleaned.links) == extract_text(cleaned.html)


@given(Markup)
def test_every_identifier_has_its_entry_s_prefix(html: str) -> None:
    for identifier in re.findall(r'\sid="([^"]*)"', entry(html).html):
        assert OWN_ID.fullmatch(identifier)


CONTROLS = [chr(code) for code in (*range(1, 32), *range(127, 160)) if chr(code) not in "\t\n\r"]


@pytest.mark.parametrize("written", [str, lambda control: f"&#{ord(control)};"])
def test_no_control_is_left_in_what_is_stored(written):
    planted = "a" + "".join(map(written, CONTROLS)) + "b"
    html = f'<p title="{planted}">{planted}<img alt="{planted}" src="https://e.example/{planted}"></p><pre>{planted}</pre>'
    stored = asdict(
        clean(
            Feed(
                "rss2.0",
                title=planted,
                description=planted,
                entries=(
                    Entry("1", html=html, title=planted, summary=html, authors=(planted,), tags=(planted,)),
                ),
            )
        )
    )
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", repr_of_texts(stored))


def repr_of_texts(value):
    """All texts in a value, however deep, as they are."""
    if isinstance(value, dict):
        value = value.values()
    return (
        value
        if isinstance(value, str)
        else "".join(map(repr_of_texts, value))
        if hasattr(value, "__iter__")
        else ""
    )


def test_a_form_feed_parts_words_in_html_as_in_text():
    assert entry("<p>one\x0ctwo\x1bthree</p>").html == "<p>one twothree</p>"


@pytest.mark.parametrize("digits", ["9" * 5000, "x" + "f" * 5000, "X" + "f" * 5000])
def test_a_reference_of_thousands_of_digits_is_no_character(digits):
    title = f"a&#{digits};b"
    assert entry(title=title).title == "a\ufffdb"
    assert feed(title=title).title == "a\ufffdb"
    assert entry(f"<p>{title}</p>").text == "a\ufffdb"


@pytest.mark.parametrize("digits", ["0" * 5000 + "65", "x" + "0" * 5000 + "41"])
def test_zeros_before_a_reference_s_number_count_for_nothing(digits):
    assert entry(title=f"&#{digits};").title == "A"
