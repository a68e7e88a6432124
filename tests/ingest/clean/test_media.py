"""What goes with an entry, as it is stored."""

from typing import Any

import pytest

from ingest.base.models import CleanEntry, Credit, Enclosure, Entry, Feed, Media, Source
from ingest.clean.feed import clean

BASE = "https://blog.example.org/2025/a-post"


def entry(**values: Any) -> CleanEntry:
    return clean(Feed("rss2.0", entries=(Entry(**{"guid": "1", "url": BASE} | values),))).entries[0]


def test_media_have_absolute_addresses_and_plain_texts() -> None:
    said = Media(
        "image", "pictures/1.png", "image/png", 5, title="A <b>harbour</b>", description="Boats &amp;\n gulls"
    )
    [cleaned] = entry(media=(said,)).media
    assert cleaned == Media(
        "image",
        "https://blog.example.org/2025/pictures/1.png",
        "image/png",
        5,
        title="A harbour",
        description="Boats & gulls",
    )


def test_numbers_beyond_what_can_be_are_left_out() -> None:
    said = Media("video", "/1", None, -1, float("nan"), float("inf"), 10**9, 0)
    assert entry(media=(said,)).media == (Media("video", "https://blog.example.org/1"),)


def test_a_chapter_needs_no_address_but_all_that_says_nothing_is_left_out() -> None:
    said = (
        Media("chapter", start=0.0),
        Media("image", "javascript:x"),
        Media("image"),
        Media("file", title=" "),
    )
    assert entry(media=said).media == (Media("chapter", start=0),)


def test_a_kind_that_nobody_knows_is_a_file() -> None:
    assert entry(media=(Media("hologram", "/1"),)).media[0].kind == "file"  # type: ignore[arg-type]


def test_there_are_bounds_to_how_many() -> None:
    assert len(entry(media=[Media("image", f"/{n}") for n in range(5000)]).media) == 1000
    assert len(entry(enclosures=[Enclosure(f"/{n}") for n in range(5000)]).enclosures) == 100


@pytest.mark.parametrize("name", ["url", "comments_url", "external_url", "license"])
def test_addresses_of_other_schemes_stay(name: str) -> None:
    assert getattr(entry(**{name: "gemini://example.org/1"}), name) == "gemini://example.org/1"


def test_so_do_those_of_files_and_sources() -> None:
    magnet = "magnet:?xt=urn:btih:1"
    cleaned = entry(
        enclosures=(Enclosure(magnet),), media=(Media("video", magnet),), source=Source(None, magnet)
    )
    assert (cleaned.enclosures[0].url, cleaned.media[0].url) == (magnet, magnet)
    assert cleaned.source == Source(None, magnet)


def test_an_address_that_is_none_of_the_web_is_no_base() -> None:
    cleaned = entry(url="gemini://example.org/1", html='<a href="/2">x</a>')
    assert cleaned.html == "<a>x</a>" or "href" not in cleaned.html


def test_a_credit_is_one_for_a_person_and_a_role() -> None:
    said = (
        Credit(" Ada <b>L</b>", "Guest"),
        Credit("ada l", "guest"),
        Credit("Ada L", ""),
        Credit("", "host"),
    )
    assert entry(credits=said).credits == (Credit("Ada L", "guest"), Credit("Ada L", "contributor"))


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by/4.0/"),
        ("//creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by/4.0/"),
        ("cc-by-4.0", "cc-by-4.0"),
        ("All rights reserved", "All rights reserved"),
        ("Note: mine", "Note: mine"),
        ("", None),
    ],
)
def test_a_licence_is_its_address_or_its_name(said: str, kept: str | None) -> None:
    assert entry(license=said).license == kept


@pytest.mark.parametrize(
    ("said", "kept"),
    [((1.5, -2), (1.5, -2)), ((90, 180), (90, 180)), ((91, 0), (None, None)), ((1, None), (None, None))],
)
def test_a_place_is_on_the_earth(said: Any, kept: Any) -> None:
    cleaned = entry(latitude=said[0], longitude=said[1])
    assert (cleaned.latitude, cleaned.longitude) == kept


def test_a_source_has_a_title_or_an_address() -> None:
    assert entry(source=Source(" A <i>blog</i> ", "https://u:p@blog.example/")).source == Source(
        "A blog", "https://blog.example/"
    )
    assert entry(source=Source(" ", "javascript:x")).source is None


@pytest.mark.parametrize(
    ("name", "said", "kept"),
    [
        ("duration", 61.0, 61),
        ("duration", -1, None),
        ("duration", 10**12, None),
        ("season", 2.5, 2.5),
        ("episode", 20250130, 20250130),
        ("comments", 3, 3),
        ("comments", 2**63, None),
    ],
)
def test_numbers_are_sane(name: str, said: float, kept: float | None) -> None:
    assert getattr(entry(**{name: said}), name) == kept


def test_a_summary_is_safe_html_and_whole_and_its_links_count() -> None:
    long = "Word " * 6000
    cleaned = entry(
        html="<p>Body</p>", summary=f'<p onclick=x>{long}<a href="/2">see</a><script>y</script></p>'
    )
    assert cleaned.summary.startswith("<p>Word Word")
    assert "script" not in cleaned.summary and "onclick" not in cleaned.summary
    assert cleaned.summary_text == f"{long}see"
    assert [link.url for link in cleaned.links] == ["https://blog.example.org/2"]
    assert cleaned.excerpt.startswith("Word Word") and len(cleaned.excerpt) <= 280
    assert (cleaned.text, cleaned.words) == ("Body", 1)


def test_the_fingerprint_of_an_entry_that_has_nothing_new_is_as_it_was_before() -> None:
    assert entry(html="<p>x</p>").fingerprint == "3d387a564aea1417d4526d1aa0da1ded"
    assert entry(html="<p>x</p>", season=1).fingerprint != entry(html="<p>x</p>").fingerprint
