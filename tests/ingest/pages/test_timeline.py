"""Lines over time."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.pages.timeline import TIMELINE_HEIGHT, TIMELINE_WIDTH, timeline


def test_a_month_without_any_is_drawn_at_zero() -> None:
    chart = timeline([("a", {"2024-01": 2, "2024-03": 4})])
    assert chart is not None
    heights = [float(point.split(",")[1]) for point in chart.lines[0].points.split()]
    assert heights == [TIMELINE_HEIGHT / 2, TIMELINE_HEIGHT, 0]
    assert chart.table == (("2024-03", (4,)), ("2024-02", (0,)), ("2024-01", (2,)))


def test_lines_have_the_same_scale() -> None:
    chart = timeline([("a", {"2024-01": 1}), ("b", {"2024-02": 10})])
    assert chart is not None
    assert chart.top == 10
    assert [line.total for line in chart.lines] == [1, 10]


def test_many_months_are_drawn_as_years() -> None:
    chart = timeline([("a", {"2004-01": 1, "2004-12": 2, "2024-01": 3})])
    assert chart is not None
    assert chart.unit == "year"
    assert (chart.table[0], chart.table[-1]) == (("2024", (3,)), ("2004", (3,)))


def test_nothing_is_drawn_of_a_single_month() -> None:
    assert timeline([("a", {"2024-01": 5}), ("b", {})]) is None


@given(
    st.lists(
        st.dictionaries(st.text() | st.from_regex(r"\A\d{4}-\d{2}\Z"), st.integers(0, 10**9)), max_size=5
    )
)
def test_whatever_a_date_is_every_point_is_within(counted: list[dict[str, int]]) -> None:
    chart = timeline([(str(i), counts) for i, counts in enumerate(counted)])
    for line in chart.lines if chart else ():
        for point in line.points.split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= TIMELINE_WIDTH
            assert 0 <= y <= TIMELINE_HEIGHT
