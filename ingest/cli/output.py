"""Formats results and feeds for output: lines for people, plain values for programs. Pure."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ingest.base.opml import ListedFeed
from ingest.base.printable import printable
from ingest.cli.summary import plural
from ingest.cli.terminal import bold

if TYPE_CHECKING:
    from ingest.search.hits import Hit, Results
    from ingest.search.snippets import Parts

_NOT_ITS_OWN = {"document": "in its feed on ", "seen": "first seen "}  # what the date of an entry is then


def as_lines(hit: "Hit") -> str:
    """A search result as lines for a terminal, without control characters."""
    source = " · ".join(part for part in (hit.feed, hit.author) if part)
    rest = [printable(source), printable(hit.url or ""), highlighted(hit.snippet)]
    day = f"{_NOT_ITS_OWN.get(hit.date_from, '')}{hit.date[:10]}"
    first = f"{printable(day)}  {bold(hit.title or '(without a title)')}"
    return f"\n{' ' * 12}".join([first, *rest]) + "\n"


def highlighted(parts: "Parts") -> str:
    """A snippet as one line for a terminal, its matches in bold, without control characters."""
    words = (
        bold(" ".join(text.split())) if hit else printable(re.sub(r"\s+", " ", text)) for text, hit in parts
    )
    return "".join(words)


def as_rows(results: "Results") -> list[dict[str, Any]]:
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
