"""Pictures that are written into the page, and those that only pretend to be."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.models import CleanEntry, Entry, Feed
from ingest.clean.feed import clean
from ingest.clean.pictures import written_out
from ingest.clean.sanitise import sanitise

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10" + b"x" * 40).decode()
GIF = base64.b64encode(b"GIF89a\x10\0\x10\0" + b"x" * 40).decode()
PIXEL = base64.b64encode(b"GIF89a\x01\0\x01\0" + b"x" * 40).decode()
REST = base64.b64encode(b"x" * 60).decode()


def cleaned(html: str) -> CleanEntry:
    return clean(Feed("rss2.0", entries=(Entry("1", url="https://e.example/p", html=html),))).entries[0]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f"data:image/png;base64,{PNG}", f"data:image/png;base64,{PNG}"),
        (f"data:image/gif;base64,{GIF}", f"data:image/gif;base64,{GIF}"),
        (f"data:image/jpg;base64,/9j/{REST}", f"data:image/jpeg;base64,/9j/{REST}"),
        (f"data:image/webp;charset=utf-8;base64,UklGR{REST}", f"data:image/webp;base64,UklGR{REST}"),
        (f"data:image/avif;base64,AAAAIGZ0eXBhdmlm{REST}", f"data:image/avif;base64,AAAAIGZ0eXBhdmlm{REST}"),
        (f"DATA:image/png;base64,\n {PNG[:20]}\n{PNG[20:]}", f"data:image/png;base64,{PNG}"),
    ],
)
def test_a_picture_that_is_written_out_is_kept_and_is_no_link(written: str, kept: str) -> None:
    entry = cleaned(f'<img src="{written}" alt="A gull">')
    assert entry.html == f'<img src="{kept}" alt="A gull" loading="lazy" referrerpolicy="no-referrer">'
    assert (entry.text, entry.links) == ("A gull", ())
    assert sanitise(entry.html) == entry.html


@pytest.mark.parametrize(
    "src",
    [
        "data:image/svg+xml;base64," + PNG,
        "data:image/svg+xml,<svg onload=x>",
        "data:text/html;base64," + PNG,
        "data:image/png;base64," + REST,
        "data:image/png," + PNG,
        f"data:image/png;base64,{PNG}&quot; onerror=alert(1)",
    ],
)
def test_what_is_no_such_picture_leaves_its_words(src: str) -> None:
    assert cleaned(f'<img src="{src}" alt="A gull">').html == "A gull"


@pytest.mark.parametrize("tag", ["a href", "audio src", "video src", "source srcset", "img srcset", "q cite"])
def test_only_pictures_are_written_out(tag: str) -> None:
    assert "data:" not in sanitise(f'<{tag}="data:image/png;base64,{PNG}">x')


def test_a_pixel_only_holds_a_place_unless_it_has_words() -> None:
    assert cleaned(f'<img src="data:image/gif;base64,{PIXEL}">').html == ""
    assert "data:" in cleaned(f'<img src="data:image/gif;base64,{PIXEL}" alt="A dot">').html


def test_there_is_a_limit_to_one_and_to_all_of_a_body(monkeypatch: pytest.MonkeyPatch) -> None:
    html = "".join(f'<img src="data:image/png;base64,{PNG}" alt="{n}">' for n in range(3))
    monkeypatch.setattr("ingest.clean.rewrite.MOST_DATA_PICTURES", 350)
    assert cleaned(html).html.count("data:") == 2
    monkeypatch.setattr(written_out, "LARGEST_DATA_PICTURE", 50)
    assert cleaned(html).html == "012"


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=%<>&; \n"))
def test_any_address_is_a_picture_s_or_none(text: str) -> None:
    url = written_out.data_picture(f"data:image/png;base64,iVBORw0KGgo{text}", 1000)
    assert url is None or sanitise(f'<img src="{url}">').startswith(f'<img src="{url}"')
