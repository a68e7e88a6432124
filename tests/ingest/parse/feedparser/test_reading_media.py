from ingest.base.models import Media
from ingest.parse.feedparser.reading import read_by_feedparser


def test_files_and_pictures_are_rows_of_media() -> None:
    feed = read_by_feedparser(
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"'
        ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>T</title><item><title>t</title>'
        '<enclosure url="https://e.example/a.mp3" type="audio/mpeg" length="9"/>'
        '<media:thumbnail url="https://e.example/t.jpg"/><itunes:duration>1:02:03</itunes:duration>'
        "<itunes:season>2</itunes:season><itunes:episode>12</itunes:episode></item></channel></rss>"
    )
    [entry] = feed.entries
    assert set(entry.media) == {
        Media("audio", "https://e.example/a.mp3", "audio/mpeg", 9),
        Media("image", "https://e.example/t.jpg"),
    }
    assert (entry.duration, entry.season, entry.episode) == (3723, 2, 12)
