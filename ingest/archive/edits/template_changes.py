"""Template changes of feeds, kept once for all entries in which they changed, and the former HTML that they tell."""

import json
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from sqlite_utils import Database

from ingest.archive.edits.templates import TemplateChange

_NAMES = "head_before, head_after, tail_before, tail_after"
_OF_ENTRY = """
FROM template_changes
WHERE feed = (SELECT feed FROM entries WHERE id = :entry)
    AND EXISTS (SELECT 1 FROM json_each(template_changes.entries) WHERE value = :entry)
"""
# Of an entry, or of one that was merged into it.
_LATER = """
SELECT 1 FROM template_changes
WHERE feed = (SELECT feed FROM entries WHERE id = :entry) AND at > :at AND EXISTS (
    SELECT 1 FROM json_each(template_changes.entries)
    WHERE value = :entry OR value IN (SELECT id FROM former_entries WHERE entry = :entry)
) LIMIT 1
"""
# Which followed the former one: that which was there at the time of the change.
_VERSION_AT = """
SELECT id, url, title, html FROM versions
WHERE entry = :entry AND kind IN ('edit', 'present') AND (replaced IS NULL OR replaced > :at)
ORDER BY replaced IS NULL, replaced, id LIMIT 1
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


def changed_later(db: Database, entry_id: int, at: str) -> bool:
    """Whether the template of an entry changed after a time, so that what was said then is not what is stored."""
    found = db.execute(_LATER, {"entry": entry_id, "at": at}).fetchone()
    return found is not None


def former_htmls(db: Database, entry_id: int) -> list[FormerHtml]:
    """What the HTML of an entry was before each change of its feed's template, the latest first.

    What was not an edit has changed it since then, such as a counter, where a version is not rebuilt.
    """
    rows = db.execute(f"SELECT at, {_NAMES} {_OF_ENTRY} ORDER BY at DESC, id DESC", {"entry": entry_id})
    return [*_undone(db, entry_id, [(at, TemplateChange(*parts)) for at, *parts in rows.fetchall()])]


def _undone(
    db: Database, entry_id: int, changes: Iterable[tuple[str, TemplateChange]]
) -> Iterator[FormerHtml]:
    before: dict[int | None, str] = {}  # the HTML of each version before the changes so far
    for at, change in changes:
        number, url, title, html = db.execute(_VERSION_AT, {"entry": entry_id, "at": at}).fetchone()
        former = change.former(before.get(number, html), url, title)
        if former is not None:
            before[number] = former
            yield FormerHtml(at, former)


def _values(change: TemplateChange) -> tuple[str, str, str, str]:
    return change.head_before, change.head_after, change.tail_before, change.tail_after
