"""A JSON Feed of links and recordings that says all that the format knows, and more."""

from pathlib import Path

from ingest.base.models import Enclosure, Entry, Feed, Media
from ingest.parse.document import parse

TIDES = Entry(
    guid="41",
    url="https://shore.example/notes/tides",
    title="Tide tables — &lt;new&gt;",
    html='<p>They are <a href="tables">out</a>: high water at six.</p>',
    summary="<p>On the tables of the year</p>",
    authors=("Jo",),
    tags=("tides", "tables"),
    enclosures=(
        Enclosure("https://shore.example/notes/sound/tides.mp3", "audio/mpeg", 1048576),
        Enclosure("https://shore.example/notes/sound/tides.vtt", "text/vtt"),
    ),
    published="2025-03-01T05:00:00Z",
    image_url="https://shore.example/notes/tides.jpg",
    language="en",
    media=(
        Media("image", "https://shore.example/notes/tides.jpg"),
        Media("image", "https://shore.example/banner.jpg"),
        Media(
            "audio",
            "https://shore.example/notes/sound/tides.mp3",
            "audio/mpeg",
            length=1048576,
            duration=95,
            title="Read aloud",
        ),
        Media("transcript", "https://shore.example/notes/sound/tides.vtt", "text/vtt"),
    ),
    external_url="https://elsewhere.example/tide-tables?year=2025",
    duration=95,
    extra=(
        {"authors": [{"name": "Jo", "avatar": "https://shore.example/jo.png"}]},
        {"attachments": [{"url": "sound/tides.vtt", "_lang": "en"}]},
        {"_rating": {"stars": 4, "by": ["Jo"]}},
    ),
)

PLAIN = Entry(
    guid="42",
    html=(
        "<p>if a &lt; b then Vec&lt;T&gt; is &lt;b&gt;bold&lt;/b&gt;</p>\n"
        "<p>And a second paragraph,<br>\nof two lines.</p>"
    ),
    authors=("Mara",),
    language="de",
    published_text="the day after",
)

MAGNET = Entry(guid="43", url="magnet:?xt=urn:btih:abc", authors=("Mara",), language="en")


def test_all_that_it_says_has_its_place() -> None:
    body = Path(__file__).with_name("podcast_of_links.json").read_bytes()
    assert parse(body) == Feed(
        format="json1.1",
        url="https://shore.example/feed.json?token=s3cret",
        title="Shore notes",
        site_url="https://shore.example/notes/",
        description="Links &amp; sound from the shore",
        icon_url="https://shore.example/icon.png",
        language="en",
        hub_url="https://hub.example/",
        entries=(TIDES, PLAIN, MAGNET),
        extra=(
            {"user_comment": "Paste this address into a feed reader."},
            {"favicon": "/favicon.ico"},
            {"authors": [{"name": "Mara", "url": "https://shore.example/mara", "avatar": "/mara.jpg"}]},
            {"expired": False},
            {"_podcast": {"category": ["Science", {"sub": "Nature"}]}},
        ),
    )
