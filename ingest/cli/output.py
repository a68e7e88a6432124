"""Formats results and feeds for output: lines for people, plain values for programs. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ingest.archive.documents.bounds import DocumentBounds
from ingest.archive.documents.pruning.plan import PrunableDocument, PrunePlan
from ingest.archive.documents.pruning.stored import FeedDocuments
from ingest.base.opml import ListedFeed
from ingest.base.printable import printable
from ingest.cli.summary import human_size, plural
from ingest.cli.terminal import bold
from ingest.search.hits import Hit, Results
from ingest.search.snippets import Parts


def as_lines(hit: Hit) -> str:
    """A search result as lines for a terminal, without control characters."""
    source = " · ".join(part for part in (hit.feed, hit.author) if part)
    rest = [printable(source), printable(hit.url or ""), highlighted(hit.snippet)]
    first = f"{printable(hit.date[:10])}  {bold(hit.title or '(without a title)')}"
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


def documents_line(one: FeedDocuments) -> str:
    """How many documents of a feed there are, what they take, what would go, and its own bounds, in one line."""
    parts = [
        f"{plural(one.documents, 'document')} from {one.first[:10]} to {one.last[:10]}",
        f"{one.kept:,} kept: {human_size(one.bytes)}, {human_size(one.on_disk)} on disk",
    ]
    if one.would_go:
        parts.append(f"{one.would_go:,} would go: {human_size(one.would_free)}")
    if one.keep_documents:
        parts.append(f"its own bound: {one.keep_documents} kept")
    if one.max_documents is not None:
        limit = DocumentBounds(max_bytes=one.max_documents).limit
        parts.append("without a bound on disk" if limit is None else f"at most {human_size(limit)} on disk")
    return "; ".join(parts)


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


def why_above(plan: PrunePlan) -> str:
    """Why no more can go."""
    return (
        f"What is kept stays {human_size(sum(plan.above.values()))} above its bound: the rest are the first or last "
        "document of a version of an entry, or the last of their feed, which never go."
    )
