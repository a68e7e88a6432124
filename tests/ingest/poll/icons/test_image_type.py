import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.poll.icons.image_type import image_type

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\x00\x00\x00\x10"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, "image/png"),
        (b"GIF89a\x10\x00\x10\x00", "image/gif"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x00\x00\x01\x00\x01\x00", "image/x-icon"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"<!DOCTYPE html><html>", None),
        (b"", None),
    ],
)
def test_bytes_tell_what_they_are(data: bytes, kind: str | None) -> None:
    assert image_type(data) == kind


def test_a_picture_that_is_far_too_large_when_unpacked_is_none() -> None:
    assert image_type(PNG[:16] + b"\x00\x01\x00\x00" + PNG[20:]) is None
    assert image_type(b"GIF89a\xff\xff\x10\x00") is None


@given(st.binary(max_size=40))
def test_no_bytes_break_it(data: bytes) -> None:
    for beginning in (b"", PNG[:8], b"GIF89a", b"RIFF"):
        image_type(beginning + data)
