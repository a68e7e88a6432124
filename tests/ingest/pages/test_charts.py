import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pages.charts import FEWEST_POINTS, HEIGHT, STEP, plot, spark
from ingest.pages.time_axis import MOST_MONTHS, MOST_YEARS, middle_of

MONTHS = st.builds("{:04}-{:02}".format, st.integers(0, 9999), st.integers(0, 13))


def test_bars_stand_on_those_below_them() -> None:
    shown = plot([("one", 1, {"2024-01": 1}), ("other", 2, {"2024-01": 3, "2024-02": 1})])
    assert shown
    assert (shown.unit, shown.top) == ("month", 4)
    assert [series.path.count("v") for series in shown.series] == [1, 2]
    assert [series.path for series in shown.series] == [
        f"M1 {HEIGHT}v-{HEIGHT // 4}",
        f"M1 {HEIGHT - HEIGHT // 4}v-{HEIGHT * 3 // 4}M3 {HEIGHT}v-{HEIGHT // 4}",
    ]
    assert shown.table == (("2024-02", (0, 1)), ("2024-01", (1, 3)))


def test_what_is_dated_in_the_future_makes_no_bar_smaller() -> None:
    shown = plot([("one", 1, {"2024-01": 1, "2024-02": 2, "2099-05": 3})], "2024-02")
    assert shown
    assert (shown.unit, shown.axis.later, shown.top) == ("month", 3, 2)
    assert plot([("one", 1, {"2099-05": 3})], "2024-02") is None


def test_many_months_have_a_bar_for_each_year_and_of_many_years_for_the_last() -> None:
    shown = plot([("one", 1, {f"{year}-05": 1 for year in range(2000, 2025)})])
    assert shown and shown.unit == "year"
    assert shown.series[0].path.count("v") == 25
    shown = plot([("one", 1, {"0001-05": 1, "2024-05": 1})])
    assert shown and shown.series[0].path.count("v") == 1


def test_nothing_to_show_is_no_plot() -> None:
    assert plot([]) is None
    assert plot([("one", 1, {})]) is None
    assert spark([0, 0]) is None


@given(st.dictionaries(MONTHS, st.integers(1, 10**9)))
def test_every_bar_stays_within_its_plot(counts: dict[str, int]) -> None:
    shown = plot([("one", 1, counts)])
    if shown:
        path = shown.series[0].path
        bars = re.findall(r"M(\d+) (\d+)v-(\d+)", path)
        assert len(bars) == path.count("M") <= max(MOST_MONTHS, MOST_YEARS)
        assert shown.width == STEP * len(shown.axis.periods) and shown.stroke <= STEP
        for x, base, height in bars:
            assert STEP / 2 <= int(x) <= shown.width - STEP / 2
            assert int(base) == HEIGHT and 1 <= int(height) <= HEIGHT


@given(st.lists(st.integers(0, 10**6), max_size=24))
def test_a_spark_has_a_bar_for_what_is_not_nothing(values: list[int]) -> None:
    shown = spark(values)
    points = sum(value > 0 for value in values)
    assert (shown.path.count("v") if shown else 0) == (points if points >= FEWEST_POINTS else 0)


def test_fewer_than_six_points_are_no_sparkline() -> None:
    assert spark([1, 2, 3, 0, 4, 5]) is None
    assert spark([1, 2, 3, 0, 4, 5, 6])


def test_a_bar_names_its_period_its_number_and_where_it_ends() -> None:
    shown = plot([("one", 1, {"2023-12": 1, "2024-02": 3}), ("other", 2, {"2024-02": 1_000})])
    assert shown
    assert [(bar.label, bar.following, bar.x) for bar in shown.bars] == [
        ("Dec 2023: 1", "2024-01", 16.67),
        ("Feb 2024: 1,003", "2024-03", 83.33),
    ]
    years = plot([("one", 1, {f"{year}-05": 1 for year in range(2000, 2025)})])
    assert years and (years.bars[-1].label, years.bars[-1].following) == ("2024: 1", "2025")


@pytest.mark.parametrize(
    ("top", "number"), [(1, None), (2, 1), (3, 2), (7, 4), (134, 70), (999, 500), (1_000_000, 500_000)]
)
def test_the_line_in_the_middle_is_a_round_number(top: int, number: int | None) -> None:
    middle = middle_of(top)
    assert (middle.number if middle else None) == number
    if middle:
        assert 20 < middle.y < 80


def test_feeds_have_the_colours_they_are_given_and_others_the_first() -> None:
    shown = plot([("one", 5, {"2024-01": 1}), ("other", 6, {"2024-01": 1})], colours={5: 9})
    assert shown and [series.colour for series in shown.series] == [9, 0]
