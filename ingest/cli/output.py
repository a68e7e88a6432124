"""Formats results and feeds for output: lines for people, plain values for programs. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ingest.archive.documents.bounds import DocumentBounds, human_size
from ingest.archive.documents.checking import CheckedDocument
from ingest.archive.documents.pruning.plan import PrunableDocument
from ingest.archive.documents.pruning.stored import FeedDocuments
from ingest.base.opml import ListedFeed
from ingest.base.printable import printable
from ingest.cli.summary import plural
from ingest.cli.terminal import bold, table_lines
from ingest.search.hits import Hit, Results
from ingest.search.snippets import Parts

_NOT_ITS_OWN = {"document": "in its feed on ", "seen": "first seen "}  # what the date of an entry is then


def as_lines(hit: Hit) -> str:
    """A search result as lines for a terminal, without control characters."""
    source = " · ".join(part for part in (hit.feed, hit.author) if part)
    rest = [printable(source), printable(hit.url or ""), highlighted(hit.snippet)]
    day = f"{_NOT_ITS_OWN.get(hit.date_from, '')}{hit.date[:10]}"
    first = f"{printable(day)}  {bold(hit.title or '(without a title)')}"
    return f"\n{' ' * 12}".join([first, *rest]) + "\n"


def highlighted(parts: Parts) -> str:
    """A snippet as one line for a terminal, its matches in bold, without control characters."""
    words = (
        bold(" ".join(text.split())) if hit else printable(re.sub(r"\s+", " ", text)) for text, hit in parts
    )
    return "".join(words)


def as_rows(results: Results) -> list[dict[str, Any]]:
    """The results of a search as plain values."""
    return [
        {
            "id": hit.id,
            "title": hit.title,
            "url": hit.url,
            "feed": hit.feed,
            "author": hit.author,
            "date": hit.date,
            "snippet": "".join(text for text, _ in hit.snippet),
        }
        for hit in results.hits
    ]


def feed_status(row: dict[str, Any]) -> str:
    """The state of a feed (a row of `list_feeds`), and its next poll, in one line or two."""
    parts = [row["state"], plural(row["entries"], "entry", "entries")]
    if row["last_entry"]:
        parts.append(f"the last of {row['last_entry'][:10]}")
    if row["last_error"]:
        parts.append(
            f"failing since {row['failing_since']} ({plural(row['failures'], 'time')}): {row['last_error']}"
        )
    elif row["last_polled"]:
        parts.append(f"polled {row['last_polled']}")
    line = ", ".join(parts)
    if not row["schedule"]:
        return line
    planned = f"next {row['next_poll']}, " if row["next_poll"] else ""
    return f"{line}\n      {planned}{row['schedule']}"


def as_subscriptions(rows: Iterable[dict[str, Any]]) -> Iterator[ListedFeed]:
    """The feeds of `list_feeds` that are on the web."""
    for row in rows:
        if row["url"].startswith("http"):
            names = ("url", "title", "folder", "state", "site_url", "own_title", "note")
            yield ListedFeed(*(row[name] for name in names))


_SHORTEST_TITLE = 20  # columns


def documents_table(listed: Sequence[FeedDocuments], columns: int) -> Iterator[str]:
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


def _notes(one: FeedDocuments) -> Iterator[str]:
    if one.missing:
        yield f"{one.missing:,} missing"
    if one.would_go:
        yield f"{one.would_go:,} would go: {human_size(one.would_free)}"
    if one.keep_documents:
        yield f"its own bound: {one.keep_documents} kept"
    if one.max_documents is not None:
        limit = DocumentBounds(max_bytes=one.max_documents).limit
        yield "without a bound on disk" if limit is None else f"at most {human_size(limit)} on disk"


def documents_total(listed: Sequence[FeedDocuments], folder: str, size: int) -> str:
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


def checked_line(documents: int, damaged: Sequence[CheckedDocument]) -> str:
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
    repeated: Sequence[PrunableDocument], others: Sequence[PrunableDocument], what: str
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
