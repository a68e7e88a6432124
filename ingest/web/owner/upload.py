"""A form with a file (multipart/form-data, RFC 7578), read within a bound, the same with every Datasette."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_BOUNDARY = re.compile(r'multipart/form-data\s*;(?:.*;)?\s*boundary="?([^";]{1,200})"?', re.IGNORECASE)
_NAME = re.compile(rb';\s*name="([^"]*)"', re.IGNORECASE)
_FILE_NAME = re.compile(rb';\s*filename="([^"]*)"', re.IGNORECASE)
_MOST_PARTS = 50
_AROUND = 100_000  # bytes of a form besides its file


class UploadTooLarge(ValueError):
    """The body of a request is larger than its bound."""


@dataclass(frozen=True)
class Upload:
    """A form's fields, and the file that came with it, None where none was chosen."""

    fields: Mapping[str, str] = field(default_factory=dict)
    file: bytes | None = None
    file_name: str = ""


async def read_upload(request: Any, largest: int) -> Upload:
    """The form of a request with a file of at most `largest` bytes. Raises UploadTooLarge, as soon as it is known."""
    found = _BOUNDARY.match(request.headers.get("content-type", ""))
    if not found:
        return Upload()
    return parse_upload(await _body(request, largest + _AROUND), found[1].encode("latin-1", "replace"))


async def _body(request: Any, largest: int) -> bytes:
    pieces, size = [], 0
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > largest:
        raise UploadTooLarge
    while True:
        message = await request.receive()
        piece = message.get("body", b"")
        size += len(piece)
        if size > largest:
            raise UploadTooLarge
        pieces.append(piece)
        if message["type"] != "http.request" or not message.get("more_body"):
            return b"".join(pieces)


def parse_upload(body: bytes, boundary: bytes) -> Upload:
    """The parts of a body; those without a name are left out."""
    fields: dict[str, str] = {}
    file, file_name = None, ""
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary, _MOST_PARTS + 1)[1 : _MOST_PARTS + 1]:
        if part.startswith(b"--"):
            break
        head, blank, content = part.partition(b"\r\n\r\n")
        name, called = _NAME.search(head), _FILE_NAME.search(head)
        if not blank or not name:
            continue
        if called is None:
            fields[name[1].decode("utf-8", "replace")] = content.decode("utf-8", "replace")
        elif file is None and (content or called[1]):
            file, file_name = content, called[1].decode("utf-8", "replace")
    return Upload(fields, file, file_name)
