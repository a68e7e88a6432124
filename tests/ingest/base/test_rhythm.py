import math
import random
from datetime import UTC, datetime, timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.clock import duration_in_words, timestamp
from ingest.base.rhythm import rhythm

NOW = datetime(2026, 1, 7, 12, 20, tzinfo=UTC)
HOUR, DAY = 3600, 86400
LONG_AGO = "2020-01-01T00:00:00Z"
EPOCH = "1970-01-01T00:00:00Z"
UNKNOWN = "how often it publishes is not known yet"


def ago(seconds: float) -> str:
    return timestamp(NOW - timedelta(seconds=seconds))


def test_nothing_is_known_of_a_first_document_without_dates() -> None:
    found = rhythm([(ago(0), ago(0))] * 10, 10, ago(0), NOW)
    assert (found.gap, found.safe) == (0, math.inf)


def test_dates_after_the_first_sight_are_not_believed() -> None:
    future = [("2099-01-01T00:00:00Z", ago(DAY))] * 10
    assert rhythm(future, 10, ago(3 * DAY), NOW) == rhythm([], 10, ago(3 * DAY), NOW)


def test_the_gap_grows_with_silence() -> None:
    week = [(ago(number * DAY), ago(number * DAY - 60)) for number in range(1, 21)]
    assert rhythm(week, 10, LONG_AGO, NOW).gap == DAY
    assert rhythm(week, 10, LONG_AGO, NOW + timedelta(days=20)).gap == 2 * DAY


def test_a_batch_counts_once_for_the_gap() -> None:
    batches = [(ago(day * DAY), ago(day * DAY - 60)) for day in range(1, 11) for _ in range(20)]
    assert rhythm(batches, 20, LONG_AGO, NOW).gap == DAY


def test_entries_dated_by_the_day_came_when_a_poll_saw_them() -> None:
    seen = [ago(hour * HOUR) for hour in range(1, 11) for _ in range(2)]
    entries = [(f"{moment[:10]}T00:00:00Z", moment) for moment in seen]
    earlier = [("2025-12-01T00:00:00Z", "2025-12-02T00:00:00Z")]
    assert rhythm(entries + earlier, 4, LONG_AGO, NOW).safe == pytest.approx(2 * HOUR / 3)


def test_entries_dated_by_the_day_long_before_they_were_seen_came_when_they_say() -> None:
    """Of a later document, which was imported, not polled."""
    imported = [(f"{ago(day * 4 * DAY)[:10]}T00:00:00Z", ago(60)) for day in range(1, 61)]
    found = rhythm([*imported, (ago(300 * DAY), ago(HOUR))], 10, ago(HOUR), NOW)
    assert found.pace == "about 2 entries a week"
    assert found.gap > 3 * DAY


def test_while_nobody_knows_when_entries_came_none_says_how_long_there_was_none() -> None:
    undated = [(ago(DAY), ago(DAY))] * 5
    assert rhythm([(EPOCH, ago(DAY)), *undated], 10, ago(DAY), NOW).pace == UNKNOWN
    assert rhythm([(EPOCH, ago(DAY))], 10, ago(DAY), NOW).pace == "no entry for 56 years"


def test_of_undated_entries_there_was_none_since_they_were_first_seen() -> None:
    undated = [(ago(70 * DAY), ago(70 * DAY))] * 5
    assert rhythm([(EPOCH, ago(70 * DAY)), *undated], 10, LONG_AGO, NOW).pace == "no entry for 10 weeks"


def test_what_was_replaced_by_half_within_an_hour_is_polled_hourly() -> None:
    calm = [(ago(number * DAY), ago(number * DAY - 60)) for number in range(20, 60)]
    caught = [(ago(10 * DAY + number * 360), ago(10 * DAY)) for number in range(1, 7)]
    assert rhythm(calm, 10, LONG_AGO, NOW).safe > DAY
    assert rhythm(calm + caught, 10, LONG_AGO, NOW).safe == HOUR
    assert rhythm(calm + caught, 20, LONG_AGO, NOW).safe > DAY


def test_until_enough_is_known_a_window_of_days_is_polled_hourly() -> None:
    few = [(ago(number * 6 * HOUR), ago(0)) for number in range(1, 11)]
    assert rhythm(few, 10, ago(0), NOW).safe == HOUR


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (2700, "45 minutes"),
        (HOUR, "1 hour"),
        (1.5 * HOUR, "90 minutes"),
        (DAY, "1 day"),
        (1.5 * DAY, "36 hours"),
        (7 * DAY, "1 week"),
        (10 * DAY, "10 days"),
        (90 * 7 * DAY, "90 weeks"),
        (373 * 7 * DAY, "7 years"),
    ],
)
def test_a_time_in_words(seconds: float, words: str) -> None:
    assert duration_in_words(seconds) == words


MOMENTS = st.datetimes(datetime(1901, 1, 1), timezones=st.just(UTC))


@given(
    st.lists(st.tuples(MOMENTS, MOMENTS), max_size=30),
    st.integers(0, 40),
)
def test_any_dates_have_a_rhythm(entries: list[tuple[datetime, datetime]], window: int) -> None:
    found = rhythm([(timestamp(date), timestamp(seen)) for date, seen in entries], window, LONG_AGO, NOW)
    assert found.gap >= 0 and found.safe >= 0 and found.pace


def test_what_comes_by_chance_is_polled_so_often_that_a_windowful_at_once_is_no_likely_chance() -> None:
    drawn = random.Random("posts")
    moments = list(accumulate(drawn.expovariate(40 / DAY) for _ in range(300)))
    found = rhythm([(ago(moment), ago(moment - 60)) for moment in moments], 10, LONG_AGO, NOW)
    a_wait = 40 / DAY * found.safe  # entries, on average
    assert a_wait**11 / math.factorial(11) < 1e-7
    beat = [(ago(number * DAY / 40), ago(number * DAY / 40 - 60)) for number in range(1, 301)]
    assert rhythm(beat, 10, LONG_AGO, NOW).safe > 2 * found.safe
