"""Limits on the memory and time of one query."""

import json
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.imports.saved import LARGEST_DOCUMENT
from ingest.web import sql_limits as limits


@given(st.lists(st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(), st.text(), st.binary())))
def test_a_row_counts_no_less_than_its_json(row: list[object]) -> None:
    shown = [len(cell) * 4 // 3 * "x" if isinstance(cell, bytes) else cell for cell in row]
    assert limits.json_size(row) >= len(json.dumps(shown))


def test_long_texts_count_as_their_json_does() -> None:
    text = "\0é漢😀\n" * 100_000
    assert 0 <= limits.json_size([text]) - len(json.dumps(text)) < 1000


@pytest.mark.parametrize("heavy", [True, False])
def test_a_connection_can_hold_what_an_archive_can_and_no_more_than_an_answer_where_a_visitor_asks(
    heavy: bool,
) -> None:
    connection = sqlite3.connect(":memory:")
    limits.limit_connection(connection, heavy)
    most = connection.getlimit(sqlite3.SQLITE_LIMIT_LENGTH)
    assert most == (limits.ANSWER if heavy else 4 * LARGEST_DOCUMENT)
    with pytest.raises(sqlite3.DataError) as error:
        connection.execute("SELECT length(zeroblob(?))", [most + 1])
    assert limits.limit_message(error.value) == limits.VALUE_TOO_LARGE


def test_another_error_is_not_explained_away() -> None:
    assert limits.limit_message(sqlite3.DataError("something else")) is None


def test_a_time_limit_ends_what_runs_and_not_what_comes_after_it() -> None:
    connection = sqlite3.connect(":memory:")
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(sqlite3.OperationalError, match="interrupted"), limits.time_limit(connection, 50):
        connection.execute(endless).fetchall()
    with limits.time_limit(connection, 100_000):
        assert connection.execute("SELECT 1").fetchall() == [(1,)]
