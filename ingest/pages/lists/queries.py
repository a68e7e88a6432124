"""The ready queries, in groups, each with a line that says what one gets. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_LINE = 160  # characters of a description that stands for a line
_Lines = dict[str, str]

# Those of metadata.yml, as people would look for them.
_GROUPS: dict[str, _Lines] = {
    "Reading": {
        "newest_entries": "The latest of all feeds, of one, or of a year, month or day",
        "on_this_day": "What was published on this day in other years",
        "longest_entries": "The long reads, by number of words",
        "audio_entries": "Episodes and recordings, with their files",
        "search": "The best matches of words, with the words in context",
        "entries_by_author": "The latest by whoever has a name in theirs",
        "entries_by_tag": "The latest that carry a tag",
        "reading_time": "How many hours each month would take to read",
    },
    "People and topics": {
        "prolific_authors": "Who wrote most, how many words, and from when to when",
        "tags_by_use": "What most entries are about, and in how many feeds",
        "tag_pairs": "Which tags stand together, and how often",
        "mentions_per_month": "How often words came in each month, and among how many",
        "languages": "How many entries and words there are of each language",
    },
    "Links": {
        "cited_hosts": "The sites that most links lead to",
        "cited_pages": "The pages that most links lead to, here or elsewhere",
        "cited_entries": "The entries of this archive that most others link to",
        "links_between_feeds": "Who links to whom, and how often",
        "what_links_here": "The entries that link to one of this archive",
        "links_to_host": "The latest links to one site, with their words",
        "crossposts": "Pages that came more than once, and in which feeds",
    },
    "Changes": {
        "edited_entries": "What was changed after it was published, and by how much",
        "removed_entries": "What vanished from its feed, and how that is known",
        "documents_of_feed": "Each document that was received, and what it brought",
    },
    "How feeds do": {
        "feed_overview": "How many entries each has, from when to when",
        "posts_per_month": "How much each published in each month",
        "publishing_hours": "At which hour and on which day of the week they publish",
        "failing_feeds": "Which cannot be read just now, since when, and why",
        "feed_health": "Failures, speed, silence and what polling each costs",
        "polling": "Requests, answers and bytes of each feed",
    },
}
_OTHERS = "More"


@dataclass(frozen=True)
class ReadyQuery:
    """A query that is stored: `description` may be anything."""

    name: str
    title: str
    description: str
    href: str


@dataclass(frozen=True)
class QueryGroup:
    title: str
    queries: tuple[ReadyQuery, ...]


def grouped_queries(found: Iterable[ReadyQuery]) -> tuple[QueryGroup, ...]:
    """Those that there are in their groups, with our lines for descriptions; others, of the archive's owner, last."""
    by_name = {query.name: query for query in found}
    groups = [
        QueryGroup(
            title,
            tuple(
                ReadyQuery(name, by_name[name].title, line, by_name[name].href)
                for name, line in lines.items()
                if name in by_name
            ),
        )
        for title, lines in _GROUPS.items()
    ]
    known = {name for lines in _GROUPS.values() for name in lines}
    others = sorted(
        (one for name, one in by_name.items() if name not in known), key=lambda one: one.title.casefold()
    )
    groups.append(QueryGroup(_OTHERS, tuple(_with_line(one) for one in others)))
    return tuple(group for group in groups if group.queries)


def _with_line(query: ReadyQuery) -> ReadyQuery:
    """With the first sentence of its description alone."""
    first = re.split(r"(?<=[.!?])\s", " ".join(query.description.split()), maxsplit=1)[0].removesuffix(".")
    line = first if len(first) <= LONGEST_LINE else first[: LONGEST_LINE - 1] + "…"
    return ReadyQuery(query.name, query.title, line, query.href)
