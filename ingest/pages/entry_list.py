"""A page of a list of entries for the parameters of an address: filtered by period, in full or by title, paged."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from ingest.pages.entry_html import shown_html
from ingest.pages.feed import load_texts
from ingest.pages.listing import (
    Listing,
    Scope,
    is_cursor,
    is_period,
    list_entries,
)
from ingest.pages.listing_sql import filters_of, listing_sql, period_filters

FULL_TEXTS, TITLES = 10, 50  # entries on a page
WORDS_IN_FULL = (
    2000  # of a page's full texts, which is some screens; of more, there are excerpts unless one asks
)
_PICTURE = 120  # words that are as high as a picture


@dataclass(frozen=True)
class ListRequest:
    """The parameters of an address: ?view=, ?period=, ?after=. `notes` are sentences on those that were ignored."""

    view: str | None
    period: str | None
    cursor: str | None
    full: bool
    notes: tuple[str, ...]

    def address(self, **changes: str | None) -> str:
        """The query string of this list with other parameters; None takes one away."""
        kept = {"view": self.view, "period": self.period, **changes}
        return "?" + urlencode({name: value for name, value in kept.items() if value})


@dataclass(frozen=True)
class ListedEntries:
    """A page of a list. `texts` are the safe HTML of its entries by number, where these are shown in full; with
    `excerpts`, there are none, and of each entry the beginning.

    `sql` finds the same rows, as do `filters` (a query string) in Datasette's table of entries; `of_period` is the part
    of these that keeps to the period.
    """

    request: ListRequest
    listing: Listing
    texts: Mapping[int, Markup]
    notes: tuple[str, ...]
    sql: str
    filters: str
    of_period: str
    excerpts: bool = False

    @property
    def full(self) -> bool:
        return self.request.full

    @property
    def period(self) -> str | None:
        return self.request.period

    @property
    def newer(self) -> str | None:
        """The address of the page before this one."""
        return self.address(after=self.listing.newer) if self.listing.newer else None

    @property
    def older(self) -> str | None:
        """The address of the page after this one."""
        return self.address(after=self.listing.older) if self.listing.older else None

    def address(self, **changes: str | None) -> str:
        return self.request.address(**changes)


def list_request(parameters: Mapping[str, str], full: bool) -> ListRequest:
    """The request that any parameters of an address make. `full` is whether a list shows texts by default."""
    view, period, cursor = (parameters.get(name) for name in ("view", "period", "after"))
    notes = []
    if period and not is_period(period):
        notes.append(f"“{period[:40]}” is no year, month or day. These are all entries.")
        period = None
    if (cursor and not is_cursor(cursor)) or parameters.get("page"):
        notes.append("There is no such page. This is where the list begins.")
    return ListRequest(
        view, period, cursor, view in ("full", "excerpts") or (full and view != "titles"), tuple(notes)
    )


def load_entry_list(
    connection: sqlite3.Connection, scope: Scope, request: ListRequest, pictures: bool
) -> ListedEntries:
    """A page of the entries in a scope, with pictures of other sites in their texts or without."""
    period, limit = request.period, FULL_TEXTS if request.full else TITLES
    listing = list_entries(connection, scope, limit=limit, period=period, cursor=request.cursor)
    excerpts = request.view == "excerpts"
    in_full = request.full and not excerpts
    texts = load_texts(connection, (item.id for item in listing.items)) if in_full else {}
    if request.view != "full" and is_long(
        texts.values(), sum(item.words for item in listing.items if item.id in texts)
    ):
        texts, excerpts = {}, True
    beyond = ("There is nothing beyond this page, the last one.",) if listing.beyond and listing.items else ()
    return ListedEntries(
        request,
        listing,
        {id: Markup(shown_html(html, f"s{id}-", pictures, top=4).html) for id, html in texts.items()},
        (*request.notes, *beyond),
        listing_sql(scope, listing, period),
        urlencode(filters_of(listing, period)),
        urlencode(period_filters(period)),
        excerpts,
    )


def is_long(texts: Iterable[str], words: int) -> bool:
    """Whether HTML of so many words is longer than some screens, with its pictures."""
    return words + _PICTURE * sum(html.count("<img") for html in texts) > WORDS_IN_FULL
