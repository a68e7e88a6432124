"""Which entries a feed's document says were deleted: the tombstones of RFC 6721, <at:deleted-entry>. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ingest.archive.edits.seen_in_html import words_of_html
from ingest.archive.removals.absences import EntryTimes
from ingest.base.models import StoredExtra

_ELEMENT = "at:deleted-entry"


@dataclass(frozen=True)
class Tombstone:
    """An entry that was deleted. `at` in UTC, ISO 8601. `comment`: why, untrusted text."""

    guid: str
    at: str
    comment: str | None = field(default=None, compare=False)

    def is_of(self, times: EntryTimes) -> bool:
        """Whether it holds of an entry with these dates: what was updated afterwards was published again."""
        latest = max(times.published or "", times.updated or "")
        return latest <= self.at


def tombstones_in(extra: StoredExtra | None) -> tuple[Tombstone, ...]:
    """The tombstones among what a feed says of itself. What lacks one of its two attributes is none."""
    if extra is None or f'"{_ELEMENT}"' not in extra.json:
        return ()
    return tuple(_tombstones(json.loads(extra.json)))


def _tombstones(elements: list[Mapping[str, Any]]) -> Iterator[Tombstone]:
    for element in elements:
        said = element.get(_ELEMENT)
        if not isinstance(said, Mapping):
            continue
        guid, at = said.get("@ref"), _moment(said.get("@when"))
        if isinstance(guid, str) and guid.strip() and at:
            yield Tombstone(guid.strip(), at, _comment(said.get("#")))


def _comment(parts: Any) -> str | None:
    """The first comment in what a tombstone holds."""
    for part in parts if isinstance(parts, list) else ():
        said = part.get("at:comment") if isinstance(part, Mapping) else None
        kind, text = (said.get("@type"), said.get("#")) if isinstance(said, Mapping) else (None, said)
        if isinstance(text, str) and text.strip():
            return " ".join((words_of_html(text) if kind == "html" else text).split())
    return None


def _moment(said: object) -> str | None:
    """An RFC 3339 time with its offset, in UTC; None for anything else."""
    try:
        moment = datetime.fromisoformat(said.strip()) if isinstance(said, str) else None
        if moment is None or moment.tzinfo is None:
            return None
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return None
