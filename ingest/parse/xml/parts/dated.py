"""The dates of an entry or feed, read in the order of day and month that its document has."""

from collections.abc import Sequence

from ingest.base.models import DateOrder
from ingest.parse.dates.order import date_order
from ingest.parse.dates.read import read_date
from ingest.parse.xml.node import Node
from ingest.parse.xml.tables import PUBLISHED, UPDATED

_DATES = (*PUBLISHED, *UPDATED)


def dates_written(node: Node) -> list[str]:
    """All dates of an entry or feed, as they are written."""
    return [date.words() for date in node.among(_DATES)]


def order_of(dates: Sequence[str], language: str | None, kept: DateOrder | None) -> DateOrder | None:
    """The order in a document's dates such as 06/01/2025; None where it makes no difference."""
    return date_order(dates, language, kept) if any(map(_is_slashed, dates)) else None


def _is_slashed(text: str) -> bool:
    return "/" in text or ("-" in text and not text[:4].isdigit()) or not text.isascii()


def dates_of(node: Node, order: DateOrder | None, atom: bool) -> tuple[str | None, str | None, str | None]:
    """Published, updated, and the words of a date of publication that cannot be read.

    RSS has one date, which is that of publication, whatever it is called.
    """
    published = _first(node.among(PUBLISHED), order)
    updated = _first(node.among(UPDATED), order)
    if published or (updated and not atom):
        return (published, updated, None) if published else (updated, None, None)
    return None, updated, next((words for date in node.among(PUBLISHED) if (words := date.words())), None)


def latest_date(head: Node, order: DateOrder | None) -> str | None:
    """The latest of a feed's dates, which is taken; its others stay in `extra`."""
    dates = [(read_date(date.words(), order), date) for date in head.among(_DATES) if date.words()]
    latest = max((moment for moment, _ in dates if moment), default=None)
    for moment, date in dates:
        if moment and moment == latest:
            date.text()
    return latest


def _first(dates: Sequence[Node], order: DateOrder | None) -> str | None:
    """The first that can be read. Those that say the same are taken with it."""
    found = None
    for date in dates:
        words = date.words()
        moment = read_date(words, order) if words else None
        if not words or (moment and found in (None, moment)):
            found = found or moment
            date.text()
    return found
