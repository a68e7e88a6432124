"""Template changes of feeds, kept once for all entries in which they changed, and the former HTML that they tell."""

import json
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from sqlite_utils import Database

from ingest.archive.edits.templates import TemplateChange

_NAMES = "head_before, head_after, tail_before, tail_after"
# Of an entry and of those that were merged into it, each under the number that it had: so a split changes nothing here.
_OF_PARTS = """
FROM template_changes, json_each(template_changes.entries) AS part
WHERE feed = (SELECT feed FROM entries WHERE id = :entry)
    AND (part.value = :entry OR part.value IN (SELECT id FROM former_entries WHERE entry = :entry))
"""
# Which followed the former one first: that which was there at the time of the change. Of what was merged into another
# the last version was there for good, though it has an end.
_VERSIONS_AT = """
SELECT guid, id, url, title, html FROM (
    SELECT *, coalesce(replaced, '~') AS until FROM versions WHERE entry = :entry AND kind IN ('edit', 'present')
)
ORDER BY until <= :at, iif(until > :at, until, NULL), until DESC, iif(until > :at, id, -id)
"""


class FormerHtml(NamedTuple):
    """The HTML that a version of an entry had until its feed's template changed at `until`."""

    until: str
    html: str


def insert_template_change(
    db: Database,
    feed_id: int,
    change: TemplateChange,
    entries: Collection[int],
    at: str,
    document: int | None,
) -> None:
    """`entries` have the numbers that they had before they were merged."""
    db.execute(
        f"INSERT INTO template_changes (feed, at, document, entries, {_NAMES}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (feed_id, at, document, json.dumps(sorted(entries)), *_values(change)),
    )


def is_noted(
    db: Database, feed_id: int, change: TemplateChange, entries: Collection[int], after: str
) -> bool:
    """Whether it is known that the template changed so in these entries, after a time."""
    rows = db.execute(
        f"SELECT entries FROM template_changes WHERE feed = ? AND at > ? AND ({_NAMES}) = (?, ?, ?, ?)",  # noqa: S608
        (feed_id, after, *_values(change)),
    )
    return any({*entries} <= {*json.loads(noted)} for (noted,) in rows)


def changed_later(db: Database, entry_id: int, guid: str, at: str) -> bool:
    """Whether the template of an entry changed after a time, so that what was said then is not what is stored.

    It was said under `guid`, as of the entry that it was before a merge.
    """
    rows = db.execute(f"SELECT part.value {_OF_PARTS} AND at > :at", {"entry": entry_id, "at": at}).fetchall()
    return bool(rows) and (merged_under(db, entry_id).get(guid, entry_id),) in rows


def former_htmls(db: Database, entry_id: int) -> list[FormerHtml]:
    """What the HTML of an entry was before each change of its feed's template, the latest first.

    What was not an edit has changed it since then, such as a counter, where a version is not rebuilt.
    """
    rows = db.execute(
        f"SELECT part.value, at, {_NAMES} {_OF_PARTS} ORDER BY at DESC, template_changes.id DESC",
        {"entry": entry_id},
    ).fetchall()
    changes = [(part, at, TemplateChange(*names)) for part, at, *names in rows]
    return [*_undone(db, entry_id, changes)] if changes else []


def merged_under(db: Database, entry_id: int) -> dict[str, int]:
    """By the guids of what was merged into an entry, the number that each had."""
    rows = db.execute(
        """
        SELECT guid.value ->> '$.guid', former_entries.id
        FROM former_entries, (SELECT 'entries' AS named UNION ALL SELECT 'entry_aliases') AS tables,
            json_each(former, '$.' || named) AS guid
        WHERE former_entries.entry = ? ORDER BY step DESC
        """,  # what was merged into it before has its own guid
        (entry_id,),
    )
    return dict(rows.fetchall())


def _undone(
    db: Database, entry_id: int, changes: Iterable[tuple[int, str, TemplateChange]]
) -> Iterator[FormerHtml]:
    merged = merged_under(db, entry_id)
    before: dict[int | None, str] = {}  # the HTML of each version before the changes so far
    for part, at, change in changes:
        rows = db.execute(_VERSIONS_AT, {"entry": entry_id, "at": at})
        found = next((row for guid, *row in rows if merged.get(guid, entry_id) == part), None)
        if found is None:
            continue
        number, url, title, html = found
        former = change.former(before.get(number, html), url, title)
        if former is not None:
            before[number] = former
            yield FormerHtml(at, former)


def _values(change: TemplateChange) -> tuple[str, str, str, str]:
    return change.head_before, change.head_after, change.tail_before, change.tail_after
