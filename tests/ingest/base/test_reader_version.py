"""The version of the reader is raised when it reads otherwise, so that what is stored is read again."""

from tests.fixtures.reading import Reading, noted, present_readings, what_to_do

WAS = {"samples": Reading("the documents", "what was read"), "shared": Reading("many", "much")}


def test_documents_are_read_as_was_noted_for_this_version() -> None:
    assert (advice := what_to_do(present_readings(), *noted())) is None, advice


def test_another_reading_wants_another_version() -> None:
    now = WAS | {"samples": Reading("the documents", "a field more")}
    assert "raise READER in ingest/base/models.py and run python -m" in str(what_to_do(now, 1, WAS, reader=1))


def test_another_version_is_noted() -> None:
    now = WAS | {"samples": Reading("the documents", "a field more")}
    assert "Note what it reads: python -m" in str(what_to_do(now, 1, WAS, reader=2))


def test_other_documents_are_noted_without_another_version() -> None:
    now = WAS | {"samples": Reading("a document more", "what was read, and more")}
    assert "Other documents" in str(what_to_do(now, 1, WAS, reader=1))


def test_what_is_not_beside_the_repository_is_not_missed() -> None:
    assert what_to_do({"samples": WAS["samples"]}, 1, WAS, reader=1) is None
