"""What the rows of a ready query are called, and its fields."""

import pytest

from ingest.pages.ready_queries import QueryField, counted_rows, query_field


@pytest.mark.parametrize(
    ("columns", "number", "said"),
    [
        ("tag entries first last tag_id", 233, "233 tags"),
        ("author entries author_id", 1, "1 author"),
        ("entry title feed author date feed_id", 1, "1 entry"),
        ("entry title feed feed_id", 0, "0 entries"),
        ("feed title entries", 12345, "12,345 feeds"),
        ("host links", 2, "2 sites"),
        ("tag with_tag entries tag_id", 7, "7 pairs of tags"),
        ("entries feeds title first last url", 3, "3 rows"),
        ("anything else", 1, "1 row"),
    ],
)
def test_rows_are_called_what_they_are(columns: str, number: int, said: str) -> None:
    assert counted_rows(columns.split(), number) == said


def test_a_result_that_was_cut_off_says_so() -> None:
    assert counted_rows(["x"], 1000, truncated=True) == "more than 1,000 rows"


def test_a_field_says_what_to_write_into_it() -> None:
    assert query_field("period") == QueryField("Period", "2024, 2024-05 or 2024-05-17")


def test_a_field_of_a_query_of_the_user_s_own_is_called_as_its_parameter() -> None:
    assert query_field("least_words") == QueryField("Least words", "")
