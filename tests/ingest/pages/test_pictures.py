import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean.sanitise import sanitise
from ingest.pages.pictures import without_pictures

REL = 'rel="noopener noreferrer"'


@pytest.mark.parametrize(
    ("html", "without"),
    [
        ("<p>None.</p>", "<p>None.</p>"),
        (
            '<p>A <img src="https://a.example/g.png" alt="gull &amp; tern" loading="lazy"> B</p>',
            f'<p>A <a href="https://a.example/g.png" {REL}>[Picture: gull &amp; tern]</a> B</p>',
        ),
        (
            '<img src="https://a.example/g.png" alt="">',
            f'<a href="https://a.example/g.png" {REL}>[Picture]</a>',
        ),
        (
            '<a href="https://a.example/"><img src="https://a.example/g.png" alt="gull"></a>',
            '<a href="https://a.example/">[Picture: gull]</a>',
        ),
        (
            '<picture><source srcset="https://a.example/1"><img src="https://a.example/g.png" alt="gull"></picture>',
            f'<picture><a href="https://a.example/g.png" {REL}>[Picture: gull]</a></picture>',
        ),
    ],
)
def test_a_link_stands_in_a_picture_s_place(html: str, without: str) -> None:
    assert without_pictures(html) == without


def test_a_picture_that_is_written_into_the_page_stays_since_it_loads_nothing() -> None:
    html = '<p><img src="data:image/gif;base64,R0lGODlh" alt="gull"></p>'
    assert without_pictures(html) == html


def test_players_keep_their_sources() -> None:
    html = '<audio controls=""><source src="https://a.example/1.mp3" type="audio/mpeg"></audio>'
    assert without_pictures(html) == html


@given(st.text(alphabet=" <>=/\"'&;aimgsrclt0", max_size=80))
def test_whatever_was_sanitised_stays_harmless_and_loses_every_picture(text: str) -> None:
    html = sanitise(f'<img src="https://a.example/1.png" alt="{text}"><p>{text}</p>')
    without = without_pictures(html)
    assert not re.search("<img", without)
    assert sanitise(without) == without
