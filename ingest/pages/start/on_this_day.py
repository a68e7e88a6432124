"""What was published on one day of the calendar, in all the years: what is not dated is on none."""

import re
import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta

from ingest.archive.names import dated_sql
from ingest.pages.listing import Item, items_of

MOST_OF_A_YEAR = 25  # entries; more are a search away
YEARS_LOOKED_AT = 100
DAYS_BACK = 31  # on which something is looked for, where the day that was asked for has nothing
_MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True)
class YearOfDay:
    """The entries of a day ("2019-05-17"), at most MOST_OF_A_YEAR. `following` is the day after it."""

    day: str
    following: str
    items: tuple[Item, ...]
    more: bool

    @property
    def year(self) -> str:
        return self.day[:4]


@dataclass(frozen=True)
class OnThisDay:
    """A day of the calendar ("05-17"). `asked` is another that has nothing, before which it is the last."""

    day: str
    years: tuple[YearOfDay, ...]
    before: str
    after: str
    asked: str | None = None

    @property
    def sql(self) -> str:
        """Its entries as one SELECT, for people to read, change and run."""
        return (
            "SELECT id, date, title, author, feed, words, url\nFROM entries\n"
            f"WHERE month IS NOT NULL AND substr(date, 6, 5) = '{self.day}'\nORDER BY date DESC, id LIMIT 1000"
        )


def day_of_calendar(text: str | None) -> str | None:
    """A month and a day, "05-17" or "2024-05-17"; None where it is none of the calendar."""
    found = re.fullmatch(r"(?:\d{4}-)?(\d\d-\d\d)", text or "", re.ASCII)
    try:
        return f"{date.fromisoformat(f'2000-{found[1]}'):%m-%d}" if found else None
    except ValueError:
        return None


def day_in_words(day: str) -> str:
    """ "17 May" """
    return f"{int(day[3:])} {_MONTHS[int(day[:2]) - 1]}"


def load_on_this_day(connection: sqlite3.Connection, asked: str | None, present: str) -> OnThisDay:
    """The entries of a day of the calendar; else of the `present` one, or the last before it that has some."""
    wanted = asked or present[5:10]
    found = _on(connection, wanted, present)
    if found.years or asked:
        return found
    for back in range(1, DAYS_BACK):
        sooner = _on(connection, _moved(wanted, -back), present)
        if sooner.years:
            return OnThisDay(sooner.day, sooner.years, sooner.before, sooner.after, wanted)
    return found


def _on(connection: sqlite3.Connection, day: str, present: str) -> OnThisDay:
    """Each year is looked up in the index by date, from the latest that has anything."""
    dated, years = dated_sql(connection), list[YearOfDay]()
    before = f"{present[:10]}~"  # what sorts after all of the present day
    for _ in range(YEARS_LOOKED_AT):
        [(newest,)] = connection.execute(
            f"SELECT max(date) FROM entries WHERE {dated} AND date < ?", [before]
        )
        if newest is None or not re.match(r"[0-9]{4}-", newest):
            break
        this = f"{newest[:4]}-{day}"
        if newest >= this:
            of_year = _of_year(connection, this, dated, before)
            years += [of_year] if of_year.items else []
            before = this
        else:
            before = f"{newest[:4]}-"
    return OnThisDay(day, tuple(years), _moved(day, -1), _moved(day, 1))


def _of_year(connection: sqlite3.Connection, day: str, dated: str, before: str) -> YearOfDay:
    rows = connection.execute(
        f"""
        SELECT id FROM entries WHERE {dated} AND date >= :day AND date < min(:day || '~', :before)
        ORDER BY date DESC, id LIMIT :most
        """,
        {"day": day, "before": before, "most": MOST_OF_A_YEAR + 1},
    ).fetchall()
    items = items_of(connection, [id for (id,) in rows[:MOST_OF_A_YEAR]])
    return YearOfDay(day, _following(day), items, len(rows) > MOST_OF_A_YEAR)


def _following(day: str) -> str:
    try:
        return f"{date.fromisoformat(day) + timedelta(days=1):%Y-%m-%d}"
    except (ValueError, OverflowError):  # 29 February of a year that has none, the last day of all
        return f"{day[:8]}99"


def _moved(day: str, days: int) -> str:
    """The day of the calendar so many days later; of a leap year, which has all of them."""
    return f"{date.fromisoformat(f'2000-{day}') + timedelta(days=days):%m-%d}"
