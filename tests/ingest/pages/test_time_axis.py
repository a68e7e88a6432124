"""The horizontal axis of plots: which months or years it has, and what is left out."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.pages.time_axis import MOST_MONTHS, MOST_YEARS, axis, is_month, months_between

MONTHS = st.builds("{:04}-{:02}".format, st.integers(0, 9999), st.integers(0, 13)) | st.text(max_size=8)
OFTEN = {f"{year}-05": 10 for year in range(2015, 2025)}


def test_months_go_over_the_turn_of_a_year() -> None:
    assert months_between("2024-11", "2025-02") == ["2024-11", "2024-12", "2025-01", "2025-02"]


def test_months_without_any_are_among_them() -> None:
    shown = axis([{"2024-01": 1}, {"2024-03": 1}])
    assert shown and (shown.unit, shown.periods) == ("month", ("2024-01", "2024-02", "2024-03"))


def test_many_months_are_years_and_of_many_years_the_last() -> None:
    shown = axis([{f"{year}-05": 1 for year in range(2000, 2025)}])
    assert shown and (shown.unit, shown.periods[0], len(shown.periods)) == ("year", "2000", 25)
    shown = axis([{f"{year}-05": 1 for year in range(1900, 2025)}])
    assert shown and (len(shown.periods), shown.earlier) == (MOST_YEARS, 125 - MOST_YEARS)


def test_what_is_dated_in_the_future_is_counted_and_left_out() -> None:
    shown = axis([{"2024-01": 1, "2099-05": 3}], "2024-02")
    assert shown and (shown.periods, shown.later) == (("2024-01",), 3)
    assert axis([{"2099-05": 3}], "2024-02") is None


def test_a_few_dates_decades_before_all_others_are_counted_and_left_out() -> None:
    shown = axis([{"0001-01": 1, "1970-01": 2, **OFTEN}])
    assert shown and (shown.periods[0], shown.earlier) == ("2015-05", 3)
    assert not shown.sums({"1970-01": 2})


def test_old_entries_that_are_many_or_of_an_even_flow_are_none_of_these() -> None:
    many = axis([{"1984-01": 50, **OFTEN}])
    assert many and many.earlier == 0
    seldom = axis([{"1990-01": 1, "2000-01": 1, "2010-01": 1, "2020-01": 1}])
    assert seldom and seldom.earlier == 0


def test_two_entries_far_apart_are_both_shown() -> None:
    shown = axis([{"1990-01": 1, "2024-01": 1}])
    assert shown and shown.earlier == 0


@given(st.lists(st.dictionaries(MONTHS, st.integers(0, 10**9)), max_size=4))
def test_every_entry_with_a_month_is_shown_or_counted_once(counts: list[dict[str, int]]) -> None:
    shown = axis(counts, "2500-01")
    if shown:
        assert len(shown.periods) <= max(MOST_MONTHS, MOST_YEARS)
        drawn = sum(n for by in counts for n in shown.sums(by).values())
        given_ = sum(n for by in counts for month, n in by.items() if is_month(month))
        assert drawn + shown.earlier + shown.later == given_
