import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.archive.removals.absences import (
    Absence,
    EntryTimes,
    JudgedAbsences,
    Origin,
    WindowEntry,
    document_orders,
    judge_absences,
    origin_of,
)

TEN, HALF_PAST, ELEVEN = (f"2025-02-01T{time}:00Z" for time in ("10:00", "10:30", "11:00"))
BY_DATE = frozenset({"published desc"})


def entry(number, *, day=None, source=None, url=None):
    """An entry that was published on a day of January, by default that of its number."""
    return WindowEntry(
        number, EntryTimes(f"2025-01-{day or number:02}T00:00:00Z", None), origin_of(source, url)
    )


def window(*numbers):
    return [entry(number) for number in numbers]


def orders(*days):
    return document_orders([EntryTimes(f"2025-01-{day:02}T00:00:00Z", None) for day in days])


def test_one_look_removes_nothing():
    found = judge_absences(window(3, 2, 1), [], {3, 1}, BY_DATE, TEN)
    assert found == JudgedAbsences(missing=(Absence(entry(2), TEN, looks=1),))


def test_two_looks_an_hour_apart_remove_what_lies_between_two_that_are_there():
    found = judge_absences(window(3, 1), [Absence(entry(2), TEN, 1)], {3, 1}, BY_DATE, ELEVEN)
    assert found == JudgedAbsences(removed=(Absence(entry(2), TEN, looks=2),))


def test_two_looks_within_an_hour_remove_nothing():
    found = judge_absences(window(3, 1), [Absence(entry(2), TEN, 1)], {3, 1}, BY_DATE, HALF_PAST)
    assert found == JudgedAbsences(missing=(Absence(entry(2), TEN, looks=2),))


def test_a_look_that_completes_the_hour_removes():
    found = judge_absences(window(3, 1), [Absence(entry(2), TEN, 2)], {3, 1}, BY_DATE, ELEVEN)
    assert [absence.looks for absence in found.removed] == [3]


def test_what_is_there_again_is_missing_no_more():
    found = judge_absences(window(3, 1), [Absence(entry(2), TEN, 1)], {3, 2, 1}, BY_DATE, ELEVEN)
    assert found == JudgedAbsences()


def test_what_is_older_than_all_that_are_there_has_dropped_out():
    found = judge_absences(window(3, 2, 1), [], {3, 2, 4}, BY_DATE, TEN)
    assert found == JudgedAbsences(settled=(1,))


def test_what_dropped_out_while_it_was_missing_is_not_removed():
    found = judge_absences(window(4, 3, 1), [Absence(entry(2), TEN, 1)], {4, 3}, BY_DATE, ELEVEN)
    assert not found.removed
    assert set(found.settled) == {1, 2}


def test_the_newest_may_be_missing_from_an_old_copy_and_is_not_removed():
    found = judge_absences(window(2, 1), [Absence(entry(3), TEN, 1)], {2, 1}, BY_DATE, ELEVEN)
    assert found == JudgedAbsences(missing=(Absence(entry(3), TEN, looks=2),))


def test_the_newest_is_removed_once_a_newer_one_stays_without_it():
    found = judge_absences(window(4, 2, 1), [Absence(entry(3), TEN, 1)], {4, 2, 1}, BY_DATE, ELEVEN)
    assert [absence.entry.id for absence in found.removed] == [3]


def test_one_that_came_with_this_document_proves_nothing():
    found = judge_absences(window(2, 1), [Absence(entry(3), TEN, 1)], {4, 2, 1}, BY_DATE, ELEVEN)
    assert not found.removed


def test_of_the_same_date_neither_lies_between():
    missing = [Absence(entry(2, day=3), TEN, 1)]
    assert not judge_absences(window(3, 1), missing, {3, 1}, BY_DATE, ELEVEN).removed


def test_a_document_that_is_in_no_order_of_time_removes_nothing_and_breaks_the_row():
    found = judge_absences(window(3, 1), [Absence(entry(2), TEN, 1)], {3, 1}, frozenset(), ELEVEN)
    assert found == JudgedAbsences(settled=(2,))


def test_without_a_date_nothing_is_removed():
    undated = WindowEntry(2, EntryTimes(None, None))
    assert not judge_absences(window(3, 1), [Absence(undated, TEN, 1)], {3, 1}, BY_DATE, ELEVEN).removed


def test_between_others_of_another_source_it_may_have_dropped_out():
    """An aggregator that has the latest few of each source."""
    here = [entry(3, source=1), entry(1, source=1)]
    missing = [Absence(entry(2, source=2), TEN, 1)]
    assert not judge_absences(here, missing, {3, 1}, BY_DATE, ELEVEN).removed


def test_between_others_of_another_host_it_may_have_dropped_out():
    """An aggregator that does not say which its sources are."""
    here = [entry(day, url=f"https://busy.example/{day}") for day in (11, 10, 9)]
    here += [entry(day, url=f"https://quiet.example/{day}") for day in (3, 2, 1)]
    missing = [Absence(entry(8, url="https://busy.example/8"), TEN, 1)]
    assert judge_absences(here, missing, {11, 10, 9, 3, 2, 1}, BY_DATE, ELEVEN) == JudgedAbsences(
        settled=(8,)
    )


def test_with_and_without_www_a_host_is_one():
    assert origin_of(None, "https://www.stones.example/1") == origin_of(None, "http://stones.example/2")
    assert origin_of(None, None) == Origin()


def test_by_both_dates_where_a_document_is_in_order_of_both():
    edited = WindowEntry(2, EntryTimes("2025-01-02T00:00:00Z", "2025-01-09T00:00:00Z"))
    both = BY_DATE | {"updated desc"}
    assert not judge_absences(window(3, 1), [Absence(edited, TEN, 1)], {3, 1}, both, ELEVEN).removed


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ((3, 2, 1), {"published desc", "updated desc"}),
        ((3, 2, 2, 1), {"published desc", "updated desc"}),
        ((1, 2, 3), {"published asc", "updated asc"}),
        ((5, 9, 8), set()),
        ((1, 1), set()),
        ((1,), set()),
        ((), set()),
    ],
)
def test_the_order_of_a_document(days, found):
    assert orders(*days) == found


def test_a_document_that_is_sorted_by_its_updates_is_in_order_of_these():
    times = [
        EntryTimes("2025-01-01", "2025-01-09"),
        EntryTimes("2025-01-03", None),
        EntryTimes("2025-01-02", None),
    ]
    assert document_orders(times) == {"updated desc"}


def test_a_document_without_dates_is_in_no_order():
    assert document_orders([EntryTimes(None, None)] * 3) == frozenset()


numbers = st.sets(st.integers(1, 28), max_size=12)


@given(
    before=numbers, now=numbers, missing=numbers, looks=st.integers(1, 3), at=st.sampled_from([TEN, ELEVEN])
)
def test_only_what_is_absent_is_judged_and_each_once(before, now, missing, looks, at):
    absences = [Absence(entry(number), TEN, looks) for number in missing - before]
    found = judge_absences(window(*before), absences, now, BY_DATE, at)
    judged = [absence.entry.id for absence in (*found.removed, *found.missing)] + list(found.settled)
    assert sorted(judged) == sorted((before | missing) - now)
    here = before & now
    assert all(min(here) < absence.entry.id < max(here) for absence in found.removed)


steps = st.lists(
    st.tuples(
        st.integers(0, 2),  # how many are published
        st.sets(st.integers(1, 40), max_size=3),  # which are deleted
        st.integers(0, 1),  # which of the publisher's last documents a cache serves
        st.integers(10, 90),  # minutes since the last poll
    ),
    max_size=14,
)


@given(steps, st.integers(2, 8), st.booleans())
def test_of_a_blog_in_order_of_time_only_what_was_deleted_is_ever_removed(steps, most, newest_first):
    published, deleted, documents = 3, set(), []
    before, missing, order, minutes = [], (), frozenset(), 0
    for new, taken_out, behind, later in steps:
        published, minutes = published + new, minutes + later
        deleted |= {number for number in taken_out if number <= published}
        there = [number for number in range(1, published + 1) if number not in deleted][-most:]
        documents.append(window(*(reversed(there) if newest_first else there)))
        served = documents[max(0, len(documents) - 1 - behind)]
        now = f"2025-02-01T{minutes // 60:02}:{minutes % 60:02}:00Z"
        orders_now = document_orders([one.times for one in served])
        found = judge_absences(before, missing, {one.id for one in served}, order & orders_now, now)
        assert {absence.entry.id for absence in found.removed} <= deleted
        before, missing, order = served, found.missing, orders_now
