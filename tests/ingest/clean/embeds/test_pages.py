"""The page for readers of each kind of frame."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.urls import web_url
from ingest.clean.embeds.pages import page_of, place_of, script_page

FILM = "https://www.youtube.com/watch?v=abcdefghijk"


@pytest.mark.parametrize(
    ("frame", "page"),
    [
        ("https://www.youtube.com/embed/abcdefghijk", FILM),
        ("https://www.youtube-nocookie.com/embed/abcdefghijk?rel=0&start=90", f"{FILM}&t=90"),
        ("https://www.youtube.com/v/abcdefghijk&hl=en", FILM),
        ("https://youtube.com/shorts/abcdefghijk", FILM),
        ("https://www.youtube.com/live/abcdefghijk?si=x", FILM),
        ("https://www.youtube.com/embed/abcdefghijk?list=PL1", FILM),
        (
            "https://www.youtube.com/embed/videoseries?list=PL-1_2",
            "https://www.youtube.com/playlist?list=PL-1_2",
        ),
        (
            "https://www.youtube.com/embed?listType=playlist&list=PL1",
            "https://www.youtube.com/playlist?list=PL1",
        ),
        ("https://www.youtube.com/embed/live_stream?channel=UC1", "https://www.youtube.com/channel/UC1/live"),
        ("https://player.vimeo.com/video/76979871", "https://vimeo.com/76979871"),
        (
            "https://player.vimeo.com/video/76979871?h=8272103f6e&t=5",
            "https://vimeo.com/76979871/8272103f6e#t=5",
        ),
        ("https://open.spotify.com/embed/album/4aaw?theme=0", "https://open.spotify.com/album/4aaw"),
        ("https://open.spotify.com/embed-podcast/show/4aaw", "https://open.spotify.com/show/4aaw"),
        (
            "https://w.soundcloud.com/player/?url=https%3A//soundcloud.com/a/b&color=x",
            "https://soundcloud.com/a/b",
        ),
        (
            "https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/1",
            "https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/1",
        ),
        (
            "https://embed.podcasts.apple.com/us/podcast/x/id1?i=2",
            "https://podcasts.apple.com/us/podcast/x/id1?i=2",
        ),
        ("https://player.twitch.tv/?channel=tide&parent=e.org", "https://www.twitch.tv/tide"),
        ("https://player.twitch.tv/?video=v123&parent=e.org", "https://www.twitch.tv/videos/123"),
        ("https://clips.twitch.tv/embed?clip=A-b", "https://clips.twitch.tv/A-b"),
        ("https://www.tiktok.com/embed/v2/71", "https://www.tiktok.com/@/video/71"),
        ("https://www.dailymotion.com/embed/video/x1?a=b", "https://www.dailymotion.com/video/x1"),
        ("https://geo.dailymotion.com/player/x.html?video=x1", "https://www.dailymotion.com/video/x1"),
        ("https://tube.example.org/videos/embed/9c-1?a=b", "https://tube.example.org/videos/watch/9c-1"),
        ("https://archive.org/embed/tide_1950", "https://archive.org/details/tide_1950"),
        (
            "https://www.google.com/maps/embed?pb=!1m1!2d-0.12!3d51.5!2sLondon",
            "https://www.google.com/maps/search/?api=1&query=51.5,-0.12",
        ),
        (
            "https://www.google.com/maps/embed/v1/place?key=SECRET&q=Kiel",
            "https://www.google.com/maps/search/?api=1&query=Kiel",
        ),
        (
            "https://www.openstreetmap.org/export/embed.html?bbox=1&marker=54.3,10.1",
            "https://www.openstreetmap.org/?mlat=54.3&mlon=10.1",
        ),
        ("https://codepen.io/ann/embed/preview/aBc?x=1", "https://codepen.io/ann/pen/aBc"),
        ("https://jsfiddle.net/ann/a1b2c3/embedded/result/", "https://jsfiddle.net/ann/a1b2c3/"),
        ("https://www.instagram.com/reel/Cx_1/embed/captioned/", "https://www.instagram.com/reel/Cx_1/"),
        (
            "https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Fwww.facebook.com%2Fa%2Fposts%2F1&width=5",
            "https://www.facebook.com/a/posts/1",
        ),
        (
            "https://embed.bsky.app/embed/did:plc:a1/app.bsky.feed.post/3k",
            "https://bsky.app/profile/did:plc:a1/post/3k",
        ),
        ("https://platform.twitter.com/embed/Tweet.html?dnt=1&id=12", "https://twitter.com/i/status/12"),
        (
            "https://embed.reddit.com/r/tides/comments/1/a/?x=1",
            "https://www.reddit.com/r/tides/comments/1/a/",
        ),
        ("https://t.me/tides/12?embed=1", "https://t.me/tides/12"),
        ("https://social.example.org/@ann/1234/embed", "https://social.example.org/@ann/1234"),
        ("https://blog.example.org/2025/tide/embed/#?secret=Ab1", "https://blog.example.org/2025/tide/"),
        ("https://flo.uri.sh/visualisation/12/embed", "https://public.flourish.studio/visualisation/12/"),
        ("https://datawrapper.dwcdn.net/aB1c/3/", "https://datawrapper.dwcdn.net/aB1c/3/"),
        ("https://e.example/player?id=1", "https://e.example/player?id=1"),
    ],
)
def test_a_frame_is_named_by_the_page_that_it_plays(frame: str, page: str) -> None:
    assert page_of(frame) == page


@pytest.mark.parametrize(
    ("script", "page"),
    [
        ("https://gist.github.com/ann/1a2b.js", "https://gist.github.com/ann/1a2b"),
        ("https://gist.github.com/ann/1a2b.js?file=x.py", "https://gist.github.com/ann/1a2b"),
        ("https://asciinema.org/a/12.js", "https://asciinema.org/a/12"),
        ("https://datawrapper.dwcdn.net/aB1c/embed.js", "https://datawrapper.dwcdn.net/aB1c/"),
        ("https://platform.twitter.com/widgets.js", None),
        ("https://e.example/a.js", None),
    ],
)
def test_a_script_that_writes_into_the_body_is_named_by_its_page(script: str, page: str | None) -> None:
    assert script_page(script) == page


def test_a_map_is_named_by_its_place() -> None:
    assert place_of("https://www.google.com/maps/embed?pb=!1m1!2sKiel+Canal!5e0") == "Kiel Canal"
    assert place_of("https://www.google.com/maps/embed?pb=!1s0x1!2sen!5e0") == ""


@given(st.text(max_size=60).map(lambda text: f"https://www.youtube.com/embed/{text}") | st.text())
def test_the_page_of_any_frame_is_an_address(text: str) -> None:
    if url := web_url(text):
        assert web_url(page_of(url)) is not None
