"""An address that is another because the guid is."""

from sqlite_utils import Database

from ingest.archive.edits.moved import are_among
from tests.ingest.identity.test_saved_under_other_guids import poll, post
from tests.ingest.values import LATER, NOW

OLD, NEW = "https://example.org/research/a", "https://example.org/news/a"


def test_a_post_that_moved_with_its_guid_was_not_edited(db: Database) -> None:
    poll(db, post(OLD, url=OLD), now=NOW)
    saved = poll(db, post(NEW, url=NEW), now=LATER)
    assert (saved.new, saved.changed, db["revisions"].count) == (0, 0, 0)
    assert [row["url"] for row in db["entries"].rows] == [NEW]


def test_one_whose_address_is_no_guid_was(db: Database) -> None:
    poll(db, post("1", url=OLD), now=NOW)
    assert poll(db, post("1", url=NEW), now=LATER).changed == 1


def test_both_have_to_be_guids() -> None:
    assert are_among((OLD, NEW), (NEW, OLD))
    assert not are_among((OLD, NEW), (NEW, "1"))
