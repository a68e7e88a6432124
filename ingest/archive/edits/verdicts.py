"""The verdict on a version, where what differs is noise. Pure."""

from collections.abc import Sequence

from ingest.archive.changes import EntryVersion, Verdict
from ingest.archive.edits.noise import is_noise

# Earlier versions, the latest: a document may claim that all of its thousand texts are one entry.
_COMPARED = 12


def without_noise(
    verdict: Verdict,
    incoming: EntryVersion,
    stored: EntryVersion,
    earlier: Sequence[EntryVersion],
    current: bool,
    moved: bool = False,
    templated: bool = False,
) -> Verdict:
    """The verdict of `decide`, but no edit of noise: beside the stored version, or an earlier one.

    A document that is known to be the latest (`current`) is compared with the stored version alone: a feed that goes
    back to an earlier version has been edited. `moved` as in `is_noise`; `templated`: nothing
    but the template of its document's entries changed.
    """
    if verdict not in (Verdict.CHANGED, Verdict.OLDER):
        return verdict
    if templated or is_noise(stored, incoming, moved):
        return Verdict.NOISE if verdict is Verdict.CHANGED else Verdict.OLDER_NOISE
    if not current and any(is_noise(kept, incoming) for kept in earlier[-_COMPARED:]):
        return Verdict.UNCHANGED
    return verdict
