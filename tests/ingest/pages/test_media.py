import pytest
from sqlite_utils import Database

from ingest.pages.entry_details import Details
from ingest.pages.media import (
    MediaRow,
    Player,
    ShownMedia,
    arranged,
    clock,
    enclosure_kind,
    license_name,
    load_media,
)
from tests.ingest.pages.archives import add_entry, add_feed

SOUND = MediaRow("audio", "https://e.example/a.mp3", "audio/mpeg")


def test_the_rows_of_an_entry_come_in_the_order_of_its_document(db: Database) -> None:
    add_feed(db)
    add_entry(db, 1)
    for kind, start in (("audio", None), ("chapter", 600), ("image", None)):
        db["media"].insert({"entry": 1, "kind": kind, "url": "https://e.example/x", "start": start})
    assert [row.kind for row in load_media(db.conn, 1)] == ["audio", "chapter", "image"]


def test_other_forms_and_chapters_are_those_of_the_first_file_that_can_be_played() -> None:
    opus = MediaRow("alternate", "https://e.example/a.opus", "audio/opus")
    torrent = MediaRow("alternate", "https://e.example/a.torrent", "application/x-bittorrent")
    late, early = (MediaRow("chapter", None, start=start) for start in (600, 0))
    film = MediaRow("video", "https://e.example/v.mp4")
    shown = arranged([SOUND, opus, late, early, film, torrent], "")
    assert shown.players == (Player(SOUND, (opus, torrent), (early, late)), Player(film))
    assert shown.players[0].sources == (SOUND, opus)
    assert shown.files == ()


def test_what_no_browser_plays_or_loads_is_a_file_to_be_linked_or_named() -> None:
    flash = MediaRow("video", "https://e.example/v", "application/x-shockwave-flash")
    magnet = MediaRow("audio", "magnet:?xt=urn:btih:1", "audio/mpeg")
    chapter = MediaRow("chapter", None, start=5, title="One")
    shown = arranged([flash, magnet, chapter], "")
    assert shown == ShownMedia((), (chapter,), (), (flash, magnet))
    assert (flash.link, magnet.link) == ("https://e.example/v", None)


@pytest.mark.parametrize("script", ["javascript:alert(1)", "data:text/html,x", " javascript:x", "vbscript:x"])
def test_what_runs_is_no_link_and_no_picture(script: str) -> None:
    row = MediaRow("image", script)
    assert row.link is None
    assert arranged([row], "").pictures == ()


def test_a_picture_of_the_text_is_not_shown_again_in_any_size() -> None:
    rows = [MediaRow("image", f"https://e.example/{name}") for name in ("a-150x150.jpg?w=1", "b.jpg")]
    shown = arranged(rows, '<p><img src="http://e.example/a.jpg?x=1&amp;y=2" alt=""></p>')
    assert shown.pictures == (rows[1],)


def test_of_one_picture_in_several_sizes_the_widest_is_shown() -> None:
    small, large = (MediaRow("image", f"https://e.example/a.jpg?w={w}", width=w) for w in (140, 460))
    assert arranged([small, large], "").pictures == (large,)


def test_a_chapter_says_where_it_starts() -> None:
    chapter = MediaRow("chapter", None, start=3723.5)
    assert (chapter.starts, chapter.fragment) == ("1:02:03", "3723.5")
    assert MediaRow("chapter", None, start=0).fragment == "0"


def test_its_fragment_is_added_to_the_address_without_another() -> None:
    assert Player(MediaRow("audio", "https://e.example/a.mp3#t=5")).address == "https://e.example/a.mp3"


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (59.9, "0:59"), (2462, "41:02"), (3723, "1:02:03"), (-5, "0:00")]
)
def test_a_time_is_shown_as_players_do(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


def test_an_enclosure_without_a_type_is_known_by_its_ending() -> None:
    assert enclosure_kind("https://example.org/a.MP3?x=1", None) == "audio"
    assert enclosure_kind("https://example.org/a.bin", "video/mp4") == "video"
    assert enclosure_kind("https://example.org/a.pdf", "application/pdf") == "file"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("https://creativecommons.org/licenses/by-sa/4.0/", "CC BY-SA 4.0"),
        ("http://creativecommons.org/publicdomain/zero/1.0", "CC0 1.0"),
        ("https://example.org/terms", "example.org"),
        ("cc-by-4.0", "cc-by-4.0"),
    ],
)
def test_a_licence_is_called_as_people_do(said: str, name: str) -> None:
    assert license_name(said) == name


def test_a_place_beyond_the_globe_has_no_map() -> None:
    assert Details(latitude=91, longitude=0).map_url is None
    assert Details(latitude=1, longitude=None).map_url is None
    assert Details(latitude=45.256, longitude=-71.92).map_url == (
        "https://www.openstreetmap.org/?mlat=45.25600&mlon=-71.92000#map=12/45.25600/-71.92000"
    )


def test_a_season_or_an_episode_alone_is_said_with_its_decimals() -> None:
    assert Details(episode=12.5).episode_label == "Episode 12.5"
    assert Details(season=2.0).episode_label == "Season 2"
    assert Details().episode_label == ""
