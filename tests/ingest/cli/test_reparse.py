"""`feedsette reparse`, as another version would run it: what it says, and that it goes on where it was ended."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from ingest.archive.documents.warc.pack import pack
from ingest.archive.file.opening import open_archive
from ingest.archive.save import save
from ingest.base.models import READER, ReceivedDocument
from ingest.cli.commands import main
from ingest.workers.parse_pool import parse_and_clean
from tests.ingest.documents_written_here import item, rss
from tests.server import Reply, Server
from tests.waiting import LONGEST

ROOT = Path(__file__).parents[3]
FEEDS = 3
DOCUMENTS = 24
BODY = rss(item("1", "A text of words."), url=None)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with three feeds, each of whose documents has an entry more than the one before, and an edit."""
    path = tmp_path_factory.mktemp("filled") / "archive.db"
    with closing(open_archive(path, create=True)) as db:
        for number in range(DOCUMENTS):
            url, at = f"https://{number % FEEDS}.example.org/feed", f"2026-01-01T00:00:{number:02}Z"
            items = [item(f"{n}", f"As it is since {n // 4 * 4} or so.") for n in range(number // FEEDS + 1)]
            items.append(item("edited", f"Edition {number}."))
            body = rss(*items, url=url)
            document = pack(ReceivedDocument(body, at, url, "import"), url)
            save(db, parse_and_clean(body), url=url, now=at, document=document)
    return path


@pytest.fixture
def archive(filled: Path, tmp_path: Path) -> Path:
    shutil.copytree(filled.parent, tmp_path, dirs_exist_ok=True)
    return tmp_path / "archive.db"


def another_version(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.ingest.imports.another_reader", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST)


def reparse(
    archive: Path, *arguments: str, ends_after: int = 0, by: int = signal.SIGKILL
) -> subprocess.CompletedProcess[str]:
    """Run the command of another version, which ends itself after it has read so many documents."""
    ends = [f"{ends_after},{by}"] if ends_after else []
    return another_version(*ends, "reparse", str(archive), *arguments)


def dump(archive: Path) -> list[str]:
    with closing(sqlite3.connect(archive)) as connection:
        return list(connection.iterdump())


def unread(archive: Path) -> int:
    with closing(sqlite3.connect(archive)) as connection:
        [(count,)] = connection.execute("SELECT count(*) FROM documents WHERE reader = ?", (READER,))
    return int(count)


@pytest.fixture(scope="module")
def whole(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[str]]:
    """What one run says, and what it leaves."""
    folder = tmp_path_factory.mktemp("whole")
    shutil.copytree(filled.parent, folder, dirs_exist_ok=True)
    run = reparse(folder / "archive.db")
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout, dump(folder / "archive.db")


def test_it_says_what_changed_by_field(whole: tuple[str, list[str]]) -> None:
    assert whole[0].splitlines() == [
        "field      filled in  changed",
        "excerpt            0       27",
        "html               0       27",
        "image_url         27        0",
        "text               0       27",
        "title              0       27",
        "words              0       27",
        "24 documents read again: 0 entries new, 0 changed, 27 read otherwise, 27 former texts kept",
    ]


def test_a_dry_run_says_the_same_and_changes_nothing(archive: Path, whole: tuple[str, list[str]]) -> None:
    before = dump(archive)
    run = reparse(archive, "--dry-run")
    assert run.stdout == whole[0] + "This was a dry run: nothing was changed.\n"
    assert dump(archive) == before


def test_killed_again_and_again_it_is_in_the_end_as_if_it_had_not_been(
    archive: Path, whole: tuple[str, list[str]]
) -> None:
    left = [DOCUMENTS]
    for _ in range(2):
        assert reparse(archive, ends_after=14).returncode == -signal.SIGKILL
        left.append(unread(archive))
    assert left[0] > left[1] > left[2] > 0
    assert reparse(archive).returncode == 0
    assert dump(archive) == whole[1]


def test_stopped_it_says_that_the_same_command_goes_on(archive: Path, whole: tuple[str, list[str]]) -> None:
    run = reparse(archive, ends_after=16, by=signal.SIGINT)
    assert run.returncode == 1
    assert run.stderr == (
        "It was stopped before all were read: what was read until then is saved. The same command goes on.\n"
    )
    assert 0 < unread(archive) < DOCUMENTS
    assert reparse(archive).returncode == 0
    assert dump(archive) == whole[1]


def test_a_dry_run_that_is_stopped_claims_to_have_saved_nothing(archive: Path) -> None:
    run = reparse(archive, "--dry-run", ends_after=16, by=signal.SIGINT)
    assert (run.returncode, run.stderr) == (1, "It was stopped before all were read.\n")
    assert run.stdout.endswith("This was a dry run: nothing was changed.\n")
    assert unread(archive) == DOCUMENTS


def test_only_documents_of_a_feed_or_since_a_time_are_read(archive: Path) -> None:
    assert "8 documents read again" in reparse(archive, "--feed", "https://1.example.org/feed").stdout
    assert "8 documents read again" in reparse(archive, "--feed", "1", "--since", "2026-01").stdout
    said = reparse(archive, "--since", "2027").stdout
    assert said == "Nothing to read again: no document was received since 2027.\n"
    assert unread(archive) == 8


def test_without_its_files_each_document_is_named_and_the_rest_goes_on(archive: Path) -> None:
    with closing(sqlite3.connect(archive)) as connection:
        connection.execute(
            "UPDATE documents SET file = 'feedsette-20200101000000-00009.warc.gz' WHERE id = 7"
        )
        connection.commit()
    run = reparse(archive)
    assert run.returncode == 3
    assert "\ndocument 7 of https://0.example.org/feed, 2026-01-01T00:00:06Z: " in run.stderr
    assert run.stdout.splitlines()[-1].startswith("23 documents read again, 1 with problems: ")


def in_process(archive: Path, *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["reparse", str(archive), *arguments])
    assert result.exit_code == code, result.output
    return result.output


def test_where_all_were_read_by_this_version_there_is_nothing_to_do(archive: Path) -> None:
    assert in_process(archive) == "Nothing to read again: all 24 documents were read by this version.\n"
    assert in_process(archive, "--quiet") == ""


def test_where_the_bytes_are_not_kept_it_says_so(archive: Path) -> None:
    with closing(sqlite3.connect(archive)) as connection:
        connection.execute("UPDATE documents SET reader = 0, file = NULL WHERE id < 6")
        connection.commit()
    assert in_process(archive) == (
        "Nothing to read again: of 24 documents, the bytes of 5, which another version read, are not kept.\n"
    )


def test_a_feed_that_is_not_there_is_named(archive: Path) -> None:
    said = in_process(archive, "--feed", "99", code=2)
    assert "The archive has no feed 99. `feedsette feeds` lists what it has." in said


@pytest.mark.parametrize("date", ["yesterday", "2026-13", ""])
def test_what_is_no_date_is_wrong_usage(archive: Path, date: str) -> None:
    assert "is no date such as 2024, 2024-03 or 2024-03-05" in in_process(archive, "--since", date, code=2)


@pytest.mark.parametrize("body", [BODY, BODY.replace(b"<item>", b"\n<item>")])
def test_a_document_that_a_poll_brings_again_is_no_edit_either(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "polled.db"
    with Server() as server:
        server.on("/feed", Reply(body=BODY))
        feed = server.url("/feed")
        CliRunner().invoke(main, ["add", "--allow-private", str(path), feed], catch_exceptions=False)
        server.on("/feed", Reply(body=body))
        for _ in range(2):
            run = another_version("update", str(path), "--all")
            assert ": 0 entries new, 0 changed; " in run.stdout, run
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT title, image_url FROM entries").fetchall() == [
            ("On: Post 1", "https://blog.example.org/1/picture.png")
        ]
        assert db.execute("SELECT kind, text FROM revisions").fetchall() == [("reading", "A text of words.")]
        assert db.execute("SELECT count(*) FROM documents").fetchone() == (1 if body == BODY else 2,)
        assert db.execute("SELECT sum(changed) FROM polls").fetchone() == (0,)


def test_it_says_what_the_documents_prove_of_removals_that_an_earlier_release_found(archive: Path) -> None:
    with closing(sqlite3.connect(archive)) as connection, connection:
        connection.execute("UPDATE entries SET removed = last_seen WHERE guid = '1'")
    run = reparse(archive)
    assert run.stdout.splitlines()[-1] == (
        "Of 3 removals that an earlier release found, 0 are proven by the documents."
    )
