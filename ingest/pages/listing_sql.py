"""The rows of a page of a list elsewhere: as SQL that people read, as parameters of Datasette's page of the table."""

from ingest.pages.listing import AFTER_ALL, NEWEST_FIRST, Listing, Scope, is_period


def listing_sql(scope: Scope, listing: Listing, period: str | None = None) -> str:
    """The rows of a page as one SELECT without parameters, for people to read, change and run."""
    within = scope.by_date
    for name, value in scope.params.items():
        within = within.replace(f":{name}", str(value) if isinstance(value, int) else _quoted(value))
    conditions = [within]
    if is_period(period):
        beginning, end = _quoted(period), _quoted(period + AFTER_ALL)
        conditions.append(f"date >= {beginning} AND date < {end} AND month IS NOT NULL")
    dated = {item.has_month for item in listing.items}
    if dated != {True, False} and not is_period(period):
        conditions.append("month IS NULL" if dated == {False} else "month IS NOT NULL")
    if listing.newer:
        first = listing.items[0]
        date = _quoted(first.date)
        behind = f"(date < {date} OR date = {date} AND id >= {first.id})"
        conditions.append(behind if len(dated) == 1 else f"(month IS NULL OR {behind})")
    where = "\n    AND ".join(conditions)
    order = "date DESC, id" if len(dated) == 1 else NEWEST_FIRST
    return (
        f"SELECT id, date, title, author, feed, words, url\nFROM entries\nWHERE {where}\n"
        f"ORDER BY {order} LIMIT {len(listing.items)}"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def period_filters(period: str | None) -> dict[str, str]:
    """A year, month or day as parameters of Datasette's page of the table; none where it is no period."""
    if not is_period(period):
        return {}
    return {"date__gte": period, "date__lt": period + AFTER_ALL, "month__notblank": "1"}


def filters_of(listing: Listing, period: str | None = None) -> dict[str, str]:
    """The rows of a page as parameters of Datasette's page of the table: with others of the first row's second."""
    filters = {"_sort_desc": "date", "_size": str(len(listing.items)), **period_filters(period)}
    if listing.items and listing.items[-1].has_month:
        filters["month__notblank"] = "1"
    elif listing.items and not listing.items[0].has_month:
        filters["month__isblank"] = "1"
    if listing.newer:
        filters["date__lte"] = listing.items[0].date
    return filters
