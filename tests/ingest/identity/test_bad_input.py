"""Feeds that say what is not theirs, or say one thing of everything: told apart, bounded, nothing merged."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive.changes import EntryVersion
from ingest.archive.edits import noise, verdicts
from ingest.archive.file.opening import open_archive
from ingest.archive.polls import Poll
from ingest.archive.save import save
from tests.ingest.identity.publisher import Edition, Post
from tests.ingest.identity.replay import URL, count_entries, poll, read
from tests.ingest.values import clean_entry, clean_feed

ANOTHER = "https://another.example/feed"
MEGABYTE = 1_000_000


def post(number: int, guid: str | None = None) -> Post:
    return Post(number, f"Words {number}.", f"https://blog.example.org/{number}", guid or f"guid-{number}")


def edition(hour: int, *posts: Post) -> Edition:
    return Edition(f"2026-05-01T{hour:02}:00:00Z", posts)


def texts(db: Database) -> list[str]:
    return [text for (text,) in db.execute("SELECT text FROM contents ORDER BY text")]


def test_a_document_that_claims_another_feeds_guids_and_addresses_has_entries_of_its_own(
    db: Database,
) -> None:
    theirs = edition(10, post(2), post(1))
    poll(db, [theirs.timed()])
    claimed = edition(12, *(replace(one, text="Not theirs.") for one in theirs.posts))
    save(db, read(claimed.body()), url=ANOTHER, now=claimed.at, poll=Poll(status=200))
    assert texts(db) == ["Not theirs.", "Not theirs.", "Words 1.", "Words 2."]


def test_guids_of_a_megabyte_that_differ_in_their_last_letter_are_two_entries(db: Database) -> None:
    long = edition(10, post(2, "g" * MEGABYTE + "a"), post(1, "g" * MEGABYTE + "b"))
    poll(db, [long.timed(), replace(long, at="2026-05-01T12:00:00Z").timed()])
    assert texts(db) == ["Words 1.", "Words 2."]


def test_an_archive_does_not_grow_by_guids_of_a_megabyte_that_are_new_in_each_document(
    tmp_path: Path,
) -> None:
    archive = tmp_path / "archive.db"
    with open_archive(archive, create=True) as db:
        poll(
            db,
            [
                edition(
                    hour, *(post(number, "g" * MEGABYTE + f"{hour} {number}") for number in (2, 1))
                ).timed()
                for hour in (10, 12, 14)
            ],
        )
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert archive.stat().st_size < 6 * MEGABYTE  # what was sent


@pytest.mark.parametrize("url", [None, "https://blog.example.org/"])
def test_entries_of_one_title_date_and_address_whose_texts_and_guids_are_new_are_told_apart(
    db: Database, url: str | None
) -> None:
    for hour in (10, 12):
        said = [
            clean_entry(f"{hour} {number}", title="News", text=f"At {hour}: {number}.", url=url)
            for number in range(20)
        ]
        save(db, clean_feed(*said, url=URL), url=URL, now=f"2026-05-01T{hour}:00:00Z", poll=Poll(status=200))
    assert count_entries(db) == 40


def test_texts_that_all_claim_to_be_one_entry_are_not_compared_each_with_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []

    def counting(*versions: EntryVersion) -> noise.NoiseReason | None:
        compared.append(versions)
        return noise.is_noise(*versions)

    def comparisons(count: int) -> int:
        said = [clean_entry("same", title="News", text=f"Text {number}.", url=URL) for number in range(count)]
        compared.clear()
        with open_archive(tmp_path / f"{count}.db", create=True) as db:
            save(db, clean_feed(*said, url=URL), url=URL, now="2026-05-01T10:00:00Z", poll=Poll(status=200))
        return len(compared)

    monkeypatch.setattr(verdicts, "is_noise", counting)
    few = comparisons(20)
    assert comparisons(80) < 8 * few  # where it grows with the square, 16 times


def test_entries_that_all_have_one_title_are_told_apart(db: Database) -> None:
    def all_of_one_title(of: Edition) -> tuple[str, bytes]:
        at, body = of.timed()
        return at, b"".join(
            b"Breaking news</title>" + part.partition(b"</title>")[2] if number else part
            for number, part in enumerate(body.replace(b"<title>Number", b"<title>\0Number").split(b"\0"))
        )

    first = edition(10, *(post(number) for number in (3, 2, 1)))
    then = edition(12, *(post(number, f"new-{number}") for number in (6, 5, 4)))
    poll(db, [all_of_one_title(first), all_of_one_title(then)])
    assert count_entries(db) == 6


def test_a_link_blog_that_gives_one_address_to_many_posts_keeps_them_all(db: Database) -> None:
    same = [replace(post(number), address="https://linked.example/page") for number in (3, 2, 1)]
    poll(db, [edition(10 + 2 * hour, *same[2 - hour :][:2]).timed() for hour in range(3)])
    assert count_entries(db) == 3


def test_a_post_that_came_beside_another_is_never_taken_for_it(db: Database) -> None:
    """The repost has title, address and text of the former, and stands beside it before it stands alone."""
    former, repost = post(1), replace(post(1), guid="repost")
    poll(db, [edition(10, repost, former).timed(), edition(12, repost).timed(), edition(14, former).timed()])
    assert count_entries(db) == 2
