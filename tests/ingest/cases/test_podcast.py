"""A podcast that says all that the namespaces of podcasts know."""

from ingest.base.models import Credit, Enclosure, Media
from ingest.parse.document import parse

PODCAST = """<rss version="2.0" xmlns:i="http://www.itunes.com/DTDs/Podcast-1.0.dtd"
 xmlns:p="https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"
 xmlns:c="https://podlove.org/simple-chapters/"><channel><title>Tides</title>
<i:owner><i:name>Ann</i:name><i:email>ann@tides.example</i:email></i:owner>
<i:category text="Science"><i:category text="Nature"/></i:category>
<p:funding url="https://tides.example/give">Give</p:funding><p:guid>0a1b</p:guid><copyright>2025 Ann</copyright>
<item><guid isPermaLink="false">7</guid><title>Neap</title><description>Notes</description>
<enclosure url="https://tides.example/7.mp3" length="1000" type="audio/mpeg"/>
<i:duration>62:03</i:duration><i:season>3</i:season><p:episode display="Bonus">7.5</p:episode>
<i:episodeType>bonus</i:episodeType><i:subtitle>In brief</i:subtitle><i:explicit>no</i:explicit>
<p:license url="https://tides.example/licence">cc-by-4.0</p:license>
<p:location geo="geo:54.5,-1.25;u=100" osm="R1">Whitby</p:location>
<p:person>Ann</p:person><p:person role="Guest" group="cast" href="https://bob.example/">Bob</p:person>
<p:transcript url="https://tides.example/7.srt" type="application/x-subrip" language="de"/>
<p:transcript url="https://tides.example/7.html" type="text/html"/>
<p:chapters url="https://tides.example/7.json" type="application/json+chapters"/>
<c:chapters><c:chapter start="0" title="Ebb"/>
<c:chapter start="1:02:03.250" title="Flood" href="https://tides.example/flood"/></c:chapters>
<p:alternateEnclosure type="audio/opus" length="400" title="Small"><p:source uri="https://tides.example/7.opus"/>
</p:alternateEnclosure><p:soundbite startTime="73.0" duration="60.0">Listen</p:soundbite></item></channel></rss>"""


def test_what_people_look_for_has_columns_and_rows_of_its_own() -> None:
    (entry,) = parse(PODCAST.encode()).entries
    assert (entry.duration, entry.season, entry.episode) == (3723, 3, 7.5)
    assert entry.license == "https://tides.example/licence"
    assert (entry.latitude, entry.longitude) == (54.5, -1.25)
    assert entry.credits == (Credit("Ann", "host"), Credit("Bob", "guest"))
    assert entry.enclosures == (Enclosure("https://tides.example/7.mp3", "audio/mpeg", 1000),)
    assert entry.media == (
        Media("audio", "https://tides.example/7.mp3", "audio/mpeg", 1000),
        Media("transcript", "https://tides.example/7.srt", "application/x-subrip", language="de"),
        Media("transcript", "https://tides.example/7.html", "text/html"),
        Media("chapters", "https://tides.example/7.json", "application/json+chapters"),
        Media("chapter", start=0, title="Ebb"),
        Media("chapter", "https://tides.example/flood", start=3723.25, title="Flood"),
        Media("alternate", "https://tides.example/7.opus", "audio/opus", 400, title="Small"),
    )


def test_all_else_of_an_episode_is_kept_as_it_is_written() -> None:
    (entry,) = parse(PODCAST.encode()).entries
    assert {name: value for element in entry.extra for name, value in element.items()} == {
        "podcast:episode": {"@display": "Bonus", "#": "7.5"},
        "itunes:episodeType": "bonus",
        "itunes:subtitle": "In brief",
        "itunes:explicit": "no",
        "podcast:license": {"@url": "https://tides.example/licence", "#": "cc-by-4.0"},
        "podcast:location": {"@geo": "geo:54.5,-1.25;u=100", "@osm": "R1", "#": "Whitby"},
        "podcast:person": {"@role": "Guest", "@group": "cast", "@href": "https://bob.example/", "#": "Bob"},
        "podcast:soundbite": {"@startTime": "73.0", "@duration": "60.0", "#": "Listen"},
    }


def test_so_is_what_a_podcast_says_of_itself() -> None:
    assert parse(PODCAST.encode()).extra == (
        {"itunes:owner": {"#": [{"itunes:name": "Ann"}, {"itunes:email": "ann@tides.example"}]}},
        {"itunes:category": {"@text": "Science", "#": [{"itunes:category": {"@text": "Nature"}}]}},
        {"podcast:funding": {"@url": "https://tides.example/give", "#": "Give"}},
        {"podcast:guid": "0a1b"},
        {"copyright": "2025 Ann"},
    )
