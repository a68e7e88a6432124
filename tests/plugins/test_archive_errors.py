"""Pages where the archive's file has an error: the owner is told why and what to do; 500 only where it is damaged."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from datasette.app import Datasette

from ingest.archive.file.opening import open_archive
from ingest.follow.follow import follow
from tests.plugins.serving import IS_OLD
from tests.ports import free_port
from tests.unprivileged import AS_ANYBODY, needs_permissions
from tests.waiting import until, until_async

ROOT = Path(__file__).parents[2]
PAGE = 4096
CHANGES: list[tuple[str, dict[str, str]]] = [
    ("/feed/1/pause", {}),
    ("/feed/1/resume", {}),
    ("/feed/1/modify", {"state": "gone"}),
    ("/feed/1/poll", {}),
    ("/manage", {"action": "poll"}),
    ("/manage", {"action": "add", "address": "http://127.0.0.1:1/feed"}),
]
SAVED_AT_ONCE = CHANGES[:3]  # the others are jobs


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    with closing(open_archive(path, create=True)) as db:
        follow(db, "http://127.0.0.1:1/feed", "2024-01-01T00:00:00Z")
    return path


async def site_of(archive: Path, fixed: bool = False) -> Datasette:
    site = Datasette(
        [] if fixed else [str(archive)],
        immutables=[str(archive)] if fixed else [],
        plugins_dir=str(ROOT / "plugins"),
        template_dir=str(ROOT / "templates"),
        settings={
            "num_sql_threads": 1
        },  # whose connection is there or not, whatever page was asked for before
    )
    if not IS_OLD:
        site.root_enabled = True
    await site.invoke_startup()
    return site


class Owner:
    """Who is signed in, with the token for forms from a page that was seen before."""

    def __init__(self, site: Datasette) -> None:
        self.site = site
        self.cookies = {"ds_actor": site.sign({"a": {"id": "root"}}, "actor")}

    async def get(self, path: str) -> Any:
        return await self.site.client.get(path, cookies=self.cookies)

    async def sign_in(self) -> "Owner":
        self.cookies.update(dict((await self.get("/-/logout")).cookies))
        return self

    async def post(self, path: str, form: dict[str, str]) -> Any:
        form = {**form, "csrftoken": self.cookies.get("ds_csrftoken", "")}
        return await self.site.client.post(path, data=form, cookies=self.cookies)


async def owner_of(archive: Path, fixed: bool = False) -> Owner:
    return await Owner(await site_of(archive, fixed)).sign_in()


async def ended(owner: Owner, job: str) -> Any:
    """The page of a job, when that has ended."""

    async def finished() -> bool:
        return bool((await owner.get(f"{job}.json")).json()["finished"])

    await until_async(finished)
    return await owner.get(job)


def check_that_nothing_is_offered(page: str) -> None:
    assert "Nothing can be changed: " in page
    assert 'method="post"' not in page
    assert "formaction" not in page and "/modify" not in page


@pytest.mark.parametrize(("path", "form"), CHANGES)
async def test_where_the_archive_is_served_as_immutable_the_owner_is_told_why_nothing_can_be_changed(
    archive: Path, path: str, form: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await (await owner_of(archive, fixed=True)).post(path, form)
    assert answer.status_code == 409
    assert "served as a file that nobody writes to" in answer.text and str(archive) in answer.text
    assert "Traceback" not in capsys.readouterr().err


async def test_where_nothing_can_be_changed_nothing_is_offered(archive: Path) -> None:
    owner = await owner_of(archive, fixed=True)
    for path in ("/manage", "/feed/1/modify"):
        page = await owner.get(path)
        assert page.status_code == 200
        check_that_nothing_is_offered(page.text)


@pytest.fixture
def read_only(archive: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """The owner at a server that may not write to the file, in a folder of its own that it may write to or not."""
    archive.chmod(0o444)
    tmp_path.chmod(request.param)
    port = str(free_port())
    command = [*AS_ANYBODY, sys.executable, "-m", "ingest", "serve", str(archive), "--root", "--port", port]
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert server.stdout is not None
    try:
        link = next(line for line in server.stdout if "/-/auth-token" in line).strip()
        with httpx.Client(timeout=30, base_url=f"http://127.0.0.1:{port}") as client:
            until(lambda: answers(client))
            client.get(link)
            yield client
    finally:
        server.kill()
        server.communicate()
        tmp_path.chmod(0o755)


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/-/versions.json").status_code == 200
    except httpx.HTTPError:
        return False


@needs_permissions
@pytest.mark.parametrize("read_only", [0o755, 0o555], indirect=True)
def test_an_archive_that_may_not_be_written_to_is_read_and_the_owner_told_so(read_only: httpx.Client) -> None:
    assert read_only.get("/feed/1").status_code == 200
    for path in ("/manage", "/feed/1/modify"):
        check_that_nothing_is_offered(read_only.get(path).text)
    form = read_only.get("/-/logout").text
    token = re.search(r'name="csrftoken" value="([^"]*)"', form)
    for path, fields in CHANGES:
        answer = read_only.post(path, data={**fields, "csrftoken": token[1] if token else ""})
        assert answer.status_code == 409, (path, answer.text)
        assert "cannot be written to. Check the permissions" in answer.text
        assert "--immutable" not in answer.text


@pytest.mark.parametrize(("path", "form"), SAVED_AT_ONCE)
async def test_while_another_program_writes_for_long_the_owner_is_asked_to_try_again(
    archive: Path, monkeypatch: pytest.MonkeyPatch, path: str, form: dict[str, str]
) -> None:
    for module in ("opening", "write_lock"):
        monkeypatch.setattr(f"ingest.archive.file.{module}.BUSY_SECONDS", 0.1)
    owner = await owner_of(archive)
    with closing(sqlite3.connect(archive)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = await owner.post(path, form)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        assert "is being written to by another program. Try again when that has finished." in answer.text


@pytest.mark.parametrize(("path", "form"), SAVED_AT_ONCE)
async def test_where_the_disk_is_full_the_owner_is_told_so(
    archive: Path, monkeypatch: pytest.MonkeyPatch, path: str, form: dict[str, str]
) -> None:
    def fill_up(*_: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(
        "ingest.archive.owner.transaction", fill_up
    )  # a full disk itself: tests/ingest/archive/file/test_opening.py
    answer = await (await owner_of(archive)).post(path, form)
    assert answer.status_code == 507 and "the disk is full. Free some space" in answer.text


@pytest.mark.parametrize(("path", "form"), CHANGES)
async def test_an_archive_that_is_gone_meanwhile_is_said_to_be(
    archive: Path, path: str, form: dict[str, str]
) -> None:
    owner = await owner_of(archive)
    archive.rename(archive.with_name("elsewhere.db"))
    answer = await owner.post(path, form)
    assert answer.status_code == 409 and "is not there any more. Put it back" in answer.text
    assert not archive.exists()


@pytest.mark.skipif(not IS_OLD, reason="1.0 opens the file when it starts")
@pytest.mark.parametrize("path", ["/", "/archive/feeds.json", "/archive/feeds.csv"])
async def test_a_file_that_is_gone_when_it_is_opened_again_is_said_to_guests_without_its_name(
    archive: Path, capfd: pytest.CaptureFixture[str], path: str
) -> None:
    site = await site_of(archive)
    archive.rename(archive.with_name("elsewhere.db"))
    answer = await site.client.get(path)
    assert (answer.status_code, answer.headers.get("retry-after")) == (503, "10")
    assert "file cannot be opened." in answer.text
    assert str(archive) not in answer.text and "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(("path", "form"), CHANGES)
async def test_an_archive_that_a_newer_feedsette_has_changed_meanwhile_is_said_to_need_it(
    archive: Path, path: str, form: dict[str, str]
) -> None:
    owner = await owner_of(archive)
    with closing(sqlite3.connect(archive)) as connection, connection:
        connection.execute("INSERT INTO _sqlite_migrations VALUES (999, 'feedsette', 'm999', '2030')")
    answer = await owner.post(path, form)
    if answer.status_code == 302:  # to a job
        answer = await ended(owner, answer.headers["location"])
    else:
        assert answer.status_code == 409
    assert "was made by a newer Feedsette than this. Upgrade" in answer.text


def damage(archive: Path) -> bytes:
    """Zero the first page of every table and index but the search's, without which Datasette 1.0 does not start."""
    with closing(sqlite3.connect(archive)) as connection:
        pages = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE rootpage AND tbl_name NOT LIKE 'entries_fts%'"
        ).fetchall()
    damaged = bytearray(archive.read_bytes())
    for (page,) in pages:
        damaged[(page - 1) * PAGE : page * PAGE] = bytes(PAGE)
    archive.write_bytes(damaged)
    return bytes(damaged)


@pytest.mark.parametrize(
    "path", ["/", "/feed/1", "/health", "/archive/feeds", "/archive/polls", "/feeds.opml"]
)
async def test_a_damaged_archive_is_said_to_be_and_the_log_says_in_a_line_what_to_do(
    archive: Path, path: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    damaged = damage(archive)
    answer = await (await site_of(archive)).client.get(path)
    log = caplog.text + capfd.readouterr().err
    assert (answer.status_code, "This archive is damaged." in answer.text) == (500, True), answer.text
    assert "Traceback" not in log + answer.text and str(archive) not in answer.text
    assert f"{archive} is a damaged archive. Put a backup in its place" in log
    assert archive.read_bytes() == damaged


async def test_the_page_of_a_damaged_archive_is_headed_so_and_leads_to_no_other_that_fails(
    archive: Path,
) -> None:
    damage(archive)
    answer = await (await site_of(archive)).client.get("/feed/1")
    assert answer.status_code == 500
    page = answer.text
    main = page[page.index("<main") : page.index("</main>")]
    assert "<h1>This archive cannot be read</h1>" in main and "<a " not in main


async def test_programs_are_told_so_too(archive: Path) -> None:
    damage(archive)
    answer = await (await site_of(archive)).client.get("/archive/feeds.json")
    assert answer.status_code == 500
    assert answer.json() == {
        "ok": False,
        "error": "This archive is damaged. The server's log says what to do.",
    }
