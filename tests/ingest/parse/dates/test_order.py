"""The order of day and month in a document's dates."""

import pytest

from ingest.parse.dates.order import date_order


def test_a_day_above_twelve_proves_the_order_of_all() -> None:
    assert date_order(["06/01/2025", "17/01/2023"], "en-US", None) == "dmy"
    assert date_order(["06/01/2025", "01/17/2023"], "de", "dmy") == "mdy"


def test_the_order_that_a_feed_had_is_kept_where_nothing_proves_it_wrong() -> None:
    assert date_order(["06/01/2025"], "en-US", "dmy") == "dmy"


@pytest.mark.parametrize(
    ("language", "order"),
    [
        ("en-US", "mdy"),
        ("en-GB", "dmy"),
        ("de", "dmy"),
        ("es-419", "dmy"),
        ("fil-PH", "mdy"),
        ("en", "mdy"),
        (None, "dmy"),
    ],
)
def test_else_the_order_is_that_of_the_language(language: str | None, order: str) -> None:
    assert date_order(["06/01/2025"], language, None) == order


@pytest.mark.parametrize("language", ["en", None])
def test_where_the_language_leaves_it_open_the_order_is_that_in_which_dates_are_near(
    language: str | None,
) -> None:
    assert date_order(["06/01/2025", "05/01/2025", "03/01/2025"], language, None) == "dmy"
    assert date_order(["01/06/2025", "01/05/2025", "01/03/2025"], language, None) == "mdy"
    assert date_order(["Tue, 07 Jan 2025 10:00:00 GMT", "06/01/2025"], language, None) == "dmy"


@pytest.mark.parametrize(
    "text", ["06.01.2025", "2025/01/06", "Mon, 06 Jan 2025 10:00:00 GMT", "", "1/2", "https://a/1/2/2025"]
)
def test_a_date_that_is_in_no_doubt_needs_no_order(text: str) -> None:
    assert date_order([text], "en-US", "dmy") is None
