"""Dates as they are written in feeds."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parse.dates.read import read_date
from tests.ingest.parse.dates.forms import FORMS


@pytest.mark.parametrize("kind", FORMS)
def test_a_date_is_read_as_it_is_meant(kind: str) -> None:
    assert {text: read_date(text) for text in FORMS[kind]} == FORMS[kind]


@pytest.mark.parametrize(
    ("text", "day_first", "month_first"),
    [
        ("06/01/2025 10:00", "2025-01-06T10:00:00Z", "2025-06-01T10:00:00Z"),
        ("06-01-2025", "2025-01-06T00:00:00Z", "2025-06-01T00:00:00Z"),
        ("6/1/25 3:05 PM", "2025-01-06T15:05:00Z", "2025-06-01T15:05:00Z"),
        ("06.01.2025", "2025-01-06T00:00:00Z", "2025-01-06T00:00:00Z"),
        ("17/01/2025", "2025-01-17T00:00:00Z", "2025-01-17T00:00:00Z"),
        ("01/17/2025", "2025-01-17T00:00:00Z", "2025-01-17T00:00:00Z"),
        ("2025/01/06", "2025-01-06T00:00:00Z", "2025-01-06T00:00:00Z"),
    ],
)
def test_the_order_counts_where_a_date_leaves_it_open(text: str, day_first: str, month_first: str) -> None:
    assert (read_date(text, "dmy"), read_date(text, "mdy")) == (day_first, month_first)


@given(st.text(max_size=130) | st.text("0123456789:/-.+ TZ,年月日時AMPjanuryfeb ", max_size=60))
def test_any_text_is_a_date_or_none(text: str) -> None:
    read_date(text)


@pytest.mark.parametrize(
    "text", ["1" * 10**6, "6 " * 60, "(" * 120, "[" * 120, "10:" * 40, "a.m." * 30, "- " * 60]
)
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    assert read_date(text) is None
    assert time.process_time() - began < 0.05


def test_a_zone_is_utc_where_the_database_of_zones_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise KeyError(name)

    monkeypatch.setattr("ingest.parse.dates.zones.ZoneInfo", missing)
    assert read_date("Tue, 07 Jan 2025 10:00:00 Europe/Paris") == "2025-01-07T10:00:00Z"
