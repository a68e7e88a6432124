"""edit-feed, merge-feeds and remove-feed as they are typed: what they say, ask and change, and their exit codes."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ingest.archive.file.opening import open_archive
from ingest.archive.polls import Poll
from ingest.archive.save import save
from ingest.cli.commands import main
from ingest.poll.locks import FeedLocks
from tests.ingest.archive.documents.kept import keep
from tests.ingest.values import LATER, NOW, clean_entry, clean_feed

OLD, NEW = "https://old.example/feed", "https://new.example/feed"
Run = Callable[..., Result]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A feed with two entries, one of them edited, and the same feed where it moved, with the second and a third."""
    path = tmp_path / "archive.db"
    first, second, third = (clean_entry(str(n), text=f"Stone {n}.") for n in (1, 2, 3))
    edited = clean_entry("1", text="Another stone.")
    with closing(open_archive(path, create=True)) as db:
        for now, entries in ((NOW, [first, second]), (LATER, [edited, second])):
            document = clean_feed(*entries, url=None, title="A blog")
            save(db, document, url=OLD, now=now, poll=Poll(200), state="active")
        document = clean_feed(second, third, url=None, title="The blog")
        save(db, document, url=NEW, now=LATER, poll=Poll(200), state="active")
    return path


@pytest.fixture
def run(archive: Path) -> Run:
    def run(verb: str, *arguments: object, code: int = 0, answer: str | None = None) -> Result:
        result = CliRunner().invoke(main, [verb, str(archive), *map(str, arguments)], input=answer)
        assert result.exit_code == code, result.output
        return result

    return run


def rows(archive: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as connection:
        return connection.execute(query).fetchall()


def feeds(archive: Path) -> list[tuple[Any, ...]]:
    return rows(archive, "SELECT id, url FROM feeds ORDER BY id")


def test_a_feed_moves_and_what_was_changed_is_said(run: Run, archive: Path) -> None:
    said = run("edit-feed", 1, "--address", "https://third.example/feed").stdout
    assert said == (
        "Changed: A blog (feed 1, active)\n  https://third.example/feed\n"
        f"  until now {OLD}, which leads to it. It is asked for there with the next update.\n"
    )
    assert feeds(archive)[0] == (1, "https://third.example/feed")


def test_title_folder_and_state_are_changed_by_address(run: Run, archive: Path) -> None:
    said = run("edit-feed", OLD, "--title", "Mine", "--folder", "Friends", "--state", "paused").stdout
    assert said == f"Changed: Mine (feed 1, paused)\n  {OLD}\n"
    assert rows(archive, "SELECT own_title, folder, state FROM feeds WHERE id = 1") == [
        ("Mine", "Friends", "paused")
    ]


def test_quiet_says_nothing_of_an_edit(run: Run) -> None:
    assert run("edit-feed", 1, "--folder", "Friends", "-q").output == ""


def test_an_edit_says_what_is_to_be_changed(run: Run) -> None:
    assert "Say what is to be changed" in run("edit-feed", 1, code=2).stderr


@pytest.mark.parametrize("verb", ["edit-feed", "remove-feed"])
@pytest.mark.parametrize("feed", ["9", "https://none.example/feed", "\x1b[31m"])
def test_a_feed_that_there_is_not_is_named(run: Run, verb: str, feed: str) -> None:
    arguments = ("--folder", "x") if verb == "edit-feed" else ("--yes",)
    said = run(verb, feed, *arguments, code=2).stderr
    assert "Invalid value for FEED" in said and "`feedsette feeds` lists what it has." in said
    assert "\x1b" not in said


def test_the_address_of_another_feed_is_refused_with_the_command_that_merges_them(
    run: Run, archive: Path
) -> None:
    said = run("edit-feed", 1, "--address", NEW, code=1).stderr
    assert f"feedsette merge-feeds {archive} 2 1" in said
    assert feeds(archive) == [(1, OLD), (2, NEW)]


def test_a_place_of_a_secret_is_checked(run: Run) -> None:
    assert "env:NAME or file:PATH" in run("edit-feed", 1, "--secret", "sesame", code=2).stderr
    run("edit-feed", 1, "--secret", "none")


@pytest.mark.parametrize(
    "address", ["notaurl", "http://notaurl/feed", "http://127.0.0.11:9155/feed", "10.1/feed"]
)
def test_an_address_on_ones_own_network_is_refused_with_the_option_that_allows_it(
    run: Run, archive: Path, address: str
) -> None:
    said = run("edit-feed", 1, "--address", address, code=1).stderr
    assert "which is refused." in said or "“notaurl” has no dot." in said
    assert "--allow-private" in said
    assert feeds(archive) == [(1, OLD), (2, NEW)]
    run("edit-feed", 1, "--address", address, "--allow-private")
    assert feeds(archive)[0] != (1, OLD)


def test_a_short_name_of_the_web_is_none_of_ones_own_network(run: Run, archive: Path) -> None:
    run("edit-feed", 1, "--address", "www.de")
    assert feeds(archive)[0] == (1, "https://www.de")


def test_an_address_where_no_feed_may_ever_be_is_refused(run: Run, archive: Path) -> None:
    said = run("edit-feed", 1, "--address", "http://0.0.0.0/feed", "--allow-private", code=1).stderr
    assert "an unspecified address, which is refused." in said and "--allow" not in said
    assert feeds(archive)[0] == (1, OLD)


def test_a_secret_that_is_not_there_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOPE", raising=False)
    said = run("edit-feed", 1, "--secret", "env:NOPE").stderr
    assert "should be in the environment variable NOPE, which is not set" in said
    monkeypatch.setenv("NOPE", "sesame")
    assert run("edit-feed", 1, "--secret", "env:NOPE").stderr == ""


def test_an_edit_of_nothing_says_that_nothing_changed(run: Run) -> None:
    run("edit-feed", 1, "--folder", "Friends")
    said = run("edit-feed", 1, "--folder", " Friends ", "--address", OLD).stdout
    assert said == f"Nothing changed, it was so already: A blog (feed 1, active)\n  {OLD}\n"


@pytest.mark.parametrize("verb", ["edit-feed", "remove-feed"])
def test_a_feed_that_is_being_polled_is_left_alone(run: Run, archive: Path, verb: str) -> None:
    arguments = ("--folder", "x") if verb == "edit-feed" else ("--yes",)
    with closing(FeedLocks(archive)) as locks, locks.lock(1):
        assert "being polled just now" in run(verb, 1, *arguments, code=1).stderr
    assert feeds(archive) == [(1, OLD), (2, NEW)]


def test_what_would_be_removed_is_said_and_asked_for(run: Run, archive: Path) -> None:
    said = run("remove-feed", 1, code=1, answer="n\n").stderr
    assert f"A blog (feed 1, {OLD}) has 2 entries, with 1 former version of them" in said
    assert "Nothing was changed." in said
    assert feeds(archive) == [(1, OLD), (2, NEW)]


def test_a_feed_is_removed_where_the_answer_is_yes(run: Run, archive: Path) -> None:
    assert run("remove-feed", OLD, answer="y\n").stdout == "Removed: A blog, with 2 entries\n"
    assert feeds(archive) == [(2, NEW)]


def test_documents_that_stay_are_said(run: Run, archive: Path) -> None:
    with closing(open_archive(archive)) as db:
        keep(db, OLD, 1, b"a document")
    assert "Of its documents 1 stay kept" in run("remove-feed", OLD, "--yes").stdout
    assert rows(archive, "SELECT feed, file IS NOT NULL FROM documents") == [(None, 1)]


def test_nothing_is_asked_with_yes(run: Run, archive: Path) -> None:
    result = run("remove-feed", 1, "--yes", "--quiet")
    assert (result.output, feeds(archive)) == ("", [(2, NEW)])


def test_no_answer_removes_nothing(run: Run, archive: Path) -> None:
    run("remove-feed", 1, code=1, answer="")
    assert feeds(archive) == [(1, OLD), (2, NEW)]


def test_what_would_be_merged_is_shown_and_asked_for(run: Run, archive: Path) -> None:
    said = run("merge-feeds", 2, 1, code=1, answer="n\n").stderr
    assert f"A blog (feed 1, {OLD}), with 2 entries,\n" in said
    assert f"comes into The blog (feed 2, {NEW}), which has 2:\n" in said
    assert "  1 entry that both have, by guid\n  1 entry beside them\n" in said
    assert "No command makes them two again" in said
    assert "Nothing was changed." in said
    assert feeds(archive) == [(1, OLD), (2, NEW)]


def test_entries_that_another_rule_found_are_shown_by_their_titles(run: Run, archive: Path) -> None:
    with closing(sqlite3.connect(archive)) as connection, connection:
        connection.execute(
            "UPDATE entries SET guid = 'other', title = 'Two <b>' WHERE feed = 1 AND guid = '2'"
        )
        connection.execute("UPDATE entries SET title = 'Two <b>' WHERE feed = 2 AND guid = '2'")
    said = run("merge-feeds", 2, 1, code=1, answer="n\n").stderr
    assert "entry 2 is 3, by address: Two <b>\n" in said


def test_two_feeds_are_merged_where_the_answer_is_yes(run: Run, archive: Path) -> None:
    said = run("merge-feeds", NEW, OLD, answer="y\n").stdout
    assert said == (
        f"Merged: The blog has the entries of A blog now (1 that both had, 1 beside them)\n  {NEW}\n"
    )
    assert feeds(archive) == [(2, NEW)]
    assert rows(archive, "SELECT count(*) FROM revisions") == [(1,)]


@pytest.mark.parametrize("verb", ["merge-feeds", "remove-feed"])
def test_a_question_that_nobody_can_answer_names_the_option_that_answers_it(
    run: Run, archive: Path, verb: str
) -> None:
    said = run(verb, 2, *([1] if verb == "merge-feeds" else []), code=1, answer="").stderr
    assert "--yes" in said and "Aborted" not in said
    assert feeds(archive) == [(1, OLD), (2, NEW)]


def test_feeds_are_merged_without_a_word_with_yes_and_quiet(run: Run, archive: Path) -> None:
    assert run("merge-feeds", 2, 1, "--yes", "-q").output == ""
    assert feeds(archive) == [(2, NEW)]


def test_a_feed_is_not_merged_with_itself(run: Run) -> None:
    assert "one feed already" in run("merge-feeds", 1, OLD, "--yes", code=1).stderr


def test_a_feed_that_there_is_not_is_not_merged(run: Run) -> None:
    assert "Invalid value for OTHER" in run("merge-feeds", 1, 9, "--yes", code=2).stderr


def test_feeds_of_which_one_is_being_polled_are_not_merged(run: Run, archive: Path) -> None:
    with closing(FeedLocks(archive)) as locks, locks.lock(1):
        assert "being polled just now" in run("merge-feeds", 2, 1, "--yes", code=1).stderr
    assert feeds(archive) == [(1, OLD), (2, NEW)]
