"""The columns of an entry, stated once: what is inserted, updated, compared and kept in revisions follows from it.

By default a field of CleanEntry is a column of `entries` with the same name; a difference in it is an edit, and a
revision keeps it in its column `other` (JSON). So a new field needs nothing here to be stored; where it is filled for
entries that were saved without it, that is no edit if ingest.base.models.READER was raised. The exceptions are named
below.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from operator import attrgetter
from typing import Any

from ingest.base.models import CleanEntry, Link, Media
from ingest.base.urls import host_key, url_key


@dataclass(frozen=True)
class EntryList:
    """A field of an entry with several values, which are stored in another table."""

    name: str  # of the field of CleanEntry
    table: str  # with a column `entry`
    insert: tuple[
        str, ...
    ]  # SQL for each value, with the parameters :entry and those of `row`; or else `columns`
    row: Callable[[Any], Any]  # a mapping, or the values of `columns`
    select: str  # SQL for an entry's values as in revisions
    comparable: Callable[[list[Any]], list[Any]] = sorted  # normalises the values for comparison
    kept: bool = True  # in revisions, where it does not follow from the HTML
    columns: tuple[str, ...] = ()  # beside `entry`, where rows are inserted as they are
    then: str | None = None  # SQL for those that were inserted so: they have ids above :last


def _link_row(link: Link) -> tuple[str | None, ...]:
    return link.url, link.host, link.text, url_key(link.url), host_key(link.host)


def _folded(names: list[str]) -> list[str]:
    return sorted(name.casefold() for name in names)


def _in_any_order(values: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(values, key=repr)


def _identity(source: dict[str, Any] | None) -> Any:
    """A source stays the same when its title changes."""
    return (source["url"] or source["title"]) if source else None


_MEDIA = tuple(field.name for field in fields(Media))

ENTRY_LISTS = (
    EntryList(
        "authors",
        "entry_authors",
        (
            "INSERT INTO authors (name) VALUES (:name) ON CONFLICT DO NOTHING",
            """
            INSERT OR IGNORE INTO entry_authors (entry, author)
            VALUES (:entry, (SELECT id FROM authors WHERE name = :name))
            """,
        ),
        lambda name: {"name": name},
        "SELECT name FROM entry_authors JOIN authors ON id = author WHERE entry = ?",
    ),
    EntryList(
        "tags",
        "entry_tags",
        (
            "INSERT INTO tags (name) VALUES (:name) ON CONFLICT DO NOTHING",
            """
            INSERT OR IGNORE INTO entry_tags (entry, tag) VALUES (:entry, (SELECT id FROM tags WHERE name = :name))
            """,
        ),
        lambda name: {"name": name},
        "SELECT name FROM entry_tags JOIN tags ON id = tag WHERE entry = ?",
        _folded,
    ),
    EntryList(
        "enclosures",
        "enclosures",
        (),
        attrgetter("url", "type", "length"),
        "SELECT url, type, length FROM enclosures WHERE entry = ? ORDER BY id",
        _in_any_order,
        columns=("url", "type", "length"),
    ),
    EntryList(
        "links",
        "links",
        (),
        _link_row,
        "SELECT url, host, text FROM links WHERE entry = ? ORDER BY id",
        _in_any_order,
        kept=False,
        columns=("url", "host", "text", "url_key", "host_key"),
        # To the first of the entries with that address.
        then="""
        UPDATE links SET target = (SELECT min(id) FROM entries WHERE url_key = links.url_key AND id != links.entry)
        WHERE id > :last AND EXISTS (SELECT 1 FROM entries WHERE url_key = links.url_key AND id != links.entry)
        """,
    ),
    EntryList(
        "media",
        "media",
        (),
        attrgetter(*_MEDIA),
        f"SELECT {', '.join(_MEDIA)} FROM media WHERE entry = ? ORDER BY id",  # noqa: S608
        list,
        columns=_MEDIA,
    ),
    EntryList(
        "credits",
        "entry_credits",
        (
            "INSERT INTO authors (name) VALUES (:name) ON CONFLICT DO NOTHING",
            """
            INSERT OR IGNORE INTO entry_credits (entry, author, role)
            VALUES (:entry, (SELECT id FROM authors WHERE name = :name), :role)
            """,
        ),
        vars,
        "SELECT name, role FROM entry_credits JOIN authors ON id = author WHERE entry = ?",
        _in_any_order,
    ),
)

_OWN = ("title", "url", "author")  # have columns of their own in `revisions`
_CONTENTS = ("html", "text")  # in the table `contents`, and columns of their own in `revisions`
_SUMMARY = ("summary", "summary_text")  # in the table `contents`
_DERIVED = ("excerpt", "words")  # from other fields: a difference is no edit
_IDENTITY = ("guid", "guid_derived", "fingerprint")
_SOURCE = "source"  # in the table `sources`
_IN_PLACE = ("comments", "extra")  # what moves with each document: see ingest.archive.saving.beside

_SCALARS = tuple(
    field.name
    for field in fields(CleanEntry)
    if field.name
    not in (*_CONTENTS, *_IDENTITY, *_SUMMARY, _SOURCE, *_IN_PLACE, *(one.name for one in ENTRY_LISTS))
)
_COMPUTED: Mapping[str, Callable[[CleanEntry], Any]] = {
    "url_key": lambda entry: url_key(entry.url) if entry.url else None,
}
_LISTS_KEPT = tuple(one for one in ENTRY_LISTS if one.kept)
_SCALARS_KEPT = tuple(name for name in _SCALARS if name not in (*_OWN, *_DERIVED))

# The columns of `entries` that come from a document, without `guid`, which never changes, `source` and _IN_PLACE.
ENTRY_COLUMNS = (*_SCALARS, "fingerprint", *_COMPUTED)
# The keys of `other` in a revision. Revisions that are older than a field do not have it.
OTHER = (*(one.name for one in _LISTS_KEPT), *_SCALARS_KEPT, *_SUMMARY, _SOURCE)
# What no revision has: a difference in it is no edit.
DERIVED = (*(one.name for one in ENTRY_LISTS if not one.kept), *_DERIVED, *_COMPUTED)


_STATED = (*_SCALARS, "fingerprint")
_stated = attrgetter(*_STATED)  # of all entries of all documents, for which it is quicker than one by one


def entry_values(entry: CleanEntry) -> tuple[Any, ...]:
    """The values of ENTRY_COLUMNS."""
    return (*_stated(entry), *(value(entry) for value in _COMPUTED.values()))


def entry_row(entry: CleanEntry) -> dict[str, Any]:
    """The same by name."""
    return dict(zip(ENTRY_COLUMNS, entry_values(entry), strict=True))


def other_of(entry: CleanEntry) -> dict[str, Any]:
    """The values of OTHER, as a revision keeps them."""
    lists = {one.name: list(map(_as_json, getattr(entry, one.name))) for one in _LISTS_KEPT}
    scalars = {name: getattr(entry, name) for name in (*_SCALARS_KEPT, *_SUMMARY)}
    return lists | scalars | {_SOURCE: _as_json(entry.source)}


def derived_of(entry: CleanEntry) -> dict[str, Any]:
    """The values of DERIVED, as they are stored."""
    lists = {one.name: list(map(_as_json, getattr(entry, one.name))) for one in ENTRY_LISTS if not one.kept}
    row = entry_row(entry)
    return lists | {name: row[name] for name in DERIVED if name not in lists}


_FORMS: Mapping[str, Callable[[Any], Any]] = {
    _SOURCE: _identity,
    **{one.name: one.comparable for one in ENTRY_LISTS},
}


def different(one: Mapping[str, Any], another: Mapping[str, Any]) -> list[str]:
    """Those keys that both have in which two versions differ: a revision may be older than a field."""

    def comparable(name: str, value: Any) -> Any:
        return _FORMS[name](value) if name in _FORMS else value

    return [
        name
        for name in one
        if name in another and comparable(name, one[name]) != comparable(name, another[name])
    ]


def _as_json(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
