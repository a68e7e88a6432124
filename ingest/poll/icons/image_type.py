"""Which kind of picture bytes are, by their beginning (whatwg.org: MIME Sniffing). Pure."""

import re

LARGEST_SIDE = 4096  # pixels; browsers unpack a larger one into hundreds of megabytes

# SVG is none of them: it may hold scripts.
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
)
_WEBP = re.compile(rb"RIFF....WEBPVP8", re.DOTALL)


def image_type(data: bytes) -> str | None:
    """The media type of a PNG, GIF, JPEG, ICO or WebP; None of anything else, and of what is far too large."""
    if _WEBP.match(data):
        return "image/webp"
    found = next((kind for signature, kind in _SIGNATURES if data.startswith(signature)), None)
    return found if found is None or max(_sides(data, found)) <= LARGEST_SIDE else None


def _sides(data: bytes, kind: str) -> tuple[int, int]:
    """Width and height, where they stand at the beginning."""
    if kind == "image/png":
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if kind == "image/gif":
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    return 0, 0
