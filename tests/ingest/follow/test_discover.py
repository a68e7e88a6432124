import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.http_url import BadAddress, parse_http_url
from ingest.follow.discover import MOST_CANDIDATES, Candidate, candidates

PAGE = "https://example.com/blog/post.html"


def named(html: str | bytes, url: str = PAGE) -> list[Candidate]:
    return list(candidates(html, url).named)


def linked(html: str, url: str = PAGE) -> list[str]:
    return [candidate.url for candidate in candidates(html, url).linked]


def test_feeds_that_the_page_names_come_with_their_titles() -> None:
    html = """
        <link rel="alternate" type="application/rss+xml" title="All &amp; everything" href="/feed">
        <LINK REL='Alternate Home' TYPE='application/atom+xml; charset=utf-8' HREF=atom.xml>
        <link rel=alternate type=application/feed+json href="//other.example/feed.json#top" />
    """
    assert named(html) == [
        Candidate("https://example.com/feed", "All & everything"),
        Candidate("https://example.com/blog/atom.xml"),
        Candidate("https://other.example/feed.json"),
    ]


@pytest.mark.parametrize(
    "html",
    [
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">',
        '<link rel="alternate" type="application/json+oembed" href="/oembed?url=feed">',
        '<link rel="alternate" hreflang="de" href="/de/">',
        '<link rel="alternate stylesheet" type="text/css" href="/feed">',
        '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
        '<link rel="alternate" type="application/rss+xml" href="http://[::1">',
        '<link rel="alternate" type="application/rss+xml">',
        '<!-- <link rel="alternate" type="application/rss+xml" href="/old"> -->',
        """<script>write('<link rel="alternate" type="application/rss+xml" href="/old">')</script>""",
    ],
)
def test_what_a_page_names_for_other_ends_is_no_candidate(html: str) -> None:
    assert named(html) == []


def test_feeds_of_comments_come_last() -> None:
    html = """
        <link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
        <link rel="alternate" type="application/rss+xml" title="Posts" href="/feed/">
    """
    assert [candidate.title for candidate in named(html)] == ["Posts", "Comments"]


def test_one_feed_under_two_spellings_is_one_candidate() -> None:
    html = """
        <link rel="alternate" type="application/rss+xml" title="First" href="/feed">
        <link rel="alternate" type="application/rss+xml" title="Second" href="HTTP://EXAMPLE.com:80/feed/">
        <a href="/feed">RSS</a>
    """
    found = candidates(html, PAGE)
    assert found.named == (Candidate("https://example.com/feed", "First"),)
    assert found.linked == ()


def test_relative_addresses_are_relative_to_the_base_that_the_page_sets() -> None:
    html = '<base href="/elsewhere/"><link rel="alternate" type="application/rss+xml" href="feed">'
    assert named(html) == [Candidate("https://example.com/elsewhere/feed")]


def test_credentials_that_a_page_writes_into_an_address_are_dropped() -> None:
    html = '<link rel="alternate" type="application/rss+xml" href="https://me:secret@example.com/feed">'
    assert named(html) == [Candidate("https://example.com/feed")]


def test_a_title_is_fit_for_a_terminal() -> None:
    html = '<link rel="alternate" type="application/rss+xml" title="\x1b[2J&#27;[31m\n Red  feed\x9b" href="/feed">'
    assert named(html) == [Candidate("https://example.com/feed", "[2J[31m Red feed")]


def test_a_page_is_read_in_the_encoding_that_it_names() -> None:
    html = (
        '<meta charset="iso-8859-2"><link rel=alternate type=application/rss+xml title="Źródło" href=/feed>'
    )
    assert named(html.encode("iso-8859-2")) == [Candidate("https://example.com/feed", "Źródło")]


def test_a_page_without_a_word_on_feeds_may_have_those_of_its_proper_address() -> None:
    channel = "UC" + "a" * 22
    html = f'<link rel="canonical" href="https://www.youtube.com/channel/{channel}">'
    feed = f"https://www.youtube.com/feeds/videos.xml?channel_id={channel}"
    assert named(html, "https://www.youtube.com/@someone") == [Candidate(feed)]


def test_links_that_look_like_a_feed_are_found_by_address_type_or_words() -> None:
    html = """
        <a href="/about">About</a>
        <a href="https://feeds.elsewhere.example/someone.rss">By mail</a>
        <a class="x" href='news.xml' type="application/atom+xml"><b>News</b></a>
        <a href="/subscribe"><svg><path d="M0 0"></path></svg> Subscribe via <i>RSS</i></a>
        <a href="feed://example.com/feeds/all">Everything</a>
        <a href="/feedback">Feedback</a>
        <a href="mailto:rss@example.com">RSS</a>
    """
    assert linked(html) == [
        "https://example.com/blog/news.xml",
        "https://example.com/subscribe",
        "https://example.com/feeds/all",
        "https://feeds.elsewhere.example/someone.rss",
    ]


def test_the_usual_places_are_those_of_the_folder_and_of_the_site() -> None:
    usual = [candidate.url for candidate in candidates("", "https://example.com/blog/?page=2").usual]
    assert usual[0] == "https://example.com/blog/feed"
    assert "https://example.com/feed.json" in usual
    assert len(usual) == len(set(usual)) == 14


def test_a_page_at_the_root_has_each_usual_place_once() -> None:
    assert len(candidates("", "https://example.com").usual) == 7


def test_what_is_no_web_address_has_no_candidates() -> None:
    with pytest.raises(BadAddress):
        candidates("", "file:///etc/passwd")


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 400_000,
        "<a href=/feed>" * 140_000,
        "<a href='/feed" * 140_000,
        "<a \"<a '" * 250_000,
        "<!--" * 500_000,
        "<script>" * 250_000,
        "<a " + " ".join(f"feed{number}=1" for number in range(150_000)) + ">",
        "<link rel=alternate type=application/rss+xml href=/" + "a" * 2_000_000 + ">",
        "<link rel=alternate type=application/rss+xml href=/feed" + "&amp;" * 400_000 + ">",
        "".join(
            f"<link rel=alternate type=application/rss+xml href=/feed{number}>" for number in range(40_000)
        ),
    ],
    ids=range(10),
)
def test_a_page_made_to_keep_a_reader_busy_does_not(html: str) -> None:
    found = candidates(html, PAGE)
    assert len(found.named) <= MOST_CANDIDATES and len(found.linked) <= MOST_CANDIDATES


@given(
    st.text()
    | st.binary()
    | st.lists(st.sampled_from(["<a ", "<link ", "<base ", "href=", "rel=alternate ", "'", '"', ">", "feed", "</a>"]))
    .map("".join)
)  # fmt: skip
def test_any_page_has_candidates_that_can_be_asked_for(html: str | bytes) -> None:
    found = candidates(html, PAGE)
    for candidate in (*found.named, *found.linked, *found.usual):
        assert str(parse_http_url(candidate.url)[0]) == candidate.url
