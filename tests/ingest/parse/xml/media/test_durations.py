import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parse.xml.media.durations import read_duration, read_number, read_start, read_whole


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("01:02:03", 3723),
        ("1:02:03", 3723),
        ("62:03", 3723),
        ("5:00", 300),
        ("3723", 3723),
        (" 3723 ", 3723),
        ("3723.5", 3723.5),
        ("00:00:07.250", 7.25),
        ("1:02:03,5", 3723.5),
        ("90:00", 5400),
        ("PT1H2M3S", 3723),
        ("PT62M3.5S", 3723.5),
        ("P1DT1H", 90000),
        ("pt45m", 2700),
        ("1h 2m 3s", 3723),
        ("1 hr, 2 mins", 3720),
        ("45 min", 2700),
        ("30 seconds", 30),
    ],
)
def test_a_duration_is_read_in_each_form(text: str, seconds: float) -> None:
    assert read_duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    ["", "0", "00:00:00", "PT0S", "P", "PT", "-5", "1:2:3:4", "about an hour", "٣", "1e9", "9" * 100, ":30"],
)
def test_what_is_none_or_nothing_is_no_duration(text: str) -> None:
    assert read_duration(text) is None


def test_a_chapter_may_start_at_the_beginning() -> None:
    assert (read_start("00:00:00.000"), read_start("0"), read_start("10:00"), read_start("")) == (
        0,
        0,
        600,
        None,
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("#12", 12), ("12.5", 12.5), (" 3 ", 3), ("", None), ("XII", None), ("-1", None)],
)
def test_an_episode_has_a_number_or_none(text: str, number: float | None) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("text", "number"), [("123", 123), ("0", None), ("", None), ("1.5", None), ("9" * 30, None)]
)
def test_a_size_is_a_whole_number_of_its_unit(text: str, number: int | None) -> None:
    assert read_whole(text) == number


@given(st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    for read in (read_duration, read_start, read_number, read_whole):
        value = read(text)
        assert value is None or 0 <= value < 10**16
