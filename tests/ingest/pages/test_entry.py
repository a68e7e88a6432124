from sqlite_utils import Database

from ingest.pages.entry import load_credited, load_entry_page, load_linked
from ingest.pages.entry_details import Details
from ingest.pages.media import MediaRow, Player
from ingest.pages.related import LINKING, TAGGED, characteristic_words, related
from tests.ingest.pages.archives import add_entry, add_feed, add_link, add_names


def test_an_entry_that_is_not_there_is_none(db: Database) -> None:
    assert load_entry_page(db.conn, 1) is None


def test_an_entry_has_its_text_authors_and_tags(db: Database) -> None:
    add_feed(db, title=None)
    add_entry(db, 1, text="one two three")
    add_names(db, "authors", "Ada", 1)
    add_names(db, "tags", "Geology", 1)
    page = load_entry_page(db.conn, 1)
    assert page
    assert (page.entry.html, page.entry.minutes, page.entry.feed) == (
        "<p>one two three</p>",
        1,
        "https://example.org/1.xml",
    )
    assert [author.name for author in page.authors] == ["Ada"]
    assert [tag.name for tag in page.tags] == ["Geology"]


def test_it_says_since_when_its_feed_gives_only_the_beginning_of_its_text(db: Database) -> None:
    add_feed(db)
    add_entry(db, 1)
    db.execute("UPDATE entries SET shortened = '2026-01-01T00:00:00Z'")
    page = load_entry_page(db.conn, 1)
    assert page and page.shortened == "2026-01-01T00:00:00Z"


def test_neighbours_are_those_of_the_feed_in_the_order_of_its_list(db: Database) -> None:
    add_feed(db)
    add_feed(db, 2)
    for id, feed in ((1, 1), (2, 1), (3, 2), (4, 1)):  # all of one date
        add_entry(db, id, feed=feed)
    page = load_entry_page(db.conn, 2)
    assert page and page.newer and page.older
    assert (page.newer.id, page.older.id) == (1, 4)


def test_links_to_and_from_entries_are_shown_once_and_not_its_own(db: Database) -> None:
    add_feed(db)
    for id in (1, 2, 3):
        add_entry(db, id)
    for entry, target in ((2, 1), (2, 1), (1, 1), (1, 3), (1, None)):
        add_link(db, entry, target)
    backlinks, links = load_linked(db.conn, 1)
    assert [item.id for item in backlinks.items] == [2]
    assert [item.id for item in links.items] == [3]


def test_of_many_links_the_newest_are_shown_and_all_are_counted(db: Database) -> None:
    add_feed(db)
    add_entry(db, 1)
    for id in range(2, 47):
        add_entry(db, id, f"20{id:02}-01-01T00:00:00Z")
        add_link(db, id, 1)
    backlinks, _ = load_linked(db.conn, 1)
    assert [item.id for item in backlinks.items] == list(range(46, 16, -1))
    assert backlinks.total == 45


def test_an_entry_has_what_it_says_beside_its_text(db: Database) -> None:
    add_feed(db)
    source = db["sources"].insert({"title": "A planet's source", "url": "https://s.example/"}).last_pk
    add_entry(
        db,
        1,
        source=source,
        duration=3723,
        season=2,
        episode=12,
        comments=5,
        latitude=45.256,
        longitude=-71.92,
    )
    add_entry(db, 2)
    page, plain = load_entry_page(db.conn, 1), load_entry_page(db.conn, 2)
    assert page and plain
    assert (page.details.source_name, page.details.clock) == ("A planet's source", "1:02:03")
    assert (page.details.episode_label, page.details.comments) == ("Season 2, episode 12", 5)
    assert page.details.position == "45.256° N, 71.920° W"
    assert plain.details == Details()


def test_persons_are_listed_by_their_role(db: Database) -> None:
    add_feed(db)
    add_entry(db, 1)
    ids = [int(db["authors"].insert({"name": name}).last_pk) for name in ("Ann", "Bob", "Cy")]
    for author, role in zip(ids, ("guest", "host", "guest"), strict=True):
        db["entry_credits"].insert({"entry": 1, "author": author, "role": role})
    page = load_entry_page(db.conn, 1)
    assert page
    assert {role: [one.name for one in persons] for role, persons in page.credits.items()} == {
        "guest": ["Ann", "Cy"],
        "host": ["Bob"],
    }
    assert [item.id for item in load_credited(db.conn, ids[0]).items] == [1]


def test_an_archive_of_an_older_release_shows_its_enclosures(db: Database) -> None:
    add_feed(db)
    add_entry(db, 1)
    db["enclosures"].insert(
        {"entry": 1, "url": "https://example.org/a.mp3", "type": "audio/mpeg", "length": 9}
    )
    for table in ("media", "entry_credits", "extra"):
        db[table].drop()
    page = load_entry_page(db.conn, 1)
    assert page and page.details == Details() and page.credits == {}
    assert page.media.players == (Player(MediaRow("audio", "https://example.org/a.mp3", "audio/mpeg", 9)),)


def test_related_entries_share_telling_words(db: Database) -> None:
    add_feed(db)
    add_entry(db, 1, text="glaciers carve valleys", title="Glaciers")
    add_entry(db, 2, text="where glaciers ended, moraines", title="Moraines")
    add_entry(db, 3, text="bread and butter", title="Breakfast")
    assert related(db.conn, 1) == [2]
    assert related(db.conn, 3) == []
    assert related(db.conn, 99) == []


def test_related_entries_are_found_without_spaces_between_words(db: Database) -> None:
    add_feed(db)
    add_entry(db, 1, text="機械学習の話", title="機械")
    add_entry(db, 2, text="機械学習と統計", title="統計")
    add_entry(db, 3, text="料理の話", title="料理")
    assert related(db.conn, 2) == [1]


def test_words_that_are_in_one_entry_alone_or_say_nothing_are_not_telling(db: Database) -> None:
    add_feed(db)
    add_entry(db, 1, text="lantern which would because")
    add_entry(db, 2, text="lantern which would because unique")
    assert characteristic_words(db.conn, "", "lantern which would because unique") == ["lantern"]


def test_the_commands_of_formulas_are_not_telling(db: Database) -> None:
    add_feed(db)
    for id in (1, 2):
        add_entry(db, id, text="\\mathcal{lantern}")
    assert characteristic_words(db.conn, "", "\\mathcal{lantern}") == ["lantern"]


def test_quotes_and_operators_in_words_are_words(db: Database) -> None:
    add_feed(db)
    add_entry(db, 1, text='o\'reilly "AND" NEAR(river) title:river* river-bank')
    add_entry(db, 2, text="o'reilly river-bank")
    assert related(db.conn, 1) == [2]


def test_copies_of_an_entry_are_not_related_to_it_and_stand_once(db: Database) -> None:
    add_feed(db)
    for id, title in enumerate(["Glaciers", "Glaciers", "Moraines", "moraines ", "Valleys"], 1):
        add_entry(db, id, text="glaciers carve valleys and leave moraines", title=title)
    assert len(related(db.conn, 1)) == 2


def test_what_shares_a_link_is_looked_at_besides_what_shares_words(db: Database) -> None:
    add_feed(db)
    for id in range(1, 31):
        add_entry(db, id, text="glaciers carve valleys", title="Glaciers")
    add_entry(db, 31, text="what glaciers carve are valleys, and valleys they are", title="How they carve")
    assert related(db.conn, 1) == []
    for id in (1, 31):
        add_link(db, id, None, host="moraines.example")
    assert related(db.conn, 1) == [31]


def test_related_entries_are_looked_up_by_indexes(db: Database) -> None:
    for sql, index in ((LINKING, "links_url_key"), (TAGGED, "entry_tags_tag")):
        [row] = db.execute(f"EXPLAIN QUERY PLAN {sql}", ["x", 1]).fetchall()
        assert row[-1].startswith("SEARCH") and index in row[-1]


def test_what_related_entries_cost_does_not_grow_with_the_archive(db: Database) -> None:
    def steps() -> int:
        count = 0

        def step() -> None:
            nonlocal count
            count += 1

        db.conn.set_progress_handler(step, 10)
        related(db.conn, 1)
        db.conn.set_progress_handler(None, 0)
        return count

    add_feed(db)
    for id in range(1, 41):
        add_entry(db, id, text="glaciers carve valleys", title="Glaciers")
    few = steps()
    for id in range(41, 241):
        add_entry(db, id, text="bread and butter", title="Breakfast")
    assert steps() < few * 1.2
