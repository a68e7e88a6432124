"""The commands as they are typed: their output, their errors, their exit codes."""

import gzip
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlite_utils import Database

from ingest.archive.feed_changes.edit import FeedEdit, edit_feed
from ingest.archive.file.migrations import migrations
from ingest.archive.file.opening import needs_immutable, open_archive
from ingest.cli.commands import main
from ingest.web.server.serve import _plainly_named, datasette_arguments
from tests.independent_reader import sizes
from tests.ingest.documents_written_here import item, rss
from tests.server import Reply, Server, of_feeds
from tests.traced import assert_traced
from tests.unprivileged import AS_ANYBODY, needs_permissions
from tests.waiting import LONGEST

SHARED = Path(__file__).parents[4] / "shared"
needs_feeds = pytest.mark.skipif(not (SHARED / "feeds").is_dir(), reason="the collected feeds are not here")

Run = Callable[..., Result]
PAGE = b'<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>'


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def run(archive: Path) -> Run:
    def run(verb: str, *arguments: object, code: int = 0) -> Result:
        result = CliRunner().invoke(main, [verb, str(archive), *map(str, arguments)])
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        server.on("/feed", Reply(body=rss(item("1"), item("2"), url=None), headers={"ETag": '"1"'}))
        yield server


@pytest.fixture
def add(run: Run) -> Run:
    def add(*arguments: object, code: int = 0) -> Result:
        return run("add", "--allow-private", *arguments, code=code)

    return add


def saved(tmp_path: Path, *items: str, name: str = "feed.xml", **values: str) -> Path:
    path = tmp_path / name
    path.write_bytes(rss(*items, **values))
    return path


def rows(archive: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(archive) as connection:
        return connection.execute(query).fetchall()


def every_row(archive: Path) -> list[object]:
    """As `iterdump` says it, which takes three times as long for a large archive: all rows of all tables, hidden ones
    too, each value with its type."""
    with closing(sqlite3.connect(archive)) as connection:
        made = connection.execute("SELECT * FROM sqlite_master ORDER BY rowid").fetchall()
        tables = [name for kind, name, _, root, _ in made if kind == "table" and root]
        every = (f"SELECT * FROM [{name}]" for name in tables)  # noqa: S608 - of its own names
        return [made, *(repr(connection.execute(query).fetchall()) for query in every)]


def test_import_says_what_it_took_in(run: Run, tmp_path: Path) -> None:
    result = run("import", saved(tmp_path, item("1"), item("2")))
    assert result.stdout == "1 document of 1 feed: 2 entries new, 0 changed, 0 unchanged\n"


def test_the_same_document_once_more_changes_nothing(run: Run, archive: Path, tmp_path: Path) -> None:
    document = saved(tmp_path, item("1"))
    run("import", document)
    before = list(sqlite3.connect(archive).iterdump())
    assert "0 entries new, 0 changed (known already, byte for byte)" in run("import", document).stdout
    assert list(sqlite3.connect(archive).iterdump()) == before


def test_how_many_documents_were_known_is_said_beside_what_the_others_had(run: Run, tmp_path: Path) -> None:
    monday = saved(tmp_path, item("1"), name="monday.xml")
    run("import", monday)
    tuesday = saved(tmp_path, item("1"), item("2"), name="tuesday.xml")
    assert run("import", monday, tuesday).stdout == (
        "2 documents of 1 feed: 1 entry new, 0 changed, 1 unchanged "
        "(1 of the documents known already, byte for byte)\n"
    )


def test_a_later_version_updates_the_feed_that_the_document_names(
    run: Run, archive: Path, tmp_path: Path
) -> None:
    run("import", saved(tmp_path, item("1"), name="monday.xml"))
    result = run("import", saved(tmp_path, item("1", "Corrected."), item("2"), name="tuesday.xml"))
    assert "1 entry new, 1 changed, 0 unchanged" in result.stdout
    assert rows(archive, "SELECT url, state FROM feeds") == [("https://blog.example.org/feed.xml", "paused")]


def test_a_document_without_an_address_belongs_to_its_file(run: Run, archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(rss(item("1"), url=None))
    run("import", path)
    assert rows(archive, "SELECT url FROM feeds") == [(path.as_uri(),)]


def test_feed_says_which_feed_a_document_is_of(run: Run, archive: Path, tmp_path: Path) -> None:
    run("import", saved(tmp_path, item("1")), "--feed", "https://example.net/rss")
    assert rows(archive, "SELECT url FROM feeds") == [("https://example.net/rss",)]


def test_a_folder_is_taken_in_with_what_is_packed_in_it(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "feeds"
    folder.mkdir()
    (folder / "a.xml").write_bytes(rss(item("1"), url="https://a.example.org/"))
    (folder / "b.xml.gz").write_bytes(gzip.compress(rss(item("2"), url="https://b.example.org/")))
    assert "2 documents of 2 feeds: 2 entries new" in run("import", folder).stdout


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "it is empty"),
        (b"<!DOCTYPE html><html></html>", "it is an HTML page"),
        (b"Dear diary,", "neither XML nor JSON"),
        (b"\x00\x01\x02\x03", "binary data"),
    ],
)
def test_what_is_no_feed_is_named_with_its_reason(
    run: Run, archive: Path, tmp_path: Path, body: bytes, why: str
) -> None:
    path = tmp_path / "odd"
    path.write_bytes(body)
    result = run("import", path, code=1)
    assert result.stderr.startswith(f"{path}: ") and why in result.stderr
    assert not archive.exists()


def test_one_bad_document_does_not_keep_the_others_out(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.xml"
    bad.write_bytes(b"nonsense")
    result = run("import", bad, saved(tmp_path, item("1")), code=3)
    assert "1 document of 1 feed, 1 with problems: 1 entry new" in result.stdout


def test_a_truncated_document_is_kept_up_to_the_damage_and_said_to_be_damaged(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "torn.xml"
    whole = rss(item("1"), item("2"))
    path.write_bytes(whole[: whole.rindex(b"<description>")])
    result = run("import", path, code=3)
    assert "What stands before that was kept: 1 entry." in result.stderr
    assert "1 entry new" in result.stdout


def test_documents_that_are_taken_in_though_they_are_damaged_are_told_from_those_that_are_not(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "bad.xml").write_bytes(b"nonsense")
    whole = rss(item("1"), item("2"))
    (tmp_path / "torn.xml").write_bytes(whole[: whole.rindex(b"<description>")])
    said = "1 document of 1 feed, 1 of them damaged, 1 with problems: 1 entry new"
    assert said in run("import", tmp_path / "bad.xml", tmp_path / "torn.xml", code=3).stdout
    said = "1 document of 1 feed, 1 of them damaged: 0 entries new"
    assert said in run("import", tmp_path / "torn.xml", code=3).stdout


def test_where_nothing_came_in_nothing_is_counted(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.xml"
    bad.write_bytes(b"nonsense")
    assert run("import", bad, code=1).stdout == "Nothing was taken in: 1 document with problems\n"


def test_a_missing_path_is_named(run: Run, tmp_path: Path) -> None:
    assert "there is no such file or folder" in run("import", tmp_path / "nowhere", code=1).stderr


def test_an_empty_path_is_not_the_current_folder(run: Run, archive: Path) -> None:
    assert "is empty. Name a file." in run("import", "", code=2).stderr


def test_a_name_cannot_speak_to_the_terminal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m.xml").write_bytes(b"no feed")
    assert "a\ufffd[31m.xml: it is text" in run("import", tmp_path, code=1).stderr


def test_an_archive_in_memory_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["import", ":memory:", str(saved(tmp_path, item("1")))]).exit_code == 0
    assert (tmp_path / ":memory:").is_file()


def test_an_empty_folder_is_named(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    assert "the folder holds no files" in run("import", folder, code=1).stderr


def test_somebody_else_s_database_is_left_alone(run: Run, archive: Path, tmp_path: Path) -> None:
    Database(archive).table("recipes").insert({"id": 1})
    before = archive.read_bytes()
    result = run("import", saved(tmp_path, item("1")), code=1)
    assert "not an archive of Feedsette's" in result.stderr
    assert archive.read_bytes() == before


@needs_permissions
def test_a_read_only_archive_is_named(run: Run, archive: Path, tmp_path: Path) -> None:
    run("import", saved(tmp_path, item("1")))
    document = saved(tmp_path, item("2"), name="second.xml")
    archive.chmod(0o444)
    tmp_path.chmod(0o555)
    command = [*AS_ANYBODY, sys.executable, "-m", "ingest", "import", str(archive), str(document)]
    result = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[3])
    tmp_path.chmod(0o755)
    assert result.returncode == 1
    assert "cannot be written to" in result.stderr or "cannot be opened" in result.stderr
    assert "Traceback" not in result.stderr


def test_nothing_is_asked_for_that_could_not_be_kept(
    add: Run, server: Server, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.archive.file.opening.os.access", lambda folder, _: folder != archive.parent)
    assert "cannot be made: the folder" in add(server.url("/feed"), code=1).stderr
    monkeypatch.undo()
    add(server.url("/feed"))
    server.requests.clear()
    plain = sqlite3.connect
    monkeypatch.setattr(
        "ingest.archive.file.opening.sqlite3.connect",
        lambda path, **_: plain(f"file:{path}?mode=ro", uri=True),
    )
    assert "cannot be written to" in add(server.url("/feed"), code=1).stderr
    assert server.requests == []


def test_a_full_disk_is_said_and_costs_nothing_that_was_there(
    run: Run, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("import", saved(tmp_path, item("1")))
    pages = rows(archive, "PRAGMA page_count")[0][0]
    limit = f"PRAGMA max_page_count = {pages}"
    plain = sqlite3.connect

    def full(*arguments: object, **values: object) -> sqlite3.Connection:
        connection = plain(*arguments, **values)  # type: ignore[call-overload]
        connection.execute(limit)
        return connection  # type: ignore[no-any-return]

    monkeypatch.setattr("ingest.archive.file.opening.sqlite3.connect", full)
    result = run("import", saved(tmp_path, item("2", "Much text. " * 20_000), name="big.xml"), code=1)
    assert "the disk is full" in result.stderr
    monkeypatch.undo()
    assert rows(archive, "SELECT guid FROM entries") == [("1",)]


def test_add_follows_a_feed_and_takes_in_what_it_has(add: Run, archive: Path, server: Server) -> None:
    result = add(server.url("/feed"))
    assert result.stdout == f"Followed: A blog (2 entries new)\n  {server.url('/feed')}\n"
    assert rows(archive, "SELECT state, etag FROM feeds") == [("active", '"1"')]


def test_the_first_poll_after_adding_keeps_to_the_bounds_that_were_given(
    add: Run, archive: Path, server: Server
) -> None:
    add(server.url("/feed"), "--min-wait", "600", "--max-wait", "600")
    waits = "SELECT round((julianday(next_poll) - julianday(last_polled)) * 24) FROM feeds"
    assert rows(archive, waits) == [(10.0,)]


def test_add_finds_the_feed_behind_a_page(add: Run, archive: Path, server: Server) -> None:
    add(server.on("/", Reply(body=PAGE)))
    assert rows(archive, "SELECT url FROM feeds") == [(server.url("/feed"),)]


def test_a_feed_is_not_added_twice_under_two_spellings(add: Run, archive: Path, server: Server) -> None:
    add(server.url("/feed"))
    result = add(server.url("/feed").replace("127.0.0.1", "127.0.0.1").replace("http:", "HTTP:") + "#top")
    assert result.stdout.startswith("Already followed: A blog (0 entries new)")
    assert rows(archive, "SELECT count(*) FROM feeds") == [(1,)]


def test_of_several_feeds_none_is_added_unasked(add: Run, archive: Path, server: Server) -> None:
    server.on("/other", Reply(body=rss(item("3"), url=None, title="Another")))
    page = server.on("/", Reply(body=PAGE + PAGE.replace(b"/feed", b"/other")))
    result = add(page, code=1)
    assert "1. A blog (2 entries)" in result.stdout
    assert "2. Another (1 entry)" in result.stdout
    assert "--all or --first" in result.stderr
    assert not archive.exists()
    add(page, "--all")
    assert rows(archive, "SELECT count(*) FROM feeds") == [(2,)]


def test_an_address_without_a_scheme_is_asked_over_http_where_https_is_not_spoken(
    add: Run, archive: Path, server: Server
) -> None:
    add(server.url("/feed").removeprefix("http://"))
    assert rows(archive, "SELECT url FROM feeds") == [(server.url("/feed"),)]


def test_a_secret_never_goes_over_http_unasked(
    add: Run, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "abc")
    add(server.url("/feed").removeprefix("http://"), "--secret", "env:TOKEN", code=1)
    assert server.requests == []


def test_an_empty_address_is_called_so(add: Run) -> None:
    assert add("", code=1).stderr == "“”: The address is empty.\n"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("./nowhere.xml", "There is no such file."),
        ("../nowhere.xml", "There is no such file."),
        ("/nowhere/feed.xml", "There is no such file."),
        ("/dev/zero", "It is neither a saved document nor a list of feeds"),
        ("some-folder/", "It is a folder. To take in the documents in it: feedsette import"),
        ("some-folder", "It is a folder. To take in the documents in it: feedsette import"),
    ],
)
def test_what_is_spelled_as_a_path_is_not_looked_for_on_the_web(
    add: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "some-folder").mkdir()
    assert add(source, code=1).stderr.startswith(f"{source}: {said}")


def test_a_folder_that_is_called_as_a_site_does_not_stand_in_its_way(
    add: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    monkeypatch.chdir(tmp_path)
    site = server.url("/feed").removeprefix("http://").removesuffix("/feed")
    (tmp_path / site).mkdir()
    server.on("/", Reply(body=rss(item("1"), url=None)))
    assert "Followed" in add(site).stdout


def test_an_address_without_a_feed_is_not_followed(add: Run, archive: Path, server: Server) -> None:
    result = add(server.url("/nothing"), code=1)
    assert "There is nothing at its address (404)" in result.stderr
    assert not archive.exists()


def test_a_feed_that_cannot_be_added_now_is_not_said_to_be_tried_again(add: Run, server: Server) -> None:
    said = add(server.on("/broken", Reply(500)), code=1).stderr
    assert "has a fault (500). Try it again later; if that lasts, tell whoever runs it.\n" in said


def test_a_page_for_people_alone_is_called_so(add: Run, server: Server) -> None:
    server.on("/feed", Reply(404))
    page = server.on("/", Reply(body=b"<!doctype html><title>Just a moment...</title>"))
    assert "(a captcha), not a feed. Ask whoever runs the site" in add(page, code=1).stderr


def test_a_private_address_is_refused_unless_allowed(run: Run, server: Server) -> None:
    result = run("add", server.url("/feed"), code=1)
    assert "--allow-private" in result.stderr
    assert server.requests == []


def test_adding_an_imported_feed_has_it_polled(
    run: Run, add: Run, archive: Path, server: Server, tmp_path: Path
) -> None:
    run("import", saved(tmp_path, item("1"), url=server.url("/feed")))
    add(server.url("/feed"))
    assert rows(archive, "SELECT count(*), max(state) FROM feeds") == [(1, "active")]


def test_update_asks_only_for_what_is_new(add: Run, run: Run, server: Server) -> None:
    add(server.url("/feed"))
    server.on(
        "/feed", lambda asked: Reply(304) if asked.headers.get("if-none-match") == '"1"' else Reply(500)
    )
    result = run("update", "--all")
    assert "1 feed polled (1 unchanged): 0 entries new, 0 changed" in result.stdout


def test_update_takes_in_what_is_new_and_what_was_edited(add: Run, run: Run, server: Server) -> None:
    add(server.url("/feed"))
    server.on("/feed", Reply(body=rss(item("1", "Corrected."), item("2"), item("3"), url=None)))
    assert "1 entry new, 1 changed" in run("update", "--all").stdout


def test_what_is_not_due_is_left_alone(add: Run, run: Run, server: Server) -> None:
    add(server.url("/feed"))
    assert "No feed is due before 20" in run("update").stdout
    assert len(of_feeds(server)) == 1


def test_a_feed_that_fails_is_named_with_its_reason_and_the_others_are_polled(
    add: Run, run: Run, archive: Path, server: Server
) -> None:
    add(server.url("/feed"))
    add(server.on("/other", Reply(body=rss(item("3"), url=None, title="Another"))))
    server.on("/other", Reply(500))
    result = run("update", "--all", code=3)
    assert f"{server.url('/other')}: The server has a fault (500)" in result.stderr
    assert "2 feeds polled (1 unchanged, 1 failing)" in result.stdout
    assert rows(archive, "SELECT failures FROM feeds ORDER BY id") == [(0,), (1,)]


def test_feeds_lists_them_with_how_they_are_doing(run: Run, tmp_path: Path) -> None:
    run("import", saved(tmp_path, item("1")))
    assert "A blog" in run("feeds").stdout
    (feed,) = json.loads(run("feeds", "--json").stdout)
    assert (feed["url"], feed["entries"]) == ("https://blog.example.org/feed.xml", 1)


def test_opml_that_goes_out_comes_back_in_as_it_was(
    run: Run, add: Run, server: Server, tmp_path: Path
) -> None:
    add(server.url("/feed"), "--folder", "News/Local")
    server.on("/other", Reply(body=rss(item("3"), url=None, title="Fish &amp; chips &lt;fresh&gt;")))
    add(server.url("/other"))
    written = tmp_path / "feeds.opml"
    written.write_text(run("feeds", "--opml").stdout)
    another = tmp_path / "another.db"
    result = CliRunner().invoke(main, ["add", str(another), "--allow-private", str(written)])
    assert "2 feeds, 2 of them new" in result.output
    assert "2 feeds polled (0 unchanged): 3 entries new" in result.output
    assert CliRunner().invoke(main, ["feeds", str(another), "--opml"]).stdout == written.read_text()


def test_a_list_brings_back_what_the_owner_calls_a_feed_and_notes_of_it(
    add: Run, run: Run, archive: Path, tmp_path: Path, server: Server
) -> None:
    add(server.url("/feed"))
    with closing(open_archive(archive)) as db:
        edit_feed(
            db,
            1,
            FeedEdit(None, "My own <name>", "News", "active", "Read\non Sundays"),
            "2026-01-01T00:00:00Z",
        )
    written, another = tmp_path / "feeds.opml", tmp_path / "another.db"
    written.write_text(run("feeds", "--opml").stdout)
    result = CliRunner().invoke(main, ["add", str(another), "--allow-private", str(written)])
    assert result.exit_code == 0, result.output
    for path in (archive, another):
        with closing(sqlite3.connect(path)) as connection:
            kept = connection.execute("SELECT title, own_title, folder, note FROM feeds").fetchall()
        assert kept == [("My own <name>", "My own <name>", "News", "Read\non Sundays")]
    assert CliRunner().invoke(main, ["feeds", str(another), "--opml"]).stdout == written.read_text()


def listed(tmp_path: Path, *urls: str, attributes: str = "") -> Path:
    outlines = "".join(f'<outline type="rss" text="A blog" xmlUrl="{url}" {attributes}/>' for url in urls)
    path = tmp_path / "list.opml"
    path.write_text(f'<opml version="2.0" xmlns:feedsette="x"><body>{outlines}</body></opml>')
    return path


def test_a_list_has_what_was_only_imported_polled(
    run: Run, add: Run, archive: Path, server: Server, tmp_path: Path
) -> None:
    url = server.url("/feed")
    run("import", saved(tmp_path, item("1"), url=url))
    result = add(listed(tmp_path, url, attributes='feedsette:title="Mine" feedsette:note="Good"'))
    assert "list.opml: 1 feed, 0 of them new, 1 imported before and followed from now on\n" in result.stdout
    assert "1 feed polled (0 unchanged): 1 entry new" in result.stdout
    assert rows(archive, "SELECT state, title, note FROM feeds") == [("active", "Mine", "Good")]


def test_a_list_that_has_a_feed_paused_leaves_what_was_only_imported_so(
    run: Run, add: Run, archive: Path, server: Server, tmp_path: Path
) -> None:
    url = server.url("/feed")
    run("import", saved(tmp_path, item("1"), url=url))
    result = add(listed(tmp_path, url, attributes='feedsette:state="paused"'))
    assert (result.stdout.count("\n"), result.stderr) == (1, "")
    assert rows(archive, "SELECT state FROM feeds") == [("paused",)]
    assert server.requests == []


def test_a_feed_that_its_owner_paused_stays_so_by_a_list_which_says_how_to_resume_it(
    add: Run, archive: Path, server: Server, tmp_path: Path
) -> None:
    url = server.url("/feed")
    add(url)
    with closing(open_archive(archive)) as db:
        edit_feed(db, 1, FeedEdit(None, "", "", "paused", ""), "2026-01-01T00:00:00Z")
    result = add(listed(tmp_path, url))
    assert "1 feed, 0 of them new\n" in result.stdout
    assert (
        f"{url}: It is paused, and stays so. To have it polled again: feedsette add ARCHIVE {url}"
        in result.stderr
    )
    assert rows(archive, "SELECT state FROM feeds") == [("paused",)]


def test_watch_polls_what_is_due_and_ends_when_told(add: Run, archive: Path, server: Server) -> None:
    add(server.url("/feed"))
    server.on("/feed", Reply(body=rss(item("1"), item("2"), item("3"), url=None)))
    with sqlite3.connect(archive) as connection:
        connection.execute("UPDATE feeds SET next_poll = '2020-01-01T00:00:00Z'")
    command = [sys.executable, "-m", "ingest", "watch", str(archive)]
    watching = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3])
    assert watching.stdout is not None
    assert watching.stdout.readline() == "A blog: 1 new, 0 changed\n"
    watching.terminate()
    assert watching.wait(timeout=LONGEST) == 0


def test_search_says_what_a_date_is_that_is_not_the_entry_s_own(run: Run, tmp_path: Path) -> None:
    undated = re.sub("<pubDate>.*</pubDate>", "", item("1", "About tides."))
    run("import", saved(tmp_path, undated))
    [found] = json.loads(run("search", "tides", "--json").stdout)
    assert run("search", "tides").stdout.startswith(f"first seen {found['date'][:10]}  Post 1\n")
    (tmp_path / "2.xml").write_bytes(
        rss(undated, url="https://two.example/").replace(
            b"<item>", b"<lastBuildDate>Sun, 05 Jan 2020 10:00:00 GMT</lastBuildDate><item>"
        )
    )
    run("import", tmp_path / "2.xml")
    assert "in its feed on 2020-01-05  Post 1\n" in run("search", "tides").stdout


def test_search_finds_an_entry_by_a_word_of_its_text(run: Run, tmp_path: Path) -> None:
    run("import", saved(tmp_path, item("1", "About lanterns."), item("2")))
    assert "Post 1" in run("search", "lantern").stdout
    assert "Post 2" not in run("search", "lantern").stdout
    assert run("search", "zeppelin", code=0).stdout == "Nothing was found for “zeppelin”.\n"


def test_an_archive_that_is_missing_is_named_with_how_to_make_one(run: Run) -> None:
    for verb in (["feeds"], ["update"], ["search", "word"], ["serve"]):
        assert "feedsette add" in run(*verb, code=1).stderr


def test_an_archive_of_a_newer_release_is_not_touched(run: Run, archive: Path, tmp_path: Path) -> None:
    run("import", saved(tmp_path, item("1")))
    with Database(archive) as db:
        db.table("_sqlite_migrations").insert(
            {"migration_set": migrations.name, "name": "m999_future", "applied_at": "2030-01-01"}
        )
    assert "made by a newer Feedsette" in run("feeds", code=1).stderr


@needs_feeds
def test_the_feed_of_lesswrong(run: Run, archive: Path) -> None:
    run("import", SHARED / "feeds" / "lesswrong" / "feed-2025-01-30.xml")
    assert rows(archive, "SELECT count(*) FROM entries") == [(6,)]
    [(published, posted, comments, text)] = rows(
        archive,
        "SELECT published, posted, comments_url, text FROM entries JOIN contents ON entry = id "
        "WHERE title = 'Tetherware #1: The case for humanlike AI'",
    )
    assert (published, posted) == ("2025-01-30T13:52:09Z", "2025-01-30T10:58:00Z")
    assert str(comments).endswith("#comments")
    assert "Published on" not in str(text) and "Discuss" not in str(text)


@needs_feeds
def test_every_collected_document_is_imported_or_named_and_twice_is_once(run: Run, archive: Path) -> None:
    first = run("import", SHARED / "feeds", code=3)
    before = every_row(archive)
    second = run("import", SHARED / "feeds", code=3)
    assert "Traceback" not in first.output
    assert ": 0 entries new, 0 changed" in second.stdout
    assert first.stderr == second.stderr
    assert every_row(archive) == before
    assert_traced(archive)
    measured = sizes(archive)
    assert measured.documents > 300
    assert measured.folder < measured.bodies


def test_a_query_of_nothing_finds_nothing_and_says_so(run: Run, tmp_path: Path) -> None:
    run("import", saved(tmp_path, item("1")))
    assert "nothing in that to search for" in run("search", "(", code=1).stderr


def test_an_update_of_imported_feeds_says_that_they_are_paused(run: Run, tmp_path: Path) -> None:
    run("import", saved(tmp_path, item("1")))
    assert "paused until you `feedsette add` it" in run("update", "--all").stdout


def test_a_torn_feed_is_said_to_be_so_when_it_is_added(add: Run, archive: Path, server: Server) -> None:
    whole = rss(item("1"), item("2"), url=None)
    server.on("/torn", Reply(body=whole[: whole.rindex(b"<description>")]))
    assert "kept: 1 entry" in add(server.url("/torn"), code=3).stderr
    assert rows(archive, "SELECT guid FROM entries") == [("1",)]


def test_a_document_that_is_no_page_is_not_taken_for_one(add: Run, archive: Path, server: Server) -> None:
    server.on("/feed.xml", Reply(body=rss(item("1"), url=None)))
    assert "neither XML nor JSON" in add(server.on("/note", Reply(body=b"Hello")), code=1).stderr
    result = add(server.on("/page", Reply(body=b"<html><body>Hello</body></html>")))
    assert "names no feed; this one is where feeds often are" in result.stderr


@needs_permissions
def test_a_folder_that_cannot_be_read_is_named(archive: Path, tmp_path: Path) -> None:
    closed = tmp_path / "feeds" / "closed"
    closed.mkdir(parents=True, mode=0o000)
    command = [*AS_ANYBODY, sys.executable, "-m", "ingest", "import", str(archive), str(closed.parent)]
    result = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[3])
    assert result.returncode == 1
    assert f"{closed}: it cannot be read: Permission denied. Check" in result.stderr


@pytest.mark.parametrize("name", ["h#x.db", "p%20q.db", "a?b.db", "_internal.db"])
def test_an_archive_of_any_name_can_be_served(tmp_path: Path, name: str) -> None:
    archive = tmp_path / name
    archive.touch()
    plain = _plainly_named(archive, tmp_path)
    assert (plain.name, plain.resolve()) == ("archive.db", archive)


@pytest.mark.parametrize(
    "address", ["", "notaurl", "javascript:alert(1)", "https://", "ftp://example.org/feed", "file://x"]
)
def test_feed_takes_no_address_that_is_none_of_a_feed(
    run: Run, archive: Path, tmp_path: Path, address: str
) -> None:
    result = run("import", saved(tmp_path, item("1")), "--feed", address, code=2)
    assert "address of a feed" in result.stderr
    assert not archive.exists()


def test_feed_keeps_no_password_of_an_address(run: Run, archive: Path, tmp_path: Path) -> None:
    run("import", saved(tmp_path, item("1")), "--feed", "https://user:pw@example.net/rss")
    assert rows(archive, "SELECT url FROM feeds") == [("https://example.net/rss",)]


def test_feed_may_name_the_file_of_an_earlier_import(run: Run, archive: Path, tmp_path: Path) -> None:
    first = tmp_path / "first.xml"
    first.write_bytes(rss(item("1"), url=None))
    run("import", first)
    run("import", saved(tmp_path, item("2")), "--feed", first.as_uri())
    assert rows(archive, "SELECT url FROM feeds") == [(first.as_uri(),)]


@needs_permissions
def test_a_file_that_may_not_be_read_is_named_and_the_rest_is_taken_in(archive: Path, tmp_path: Path) -> None:
    closed = saved(tmp_path, item("1"), name="closed.xml")
    closed.chmod(0)
    documents = [str(closed), str(saved(tmp_path, item("2")))]
    command = [*AS_ANYBODY, sys.executable, "-m", "ingest", "import", str(archive), *documents]
    result = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[3])
    assert result.returncode == 3
    assert f"{closed}: it cannot be read: Permission denied. Check" in result.stderr
    assert "1 document of 1 feed, 1 with problems: 1 entry new" in result.stdout


def listing(archive: Path, output: int) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "ingest", "feeds", str(archive), "--json"]
    root = Path(__file__).parents[3]
    return subprocess.run(command, stdout=output, stderr=subprocess.PIPE, text=True, cwd=root)


def test_a_pipe_that_nobody_reads_to_the_end_is_no_error_of_the_archive(
    run: Run, archive: Path, tmp_path: Path
) -> None:
    run("import", saved(tmp_path, item("1")))
    reading, writing = os.pipe()
    os.close(reading)
    result = listing(archive, writing)
    os.close(writing)
    assert (result.returncode, result.stderr) == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_an_output_without_room_is_not_blamed_on_the_archive(run: Run, archive: Path, tmp_path: Path) -> None:
    run("import", saved(tmp_path, item("1")))
    with Path("/dev/full").open("wb") as full:
        result = listing(archive, full.fileno())
    assert result.returncode == 1
    assert result.stderr == (
        "Error: The output cannot be written: No space left on device. Free some, or write it to another place.\n"
    )


@pytest.mark.parametrize(
    "query, said",
    [
        ("before:nonsense", "“nonsense” is no date"),
        ("before:2025-13-45", "“2025-13-45” is no date"),
        ("has:nonsense", "there is has:audio"),
    ],
)
def test_a_search_of_nothing_but_a_wrong_value_says_what_is_wrong(
    run: Run, tmp_path: Path, query: str, said: str
) -> None:
    run("import", saved(tmp_path, item("1")))
    result = run("search", query, code=1)
    assert said in result.stderr
    assert "Mend what is said above" in result.stderr


def test_serving_on_a_port_that_is_taken_says_so(run: Run, tmp_path: Path) -> None:
    run("import", saved(tmp_path, item("1")))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--port", port, code=1)
    assert f"Port {port} of 127.0.0.1 cannot be listened on" in result.stderr
    assert "Browse" not in result.output


@pytest.mark.parametrize("port", [99999, -1])
def test_a_port_that_there_is_none_of_is_wrong_usage(run: Run, port: int) -> None:
    assert "is not in the range" in run("serve", "--port", port, code=2).stderr


@pytest.mark.parametrize("more", [[], ["--port", 8001]])
def test_serving_on_an_address_of_another_machine_says_so(
    run: Run, tmp_path: Path, more: list[object]
) -> None:
    run("import", saved(tmp_path, item("1")))
    result = run("serve", "--host", "192.0.2.7", *more, code=1)
    assert "192.0.2.7 is not an address of this machine" in result.stderr


def test_an_archive_that_nobody_may_write_to_is_handed_on_as_immutable(
    run: Run, archive: Path, tmp_path: Path
) -> None:
    run("import", saved(tmp_path, item("1")))
    assert not needs_immutable(archive)
    arguments = datasette_arguments(archive, tmp_path, fixed=True)
    assert arguments[:2] == ["--immutable", str(archive)]
    assert "--immutable" not in datasette_arguments(archive, tmp_path)


def test_no_line_on_a_command_is_cut_off() -> None:
    said = CliRunner().invoke(main, ["--help"], terminal_width=80).output
    assert "..." not in said.partition("Commands:")[2]
