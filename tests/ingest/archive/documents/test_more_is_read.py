"""A reader that reads more of kept documents fills in what they say, and claims no edit by it."""

from sqlite_utils import Database

from ingest.base.models import Credit, Media, Source, StoredExtra
from tests.ingest.archive.documents.saying import read_again, say
from tests.ingest.values import clean_entry

EARLY, NOW = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"
PLAIN = clean_entry(fingerprint="as the first reader had it")
ONE, TWO = StoredExtra('[{"a:b": "1"}]'), StoredExtra('[{"a:b": "2"}]')
FULL = clean_entry(
    summary="<p>In short.</p>",
    summary_text="In short.",
    media=(Media("image", "https://example.org/1.png"),),
    credits=(Credit("Ada", "guest"),),
    source=Source("A blog", "https://blog.example/"),
    duration=90,
    comments=3,
    extra=ONE,
)


def test_all_that_is_read_more_is_filled_in_without_an_edit(db: Database) -> None:
    say(db, NOW, PLAIN)
    found = read_again(db, 1, FULL, extra=ONE)
    assert set(found.filled) == {
        *("summary", "summary_text", "media", "credits", "source", "duration", "comments", "extra")
    }
    assert (found.edited, found.changed, found.kept) == (set(), {}, set())
    assert db["revisions"].count == 0
    assert [row["json"] for row in db["extra"].rows] == [ONE.json, ONE.json]
    assert (db["media"].count, db["entry_credits"].count, db["sources"].count) == (1, 1, 1)


def test_doing_it_again_changes_nothing(db: Database) -> None:
    say(db, NOW, PLAIN)
    read_again(db, 1, FULL)
    before = list(db.conn.iterdump())
    assert read_again(db, 1, FULL).filled == {}
    assert list(db.conn.iterdump()) == before


def test_of_documents_that_say_the_same_the_latest_s_stands_whichever_is_read_last(db: Database) -> None:
    for order in ((1, 2), (2, 1)):
        db.execute("DELETE FROM entries")
        db.execute("DELETE FROM documents")
        say(db, EARLY, PLAIN)
        say(db, NOW, PLAIN, poll=True)
        said = {1: clean_entry(comments=5, extra=ONE), 2: clean_entry(comments=6, extra=TWO)}
        for document in order:
            read_again(db, document, said[document])
        [(comments,)] = db.execute("SELECT comments FROM entries").fetchall()
        assert (comments, [row["json"] for row in db["extra"].rows]) == (6, [TWO.json])
        assert db["revisions"].count == 0


def test_words_that_go_from_the_summary_to_the_text_are_not_lost(db: Database) -> None:
    short = {"text": "Body.", "summary_text": "In short."}
    say(db, NOW, clean_entry(**short))
    assert read_again(db, 1, clean_entry(text="In short. Body.")).kept == set()
    assert read_again(db, 1, clean_entry(text="Body."), reader=3).kept == {1}
