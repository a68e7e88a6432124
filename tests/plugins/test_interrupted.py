"""Queries that time out: a page shows the rest and says what is missing, or answers 503. None fails (500)."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2 as httpx
import pytest
from datasette.app import Datasette

from ingest.web import cache
from ingest.web.plugin.registering import PLUGIN_FILES
from tests.plugins.serving import routes_of_files, serve

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Of each address that plugins/*.py register and that reads the archive, one or more.
PATHS = [
    "/",
    "/on-this-day",
    "/chart.svg",
    "/chart.csv",
    "/feed/1/chart.svg",
    "/tag/1/chart.csv",
    "/search/chart.svg?q=river",
    "/feed/1",
    "/feed/1?view=titles&period=2024",
    "/feed/1?after=2024-01-17T10:00:00Z~100",
    "/feed/Stones & Rivers",
    "/feed/1/icon",
    "/feed/1/atom",
    "/feed/1/json",
    "/feed/1/modify",
    "/feed/1/poll",
    "/feed/1/pause",
    "/feed/1/merge",
    "/feed/1/remove",
    "/feeds.opml",
    "/feeds",
    "/feeds?q=stones&sort=name",
    "/folder/Nature",
    "/folder/Nature?view=full",
    "/folder/Nature/atom",
    "/entry/1",
    "/entry/1/merge",
    "/entry/1/split",
    "/entry/1.bib",
    "/entry/1.ris",
    "/entry/1.csl.json",
    "/entry/1/history",
    "/entry/1/version/1",
    "/document/1",
    "/author/1",
    "/author/1/atom",
    "/author/Ada Quarry",
    "/tag/1",
    "/tag/1?view=full",
    "/tags",
    "/tags?q=geo&sort=name",
    "/authors",
    "/tag/1/json",
    "/health",
    "/manage",
    "/manage?of=1",
    "/manage?folder=News&by=folder",
    "/entries",
    "/entries?sort=oldest",
    "/search",
    "/search?q=river",
    "/search?q=river+vs+stone",
    "/search?q=tag:geology+-river&sort=newest",
    "/search?q=folder:nature",
    "/search/suggest?q=riv",
    "/search.json?q=river",
    "/search.csv?q=river",
    "/search.bib?q=river",
    "/search.ris?q=river",
    "/search.csl.json?q=river",
    "/search.atom?q=river",
]
# Jobs are in memory, signing in reads nothing, forms lead back, Datasette knows the queries, and what hubs say is taken
# in elsewhere.
OTHERS = {
    r"^/queries$",
    r"^/sign-in$",
    r"^/-/login$",
    r"^/-/password-tool$",
    r"^/-/websub/(?P<token>[0-9a-f-]{3,64})$",
    r"^/manage/feeds$",
    r"^/manage/opml$",
    r"^/manage/job/(?P<id>[\w-]{1,20})$",
    r"^/manage/job/(?P<id>[\w-]{1,20})\.json$",
}


@dataclass
class Interrupting:
    """Interrupts the statement of a number, from 1, that our pages begin. `later`: and all that come after it.

    Those that FTS5 begins for one of them, which SQLite shows as comments, are counted once where they are the same.
    """

    number: int = -1
    later: bool = False
    begun: int = 0
    interrupted: int = 0
    known: set[str] = field(default_factory=set)

    def interrupt(self, number: int, later: bool = False) -> None:
        self.number, self.later, self.begun, self.interrupted = number, later, 0, 0
        self.known.clear()

    @contextmanager
    def limit(self, connection: sqlite3.Connection, ms: int) -> Iterator[None]:
        def begin(statement: str) -> None:
            if not (statement.startswith("--") and statement in self.known):
                self.begun += 1
            self.known.add(statement)

        def stop() -> int:
            hit = self.begun == self.number or (self.later and self.begun > self.number > 0)
            self.interrupted += hit
            return int(hit)

        connection.set_trace_callback(begin)
        connection.set_progress_handler(stop, 1)
        try:
            yield
        finally:
            connection.set_trace_callback(None)
            connection.set_progress_handler(None, 1)


@pytest.fixture
def interrupting(monkeypatch: pytest.MonkeyPatch) -> Interrupting:
    interrupting = Interrupting()
    monkeypatch.setattr("ingest.web.run_query.sqlite_timelimit", interrupting.limit)
    return interrupting


@pytest.fixture(scope="module")
def archive(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a folder and an icon besides."""
    copy = shutil.copy(archive, tmp_path_factory.mktemp("folders") / "archive.db")
    with sqlite3.connect(copy) as db:
        db.execute("UPDATE feeds SET folder = 'Nature' WHERE id = 1")
        db.execute("INSERT INTO icons VALUES (1, NULL, 'image/png', x'89', '2024-01-01T00:00:00Z')")
    return copy


async def asked(site: Datasette, path: str) -> httpx.Response:
    """As owner, who may see every page; nothing is remembered from before."""
    cache._caches.clear()
    cookies = {"ds_actor": site.sign({"a": {"id": "root"}}, "actor")}
    response: httpx.Response = await site.client.get(path, cookies=cookies)
    return response


@pytest.mark.parametrize("path", PATHS)
async def test_whichever_statement_is_interrupted_the_page_says_what_is_missing(
    archive: Path, interrupting: Interrupting, path: str
) -> None:
    site = await serve(archive)
    whole = await asked(site, path)
    assert whole.status_code in (200, 302, 410) and not says_what_is_missing(whole)
    statements = interrupting.begun
    assert statements
    for number in range(1, statements + 1):
        interrupting.interrupt(number)
        check(await asked(site, path), interrupting)
    interrupting.interrupt(1, later=True)
    check(await asked(site, path), interrupting)


def check(answer: httpx.Response, interrupting: Interrupting) -> None:
    said = f"statement {interrupting.number}: {answer.status_code}\n{answer.text[:2000]}"
    assert answer.status_code in (200, 302, 410, 503), said
    if answer.status_code == 503:
        assert answer.headers["retry-after"].isdecimal() and "too long" in answer.text, said
    elif interrupting.interrupted:
        assert says_what_is_missing(answer), said


def says_what_is_missing(answer: httpx.Response) -> bool:
    if answer.headers["content-type"].startswith("application/json"):
        return bool(answer.json().get("left_out"))
    return bool(re.search("took too long|takes too long", answer.text))


async def test_every_address_that_plugins_register_is_among_those(archive: Path) -> None:
    site = await serve(archive)
    patterns = (pattern for pattern in routes_of_files(site) if isinstance(pattern, str))
    ours = {pattern for pattern in patterns if not pattern.startswith("^/static/")}
    assert len(ours) > 20 and ours >= OTHERS
    paths = [path.partition("?")[0] for path in PATHS]
    assert all(any(re.match(pattern, path) for path in paths) for pattern in ours - OTHERS)


@pytest.mark.parametrize("path", ["/archive/entries", "/archive/entries/1"])
async def test_a_table_of_datasette_without_what_we_add_to_it_says_so(
    archive: Path, interrupting: Interrupting, path: str
) -> None:
    site = await serve(archive)
    interrupting.interrupt(1, later=True)
    page = await asked(site, path)
    assert page.status_code == 200
    check(page, interrupting)  # Datasette 1.0 has the names of a row itself


async def test_a_file_that_cannot_be_read_is_told_and_no_failure(
    archive: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def unreadable(*arguments: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    site = await serve(archive)
    monkeypatch.setattr(PLUGIN_FILES["health"], "load_health", unreadable)
    answer = await asked(site, "/health")
    assert answer.status_code == 503
    assert "could not be read for this page: disk I/O error" in answer.text
    assert "unreadable failed: disk I/O error" in caplog.text  # it may be a fault of ours


async def test_what_takes_too_long_is_no_fault_and_not_logged(
    archive: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def slow(*arguments: object) -> None:
        raise sqlite3.OperationalError("interrupted")

    site = await serve(archive)
    monkeypatch.setattr(PLUGIN_FILES["health"], "load_health", slow)
    assert (await asked(site, "/health")).status_code == 503
    assert "failed" not in caplog.text


async def test_where_others_have_all_the_memory_a_page_of_ours_may_be_asked_for_again(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_memory(*arguments: object) -> None:
        raise MemoryError

    site = await serve(archive)
    monkeypatch.setattr(PLUGIN_FILES["health"], "load_health", out_of_memory)
    answer = await asked(site, "/health")
    assert answer.status_code == 503
    assert answer.headers["retry-after"].isdecimal()
