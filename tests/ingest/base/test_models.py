"""Values that are made by the thousand are as those of any frozen dataclass."""

import pickle
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest

from ingest.base.models import CleanEntry, Entry

ENTRY = Entry("1", title="A title")


def test_what_is_not_given_has_its_default_and_all_are_in_order() -> None:
    assert (ENTRY.guid, ENTRY.title, ENTRY.url, ENTRY.extra) == ("1", "A title", None, ())
    assert list(vars(ENTRY)) == [field.name for field in fields(Entry)]


def test_those_of_the_same_values_are_equal_and_can_be_packed() -> None:
    assert Entry(guid="1", title="A title") == ENTRY == pickle.loads(pickle.dumps(ENTRY))
    assert hash(replace(ENTRY, title="Another")) != hash(ENTRY)


def test_none_can_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        ENTRY.title = "Another"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("kind", "given"), [(Entry, {}), (Entry, {"guid": "1", "body": ""}), (CleanEntry, {"guid": "1"})]
)
def test_all_that_has_no_default_is_to_be_given_and_nothing_else(kind: Any, given: dict[str, str]) -> None:
    with pytest.raises(TypeError, match="missing|unexpected"):
        kind(**given)
