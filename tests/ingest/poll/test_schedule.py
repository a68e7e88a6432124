from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.clock import timestamp
from ingest.base.models import Hints
from ingest.poll.schedule import Bounds, Known, fresh_for, next_poll
from tests.bench.polling_year import feeds, simulate

NOW = datetime(2026, 1, 7, 12, 20, tzinfo=UTC)  # a Wednesday
HOUR, DAY, WEEK = 3600, 86400, 604800
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def ago(seconds: float) -> str:
    return timestamp(NOW - timedelta(seconds=seconds))


def every(gap: float, count: int = 100) -> list[tuple[str, str]]:
    """Entries at even distances, each seen a little later, with another about to come."""
    return [(ago(gap * number), ago(gap * number - gap / 2)) for number in range(1, count)]


def known(**values: Any) -> Known:
    return Known(**({"url": "https://example.com/feed", "added": ago(300 * DAY), "window": 10} | values))


def wait(known: Known, bounds: Bounds | None = None) -> float:
    """In seconds."""
    return (datetime.fromisoformat(next_poll(known, NOW, bounds).at) - NOW).total_seconds()


def why(known: Known) -> str:
    return next_poll(known, NOW).why


def about(seconds: float) -> Any:
    return pytest.approx(seconds, rel=0.11)  # which is the spread


def test_a_feed_is_polled_about_twice_for_each_of_its_entries() -> None:
    feed = known(entries=every(12 * HOUR), window=20)
    assert wait(feed) == about(6 * HOUR)
    assert why(feed) == "every 6 hours: about 2 entries a day, holds 20 entries"


def test_but_not_more_than_hourly_where_nothing_can_be_lost() -> None:
    feed = known(entries=every(DAY / 24), window=100)
    assert wait(feed) == about(HOUR)
    assert why(feed) == "every hour: about 24 entries a day, holds 100 entries"


def test_at_most_a_third_of_the_window_may_pass() -> None:
    feed = known(entries=every(DAY / 48), window=5)
    assert wait(feed) == about(5 * DAY / 48 / 3)
    assert why(feed) == "every 50 minutes: about 48 entries a day, holds 5 entries"


def test_a_slow_feed_is_polled_daily() -> None:
    feed = known(entries=every(5 * DAY, 10))
    assert wait(feed) == about(DAY)
    assert why(feed) == "every day: about 1 entry a week, holds 10 entries"


def test_a_silent_feed_says_so() -> None:
    feed = known(entries=[(ago(number * DAY), ago(number * DAY - HOUR)) for number in range(200, 210)])
    assert why(feed) == "every day: no entry for 29 weeks, holds 10 entries"


def test_a_new_feed_without_dates_is_polled_hourly() -> None:
    feed = known(added=ago(0), entries=[(ago(0), ago(0))] * 10)
    assert wait(feed) == about(HOUR)
    assert why(feed) == "every hour: how often it publishes is not known yet, holds 10 entries"


def test_and_less_often_the_longer_nothing_comes() -> None:
    assert wait(known(added=ago(4 * WEEK), entries=[])) == about(DAY)


def test_what_a_feed_did_once_is_held_against_it_for_a_while() -> None:
    def burst(days: int) -> list[tuple[str, str]]:
        return [(ago(days * DAY + minute * 300), ago(days * DAY)) for minute in range(20)]

    calm = every(2 * DAY, 60)
    assert wait(known(entries=calm)) == about(DAY)
    assert wait(known(entries=calm + burst(10))) == about(1000)
    assert wait(known(entries=calm + burst(95))) == about(DAY)


def test_a_batch_is_no_haste() -> None:
    batches = [
        (ago(day * DAY + 10 * HOUR), ago(day * DAY + 9 * HOUR)) for day in range(30) for _ in range(10)
    ]
    assert wait(known(entries=batches)) > 2 * HOUR


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"hints": Hints(ttl=12 * HOUR)}, "12 hours"),
        ({"hints": Hints(period=12 * HOUR, ttl=60)}, "12 hours"),
        ({"fresh_for": 12 * HOUR, "hints": Hints(ttl=6 * HOUR)}, "12 hours"),
    ],
)
def test_what_the_publisher_asks_for_is_the_shortest_wait(asked: dict[str, Any], words: str) -> None:
    feed = known(entries=every(8 * HOUR), window=100, **asked)
    assert 12 * HOUR <= wait(feed) <= 13.3 * HOUR
    assert why(feed).endswith(f"holds 100 entries; its publisher asks for {words}")


def test_unless_entries_would_be_lost() -> None:
    feed = known(entries=every(DAY / 24), window=10, hints=Hints(ttl=DAY))
    assert wait(feed) == about(10 * HOUR / 3)
    assert why(feed).endswith("; its publisher asks for 1 day, in which some would be lost")


def test_a_wait_beyond_the_bounds_is_cut_to_them() -> None:
    assert wait(known(entries=every(DAY), fresh_for=400 * DAY)) == DAY
    assert wait(known(entries=every(60), window=1)) == about(15 * 60)
    assert wait(known(entries=every(60), window=1), Bounds(2 * HOUR, 3 * HOUR)) == about(2 * HOUR)


def test_bounds_must_be_a_range() -> None:
    with pytest.raises(ValueError, match="shortest"):
        Bounds(minimum=2, maximum=1)


def test_skipped_hours_and_days_are_passed_over() -> None:
    hours = Hints(skip_hours=tuple(range(13, 24)))
    assert next_poll(known(entries=every(2 * HOUR), hints=hours), NOW).at == "2026-01-08T00:00:00Z"
    days = Hints(skip_hours=tuple(range(0, 6)), skip_days=("Wednesday", "Thursday"))
    decision = next_poll(known(entries=every(2 * HOUR), hints=days), NOW)
    assert decision.at == "2026-01-09T06:00:00Z"
    assert decision.why.endswith("; put off to 06:00 UTC on Friday, before which nothing is published")


def test_failures_back_off_to_daily_and_then_weekly() -> None:
    hasty = {"entries": every(1800), "window": 5}
    waits = [wait(known(failures=failures, **hasty)) for failures in (1, 3, 5, 8, 29, 30, 10**9)]
    assert waits == [about(wanted) for wanted in (3000, HOUR, 4 * HOUR, DAY, DAY, WEEK, WEEK)]
    assert why(known(failures=30, **hasty)) == "in 1 week: failed 30 times in a row"


def test_retry_after_is_obeyed_up_to_a_week() -> None:
    feed = known(entries=every(HOUR), retry_after=3 * DAY)
    assert 3 * DAY <= wait(feed) <= 3.3 * DAY
    assert why(feed) == "in 3 days: the server asked for that"
    assert wait(known(retry_after=10**9)) == about(WEEK)


def test_a_short_retry_after_changes_nothing() -> None:
    assert wait(known(entries=every(DAY), retry_after=10)) == wait(known(entries=every(DAY)))


def test_a_feed_whose_hub_announces_what_is_new_is_polled_less() -> None:
    feed = known(entries=every(8 * HOUR), window=50, subscribed=True)
    assert wait(feed) == about(DAY)
    assert why(feed).endswith("holds 50 entries, and its hub announces what is new")


def test_but_still_before_the_window_has_passed() -> None:
    assert wait(known(entries=every(HOUR), window=10, subscribed=True)) == about(10 * HOUR * 2 / 3)


def test_feeds_of_one_kind_do_not_come_due_at_once() -> None:
    slow = every(5 * DAY, 10)
    waits = [wait(known(url=f"https://example.com/{number}", entries=slow)) for number in range(100)]
    assert len(set(waits)) > 90
    assert max(waits) - min(waits) > 0.09 * DAY


MOMENTS = st.floats(0, 400 * DAY).map(ago)
KNOWN = st.builds(
    Known,
    url=st.text(),
    added=MOMENTS,
    window=st.integers(0, 40),
    entries=st.lists(st.tuples(st.floats(-100, 400 * DAY).map(ago), MOMENTS), max_size=60),
    hints=st.builds(
        Hints,
        ttl=st.none() | st.integers(0, 10**9),
        period=st.none() | st.integers(0, 10**9),
        skip_hours=st.lists(st.integers(0, 23)).map(tuple),
        skip_days=st.lists(st.sampled_from([*DAYS, "Someday"])).map(tuple),
    ),
    fresh_for=st.none() | st.integers(0, 10**9),
    failures=st.integers(0, 50),
    retry_after=st.none() | st.integers(0, 10**9),
    subscribed=st.booleans(),
)
BOUNDS = st.tuples(st.integers(1, 10**6), st.integers(1, 10**6)).map(
    lambda pair: Bounds(min(pair), max(pair))
)


@given(KNOWN, BOUNDS)
def test_a_wait_is_always_within_the_bounds_and_what_may_go_beyond(feed: Known, bounds: Bounds) -> None:
    beyond = WEEK * 1.1 if feed.failures or feed.retry_after else 0
    put_off = 8 * DAY if feed.hints.skip_hours or feed.hints.skip_days else 0
    assert bounds.minimum <= wait(feed, bounds) <= max(bounds.maximum, beyond) + put_off + 1


@given(KNOWN)
def test_no_poll_falls_into_a_skipped_hour_or_day(feed: Known) -> None:
    at = datetime.fromisoformat(next_poll(feed, NOW).at)
    hours, days = set(feed.hints.skip_hours), set(feed.hints.skip_days)
    if not hours >= set(range(24)) and not days >= set(DAYS):
        assert at.hour not in hours and DAYS[at.weekday()] not in days


@given(KNOWN, st.integers(1, 30))
def test_more_failures_never_make_a_wait_shorter(feed: Known, more: int) -> None:
    worse = Known(**(vars(feed) | {"failures": feed.failures + more}))
    assert wait(worse) >= wait(feed)


@given(KNOWN)
def test_the_reason_is_one_line_for_people(feed: Known) -> None:
    reason = why(feed)
    assert reason.startswith(("every ", "in ")) and "\n" not in reason


@pytest.mark.parametrize("feed", list(islice(feeds(20), 14)), ids=lambda feed: feed.name)
def test_no_entry_is_missed_by_a_feed_that_is_polled_when_it_is_due(feed: Any) -> None:
    result = simulate(feed, 20)
    assert result.missed == 0
    assert result.polls < 20 * 96


@pytest.mark.parametrize(
    ("cache_control", "expires", "date", "seconds"),
    [
        ("max-age=3600", None, None, 3600),
        ('public, Max-Age="60", s-maxage=5', None, None, 60),
        ("s-maxage=5", None, None, None),
        ("no-cache, max-age=60", None, None, None),
        ("private, no-store", None, None, None),
        ("max-age=abc", None, None, None),
        ("max-age=60", "Thu, 01 Jan 2026 10:00:00 GMT", "Thu, 01 Jan 2026 08:00:00 GMT", 60),
        (None, "Thu, 01 Jan 2026 10:00:00 GMT", "Thu, 01 Jan 2026 08:00:00 GMT", 7200),
        ("public", "Thu, 01 Jan 2026 08:00:00 GMT", "Thu, 01 Jan 2026 10:00:00 GMT", 0),
        (None, "Thu, 01 Jan 2026 10:00:00 GMT", None, None),
        (None, "0", "Thu, 01 Jan 2026 10:00:00 GMT", None),
        (None, None, None, None),
    ],
)
def test_how_long_an_answer_is_fresh(
    cache_control: str | None, expires: str | None, date: str | None, seconds: int | None
) -> None:
    assert fresh_for(cache_control, expires, date) == seconds


@given(st.none() | st.text(), st.none() | st.text(), st.none() | st.text())
def test_headers_that_say_nothing_are_no_error(
    cache_control: str | None, expires: str | None, date: str | None
) -> None:
    seconds = fresh_for(cache_control, expires, date)
    assert seconds is None or seconds >= 0
