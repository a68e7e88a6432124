"""What scripts would have filled with a player or a post leaves a link with what it shows."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.models import CleanEntry, Entry, Feed
from ingest.clean.feed import clean

FILM = "https://www.youtube.com/watch?v=abcdefghijk"


def cleaned(html: str) -> CleanEntry:
    return clean(Feed("rss2.0", entries=(Entry("1", url="https://e.example/p", html=html),))).entries[0]


def links(html: str) -> list[tuple[str, str]]:
    return [(link.url, link.text) for link in cleaned(html).links]


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ('<lite-youtube videoid="abcdefghijk"></lite-youtube>', FILM),
        ('<amp-youtube data-videoid="abcdefghijk" width="5"></amp-youtube>', FILM),
        ('<div class="player" data-youtube-id="abcdefghijk"></div>', FILM),
        ('<div class="youtube" data-embed="abcdefghijk"></div>', FILM),
        ('<object><param name="movie" value="https://www.youtube.com/v/abcdefghijk"></object>', FILM),
        ('<object><embed src="https://www.youtube.com/v/abcdefghijk"></object>', FILM),
        (
            '<iframe data-cmp-src="https://www.youtube.com/embed/abcdefghijk" src="about:blank"></iframe>',
            FILM,
        ),
        ('<iframe data-cookieblock-src="//www.youtube.com/embed/abcdefghijk"></iframe>', FILM),
        ('<iframe data-blocked="https://www.youtube.com/embed/abcdefghijk"></iframe>', FILM),
        ('<script src="https://gist.github.com/ann/1a.js"></script>', "https://gist.github.com/ann/1a"),
        ('<script data-telegram-post="tides/12" src="x.js"></script>', "https://t.me/tides/12"),
        ('<div class="fb-video" data-href="https://www.facebook.com/1"></div>', "https://www.facebook.com/1"),
        (
            '<blockquote class="instagram-media" data-instgrm-permalink="https://www.instagram.com/p/Cx/?a=b"></blockquote>',
            "https://www.instagram.com/p/Cx/",
        ),
        (
            '<blockquote class="bluesky-embed" data-bluesky-uri="at://did:plc:a1/app.bsky.feed.post/3k"></blockquote>',
            "https://bsky.app/profile/did:plc:a1/post/3k",
        ),
        (
            '<blockquote class="mastodon-embed" data-embed-url="https://s.example/@ann/12/embed"></blockquote>',
            "https://s.example/@ann/12",
        ),
        (
            '<iframe class="mastodon-embed" src="https://s.example/@ann/12/embed"></iframe>',
            "https://s.example/@ann/12",
        ),
        (
            '<blockquote class="tiktok-embed" cite="https://www.tiktok.com/@ann/video/1"></blockquote>',
            "https://www.tiktok.com/@ann/video/1",
        ),
        (
            '<div class="flourish-embed" data-src="visualisation/12"></div>',
            "https://public.flourish.studio/visualisation/12/",
        ),
    ],
)
def test_what_a_script_would_have_filled_becomes_a_link_that_names_its_site(html: str, url: str) -> None:
    host = url.split("/")[2]
    assert links(html) == [(url, f"Embedded: {host}")]


def test_a_frame_is_named_by_its_title_or_by_what_it_has_for_readers_without_frames() -> None:
    assert links('<iframe src="https://e.example/x" title="Tides of Kiel"></iframe>') == [
        ("https://e.example/x", "Tides of Kiel")
    ]
    player = "https://bandcamp.com/EmbeddedPlayer/album=1/"
    album = "https://gulls.bandcamp.com/album/tides"
    assert links(f'<iframe src="{player}"><a href="{album}">Tides by Gulls</a></iframe>') == [
        (album, "Tides by Gulls")
    ]


def test_a_long_post_keeps_what_a_frame_has_for_readers_without_frames() -> None:
    frame = '<iframe src="https://bandcamp.com/EmbeddedPlayer/1"><a href="https://g.bandcamp.com/t">T</a></iframe>'
    assert links("<p>x</p>" * 1000 + frame) == [("https://g.bandcamp.com/t", "T")]


def test_a_page_that_is_written_into_its_frame_is_read_with_the_body() -> None:
    html = cleaned(
        '<iframe srcdoc="&lt;p onclick=x&gt;High &lt;b&gt;water&lt;/b&gt;&lt;/p&gt;"></iframe>'
    ).html
    assert html == "<div><p>High <b>water</b></p></div>"


def test_a_post_that_has_its_link_gets_no_second_one() -> None:
    url = "https://www.instagram.com/p/Cx/"
    post = f'<a href="{url}?u=1">A post</a>'
    quoted = f'<blockquote class="instagram-media" data-instgrm-permalink="{url}">{post}</blockquote>'
    assert links(quoted) == [(f"{url}?u=1", "A post")]
    post = '<blockquote class="wp-embedded-content"><a href="https://w.example/tide/">Tide</a></blockquote>'
    frame = '<iframe class="wp-embedded-content" src="https://w.example/tide/embed/#?secret=a"></iframe>'
    assert links(post + frame) == [("https://w.example/tide/", "Tide")]


def test_what_substack_s_scripts_show_is_linked_by_its_words() -> None:
    said = '{"url": "https://x.example/status/1", "full_text": "High water at noon"}'
    assert links(f"<div class='tweet' data-attrs='{said}'></div>") == [
        ("https://x.example/status/1", "High water at noon")
    ]
    said = '{"canonical_url": "https://a.substack.com/p/tide", "title": "The tide"}'
    assert links(f"<div class='embedded-post-wrap' data-attrs='{said}'></div>") == [
        ("https://a.substack.com/p/tide", "The tide")
    ]
    film = '<iframe src="https://www.youtube-nocookie.com/embed/abcdefghijk"></iframe>'
    html = f'<div class="youtube-wrap" data-attrs=\'{{"videoId": "abcdefghijk"}}\'>{film}</div>'
    assert links(html) == [(FILM, "Embedded: www.youtube.com")]


def test_a_form_to_subscribe_leaves_its_words_and_a_link() -> None:
    said = '{"url": "https://a.substack.com/subscribe?", "text": "Subscribe"}'
    form = '<p>Thanks for reading.</p><form><input type="email"><input type="submit"></form>'
    html = f"<div class='subscription-widget-wrap-editor' data-attrs='{said}'>{form}</div>"
    assert cleaned(html).text == "Thanks for reading.\nSubscribe"
    assert links(html) == [("https://a.substack.com/subscribe", "Subscribe")]


@pytest.mark.parametrize(
    "html",
    [
        '<div data-youtube-id="javascript:alert(1)"></div>',
        '<div class="fb-post" data-href="javascript:alert(1)"></div>',
        '<div class="tweet" data-attrs=\'{"url": "data:text/html,x"}\'></div>',
        "<div class='tweet' data-attrs='[[[['></div>",
        '<iframe data-src="javascript:alert(1)"></iframe>',
        '<script src="https://evil.example/gist.github.com/a.js"></script>',
    ],
)
def test_what_is_no_address_of_a_page_leaves_no_link(html: str) -> None:
    assert links(html) == []


@given(st.sampled_from(["data-attrs", "data-href", "data-youtube-id", "src", "data-bluesky-uri"]), st.text())
def test_any_value_is_read_or_left(name: str, value: str) -> None:
    quoted = value.replace("&", "&amp;").replace('"', "&quot;")
    html = cleaned(f'<div class="tweet fb-post bluesky-embed" {name}="{quoted}">x</div>').html
    assert all(url.startswith(("http://", "https://")) for url in re.findall('href="([^"]*)"', html))
