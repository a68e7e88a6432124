"""Which documents are kept: the bounds of the archive, of its feeds, and of a run; which of them counts.

A feed's own precede those of the run, these the archive's. What none of them says: all are kept, of any size.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from ingest.archive.file.errors import ArchiveError
from ingest.archive.file.opening import transaction
from ingest.base.clock import counted

KeepDocuments = Literal["all", "none"]
KEEP_VARIABLE, MAX_VARIABLE = "FEEDSETTE_KEEP_DOCUMENTS", "FEEDSETTE_MAX_DOCUMENTS"
UNBOUNDED = 2**63 - 1  # bytes: what is stored where a feed is to have no bound, whatever the archive's is
_UNITS = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}


class BadSize(ValueError):
    """A text is no size. The message is a sentence for the user."""


@dataclass(frozen=True)
class DocumentBounds:
    """Whether documents are kept, and in how many bytes of records at most; None where that is not said."""

    keep: KeepDocuments | None = None
    max_bytes: int | None = None

    def before(self, other: "DocumentBounds") -> "DocumentBounds":
        """These, and those of `other` where these say nothing."""
        return DocumentBounds(
            self.keep or other.keep, other.max_bytes if self.max_bytes is None else self.max_bytes
        )

    @property
    def limit(self) -> int | None:
        """The bytes at most; None where there is no bound."""
        return None if self.max_bytes is None or self.max_bytes >= UNBOUNDED else self.max_bytes


def parse_size(text: str) -> int:
    """The bytes that a size such as 5GB, 1.5 MB or 800 kB means, in decimal units; `none` is UNBOUNDED.

    Raises BadSize.
    """
    words = text.strip().lower()
    if words == "none":
        return UNBOUNDED
    found = re.fullmatch(r"([0-9]+(?:_[0-9]+)*)(\.[0-9]+)? ?([a-z]*)", words)
    if not found or found[3] not in ("", *_UNITS) or len(words) > 40:
        raise BadSize(f"“{text}” is no size. Say it as 5GB, 500MB or 800kB, or none for no bound.")
    whole, fraction = int(found[1]), float(found[2] or 0)
    if not found[3] and (whole or fraction):
        raise BadSize(f"{words}: say in what, such as {words}GB, {words}MB or {words}B (bytes).")
    unit = _UNITS[found[3] or "b"]
    return min(whole * unit + round(fraction * unit), UNBOUNDED)


def size_in_full(size: int | None) -> str:
    """A size as `parse_size` reads it, none where it is no bound."""
    return "none" if size is None or size >= UNBOUNDED else f"{size}B"


def human_size(count: int) -> str:
    """A size for people: "436 bytes", "12 kB", "5.0 MB", "4.1 GB"; whole gigabytes as "5 GB"."""
    if count < 1000:
        return counted(count, "byte")
    if count < 1e6:
        return f"{count / 1e3:,.0f} kB"
    if count < 1e9:
        return f"{count / 1e6:,.1f} MB"
    return f"{count / 1e9:,.1f}".removesuffix(".0") + " GB"


@contextmanager
def bounds_of_run(bounds: DocumentBounds) -> Iterator[None]:
    """Let these bounds hold in the block, in this process and in those that it starts: environment variables."""
    said = {KEEP_VARIABLE: bounds.keep, MAX_VARIABLE: bounds.max_bytes}
    before = {name: os.environ.get(name) for name in said}
    try:
        for name, value in said.items():
            if value is not None:
                os.environ[name] = size_in_full(value) if isinstance(value, int) else value
        yield
    finally:
        for name, former in before.items():
            if former is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = former


def run_bounds() -> DocumentBounds:
    """The bounds of this run, as its environment has them. Raises ArchiveError."""
    keep, size = os.environ.get(KEEP_VARIABLE) or None, os.environ.get(MAX_VARIABLE) or None
    if keep not in ("all", "none", None):
        raise ArchiveError(f"{KEEP_VARIABLE} is to be all or none, not “{keep}”.")
    try:
        return DocumentBounds(keep, parse_size(size) if size else None)  # type: ignore[arg-type]
    except BadSize as error:
        raise ArchiveError(f"{MAX_VARIABLE}: {error}") from error


def archive_bounds(db: Database) -> DocumentBounds:
    """The bounds of this run, or else those that are stored of the archive. Raises ArchiveError."""
    rows = db.execute("SELECT name, value FROM settings WHERE name IN ('keep_documents', 'max_documents')")
    stored = dict(rows.fetchall())
    size = stored.get("max_documents")
    return run_bounds().before(
        DocumentBounds(stored.get("keep_documents"), None if size is None else int(size))
    )


def feed_bounds(db: Database) -> dict[int, DocumentBounds]:
    """The feeds that have bounds of their own."""
    rows = db.execute(
        """
        SELECT id, keep_documents, max_documents FROM feeds
        WHERE keep_documents IS NOT NULL OR max_documents IS NOT NULL
        """
    )
    return {feed: DocumentBounds(keep, size) for feed, keep, size in rows}


def keeps_bytes(db: Database, feed_id: int) -> bool:
    """Whether the bytes of a feed's documents are to be kept. Raises ArchiveError."""
    [(own,)] = db.execute("SELECT keep_documents FROM feeds WHERE id = ?", (feed_id,)).fetchall()
    return (own or archive_bounds(db).keep) != "none"


def set_bounds(db: Database, keep: str | None, size: str | None, feed_id: int | None = None) -> None:
    """Store bounds, of a feed or of the archive: `keep` is all, none or default, `size` as parse_size takes it or
    default. What is None stays as it is. Raises BadSize.
    """
    values = {
        "keep_documents": keep,
        "max_documents": size and (size if size == "default" else parse_size(size)),
    }
    with transaction(db):
        for name, value in values.items():
            if value is None:
                continue
            said = None if value == "default" else value
            if feed_id is not None:
                db.execute(f"UPDATE feeds SET {name} = ? WHERE id = ?", (said, feed_id))  # noqa: S608
            elif said is None:
                db.execute("DELETE FROM settings WHERE name = ?", (name,))
            else:
                db.execute("REPLACE INTO settings (name, value) VALUES (?, ?)", (name, str(said)))
