"""What is in the bodies of html_of_bodies.xml, a document like those of many sites, is found again."""

from functools import cache
from pathlib import Path

from ingest.base.models import CleanEntry
from ingest.clean.feed import clean
from ingest.parse.document import parse


@cache
def bodies() -> dict[str, CleanEntry]:
    document = Path(__file__).with_name("html_of_bodies.xml").read_bytes()
    feed = clean(parse(document, "application/rss+xml", "https://harbour.example/feed"))
    return {entry.title or "": entry for entry in feed.entries}


def test_an_element_that_is_closed_in_itself_swallows_nothing() -> None:
    entry = bodies()["Written as XHTML"]
    assert entry.text == "Before\nthe film\nEmbedded: www.youtube.com\nBetween both\nAfter"
    assert [link.url for link in entry.links] == ["https://www.youtube.com/playlist?list=PLtide"]
    assert entry.html.count("<br>") == 1


def test_lazy_pictures_are_shown() -> None:
    entry = bodies()["Lazy pictures"]
    for name in ("pier.jpg", "quay.jpg", "mole.webp", "buoy.jpg"):
        assert f'<img src="https://harbour.example/{name}"' in entry.html
    assert "blank.gif" not in entry.html
    assert entry.text == "The pier\nThe quay\nA buoy"


def test_posts_of_other_sites_leave_their_links_and_words() -> None:
    entry = bodies()["Posts of other sites"]
    assert [(link.url, link.text) for link in entry.links] == [
        ("https://www.youtube.com/watch?v=abcdefghijk", "Locks at work"),
        ("https://www.instagram.com/p/Cpier/", "Embedded: www.instagram.com"),
        ("https://www.facebook.com/harbour/posts/1", "Embedded: www.facebook.com"),
        ("https://bsky.app/profile/did:plc:quay/post/3kq", "Embedded: bsky.app"),
        ("https://sea.example/@quay/110", "Embedded: sea.example"),
        ("https://gist.github.com/quay/0a1b2c", "Embedded: gist.github.com"),
    ]
    assert {"Low water", "The end."} <= set(entry.text.split("\n"))


def test_drawings_boxes_code_marks_and_other_addresses_keep_what_they_say() -> None:
    entry = bodies()["Drawings and marks"]
    assert entry.text.split("\n") == [
        *("Gauge 2.4 m", "Flag", "☑ moored", "☐ painted", "sail()", "moor()", "Monday Tuesday"),
        "Charts (magnet:?xt=urn:btih:0a1b), +49 431 12, no",
    ]
    assert "<s>Monday</s>" in entry.html
    assert "<b>Tuesday</b>" in entry.html
    assert 'src="data:image/gif;base64,R0lGODlhEAAQ' in entry.html
    assert entry.links == ()


def test_what_is_shown_where_no_script_runs_is_shown_and_no_picture_twice() -> None:
    entry = bodies()["Without scripts"]
    assert [(link.url, link.text) for link in entry.links] == [
        ("https://poll.example/tide", "Which tide?"),
        ("https://www.youtube.com/watch?v=abcdefghijk", "Embedded: www.youtube.com"),
    ]
    assert entry.html.count("/pier.jpg") == 1
    assert entry.text.split("\n")[0] == "A poll:"
    assert entry.text.endswith("The pier A chart of tides")
