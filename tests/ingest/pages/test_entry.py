from sqlite_utils import Database

from ingest.pages.entry import EnclosureRow, load_entry_page, load_linked
from ingest.pages.related import characteristic_words, related
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


def test_an_enclosure_without_a_type_is_known_by_its_ending() -> None:
    assert EnclosureRow("https://example.org/a.MP3?x=1", None, None).kind == "audio"
    assert EnclosureRow("https://example.org/a.bin", "video/mp4", None).kind == "video"
    assert EnclosureRow("https://example.org/a.pdf", "application/pdf", None).kind == "file"


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
