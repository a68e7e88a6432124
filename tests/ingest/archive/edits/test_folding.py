from ingest.archive.changes import version
from ingest.archive.edits.folding import FoldedVersions, folded_versions
from tests.ingest.values import clean_entry

DAYS = [version(clean_entry(published=f"2025-01-0{day}T00:00:00Z")) for day in range(1, 5)]
EDITED = version(clean_entry(text="edited"))


def test_versions_that_read_the_same_are_folded_into_the_newest_of_them():
    assert folded_versions([EDITED, *DAYS]) == [
        FoldedVersions(0, 0, ()),
        FoldedVersions(1, 4, ("dates",) * 3),
    ]


def test_it_is_said_how_often_what_changed():
    [fold] = folded_versions(DAYS)
    assert fold.said == ("3 times only its date",)


def test_one_version_is_shown_as_it_is():
    assert folded_versions([EDITED]) == [FoldedVersions(0, 0, ())]


def test_a_version_that_read_otherwise_at_first_is_not_folded_with_the_one_before_it():
    assert folded_versions(DAYS[:2], {0}) == [FoldedVersions(0, 0, ()), FoldedVersions(1, 1, ())]
