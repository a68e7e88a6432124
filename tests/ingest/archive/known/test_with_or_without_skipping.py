"""An archive in which known entries were skipped is one in which each was cleaned, compared and saved."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from ingest.archive.documents.warc.pack import pack
from ingest.archive.feeds import find_feed
from ingest.archive.file.opening import open_archive
from ingest.archive.identity.merge import merge_entries
from ingest.archive.identity.split_aliases import split_from
from ingest.archive.known.known_entries import NoLongerKnown, known_fingerprints
from ingest.archive.polls import Poll
from ingest.archive.save import Saved, save
from ingest.base.models import READER, CleanEntry, CleanFeed, KnownEntry, ReceivedDocument
from tests.ingest.values import clean_entry, clean_feed

URL = "https://example.org/feed.xml"
# What each archive has of its own: its name, by which its files are named, and the times of its migrations.
OWN = ("settings", "_sqlite_migrations")
OF_DOCUMENTS = "id, feed, at, sha256, reader, reading, own_url"

DERIVED = "3"  # by the reading, where the document says none
POSTS = st.builds(
    dict,
    guid=st.sampled_from(["1", "2", "3", "http://example.org/2", "https://example.org/2"]),
    url=st.sampled_from(
        [None, "https://example.org/1", "https://example.org/2", "https://www.example.org/2"]
    ),
    title=st.sampled_from(["Of one", "Of another", None]),
    published=st.sampled_from([None, "2025-06-01T12:00:00Z", "2025-06-02T12:00:00Z"]),
    text=st.sampled_from(["Some words.", "Other words of it.", "Some words. 3 comments"]),
    comments=st.sampled_from([None, 3]),
)


@dataclass(frozen=True)
class Step:
    """A document, how it came and when, and which entries the owner merges or splits before."""

    posts: list[dict[str, object]]
    how: str
    hour: int
    by_hand: tuple[str, int, int] | None


@st.composite
def steps_of_a_feed(draw: st.DrawFn) -> list[Step]:
    """Its documents have the same few posts again and again."""
    posts = draw(st.lists(POSTS, min_size=1, max_size=6))
    step = st.builds(
        Step,
        posts=st.lists(st.sampled_from(posts), max_size=5),
        how=st.sampled_from(["poll", "poll", "capture", "file", "poll of before"]),
        hour=st.integers(0, 27),
        by_hand=st.none()
        | st.tuples(st.sampled_from(["merge", "split"]), st.integers(1, 4), st.integers(1, 4)),
    )
    return draw(st.lists(step, min_size=2, max_size=8))


def entry(values: dict[str, object]) -> CleanEntry:
    said = {**values, "guid_derived": values["guid"] == DERIVED}
    digest = hashlib.sha256(repr(sorted(said.items(), key=str)).encode()).hexdigest()[:32]
    return replace(clean_entry(str(said.pop("guid")), **said), fingerprint=digest)


def without_known(db: Database, feed: CleanFeed, reader: int) -> CleanFeed:
    known = known_fingerprints(db, find_feed(db, URL), feed.entries, reader)
    each = (
        KnownEntry(one.guid, one.fingerprint, one.published, one.updated) if one.fingerprint in known else one
        for one in feed.entries
    )
    return replace(feed, entries=tuple(each))


def take(db: Database, step: Step, number: int, skipping: bool) -> Saved:
    feed = clean_feed(*map(entry, step.posts))
    reader = READER - 1 if step.how == "poll of before" else READER
    at = f"2026-01-{step.hour + 1:02}T00:00:00Z"
    came = "poll" if step.how.startswith("poll") else "import"
    received = ReceivedDocument(
        body=str(number).encode(),
        at=f"2026-03-{number + 1:02}T00:00:00Z" if came == "poll" else at,
        url="file:///saved.xml" if step.how == "file" else URL,
        came=came,
    )

    def save_it(feed: CleanFeed) -> Saved:
        return save(
            db,
            feed,
            url=URL,
            now=received.at,
            poll=Poll(status=200) if came == "poll" else None,
            document=pack(received, URL),
            reader=reader,
            dated=step.how == "capture",
        )

    try:
        return save_it(without_known(db, feed, reader) if skipping else feed)
    except NoLongerKnown:
        return save_it(feed)


def by_hand(db: Database, what: str, one: int, other: int) -> None:
    there = {number for (number,) in db.execute("SELECT id FROM entries")}
    if what == "split" and one in there:
        split_from(db, one, "2026-05-01T00:00:00Z")
    elif what == "merge" and {one, other} <= there and one != other:
        merge_entries(db, one, other, "2026-05-01T00:00:00Z")


def rows(db: Database) -> dict[str, list[tuple[object, ...]]]:
    tables = [name for name in db.table_names() if "fts" not in name and name not in OWN]
    columns = {"documents": OF_DOCUMENTS}
    return {
        name: sorted(db.execute(f'SELECT {columns.get(name, "*")} FROM "{name}"').fetchall(), key=repr)  # noqa: S608
        for name in tables
    }


def post(guid: str, url: str | None = None, **said: object) -> dict[str, object]:
    usual = {"title": "Of one", "published": None, "text": "Some words.", "comments": None}
    return {"guid": guid, "url": url, **usual, **said}


AT_2 = post("1", "https://example.org/2")
MERGED_AND_TOLD_APART = [
    Step([post("2"), post("1")], "poll", 0, None),
    Step([AT_2, post("1")], "poll", 0, None),
    Step([AT_2, post("1")], "poll", 0, ("merge", 3, 2)),
    Step([AT_2], "poll", 0, None),
]
UNTITLED = post("1", "https://example.org/2", title=None)
TOLD_BY_NO_TITLE = [
    Step([UNTITLED, AT_2], "poll", 0, None),
    Step([AT_2, UNTITLED], "poll", 0, None),
    Step([], "poll", 0, ("split", 1, 1)),
]


@settings(max_examples=15, deadline=None)
@example(TOLD_BY_NO_TITLE)
@example(MERGED_AND_TOLD_APART)
@given(steps_of_a_feed())
def test_an_archive_built_with_skipping_is_one_built_without(steps: list[Step]) -> None:
    with TemporaryDirectory() as folder:
        for name in ("skipping", "whole"):
            Path(folder, name).mkdir()
        with (
            open_archive(Path(folder, "skipping", "a.db"), create=True) as skipping,
            open_archive(Path(folder, "whole", "a.db"), create=True) as whole,
        ):
            for number, step in enumerate(steps):
                for db in (skipping, whole):
                    if step.by_hand:
                        by_hand(db, *step.by_hand)
                assert take(skipping, step, number, skipping=True) == take(
                    whole, step, number, skipping=False
                )
            assert rows(skipping) == rows(whole)
