"""Films and posts with pictures: what is said of a file is the file's, and of a film alone it is the text."""

import pytest

from ingest.base.models import Enclosure, Entry, Media
from ingest.clean.feed import clean
from ingest.parse.document import parse

MRSS = "http://search.yahoo.com/mrss/"
FILM = """<feed xmlns="http://www.w3.org/2005/Atom"
 xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:m="NAMESPACE">
<entry><id>yt:video:x</id><yt:videoId>x</yt:videoId><title>Low water</title>
<link href="https://films.example/x"/>
<m:group><m:title>Low water</m:title>
<m:content url="https://films.example/x.mp4" type="video/mp4" width="640" height="390" duration="95"/>
<m:thumbnail url="https://films.example/x.jpg" width="480" height="360"/>
<m:description>What &lt;b&gt;bold&lt;/b&gt; does, and Vec&lt;T&gt;.

Notes: https://films.example/n?a=1&amp;b=2
00:00 Ebb
01:10 Flood</m:description>
<m:community><m:starRating count="12" average="4.5" min="1" max="5"/><m:statistics views="345"/></m:community>
</m:group></entry></feed>"""


def rss(inside: str) -> Entry:
    (entry,) = parse(
        f'<rss version="2.0" xmlns:media="{MRSS}"><channel><item>{inside}</item></channel></rss>'.encode()
    ).entries
    return entry


@pytest.mark.parametrize("namespace", [MRSS, MRSS[:-1], MRSS.replace("http:", "https:")])
def test_a_film_has_its_description_as_text_with_its_lines_and_all_that_is_said_of_it(namespace: str) -> None:
    (entry,) = parse(FILM.replace("NAMESPACE", namespace).encode()).entries
    assert entry.html == (
        "<p>What &lt;b&gt;bold&lt;/b&gt; does, and Vec&lt;T&gt;.</p>\n"
        "<p>Notes: https://films.example/n?a=1&b=2<br>\n00:00 Ebb<br>\n01:10 Flood</p>"
    )
    assert entry.media == (
        Media(
            "video",
            "https://films.example/x.mp4",
            "video/mp4",
            width=640,
            height=390,
            duration=95,
            title="Low water",
        ),
        Media("image", "https://films.example/x.jpg", width=480, height=360),
    )
    assert (entry.duration, entry.image_url) == (95, "https://films.example/x.jpg")
    ratings = {"media:starRating": {"@count": "12", "@average": "4.5", "@min": "1", "@max": "5"}}
    views = {"media:statistics": {"@views": "345"}}
    assert entry.extra == (
        {"yt:videoId": "x"},
        {"media:group": {"#": [{"media:community": {"#": [ratings, views]}}]}},
    )


@pytest.mark.parametrize(
    ("description", "html"),
    [
        ('type="html">&lt;p&gt;A &lt;b&gt;b&lt;/b&gt;&lt;/p&gt;', "<p>A <b>b</b></p>"),
        ('type="plain">A &lt;b&gt;b&lt;/b&gt; &amp;amp; c', "<p>A &lt;b&gt;b&lt;/b&gt; &amp;amp; c</p>"),
        (">A &lt;b&gt;b&lt;/b&gt;", "<p>A &lt;b&gt;b&lt;/b&gt;</p>"),
        (">&lt;p&gt;A &lt;b&gt;b&lt;/b&gt;&lt;/p&gt;", "<p>A <b>b</b></p>"),
        (">See &lt;a href='/b'&gt;b&lt;/a&gt;.", "See <a href='/b'>b</a>."),
        ("><![CDATA[One\nTwo &amp; three]]>", "<p>One<br>\nTwo &amp; three</p>"),
    ],
)
def test_a_description_is_text_unless_it_is_said_or_sure_to_be_html(description: str, html: str) -> None:
    assert (
        rss(
            f"<guid>1</guid><media:group><media:description {description}</media:description></media:group>"
        ).html
        == html
    )


PICTURES = (
    '<media:content url="https://s.example/1.png" type="image/png" fileSize="100" medium="image">'
    '<media:description type="plain">A gull on a pole, and behind it the harbour</media:description></media:content>'
    '<media:content url="https://s.example/2.png" type="image/png" medium="image"/>'
    '<media:content url="https://s.example/3.mp4" type="video/mp4" fileSize="300" medium="video">'
    '<media:rating scheme="urn:simple">nonadult</media:rating>'
    '<media:description type="plain">Waves &amp; wind</media:description></media:content>'
)


@pytest.mark.parametrize("pictures", [PICTURES, f"<media:group>{PICTURES}</media:group>"])
def test_a_post_with_pictures_is_the_post_and_each_picture_has_what_it_shows(pictures: str) -> None:
    post = "&lt;p&gt;Low water, at &lt;a href='https://p.example/'&gt;the pole&lt;/a&gt;&lt;/p&gt;"
    for order in (
        f"<description>{post}</description>{pictures}",
        f"{pictures}<description>{post}</description>",
    ):
        entry = rss(f"<guid>1</guid>{order}")
        assert (entry.html, entry.summary) == (
            "<p>Low water, at <a href='https://p.example/'>the pole</a></p>",
            "",
        )
        assert entry.media == (
            Media(
                "image",
                "https://s.example/1.png",
                "image/png",
                100,
                description="A gull on a pole, and behind it the harbour",
            ),
            Media("image", "https://s.example/2.png", "image/png"),
            Media(
                "video", "https://s.example/3.mp4", "video/mp4", 300, description="Waves &amp; wind"
            ),  # HTML
        )
        assert entry.enclosures == (Enclosure("https://s.example/3.mp4", "video/mp4", 300),)
        assert entry.image_url == "https://s.example/1.png"


def test_words_and_links_of_a_post_with_pictures_are_found() -> None:
    post = "&lt;p&gt;At &lt;a href='https://p.example/'&gt;the pole&lt;/a&gt;&lt;/p&gt;"
    item = f"<item><guid>1</guid><description>{post}</description>{PICTURES}</item>"
    document = f'<rss version="2.0" xmlns:media="{MRSS}"><channel>{item}</channel></rss>'
    (entry,) = clean(parse(document.encode())).entries
    assert (entry.text, [link.url for link in entry.links]) == ("At the pole", ["https://p.example/"])
    assert entry.media[2].description == "Waves & wind"


def test_a_picture_without_words_has_no_text() -> None:
    assert rss(f"<guid>1</guid>{PICTURES}").html == ""
