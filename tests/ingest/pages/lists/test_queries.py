"""The ready queries in their groups."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest.pages.lists.queries import LONGEST_LINE, ReadyQuery, grouped_queries

ROOT = Path(__file__).parents[4]


def ready(name: str, description: str = "") -> ReadyQuery:
    return ReadyQuery(name, name.title(), description, f"/archive/{name}")


def test_every_query_of_metadata_yml_has_a_group_and_a_line() -> None:
    metadata: dict[str, Any] = yaml.safe_load((ROOT / "metadata.yml").read_text(encoding="utf-8"))
    names = [*metadata["databases"]["archive"]["queries"]]
    groups = grouped_queries(map(ready, names))
    assert [group.title for group in groups] == [
        "Reading",
        "People and topics",
        "Links",
        "Changes",
        "How feeds do",
    ]
    queries = [query for group in groups for query in group.queries]
    assert sorted(query.name for query in queries) == sorted(names)
    assert all(0 < len(query.description) <= 60 and query.href for query in queries)


def test_a_query_of_the_owner_is_among_the_others_with_its_first_sentence() -> None:
    [reading, more] = grouped_queries([ready("mine", "What I ask.  Often.\n"), ready("newest_entries")])
    assert (reading.title, more.title) == ("Reading", "More")
    assert more.queries == (ready("mine", "What I ask"),)


@pytest.mark.parametrize("long", ["x" * 500, "word " * 500])
def test_a_long_description_is_cut_short(long: str) -> None:
    [more] = grouped_queries([ready("mine", long)])
    assert len(more.queries[0].description) == LONGEST_LINE


def test_there_may_be_none() -> None:
    assert grouped_queries([]) == ()
