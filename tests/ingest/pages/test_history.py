import json

from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from ingest.pages import history
from ingest.pages.history import Edit, Piece, compare, load_earlier, load_history
from tests.ingest.pages.archives import add_entry, add_feed, add_names

WORDS = st.lists(st.sampled_from(["one", "two", " three", "four\n", "five "])).map(" ".join)


def add_revision(db: Database, text: str, title: str = "Former", **values: object) -> None:
    times = {"seen": "2024-01-01T00:00:00Z", "replaced": "2024-02-01T00:00:00Z"}
    db["revisions"].insert(
        {"entry": 1, "title": title, "text": text, "fingerprint": "", **times, **values}, alter=False
    )


def test_an_entry_that_never_changed_has_one_version(db: Database) -> None:
    add_feed(db)
    add_entry(db, 1, text="as it is")
    found = load_history(db.conn, 1)
    assert found
    assert [version.pieces for version in found.versions] == [None]
    assert load_history(db.conn, 2) is None


def test_each_version_is_compared_with_the_one_before(db: Database) -> None:
    add_feed(db)
    add_entry(db, 1, text="three blind mice")
    add_revision(db, "two mice")
    add_revision(db, "two blind mice")
    found = load_history(db.conn, 1)
    assert found
    present, second, first = found.versions
    assert present.pieces == (Piece("gone", "two"), Piece("new", "three"), Piece("same", " blind mice"))
    assert second.pieces == (Piece("same", "two"), Piece("new", " blind"), Piece("same", " mice"))
    assert (first.is_first, first.pieces) == (True, None)
    assert (present.seen, present.replaced) == ("2024-02-01T00:00:00Z", None)


def test_what_else_an_edit_changed_is_told(db: Database) -> None:
    add_feed(db)
    add_entry(db, 1, text="as it is", author="Ada", language="en")
    add_names(db, "tags", "Geology", 1)
    other = {
        "tags": ["Water", "Geology"],
        "enclosures": [{"url": "https://example.org/1.mp3"}],
        "language": "en",
    }
    add_revision(db, "as it is", author="Bea", url="https://example.com/1", other=json.dumps(other))
    found = load_history(db.conn, 1)
    assert found
    assert found.versions[0].edits == (
        Edit("Title", "Former", "Entry 1"),
        Edit("Authors", "Bea", "Ada"),
        Edit("Address", "https://example.com/1", "https://example.org/1"),
        Edit("Tags", "Geology, Water", "Geology"),
        Edit("Attached files", "https://example.org/1.mp3", ""),
    )


def test_what_an_edit_changed_beside_the_text_is_told(db: Database) -> None:
    add_feed(db)
    add_entry(db, 1, text="as it is", title="Former")
    db.execute("INSERT INTO sources VALUES (1, 'A blog', 'https://blog.example/')")
    db.execute("UPDATE entries SET source = 1, duration = 90, latitude = 1.5, longitude = -2, url = NULL")
    db.execute("UPDATE contents SET summary_text = 'three blind mice'")
    db["media"].insert_all(
        [
            {"entry": 1, "kind": "image", "url": "https://example.org/1.png", "description": "A harbour"},
            {"entry": 1, "kind": "chapter", "title": "Start", "start": 0},
        ]
    )
    db.execute("INSERT INTO authors (id, name) VALUES (1, 'Ada')")
    db.execute("INSERT INTO entry_credits VALUES (1, 1, 'guest')")
    other = {
        "duration": 60.0,
        "latitude": None,
        "longitude": None,
        "source": {"title": None, "url": "https://old.example/"},
        "summary_text": "two mice",
        "credits": [],
        "media": [{"kind": "image", "url": "https://example.org/1.png", "description": "A port"}],
    }
    add_revision(db, "as it is", other=json.dumps(other))
    found = load_history(db.conn, 1)
    assert found
    assert found.versions[0].edits == (
        Edit("Duration", "1:00", "1:30"),
        Edit("Place", "", "1.5, -2.0"),
        Edit("Source", "https://old.example/", "A blog"),
        Edit("Credits", "", "Ada (guest)"),
        Edit(
            "Media",
            "image: https://example.org/1.png, A port",
            "image: https://example.org/1.png, A harbour\nchapter: 0:00, Start",
        ),
        Edit("Summary", "two", "three blind"),
    )


def test_media_in_another_order_are_an_edit(db: Database) -> None:
    add_feed(db)
    add_entry(db, 1, text="as it is", title="Former", url=None)
    media = [{"kind": "image", "url": f"https://example.org/{name}.png"} for name in "ab"]
    db["media"].insert_all([{"entry": 1, **one} for one in media])
    add_revision(db, "as it is", other=json.dumps({"media": media[::-1]}))
    found = load_history(db.conn, 1)
    assert found
    assert found.versions[0].edits == (Edit("Media", "", "in another order"),)


def test_where_a_link_leads_elsewhere_and_the_text_is_the_same_that_is_told(db: Database) -> None:
    def text(url: str) -> str:
        return f'<p>See <a href="https://example.org/same">this</a> and <a href="{url}">that</a></p>'

    add_feed(db)
    add_entry(db, 1, text="See this and that", html=text("https://example.org/new"), title="Former")
    add_revision(db, "See this and that", html=text("https://example.org/old"), url="https://example.org/1")
    found = load_history(db.conn, 1)
    assert found
    assert found.versions[0].edits == (Edit("Links", "https://example.org/old", "https://example.org/new"),)


def test_links_and_pictures_that_changed_with_the_text_are_told_too(db: Database) -> None:
    add_feed(db)
    html = '<p>Now <a href="https://example.org/?a=1&amp;b=2#c">that</a> <img src="https://example.org/b.png"></p>'
    add_entry(db, 1, text="Now that", html=html, title="Former")
    before = '<p>Once <a href="https://example.org/">that</a> <a href="#note">1</a> href="x"</p>'
    add_revision(db, "Once that", html=before, url="https://example.org/1")
    found = load_history(db.conn, 1)
    assert found
    assert found.versions[0].edits == (
        Edit("Links", "https://example.org/", "https://example.org/?a=1&b=2#c"),
        Edit("Pictures and sound", "", "https://example.org/b.png"),
    )


def test_an_earlier_version_can_be_read(db: Database) -> None:
    add_feed(db)
    add_entry(db, 1, text="now")
    add_revision(db, "once", html="<p>once</p>")
    version = load_earlier(db.conn, 1, 1)
    assert version and (version.title, version.html, version.entry.id) == ("Former", "<p>once</p>", 1)
    assert load_earlier(db.conn, 1, 2) is None and load_earlier(db.conn, 2, 1) is None


def test_only_so_many_versions_are_shown(db: Database) -> None:
    add_feed(db)
    add_entry(db, 1, text="now")
    for n in range(history.MOST_VERSIONS + 3):
        add_revision(db, f"version {n}")
    found = load_history(db.conn, 1)
    assert found
    assert (len(found.versions), found.more) == (history.MOST_VERSIONS + 1, 3)


def test_what_is_far_from_any_change_is_left_out() -> None:
    before = " ".join(f"w{n}" for n in range(1000))
    pieces = compare(before, before.replace("w500 ", "changed "))
    assert pieces
    assert [piece.change for piece in pieces] == ["gap", "same", "gone", "new", "same", "gap"]
    assert pieces[1].text.strip().startswith("w475")


def test_long_texts_are_compared_by_lines_and_longer_ones_not_at_all() -> None:
    old = "\n".join(f"a{n} b c d e f g h i j" for n in range(1500))
    new = "\n".join(f"x{n} b c d e f g h i j" for n in range(1500))
    assert compare(old, new) == (Piece("gone", old), Piece("new", new))
    assert compare("\n".join(map(str, range(50_000))), "\n".join(map(str, range(50_000, 99_000)))) is None


def test_one_change_in_a_very_long_text_is_found() -> None:
    text = " ".join(f"w{n}" for n in range(100_000))
    pieces = compare(text, text.replace("w50000 ", "new "))
    assert pieces
    assert Piece("new", " new") in pieces


@given(WORDS, WORDS)
def test_what_is_the_same_and_gone_was_before_and_what_is_the_same_and_new_is_after(
    one: str, other: str
) -> None:
    pieces = compare(one, other)
    assert pieces is not None
    if all(piece.change != "gap" for piece in pieces):
        assert "".join(piece.text for piece in pieces if piece.change != "new").split() == one.split()
        assert "".join(piece.text for piece in pieces if piece.change != "gone").split() == other.split()


def test_versions_stand_in_the_order_in_which_they_were_there(db: Database) -> None:
    feed = add_feed(db)
    add_entry(db, feed)
    for text, seen, replaced in (("two", "2025-02", "2025-03"), ("one", "2025-01", "2025-02")):
        add_revision(db, text)
        db.execute("UPDATE revisions SET seen = ?, replaced = ? WHERE text = ?", [seen, replaced, text])
    shown = load_history(db.conn, 1)
    assert shown is not None
    assert [version.seen for version in shown.versions] == ["2025-03", "2025-02", "2025-01"]
