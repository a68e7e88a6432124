"""Versions as they are shown: those in which nothing else is to be read are folded into the one after them. Pure."""

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.archive.changes import EntryVersion
from ingest.archive.edits.noise import SAID_OF_NOISE, NoiseReason, is_noise


@dataclass(frozen=True)
class FoldedVersions:
    """The positions of the version that is shown, and of the earliest that is folded into it, and why."""

    shown: int
    earliest: int
    reasons: tuple[NoiseReason, ...]

    @property
    def said(self) -> tuple[str, ...]:
        """In words, the most frequent first: "58 times only its date"."""
        return tuple(
            f"{count} {'time' if count == 1 else 'times'} only {SAID_OF_NOISE[reason]}"
            for reason, count in Counter(self.reasons).most_common()
        )


def folded_versions(
    versions: Sequence[EntryVersion], changed_since: Container[int] = ()
) -> list[FoldedVersions]:
    """The versions of an entry, newest first, by which are shown.

    `changed_since` has the positions of those that no longer read as they did at first, so that the one before them,
    which reads the same now, was another.
    """
    shown, reasons, folds = 0, list[NoiseReason](), list[FoldedVersions]()
    for position, (newer, version) in enumerate(pairwise(versions), 1):
        reason = None if position - 1 in changed_since else is_noise(version, newer)
        if reason:
            reasons.append(reason)
            continue
        folds.append(FoldedVersions(shown, position - 1, tuple(reasons)))
        shown, reasons = position, []
    return [*folds, FoldedVersions(shown, len(versions) - 1, tuple(reasons))] if versions else []
