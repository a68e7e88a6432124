"""What may differ between two recordings although nothing changed: each is replaced by a name, for a reason."""

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

# Headers that say nothing about the program, or that follow from the body as it is before anything is replaced in it.
UNRECORDED = frozenset(
    {
        "date",
        "server",
        "connection",
        "transfer-encoding",
        "content-length",  # that of a number of milliseconds, say, may be a digit more
        "etag",  # a hash of the body, which is compared itself
        "last-modified",  # of static files: when the checkout was made
    }
)

FIXED = (
    # How long a query took.
    (rb'"query_ms": ?[\d.e-]+', b'"query_ms": "MS"'),
    (rb"took [\d.]+\s?ms", b"took MS"),
    # Made anew for each visitor.
    (rb'name="csrftoken" value="[^"]*"', b'name="csrftoken" value="TOKEN"'),
    (rb"(ds_csrftoken|ds_actor|ds_messages)=[^;\s]+", rb"\1=VALUE"),
    (rb"auth-token\?token=[0-9a-f]+", b"auth-token?token=TOKEN"),
    # A hash of the file that stands at the address, which is compared itself.
    (rb"(\.(?:css|js))\?(?:_hash=|v=)?[0-9a-f]{6,64}(?![\w-])", rb"\1?HASH"),
    # The health page hands on the moment of asking in its SQL; that asks for days since then, as a number with a
    # fraction that a second changes.
    (rb'"silence": ?[\d.]+', b'"silence": "DAYS"'),
    (rb"(?:server|Server) process \[\d+\]", b"server process [PID]"),
)
# A full-text table has a column of its own name, in which SQLite shows an address in its memory; of its pages, JSON and
# CSV only the status and headers are recorded.
UNSTABLE = re.compile(r"/[^/?]+/\w+_fts(?!\w)")
HOST = "127.0.0.1:PORT"  # what stands for a server's
_CLOCK = rb"[T ](?:\d\d)(?::|%3A|~3A)(?:\d\d)(?:(?::|%3A|~3A)\d\d)?(?:\.\d+)?(?:Z|(?:\+|%2B)00(?::|%3A)00)?"


@dataclass(frozen=True)
class Volatile:
    """`places` are (text, name): folders of this recording, and its port."""

    places: tuple[tuple[bytes, bytes], ...]
    days: frozenset[date]

    def stable(self, data: bytes) -> bytes:
        for text, name in self.places:
            data = data.replace(text, name)
        for pattern, name in FIXED:
            data = re.sub(pattern, name, data)
        for day in {*self.days, datetime.now(UTC).date()}:
            data = _without_day(data, day)
        return data

    def stable_text(self, text: str) -> str:
        return self.stable(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")

    def at(self, port: int) -> "Volatile":
        """For a server on that port."""
        number = str(port).encode()
        hosts = [b"127.0.0.1" + colon for colon in (b":", b"%3A", b"~3A")]
        return Volatile((*self.places, *((host + number, host + b"PORT") for host in hosts)), self.days)


def _without_day(data: bytes, day: date) -> bytes:
    """An archive notes when it was made, a citation when it was asked for."""
    iso = day.isoformat().encode()
    data = re.sub(re.escape(iso) + _CLOCK, b"NOW", data).replace(iso, b"TODAY")
    data = data.replace(f"{day.year}/{day:%m/%d}".encode(), b"TODAY")  # RIS
    data = data.replace(f"{day.day} {day:%B} {day.year}".encode(), b"TODAY")
    in_json = (
        rf'("accessed": \{{\s*"date-parts": \[\s*\[)\s*{day.year},\s*{day.month},\s*{day.day}\s*\]'  # CSL
    )
    return re.sub(in_json.encode(), rb"\1 TODAY ]", data)


def days_of(archives: Iterable[Path]) -> frozenset[date]:
    """The days on which these were made."""
    days = set()
    for archive in archives:
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as db:
            for [moment] in db.execute("SELECT applied_at FROM _sqlite_migrations"):
                days.add(date.fromisoformat(str(moment)[:10]))
    return frozenset(days)
