"""Where each kind of what feeds say stands, with a query for it. A test runs them all."""

from typing import NamedTuple

HEADING = """## What is where

What a feed says has a column, or a row of a table beside the entry, or else stands in `extra`. To begin with:
"""


class Example(NamedTuple):
    """A query, and what it finds."""

    finds: str
    sql: str


EXAMPLES = (
    Example(
        "The texts of an entry: its body, and what its summary says that is not in it",
        "SELECT title, text, summary_text FROM entries JOIN contents ON contents.entry = entries.id LIMIT 10",
    ),
    Example(
        "Episodes longer than an hour, with their files",
        "SELECT title, round(duration / 60.0, 1) AS minutes, enclosures.url\n"
        "FROM entries JOIN enclosures ON enclosures.entry = entries.id\n"
        "WHERE duration > 3600 ORDER BY duration DESC",
    ),
    Example(
        "The chapters of an episode",
        "SELECT start, title, url FROM media WHERE entry = 1 AND kind = 'chapter' ORDER BY id",
    ),
    Example(
        "Pictures and what they show",
        "SELECT entry, url, description FROM media WHERE kind = 'image' AND description IS NOT NULL",
    ),
    Example(
        "Who was a guest, and how often",
        "SELECT name, count(*) AS entries FROM entry_credits JOIN authors ON authors.id = author\n"
        "WHERE role = 'guest' GROUP BY name ORDER BY entries DESC",
    ),
    Example(
        "Where the entries of a planet come from",
        "SELECT coalesce(sources.title, sources.url) AS source, count(*) AS entries\n"
        "FROM entries JOIN sources ON sources.id = source GROUP BY sources.id ORDER BY entries DESC",
    ),
    Example(
        "Link posts, by what they are about (what a JSON Feed calls external_url; the related links of RSS and Atom "
        "are in `extra`)",
        "SELECT external_url, title, url FROM entries WHERE external_url IS NOT NULL",
    ),
    Example(
        "Under which licences entries stand",
        "SELECT license, count(*) AS entries FROM entries WHERE license IS NOT NULL GROUP BY license",
    ),
    Example(
        "Entries with a place",
        "SELECT title, latitude, longitude FROM entries WHERE latitude IS NOT NULL",
    ),
    Example(
        "What is not dated, or not readably",
        "SELECT title, date, date_from, published_text FROM entries WHERE date_from IN ('document', 'seen')",
    ),
    Example(
        "An element that has no column, of all entries",
        "SELECT entry, value FROM extra, json_tree(extra.json) WHERE key = 'itunes:subtitle' AND entry > 0",
    ),
    Example(
        "Which such elements there are",
        "SELECT key AS name, count(*) AS times FROM extra, json_tree(extra.json)\n"
        "WHERE key GLOB '*:*' GROUP BY key ORDER BY times DESC",
    ),
    Example(
        "What feeds say of themselves",
        "SELECT feeds.title, element.value FROM extra JOIN feeds ON feeds.id = extra.feed,\n"
        "json_each(extra.json) AS element",
    ),
)


def schema_examples() -> str:
    """The section, in Markdown."""
    return "\n".join([HEADING, *(f"{finds}:\n\n```sql\n{sql}\n```\n" for finds, sql in EXAMPLES)])
