"""How often the publisher wants the feed to be polled."""

from ingest.base.models import WEEKDAYS, Hints
from ingest.parse.xml.node import Node

_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}


def hints_of(head: Node) -> Hints:
    """RSS's ttl, skipHours and skipDays, and RSS 1.0's syndication module. They stay in `extra` as they are written."""
    ttl = _word(head, "ttl")
    frequency = _word(head, "sy:updateFrequency")
    period = _PERIODS.get(_word(head, "sy:updatePeriod").lower())
    hours = sorted(
        {int(hour) % 24 for hour in _each(head, "skipHours", "hour") if hour.isascii() and hour.isdigit()}
    )
    days = {day.capitalize() for day in _each(head, "skipDays", "day")}
    if period and frequency.isascii() and frequency.isdigit() and len(frequency) < 5:
        period //= max(int(frequency), 1)
    return Hints(
        ttl=int(ttl) * 60 if ttl.isascii() and ttl.isdigit() and 0 < len(ttl) < 8 and int(ttl) else None,
        period=period,
        skip_hours=tuple(hours),
        skip_days=tuple(day for day in WEEKDAYS if day in days),
    )


def _word(head: Node, name: str) -> str:
    return next((word for node in head.all(name) if (word := node.words())), "")


def _each(head: Node, name: str, inner: str) -> list[str]:
    return [one.words()[:9] for node in head.all(name)[:3] for one in node.all(inner)[:100]]
