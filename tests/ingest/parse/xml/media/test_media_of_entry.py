import pytest

from ingest.base.models import Media
from tests.ingest.parse.xml.media.items import item_entry, left_over, media_rows


def test_an_enclosure_is_a_row_with_its_type_and_length() -> None:
    assert media_rows('<enclosure url="https://e.example/a.mp3" type="audio/mpeg" length="9"/>') == [
        {"kind": "audio", "url": "https://e.example/a.mp3", "type": "audio/mpeg", "length": 9}
    ]


def test_an_enclosure_that_is_given_as_text_is_taken() -> None:
    assert media_rows("<enclosure>https://e.example/a%20b.mp3</enclosure>") == [
        {"kind": "audio", "url": "https://e.example/a%20b.mp3"}
    ]


def test_an_atom_enclosure_has_a_title_and_a_language() -> None:
    link = '<atom:link rel="enclosure" href="https://e.example/s" type="application/pdf" title="Slides" hreflang="de"/>'
    assert media_rows(link) == [
        {
            "kind": "file",
            "url": "https://e.example/s",
            "type": "application/pdf",
            "title": "Slides",
            "language": "de",
        }
    ]
    assert left_over(link) == "[]"


def test_media_come_in_the_order_of_the_document() -> None:
    rows = media_rows(
        '<itunes:image href="https://e.example/i.jpg"/>'
        '<podcast:transcript url="https://e.example/t.srt" type="text/srt"/>'
        '<enclosure url="https://e.example/a.mp3" type="audio/mpeg"/>'
    )
    assert [row["kind"] for row in rows] == ["image", "transcript", "audio"]


def test_the_same_file_is_one_row_with_all_that_is_said_of_it() -> None:
    elements = (
        '<enclosure url="https://e.example/a.mp3" type="audio/mpeg" length="9"/>'
        '<media:content url="https://e.example/a.mp3" type="audio/mpeg" duration="185" fileSize="9" lang="en"/>'
    )
    assert media_rows(elements) == [
        {
            "kind": "audio",
            "url": "https://e.example/a.mp3",
            "type": "audio/mpeg",
            "length": 9,
            "duration": 185,
            "language": "en",
        }
    ]
    assert left_over(elements) == "[]"


def test_of_two_values_of_one_field_the_first_counts_and_the_other_is_kept_in_extra() -> None:
    elements = (
        '<enclosure url="https://e.example/a.mp3" type="audio/mpeg"/>'
        '<media:content url="https://e.example/a.mp3" type="audio/mp3"/>'
    )
    assert media_rows(elements)[0]["type"] == "audio/mpeg"
    assert "audio/mp3" in left_over(elements)


@pytest.mark.parametrize(
    "element",
    [
        '<itunes:image href="https://e.example/i.jpg"/>',
        "<itunes:image>https://e.example/i.jpg</itunes:image>",
        '<googleplay:image href="https://e.example/i.jpg"/>',
        '<webfeeds:cover image="https://e.example/i.jpg"/>',
        '<rawvoice:poster url="https://e.example/i.jpg"/>',
        "<image><url>https://e.example/i.jpg</url></image>",
        "<image>https://e.example/i.jpg</image>",
        '<media:thumbnail url="https://e.example/i.jpg"/>',
        '<podcast:image href="https://e.example/i.jpg"/>',
    ],
)
def test_a_picture_is_found_however_it_is_said(element: str) -> None:
    assert media_rows(element) == [{"kind": "image", "url": "https://e.example/i.jpg"}]
    assert left_over(element) == "[]"


def test_of_a_set_of_pictures_the_widest_is_a_row_and_the_set_is_kept() -> None:
    element = '<podcast:images srcset="https://e.example/1500.jpg 1500w, https://e.example/300.jpg 300w"/>'
    assert media_rows(element) == [{"kind": "image", "url": "https://e.example/1500.jpg", "width": 1500}]
    assert "300.jpg" in left_over(element)


def test_transcripts_have_their_types_and_languages() -> None:
    rows = media_rows(
        '<podcast:transcript url="https://e.example/t.vtt" type="text/vtt" language="en"/>'
        '<podcast:transcript url="https://e.example/t.html" type="text/html" language="de"/>'
    )
    assert [(row["kind"], row["type"], row["language"]) for row in rows] == [
        ("transcript", "text/vtt", "en"),
        ("transcript", "text/html", "de"),
    ]


def test_chapters_are_rows_and_a_list_of_them_is_a_file() -> None:
    elements = (
        '<psc:chapters version="1.2"><psc:chapter start="00:00:00" title="Opening"/>'
        '<psc:chapter start="10:00.5" title="Main" href="https://e.example/m"/></psc:chapters>'
        '<podcast:chapters url="https://e.example/c.json" type="application/json+chapters"/>'
    )
    assert media_rows(elements) == [
        {"kind": "chapter", "start": 0, "title": "Opening"},
        {"kind": "chapter", "start": 600.5, "title": "Main", "url": "https://e.example/m"},
        {"kind": "chapters", "url": "https://e.example/c.json", "type": "application/json+chapters"},
    ]
    assert left_over(elements) == "[]"


def test_a_chapter_without_a_time_is_kept_in_extra() -> None:
    elements = '<psc:chapters><psc:chapter start="soon" title="Opening"/></psc:chapters>'
    assert media_rows(elements) == [] and "Opening" in left_over(elements)


def test_another_form_of_a_file_is_a_row_at_each_of_its_addresses() -> None:
    rows = media_rows(
        '<podcast:alternateEnclosure type="audio/opus" length="3" title="Low">'
        '<podcast:source uri="https://e.example/a.opus"/>'
        '<podcast:source uri="https://e.example/a.torrent" contentType="application/x-bittorrent"/>'
        "</podcast:alternateEnclosure>"
    )
    assert rows == [
        {
            "kind": "alternate",
            "url": "https://e.example/a.opus",
            "type": "audio/opus",
            "length": 3,
            "title": "Low",
        },
        {
            "kind": "alternate",
            "url": "https://e.example/a.torrent",
            "type": "application/x-bittorrent",
            "length": 3,
            "title": "Low",
        },
    ]


def test_addresses_are_resolved_against_the_base_of_the_document() -> None:
    entry = item_entry(
        '<media:group xml:base="https://b.example/d/"><media:content url="a.mp4" type="video/mp4"/></media:group>'
    )
    assert entry.media == (Media("video", "https://b.example/d/a.mp4", "video/mp4"),)


def test_an_episode_has_its_duration_season_and_number() -> None:
    entry = item_entry(
        "<itunes:duration>01:02:03</itunes:duration><itunes:season>2</itunes:season><itunes:episode>12</itunes:episode>"
    )
    assert (entry.duration, entry.season, entry.episode, entry.extra) == (3723, 2, 12, ())


def test_decimals_of_the_podcast_namespace_come_first_and_the_other_number_is_kept() -> None:
    elements = '<itunes:episode>12</itunes:episode><podcast:episode display="12½">12.5</podcast:episode>'
    assert item_entry(elements).episode == 12.5
    assert '"itunes:episode": "12"' in left_over(elements) and "\\u00bd" in left_over(elements)


def test_a_duration_that_cannot_be_read_is_kept_in_extra() -> None:
    elements = "<itunes:duration>about an hour</itunes:duration>"
    assert item_entry(elements).duration is None
    assert left_over(elements) == '[{"itunes:duration": "about an hour"}]'


def test_without_a_duration_of_its_own_an_entry_has_that_of_its_film() -> None:
    assert (
        item_entry('<media:content url="https://e.example/a.mp4" type="video/mp4" duration="61"/>').duration
        == 61
    )


def test_hundreds_of_thousands_of_files_are_bounded_and_the_rest_is_kept() -> None:
    files = "".join(f'<enclosure url="https://e.example/{number}.mp3"/>' for number in range(1200))
    entry = item_entry(files)
    assert len(entry.media) == 1000
    assert len(entry.extra) == 200
