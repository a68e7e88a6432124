"""What `save` does with noise: the row is updated, nothing is copied, and the date by which it is sorted stays."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.archive.documents.warc.pack import pack
from ingest.archive.polls import Poll
from ingest.archive.save import save, save_reread
from ingest.archive.saving.outcome import Saved
from ingest.base.models import ReceivedDocument
from tests.empty_archive import empty_tables
from tests.ingest.values import LATER, LATER_STILL, NOW, clean_entry, clean_feed

URL = "https://example.org/feed.xml"
POLL = Poll(status=200, bytes=1000, ms=20)


def take(db, entry, now=NOW, poll=POLL):
    return save(db, clean_feed(entry), url=URL, now=now, poll=poll)


def test_a_date_that_moves_at_each_poll_makes_no_revision_and_moves_no_entry(db):
    for now, date in ((NOW, "10"), (LATER, "11"), (LATER_STILL, "12")):
        saved = take(db, clean_entry("1", published=f"2025-06-01T{date}:00:00Z"), now)
    assert saved == Saved(1, unchanged=1)
    assert db["revisions"].count == 0
    [entry] = db.query("SELECT date, published FROM entries")
    assert entry == {"date": "2025-06-01T10:00:00Z", "published": "2025-06-01T12:00:00Z"}


def test_a_date_that_is_more_than_a_day_off_is_corrected_once(db):
    for now, day in ((NOW, "01"), (LATER, "05"), (LATER_STILL, "09")):
        take(db, clean_entry("1", published=f"2025-06-{day}T10:00:00Z"), now)
    assert [entry["date"] for entry in db.query("SELECT date FROM entries")] == ["2025-06-05T10:00:00Z"]


def test_a_counter_that_moves_updates_the_text_and_is_no_revision(db):
    for now, number in ((NOW, 0), (LATER, 7)):
        take(db, clean_entry("1", text=f"Body.\n{number} points"), now)
    assert [row["text"] for row in db.query("SELECT text FROM contents")] == ["Body.\n7 points"]
    assert db["revisions"].count == 0


def test_a_saved_document_with_noise_before_the_present_version_changes_nothing_that_is_shown(db):
    take(db, clean_entry("1", text="Body.\n7 points"), LATER)
    take(db, clean_entry("1", text="Body.\n0 points"), NOW, poll=None)
    assert [row["text"] for row in db.query("SELECT text FROM contents")] == ["Body.\n7 points"]
    assert db["revisions"].count == 0


def test_documents_in_which_a_counter_moved_are_read_again_without_a_copy_of_each(db):
    entries = [clean_entry("1", text=f"Body.\n{number} points") for number in range(3)]
    for entry, at in zip(entries, (NOW, LATER, LATER_STILL), strict=True):
        document = pack(ReceivedDocument(entry.text.encode(), at, URL, "poll"), URL)
        save(db, clean_feed(entry), url=URL, now=at, poll=POLL, document=document)
    for number, entry in enumerate(entries, 1):
        save_reread(db, 1, number, clean_feed(entry), 99)
    assert [row["text"] for row in db["contents"].rows] == ["Body.\n2 points"]
    assert db["revisions"].count == 0


def test_a_revision_copies_no_text_that_the_present_version_has(db):
    take(db, clean_entry("1", title="Old"))
    take(db, clean_entry("1", title="New"), LATER)
    [revision] = db["revisions"].rows
    assert (revision["title"], revision["html"], revision["text"], revision["text_from"]) == (
        "Old",
        None,
        None,
        0,
    )


def test_it_keeps_the_text_when_the_present_version_has_another(db):
    take(db, clean_entry("1", title="First", text="one"))
    take(db, clean_entry("1", title="Second", text="one"), LATER)
    take(db, clean_entry("1", title="Second", text="two"), LATER_STILL)
    assert [(row["text"], row["text_from"]) for row in db["revisions"].rows] == [(None, 2), ("one", None)]
    assert [row["text"] for row in versions(db)] == ["one", "one", "two"]


def test_the_text_that_is_gone_from_a_shell_stays_with_the_revisions(db):
    take(db, clean_entry("1", title="Old", text="one"))
    take(db, clean_entry("1", title="New", text="one"), LATER)
    db.execute("UPDATE contents SET text = 'by hand'")
    assert [row["text"] for row in versions(db)] == ["one", "by hand"]


def test_the_text_of_a_revision_that_is_deleted_goes_to_those_that_have_it_from_there(db):
    for now, title in ((NOW, "First"), (LATER, "Second"), (LATER_STILL, "Third")):
        take(db, clean_entry("1", title=title, text="one"), now)
    take(db, clean_entry("1", title="Third", text="two"), "2026-01-04T00:00:00Z")
    db.execute("DELETE FROM revisions WHERE id = 3")
    assert [(row["id"], row["text"]) for row in versions(db)] == [(1, "one"), (2, "one"), (None, "two")]


def test_an_entry_can_still_be_deleted_with_its_revisions(db):
    take(db, clean_entry("1", title="First", text="one"))
    take(db, clean_entry("1", title="Second", text="one"), LATER)
    db.execute("DELETE FROM entries")
    assert (db["revisions"].count, db["contents"].count) == (0, 0)


FULL = " ".join(f"word{n}" for n in range(60)) + "."
BEGINNING = " ".join(f"word{n}" for n in range(20)) + "…"


def texts(db):
    return [
        tuple(row.values())
        for row in db.query("SELECT text, shortened FROM entries JOIN contents ON entry = id")
    ]


def test_a_feed_that_turns_to_summaries_does_not_displace_the_full_text(db):
    take(db, clean_entry("1", text=FULL))
    take(db, clean_entry("1", text=BEGINNING), LATER)
    assert texts(db) == [(FULL, LATER)]
    assert take(db, clean_entry("1", text=BEGINNING), LATER_STILL).changed == 0
    assert (texts(db), db["revisions"].count) == ([(FULL, LATER)], 0)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_captures_of_both_end_in_the_full_text_in_any_order(db, order):
    captures = [clean_entry("1", text=FULL, title="Old"), clean_entry("1", text=BEGINNING, title="New")]
    for number in order:
        at = (NOW, LATER)[number]
        document = pack(ReceivedDocument(captures[number].text.encode(), at, URL, "import"), URL)
        save(db, clean_feed(captures[number]), url=URL, now=at, document=document, dated=True)
    assert texts(db) == [(FULL, LATER)]
    assert [(row["title"], row["text"]) for row in versions(db)] == [("Old", FULL), ("New", FULL)]


def test_an_entry_whose_text_is_empty_now_keeps_that_which_it_had(db):
    take(db, clean_entry("1", text=FULL))
    take(db, clean_entry("1", text="", html=""), LATER)
    assert (texts(db), db["revisions"].count) == ([(FULL, LATER)], 0)


def test_a_text_that_gives_way_to_a_picture_is_edited(db):
    take(db, clean_entry("1", text=FULL))
    take(db, clean_entry("1", text="", html='<img src="https://example.org/1.png">'), LATER)
    assert (texts(db), db["revisions"].count) == ([("", None)], 1)


def summaries(first="In short: a stone"):
    return [clean_entry("1", text=first), *(clean_entry(n, text=f"Of number {n}") for n in "23")]


def full_texts():
    return [clean_entry(n, text=f"{n} {FULL}") for n in "123"]


def save_all(db, entries, now, **values):
    return save(db, clean_feed(*entries), url=URL, now=now, **values)


def test_a_feed_whose_entries_all_turn_to_summaries_of_other_words_displaces_no_full_text(db):
    full = [(entry.text, LATER) for entry in full_texts()]
    save_all(db, full_texts(), NOW, poll=POLL)
    save_all(db, summaries(), LATER, poll=POLL)
    assert texts(db) == full
    save_all(db, summaries("In short: another stone"), LATER_STILL, poll=POLL)
    assert (texts(db), db["revisions"].count) == (full, 0)


def test_a_single_entry_that_is_much_shorter_in_other_words_is_edited(db):
    save_all(db, full_texts(), NOW, poll=POLL)
    save_all(db, [summaries()[0], *full_texts()[1:]], LATER, poll=POLL)
    assert texts(db)[0] == ("In short: a stone", None)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_captures_of_a_feed_that_turns_to_other_words_end_in_the_full_texts_in_any_order(db, order):
    for number in order:
        entries, at = (full_texts(), summaries())[number], (NOW, LATER)[number]
        document = pack(ReceivedDocument(repr(entries).encode(), at, URL, "import"), URL)
        save_all(db, entries, at, document=document, dated=True)
    assert (texts(db), db["revisions"].count) == ([(entry.text, LATER) for entry in full_texts()], 0)


def test_a_title_that_is_edited_then_is_an_edit_beside_the_full_text(db):
    take(db, clean_entry("1", text=FULL))
    assert take(db, clean_entry("1", text=BEGINNING, title="New"), LATER).changed == 1
    assert texts(db) == [(FULL, LATER)]


def test_the_mark_goes_when_the_feed_gives_all_again(db):
    for now, text in ((NOW, FULL), (LATER, BEGINNING), (LATER_STILL, f"{FULL} And more.")):
        take(db, clean_entry("1", text=text), now)
    assert texts(db) == [(f"{FULL} And more.", None)]


def test_the_fuller_text_stays_when_the_summary_is_read_again(db):
    for entry, at in ((clean_entry("1", text=FULL), NOW), (clean_entry("1", text=BEGINNING), LATER)):
        document = pack(ReceivedDocument(entry.text.encode(), at, URL, "poll"), URL)
        save(db, clean_feed(entry), url=URL, now=at, poll=POLL, document=document)
    save_reread(db, 1, 2, clean_feed(clean_entry("1", text=BEGINNING)), 99)
    assert texts(db) == [(FULL, LATER)]


def versions(db):
    return list(db.query("SELECT id, title, text, html FROM versions ORDER BY seen, id IS NULL, id"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), min_size=1, max_size=8))
def test_each_version_reads_as_it_was_said(said):
    archive = empty_tables()
    for day, (title, text) in enumerate(said, 1):
        take(archive, clean_entry("1", title=title, text=text), f"2026-01-{day:02}T00:00:00Z")
    kept = [(row["title"], row["text"], row["html"]) for row in versions(archive)]
    changes = [one for one, before in zip(said, [None, *said], strict=False) if one != before]
    assert kept == [(title, text, f"<p>{text}</p>") for title, text in changes]
