"""Cells of Datasette's pages with the date of an entry that has none of its own say what that date is."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from datasette import hookimpl
from markupsafe import Markup

from ingest.pages.listing import is_period
from ingest.pages.time_axis import period_in_words
from ingest.web.access import is_archive_database

_WHAT_IT_IS = {"document": "in its feed on", "seen": "first seen"}  # by date_from


@hookimpl(tryfirst=True)
def render_cell(
    row: Mapping[str, Any], value: Any, column: str, table: str | None, database: str, datasette: Any
) -> Callable[[], Awaitable[Markup | None]] | None:
    if column != "date" or table not in ("entries", None) or not isinstance(value, str):
        return None
    stored = {name: row[name] for name in ("date_from", "published", "updated") if name in row.keys()}  # noqa: SIM118
    what = _WHAT_IT_IS.get(stored.get("date_from") or "")
    ahead = stored.get("published") or stored.get("updated")
    return partial(_explained, datasette, database, value, what, bool(ahead)) if what else None


async def _explained(datasette: Any, database: str, date: str, what: str, ahead: bool) -> Markup | None:
    if not await is_archive_database(datasette.get_database(database)):
        return None
    why = "dated in the future" if ahead else "no date"
    return Markup('{}, {} <time datetime="{}" title="{}">{}</time>').format(why, what, date, date, _day(date))


def _day(date: str) -> str:
    """29 Nov 2026, as on our pages; what other programs wrote as it is."""
    if not is_period(date[:10]):
        return date
    return f"{int(date[8:10])} {period_in_words(date[:7])}"
