"""Pictures that are written into the page as `data:` URLs (RFC 2397), up to a size. Pure."""

import base64
import binascii
import re
from urllib.parse import unquote

LARGEST_DATA_PICTURE = 500_000  # characters of one
MOST_DATA_PICTURES = 2_000_000  # characters of all in a body

_SPACE = re.compile(r"\s+")
_START = re.compile(r"data:image/(png|jpe?g|gif|webp|avif)(?:;[\w=.-]{1,40}){0,3};base64,", re.IGNORECASE)
# The first bytes of each type, in base64. SVG is none of them: it may hold scripts.
DATA_PICTURE = re.compile(
    r"data:image/(?:png;base64,iVBORw0KGgo|jpeg;base64,/9j/|gif;base64,R0lGOD[dl]|webp;base64,UklGR"
    r"|avif;base64,AAAA[A-Za-z0-9+/]GZ0eXBhd[A-Za-z0-9+/])[A-Za-z0-9+/]{30,500000}={0,2}"
)


def data_picture(address: str | None, room: int) -> str | None:
    """The `data:` URL of a picture, in its usual spelling; None where it is none, or larger than there is room."""
    room = min(room, LARGEST_DATA_PICTURE)
    start = _START.match((address or "").lstrip()[:200])
    if address is None or start is None or len(address) > 2 * room:
        return None
    written = address.lstrip()[start.end() :]
    written = _SPACE.sub("", unquote(written) if "%" in written else written)
    kind = start[1].lower().replace("jpg", "jpeg")
    url = f"data:image/{kind};base64,{written}"
    return url if len(url) <= room and DATA_PICTURE.fullmatch(url) else None


def is_one_pixel(url: str) -> bool:
    """Whether a PNG or GIF picture of a `data:` URL is at most two pixels wide and high: it holds a place."""
    written = url.partition(",")[2][:40]
    try:
        start = base64.b64decode(written[: len(written) // 4 * 4])
    except (binascii.Error, ValueError):
        return False
    if start.startswith(b"\x89PNG"):
        size = (int.from_bytes(start[16:20]), int.from_bytes(start[20:24]))
    elif start.startswith(b"GIF8"):
        size = (int.from_bytes(start[6:8], "little"), int.from_bytes(start[8:10], "little"))
    else:
        return False
    return max(size) <= 2
