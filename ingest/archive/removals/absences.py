"""Decide which entries were certainly taken out of a feed, on values, without a database. Pure.

A document has a part of what its feed published, and what is not in it has mostly dropped out for its age. It was taken
out where

- the document before and this one are in order of time by the same date, so that neither is ranked by something else,
- it lies, by that date, between two entries that are in both,
- and at least two documents in a row lacked it, an hour or more apart: one alone may be a mistake of the publisher, or
  an old copy of a cache.

A response that confirms the last document, by status 304 or by the same bytes, is another look at this document: all
that it has is still there, and what it lacks is still missing.

A document in which nothing lies between two others, such as one with a single entry, or a damaged one, is no look.

An aggregator may have the latest few of each source, of which an entry is compared with its own alone. Where it does
not say which they are, the hosts of its entries' addresses tell them apart. Authors do not: many a blog has several,
and its window is one.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal, NamedTuple

from ingest.base.urls import url_host

LOOKS_TO_REMOVE = 2
APART = timedelta(hours=1)  # the first and the last of these, at least

DocumentOrder = Literal["published desc", "published asc", "updated desc", "updated asc"]
_ORDERS: tuple[tuple[DocumentOrder, DocumentOrder], ...] = (
    ("published desc", "published asc"),
    ("updated desc", "updated asc"),
)


class EntryTimes(NamedTuple):
    """The dates that a feed gives an entry, in UTC, ISO 8601."""

    published: str | None
    updated: str | None


class Origin(NamedTuple):
    """Where an aggregated entry comes from: the source that its feed names, and the host of its address."""

    source: int | None = None
    host: str = ""


class WindowEntry(NamedTuple):
    id: int
    times: EntryTimes
    origin: Origin = Origin()


@dataclass(frozen=True)
class Absence:
    """An entry that each of the last `looks` documents lacked, the first of them received at `since`."""

    entry: WindowEntry
    since: str
    looks: int = 0


@dataclass(frozen=True)
class JudgedAbsences:
    """`removed`: certainly. `missing`: it may be, which a later document shows. `settled`: ids of those that were
    missing, of which nothing can be said any more, as the document does not reach back to them."""

    removed: tuple[Absence, ...] = ()
    missing: tuple[Absence, ...] = ()
    settled: tuple[int, ...] = ()


def origin_of(source: int | None, url: str | None) -> Origin:
    """A blog that leaves "www." out of its addresses is the same."""
    return Origin(source, url_host(url or ""))


def document_orders(entries: Sequence[EntryTimes]) -> frozenset[DocumentOrder]:
    """By which dates, and in which direction, all dated entries of a document stand in order of time.

    Where there are fewer than two different dates, there is none.
    """
    orders: set[DocumentOrder] = set()
    for newest, oldest in _ORDERS:
        dates = [date for times in entries if (date := _date(times, newest))]
        if len(set(dates)) < 2:
            continue
        if all(one >= after for one, after in pairwise(dates)):
            orders.add(newest)
        elif all(one <= after for one, after in pairwise(dates)):
            orders.add(oldest)
    return frozenset(orders)


def common_orders(
    orders: Iterable[DocumentOrder], before: Iterable[DocumentOrder]
) -> frozenset[DocumentOrder]:
    """Those of a document's orders that are by a date by which the one before was in order too, in either direction."""
    dates = {order.split()[0] for order in before}
    return frozenset(order for order in orders if order.split()[0] in dates)


def shows_nothing_between(entries: Sequence[EntryTimes]) -> bool:
    """Whether no entry could lie between two others of a document, by any date: it tells of none that it lacks."""
    return all(
        len({date for times in entries if (date := _date(times, order))}) < 2
        for orders in _ORDERS
        for order in orders
    )


def judge_absences(
    window: Iterable[WindowEntry],
    missing: Sequence[Absence],
    present: Collection[int],
    orders: Collection[DocumentOrder],
    now: str,
) -> JudgedAbsences:
    """What a document received at `now` tells of the entries that it lacks.

    `window` has the entries of the document before, `missing` those that were missing before, `present` the ids of this
    document's, `orders` the orders of time that both documents are in.
    """
    here, absent = [], [absence for absence in missing if absence.entry.id not in present]
    for entry in window:
        if entry.id in present:
            here.append(entry)
        else:
            absent.append(Absence(entry, now))
    spans = {order: _spans(here, order) for order in orders}
    removed, still, settled = [], [], []
    for before in absent:
        absence = Absence(before.entry, before.since, before.looks + 1)
        if not spans or not all(_is_reached(before.entry, order, of) for order, of in spans.items()):
            settled.append(before.entry.id)
        elif _is_long_enough(absence, now) and all(
            _is_between(before.entry, *span) for span in spans.items()
        ):
            removed.append(absence)
        else:
            still.append(absence)
    return JudgedAbsences(tuple(removed), tuple(still), tuple(settled))


class _Span(NamedTuple):
    oldest: str
    newest: str


_Spans = Mapping[Origin, _Span]


def _spans(here: Iterable[WindowEntry], order: DocumentOrder) -> _Spans:
    """The oldest and the newest date of those that are still there, of each origin.

    A busy one's may drop out among older ones of others.
    """
    spans: dict[Origin, _Span] = {}
    for entry in here:
        if date := _date(entry.times, order):
            oldest, newest = spans.get(entry.origin, (date, date))
            spans[entry.origin] = _Span(min(oldest, date), max(newest, date))
    return spans


def _is_reached(entry: WindowEntry, order: DocumentOrder, spans: _Spans) -> bool:
    """Whether the document has older ones, so that it has not dropped out for its age."""
    date, span = _date(entry.times, order), spans.get(entry.origin)
    return date is not None and span is not None and span.oldest < date


def _is_between(entry: WindowEntry, order: DocumentOrder, spans: _Spans) -> bool:
    date = _date(entry.times, order)
    return date is not None and spans[entry.origin].oldest < date < spans[entry.origin].newest


def _is_long_enough(absence: Absence, now: str) -> bool:
    apart = datetime.fromisoformat(now) - datetime.fromisoformat(absence.since)
    return absence.looks >= LOOKS_TO_REMOVE and apart >= APART


def _date(times: EntryTimes, order: DocumentOrder) -> str | None:
    """The date by which it stands in this order; the other one where it has not that."""
    if order.startswith("published"):
        return times.published or times.updated
    return times.updated or times.published
