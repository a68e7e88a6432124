"""Formats what is said of documents, as lines for people. Pure."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ingest.archive.documents.bounds import DocumentBounds, human_size
from ingest.base.printable import printable
from ingest.cli.summary import plural
from ingest.cli.terminal import table_lines

if TYPE_CHECKING:
    from ingest.archive.documents.checking import CheckedDocument
    from ingest.archive.documents.pruning.plan import PrunableDocument
    from ingest.archive.documents.pruning.stored import FeedDocuments

_SHORTEST_TITLE = 20  # columns


def documents_table(listed: Sequence["FeedDocuments"], columns: int) -> Iterator[str]:
    """What is kept of feeds, a line each, titles shortened where it would be wider than `columns`; under a feed's
    line what is missing, what would go, and its own bounds."""
    if not listed:
        return
    head = ("feed", "documents", "kept", "size", "on disk", "since", "until")
    rows: list[tuple[str | int, ...]] = [
        (
            one.documents,
            one.kept,
            human_size(one.bytes),
            human_size(one.on_disk),
            one.first[:10],
            one.last[:10],
        )
        for one in listed
    ]
    names = [f"{one.feed:>4}  {' '.join(printable(one.title).split())}" for one in listed]
    others = max(map(len, table_lines(("", *head[1:]), [("", *row) for row in rows])))
    room = max(columns - others, _SHORTEST_TITLE)
    names = [name if len(name) <= room else f"{name[: room - 1]}…" for name in names]
    first, *lines = table_lines(head, [(name, *row) for name, row in zip(names, rows, strict=True)])
    yield first
    for one, line in zip(listed, lines, strict=True):
        yield line
        if more := "; ".join(_notes(one)):
            yield f"      {more}"


def _notes(one: "FeedDocuments") -> Iterator[str]:
    if one.missing:
        yield f"{one.missing:,} missing"
    if one.would_go:
        yield f"{one.would_go:,} would go: {human_size(one.would_free)}"
    if one.keep_documents:
        yield f"its own bound: {one.keep_documents} kept"
    if one.max_documents is not None:
        limit = DocumentBounds(max_bytes=one.max_documents).limit
        yield "without a bound on disk" if limit is None else f"at most {human_size(limit)} on disk"


def documents_total(listed: Sequence["FeedDocuments"], folder: str, size: int) -> str:
    """The sums of all feeds, and the size of the folder."""
    missing = sum(one.missing for one in listed)
    return (
        f"{plural(sum(one.documents for one in listed), 'document')} of {plural(len(listed), 'feed')}, "
        f"{sum(one.kept for one in listed):,} kept: {human_size(sum(one.bytes for one in listed))}, "
        f"{human_size(sum(one.on_disk for one in listed))} on disk"
        f"{f', {missing:,} missing' if missing else ''}; the folder {folder} has {human_size(size)}"
    )


def bound_line(what: str, bounds: DocumentBounds, of_all: DocumentBounds | None = None) -> str:
    """The bounds of the archive, or those of a feed beside those `of_all`."""
    keep = bounds.keep or (of_all.keep if of_all else None)
    kept = "none are kept from now on" if keep == "none" else "all are kept"
    if bounds.limit is not None:
        return f"{what}: {kept}, in {human_size(bounds.limit)}"
    if of_all and of_all.limit is not None and bounds.max_bytes is None:
        return f"{what}: {kept}, with other feeds in {human_size(of_all.limit)}"
    return f"{what}: {kept}"


def checked_line(documents: int, damaged: Sequence["CheckedDocument"]) -> str:
    """How many documents were read, and how many of them are not sound."""
    missing = sum(one.is_missing for one in damaged)
    counts = (
        (f"{len(damaged) - missing:,} damaged", len(damaged) - missing),
        (f"{missing:,} missing", missing),
    )
    wrong = ", ".join(words for words, count in counts if count)
    if not documents:
        return "No document is kept: there is nothing to check."
    return f"{plural(documents, 'document')}: {wrong or 'all sound'}"


def going_lines(
    repeated: Sequence["PrunableDocument"], others: Sequence["PrunableDocument"], what: str
) -> Iterator[str]:
    """How many documents go, and why these; `what` is the verb."""
    both = (
        (repeated, "between two in which the same was read"),
        (others, "that no version of an entry begins or ends with"),
    )
    for part, which in both:
        if part:
            verb = "goes" if what == "go" and len(part) == 1 else what
            size = human_size(sum(one.size for one in part))
            yield f"{plural(len(part), 'document')} {which} ({size}) {verb}"
