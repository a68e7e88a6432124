"""What feeds say beside their texts, on the pages of entries: players, chapters, transcripts, persons, pictures."""

import struct
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.conftest import IS_OLD, barriers_in_both_schemes, content_width

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

EPISODE = "/entry/62"  # of the samples
PHONE = {"width": 390, "height": 844}
WINDOWS = pytest.mark.parametrize("window", [{"width": 1280, "height": 800}, PHONE], ids=["desk", "phone"])
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:podcast="https://podcastindex.org/namespace/1.0"
 xmlns:psc="http://podlove.org/simple-chapters" xmlns:georss="http://www.georss.org/georss"
 xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>The coast</title><link>https://coast.example/</link><language>en</language>
<item><guid isPermaLink="false">1</guid><title>The mole</title><description>From all sides, at low water.</description>
<media:content url="https://coast.example/1.png" medium="image" width="1200" height="800">
<media:title>North</media:title>
<media:description>A lamp above the water</media:description><media:credit role="photographer">Ines</media:credit>
</media:content>
<media:content url="https://coast.example/2.png" medium="image">
<media:description>Steps</media:description></media:content>
</item>
<item><guid isPermaLink="false">2</guid><title>A talk</title><link>magnet:?xt=urn:btih:1</link>
<description>An hour and more on stones.</description>
<content:encoded>This talk was given at the harbour, in the open, in front of forty people and a dog.</content:encoded>
<enclosure url="https://coast.example/talk.mp3" length="512" type="audio/mpeg"/>
<source url="https://talks.example/feed">Talks by the sea</source>
<podcast:license url="https://creativecommons.org/licenses/by/4.0/">cc-by-4.0</podcast:license>
<georss:point>51.5 -3.2</georss:point>
<podcast:person role="audio post-production supervisor">Somebody Withalongname Ofthekindthatwraps</podcast:person>
{guests}<podcast:person>Ann Other</podcast:person>
<psc:chapters version="1.2">{chapters}</psc:chapters></item>
<item><guid isPermaLink="false">3</guid><title>Undated</title><pubDate>the third Sunday after Trinity</pubDate>
<description>Nobody knows when.</description></item>
</channel></rss>
"""
MOLE, TALK, UNDATED = "/entry/1", "/entry/2", "/entry/3"


@pytest.fixture(scope="module")
def coast(serve: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("coast")
    guests = "".join(f'<podcast:person role="guest">Guest Number {n}</podcast:person>' for n in range(8))
    chapters = "".join(
        f'<psc:chapter start="{n}:00" title="{"A chapter of many words " * (n % 5)}" href="https://coast.example/{n}"/>'
        for n in range(20)
    )
    (folder / "feed.xml").write_text(FEED.format(guests=guests, chapters=chapters))
    with serve(folder / "feed.xml", archive=folder / "archive.db") as address:
        yield address


def silence(seconds: int, rate: int = 3000) -> bytes:
    """A sound file (WAV, 8 bits)."""
    size = seconds * rate
    heads = (
        b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate, rate, 1, 8) + b"data" + struct.pack("<I", size)
    )
    return b"RIFF" + struct.pack("<I", len(heads) + size) + heads + b"\x80" * size


def play_silence(route: Any) -> None:
    """As servers of podcasts answer, of which a part can be asked for: without that, browsers do not seek."""
    sound = silence(240)
    begin, _, end = route.request.headers.get("range", "bytes=0-").removeprefix("bytes=").partition("-")
    first, last = int(begin), int(end or len(sound) - 1)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Type": "audio/wav",
        "Content-Range": f"bytes {first}-{last}/{len(sound)}",
    }
    route.fulfill(status=206, headers=headers, body=sound[first : last + 1])


@WINDOWS
def test_the_sample_podcast_shows_its_chapters_transcript_and_persons(
    address: str, page: Any, window: Any
) -> None:
    page.set_viewport_size(window)
    page.goto(address + EPISODE)
    chapters = page.locator(".chapters li")
    sync_api.expect(chapters).to_have_text(
        [
            "0:00 Hello",
            "3:15 Two digits, and a kind letter",
            "13:50 Paper, stone and files",
            "31:20 What each of them would leave out",
        ]
    )
    for shown in (
        chapters.last,
        page.locator("audio"),
        page.get_by_role("link", name="Transcript"),
        page.get_by_role("link", name="Opus, half the size"),
    ):
        sync_api.expect(shown).to_be_visible()
        box = shown.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= window["width"]
    said = page.locator("article dl").inner_text().split("\n")
    lines = [line.strip() for line in said if line.strip()]
    assert lines[:6] == [
        *("Host", "Priya Raman"),
        *("Guest", "Tomasz Wrona, Agnes Thorpe, Ines Valadares"),
        *("Editor", "Callum Reid"),
    ]
    assert [lines[6], lines[8], *lines[10:]] == ["Date", "Episode", "Licence", "CC BY 4.0"]


@WINDOWS
def test_a_chapter_starts_the_player_there_and_is_marked(address: str, page: Any, window: Any) -> None:
    page.set_viewport_size(window)
    page.route("**/audio/*", play_silence)
    page.goto(address + EPISODE)
    chapter = page.get_by_role("link", name="3:15 Two digits")
    chapter.focus()
    page.keyboard.press("Enter")
    sync_api.expect(page.locator(".chapters [aria-current]")).to_have_text(
        "3:15 Two digits, and a kind letter"
    )
    at, is_paused = page.locator("audio").evaluate("player => [player.currentTime, player.paused]")
    assert 195 <= at < 240
    assert not is_paused


@pytest.mark.skipif(not IS_OLD, reason="the pages are the same")
@pytest.mark.parametrize("widths", [(320, 390), (1280,)], ids=str)
@pytest.mark.parametrize("path", [MOLE, TALK, UNDATED])
def test_all_that_an_entry_says_fits_and_has_no_barrier(
    coast: str, page: Any, width_of: Any, path: str, widths: tuple[int, ...]
) -> None:
    assert width_of(page, coast + path, f"says-{path[-1]}", widths[0]) <= widths[0]
    for width in widths:
        assert content_width(page, width) <= width
        assert barriers_in_both_schemes(page) == {"light": [], "dark": []}


def test_roles_are_not_broken_within_a_word(coast: str, page: Any) -> None:
    page.set_viewport_size(PHONE)
    page.goto(coast + MOLE)
    role = page.locator("article dt").first
    assert role.inner_text() == "Photographer"
    assert role.bounding_box()["height"] < 30


def test_pictures_have_their_captions_below_and_are_described_once_to_who_hears_them(
    coast: str, page: Any
) -> None:
    page.goto(coast + MOLE)
    figures = page.locator("article figure")
    assert figures.locator("img").evaluate_all("all => all.map(one => one.alt)") == [
        "A lamp above the water",
        "Steps",
    ]
    caption = figures.first.locator("figcaption")
    assert caption.inner_text().split("\n") == ["North A lamp above the water", "Credit: Ines"]
    assert caption.locator("[aria-hidden]").inner_text() == "A lamp above the water"


def test_a_talk_says_where_it_is_from_and_what_its_address_is(coast: str, page: Any) -> None:
    page.goto(coast + TALK)
    says = page.locator("article > footer")
    sync_api.expect(says.get_by_role("link", name="Talks by the sea")).to_be_visible()
    sync_api.expect(says.get_by_text("51.500° N, 3.200° W · map")).to_be_visible()
    sync_api.expect(page.get_by_text("Original: magnet:?xt=urn:btih:1")).to_be_visible()
    assert says.locator("dt").all_inner_texts() == [
        *("Host", "Guest", "Audio post-production supervisor", "Source", "Date", "Licence", "Place")
    ]
    sync_api.expect(page.get_by_text("512 bytes")).to_be_visible()
    summary, body = page.locator("article .prose").all()
    assert summary.inner_text() == "An hour and more on stones."
    assert summary.bounding_box()["y"] < body.bounding_box()["y"]


def test_from_the_sources_to_the_entries_from_one(coast: str, page: Any) -> None:
    page.goto(f"{coast}/archive/sources")
    page.get_by_role("link", name="Talks by the sea").click()
    sync_api.expect(page.locator("td.col-title a")).to_have_text("A talk")


def test_the_credits_are_counted_by_role(coast: str, page: Any) -> None:
    page.goto(f"{coast}/archive/entry_credits")
    assert page.locator(".facet-results li a").all_inner_texts() == [
        *("guest", "audio post-production supervisor", "host", "photographer")
    ]


def test_an_undated_feed_does_not_count_as_published_at_its_import(coast: str, page: Any) -> None:
    page.goto(coast + UNDATED)
    sync_api.expect(
        page.get_by_text("dated “the third Sunday after Trinity”, which could not be read")
    ).to_be_visible()
    page.goto(coast)
    assert page.locator(".chart").count() == 0
    assert page.locator(".holdings span").all_inner_texts() == ["3 entries", "1 feed", "27 words"]
    sync_api.expect(page.get_by_text("3 entries without a date were imported on")).to_be_visible()
    page.goto(f"{coast}/feeds")
    assert [text for text in page.locator(".cells span").all_inner_texts() if text] == [
        "3 entries",
        "from a file",
    ]
