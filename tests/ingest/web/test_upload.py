"""A form with a file is read within a bound."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.web.owner.upload import Upload, UploadTooLarge, parse_upload, read_upload


def part(name: str, content: bytes, file: str | None = None) -> bytes:
    called = "" if file is None else f'; filename="{file}"\r\nContent-Type: text/x-opml'
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"{called}\r\n\r\n'
    return head.encode() + content + b"\r\n"


class Request:
    def __init__(self, *pieces: bytes, length: str = "") -> None:
        self.headers = {"content-type": "multipart/form-data; boundary=x", "content-length": length}
        self.pieces = list(pieces)
        self.read = 0

    async def receive(self) -> dict[str, Any]:
        self.read += 1
        piece = self.pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(self.pieces)}


def test_fields_and_the_file_are_read_byte_for_byte() -> None:
    body = (
        part("folder", "Größe".encode())
        + part("opml", b"<opml>\r\n\r\n--y\x00</opml>\n", "a.opml")
        + b"--x--\r\n"
    )
    assert parse_upload(body, b"x") == Upload(
        {"folder": "Größe"}, b"<opml>\r\n\r\n--y\x00</opml>\n", "a.opml"
    )


def test_where_no_file_was_chosen_there_is_none() -> None:
    assert parse_upload(part("opml", b"", "") + b"--x--", b"x").file is None


async def test_a_body_in_pieces_is_one() -> None:
    body = part("opml", b"<opml/>", "a.opml") + b"--x--\r\n"
    assert (await read_upload(Request(body[:30], body[30:]), 100)).file == b"<opml/>"


async def test_what_says_that_it_is_too_large_is_refused_unread() -> None:
    request = Request(b"", length="999999999")
    with pytest.raises(UploadTooLarge):
        await read_upload(request, 100)
    assert request.read == 0


async def test_what_turns_out_to_be_too_large_is_read_no_further() -> None:
    request = Request(*[b"x" * 60_000] * 100)
    with pytest.raises(UploadTooLarge):
        await read_upload(request, 100)
    assert request.read == 2


async def test_another_kind_of_body_is_no_form() -> None:
    request = Request(b"a=b")
    request.headers = {"content-type": "application/x-www-form-urlencoded"}
    assert await read_upload(request, 100) == Upload()


@given(
    st.lists(
        st.sampled_from(
            [b"--x", b"\r\n", b"--", b'Content-Disposition: form-data; name="a"', b"\r\n\r\n", b"z"]
        )
    )
)
def test_whatever_comes_is_read_without_an_error(pieces: list[bytes]) -> None:
    parse_upload(b"".join(pieces), b"x")
