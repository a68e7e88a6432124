"""Validates the parameters of Datasette's page of the table entries. Pure."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.pages.facets import ENTRY_FACETS
from ingest.pages.listing import is_period
from ingest.search.operators import OPERATORS

MOST_NOTES = 5

Pair = tuple[str, str]

_REDIRECTING = ("_filter_column", "_sort_by_desc")  # what a form sends, which Datasette makes an address of
_SEARCHABLE = ("title", "author", "text")
_COMPARING = ("exact", "not", "gt", "gte", "lt", "lte", "date")
_NUMBERS = tuple("id feed words source duration season episode comments latitude longitude".split())
_DATES = ("date", "published", "posted", "updated", "first_seen", "last_seen", "removed")
_AFTER_ALL = "~"  # with which an address ends a time: date__lt=2024~


@dataclass(frozen=True)
class Table:
    """What the table has. `sorted` is whether metadata.yml gives it a sort order."""

    columns: frozenset[str]
    sortable: tuple[str, ...]
    sorted: bool
    lookups: frozenset[str]
    most_rows: int


def usable_parameters(asked: Sequence[Pair], table: Table) -> tuple[list[Pair], list[str]]:
    """The valid parameters of an address, and a sentence for the user on each of the others, which are ignored."""
    if any(name.startswith(_REDIRECTING) for name, _ in asked):
        return [*asked], []
    kept: list[Pair] = []
    notes: list[str] = []
    for name, value in asked:
        note = _objection(name, value, table, {name for name, _ in kept})
        if note:
            notes.append(note)
        else:
            kept.append((name, value))
    is_sorted = table.sorted or any(name in _SORTS for name, _ in kept)
    if not all(_is_next(value, is_sorted) for name, value in kept if name == "_next"):
        kept = [(name, value) for name, value in kept if name != "_next"]
        notes.append("There is no such page. This is where the list begins.")
    if any(name == "_search" and _has_operator(value) for name, value in kept):
        notes.append(
            "This search knows words alone. The search at the top of the page knows tag:, feed: and so on."
        )
    return kept, list(dict.fromkeys(notes))[:MOST_NOTES]


def _has_operator(text: str) -> bool:
    """Whether there is an operator of our search in the text."""
    return re.search(rf"(?<!\w)(?:{'|'.join(OPERATORS)}):\S", text) is not None


def _objection(name: str, value: str, table: Table, before: set[str]) -> str | None:
    if not name.startswith("_"):
        return _filter(name, value, table)
    if name in _SORTS and before & {*_SORTS}:
        return f"Entries are sorted by one column at a time, so “{_short(value)}” was passed over."
    if name.startswith("_search_"):
        return _search(name.removeprefix("_search_"))
    check = _CHECKS.get(name)
    return check(value, table) if check else None


def _filter(name: str, value: str, table: Table) -> str | None:
    column, _, lookup = name.rpartition("__") if "__" in name else (name, "", "exact")
    if column not in table.columns:
        return _no_column(column)
    if lookup not in table.lookups:
        return f"There is no filter “{_short(lookup)}” here, so it was passed over."
    kind = _kind_missed(column, value.strip()) if lookup in _COMPARING else None
    return f"“{_short(value)}” is no {kind}, so it was passed over." if kind else None


def _kind_missed(column: str, value: str) -> str | None:
    """What the column holds (number, year, month, date), where the value is none of these; else None."""
    if column in _NUMBERS:
        return None if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value) else "number"
    if column in ("year", "month"):
        return None if is_period(value.removesuffix(_AFTER_ALL)) else column
    if column in _DATES:
        return None if is_period(value.removesuffix(_AFTER_ALL)[:10]) else "date"
    return None


def _search(column: str) -> str | None:
    return None if column in _SEARCHABLE else f"There is no search in “{_short(column)}”: it was passed over."


def _sort(value: str, table: Table) -> str | None:
    if not value or value in table.sortable:
        return None
    return f"Entries cannot be sorted by “{_short(value)}”. They can be by {', '.join(table.sortable)}."


def _column(value: str, table: Table) -> str | None:
    return None if value in table.columns else _no_column(value)


def _no_column(name: str) -> str:
    return f"There is no column “{_short(name)}” here, so it was passed over."


def _facet(value: str, table: Table) -> str | None:
    """A column, or as Datasette has it too, JSON that names one."""
    if not value.startswith("{"):
        return _column(value, table)
    try:
        config = json.loads(value)
    except (ValueError, RecursionError):
        return _no_column(value)
    column = config.get("column") or config.get("simple")
    return None if isinstance(column, str) and column in table.columns else _no_column(value)


def _facet_of_lists(value: str, table: Table) -> str:
    return f"The column “{_short(value)}” has no lists to count, so it was passed over."


def _facet_of_ours(kind: str) -> Callable[[str, Table], str | None]:
    def check(value: str, table: Table) -> str | None:
        if value in ENTRY_FACETS[kind]:
            return None
        return f"There is no facet “{_short(value)}” here. There are {', '.join(ENTRY_FACETS[kind])}."

    return check


def _day(value: str, table: Table) -> str | None:
    if is_period(value):
        return None
    return f"“{_short(value)}” is no day, so it was passed over. A day is written as 2025-01-30."


def _size(value: str, table: Table) -> str | None:
    if value in ("", "max") or (re.fullmatch(r"[0-9]{1,9}", value) and int(value) <= table.most_rows):
        return None
    return f"“{_short(value)}” is no number of rows up to {table.most_rows:,}, so it was passed over."


def _is_next(value: str, is_sorted: bool) -> bool:
    """Whether it is a cursor of Datasette's: the sort value, if rows are sorted, and the number of the last row."""
    return not value or bool(re.fullmatch(r"[^,]*,[0-9]+" if is_sorted else r"[0-9]+", value))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


_SORTS = ("_sort", "_sort_desc")
_CHECKS: dict[str, Callable[[str, Table], str | None]] = {
    "_sort": _sort,
    "_sort_desc": _sort,
    "_col": _column,
    "_nocol": _column,
    "_facet": _facet,
    "_facet_date": _facet,
    "_facet_array": _facet_of_lists,
    "_facet_many": _facet_of_ours("many"),
    "_facet_time": _facet_of_ours("time"),
    "_day": _day,
    "_size": _size,
}
