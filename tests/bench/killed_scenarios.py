"""What is killed by tests/bench/killed.py: an update, an import, pushes to a running server, and pruning."""

import asyncio
import hmac
import random
import shutil
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
from click.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from ingest.archive.file.opening import open_archive
from ingest.archive.file.writer import Writer
from ingest.archive.websub_subscriptions import find_hub, save_lease
from ingest.cli.commands import main
from ingest.fetch.client import Fetcher
from ingest.fetch.rate_limits import Budget
from ingest.follow.follow import follow
from ingest.poll.websub import ask_hubs
from tests.bench.killing import LONGEST, Kill, Ran, run_command
from tests.ingest.documents_written_here import item, rss
from tests.ports import free_port
from tests.server import Asked, Reply, Server

FEEDS = 3
FIRST = 10  # edition: those of before are in it too
STANDS = {
    "documents": "SELECT feeds.url, sha256, bytes FROM documents JOIN feeds ON feeds.id = feed",
    "entries": """
        SELECT feeds.url, guid, entries.title, html, text FROM entries
        JOIN feeds ON feeds.id = feed JOIN contents ON entry = entries.id
    """,
    "revisions": """
        SELECT feeds.url, entries.guid, kind, revisions.text FROM revisions
        JOIN entries ON entries.id = entry JOIN feeds ON feeds.id = feed
    """,
}


def edition(feed: str, number: int, hub: str | None = None) -> bytes:
    """Each edition edits an entry and adds one; every third is large, and cannot be compressed well."""
    chance = random.Random(f"{feed} {number}")
    items = [item(f"{feed}-{number - back}", f"Edition {number - back % 2}.") for back in range(3)]
    large = f"<!-- {chance.randbytes(150_000).hex()} -->" if number % 3 == 0 else ""
    link = f'<atom:link rel="hub" href="{hub}"/>' if hub else ""
    return rss(link, *items, large, url=None)


class Scenario(Protocol):
    """Something to be killed. `renew` makes work for it; `run` does that work of an archive, in another process."""

    archives: Sequence[Path]  # that to be disturbed, and the other

    def renew(self) -> None: ...

    def run(self, archive: Path, kill: Kill) -> Ran: ...

    def stands(self, archive: Path) -> list[tuple[Any, ...]]: ...


class Common:
    def __init__(self, folder: Path, server: Server) -> None:
        self.folder, self.server = folder, server
        self.archives: Sequence[Path] = [
            folder / "disturbed" / "archive.db",
            folder / "undisturbed" / "archive.db",
        ]
        for archive in self.archives:
            archive.parent.mkdir()
        self.number = FIRST

    def stands(self, archive: Path) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(archive)) as db:
            return [(what, *row) for what, query in STANDS.items() for row in db.execute(query)]


class Updates(Common):
    """`update` of feeds on a server, which change."""

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder, server)
        self.publish()
        for archive in self.archives:
            with closing(open_archive(archive, create=True)) as db:
                for feed in range(FEEDS):
                    follow(db, server.url(f"/{feed}"), "2025-01-01T00:00:00Z", allow_private=True)

    def publish(self) -> None:
        for feed in range(FEEDS):
            self.server.on(f"/{feed}", Reply(body=edition(str(feed), self.number)))

    def renew(self) -> None:
        self.number += 1
        self.publish()

    def run(self, archive: Path, kill: Kill) -> Ran:
        return run_command(["update", str(archive), "--all", "--quiet"], kill)


class Imports(Common):
    """`import` of a folder and of a web archive, in which documents come again."""

    def renew(self) -> None:
        self.number += 1
        self.saved, self.crawl = self.folder / str(self.number), self.folder / f"{self.number}.warc.gz"
        self.saved.mkdir()
        for feed in range(FEEDS):
            (self.saved / f"{feed}.xml").write_bytes(edition(f"file-{feed}", self.number))
        (self.saved / "again.xml").write_bytes(edition("file-0", self.number - 1))
        bodies = {day: edition("crawled", self.number + day % 2) for day in range(1, 5)}
        write_crawl(self.crawl, self.number, bodies)

    def run(self, archive: Path, kill: Kill) -> Ran:
        return run_command(["import", str(archive), str(self.saved), str(self.crawl), "--quiet"], kill)


def write_crawl(
    path: Path, month: int, bodies: Mapping[int, bytes], url: str = "https://crawled.example/feed"
) -> None:
    """A web archive of a feed's documents, each as it was on a day of a month."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        for day, body in bodies.items():
            head = StatusAndHeaders("200 OK", [("Content-Type", "application/rss+xml")], protocol="HTTP/1.1")
            date = {"WARC-Date": f"{2000 + month // 12}-{month % 12 + 1:02}-{day:02}T12:00:00Z"}
            record = writer.create_warc_record(
                url,
                "response",
                BytesIO(body),
                http_headers=head,
                warc_headers_dict=date,
            )
            writer.write_record(record)


class Prunings(Common):
    """`documents --prune` of an archive of which much may go."""

    def renew(self) -> None:
        self.number += 1
        crawl = self.folder / "crawl.warc.gz"
        space = {day: b"\n" * day for day in range(1, 16)}  # which says nothing
        bodies = {day: edition("crawled", self.number * 3 + day // 5) + end for day, end in space.items()}
        write_crawl(crawl, self.number, bodies)
        for archive in self.archives:
            if archive.exists():
                here("documents", archive, "--max-documents", "none")
            here("import", archive, crawl)
            here("documents", archive, "--max-documents", "1KB")

    def run(self, archive: Path, kill: Kill) -> Ran:
        return run_command(["documents", str(archive), "--prune", "--quiet"], kill)

    def stands(self, archive: Path) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(archive)) as db:
            kept = db.execute("SELECT at, sha256, file IS NULL FROM documents").fetchall()
        return [*super().stands(archive), *kept]


def here(*arguments: object) -> None:
    """Run a command in this process, which nobody kills."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output


class Pushes(Common):
    """Pushes of a hub to a running server."""

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder, server)
        first = self.archives[0]
        forms: list[dict[str, str]] = []

        def hub(asked: Asked) -> Reply:
            forms.append({name: values[0] for name, values in parse_qs(asked.body.decode()).items()})
            return Reply(202)

        self.hub = server.on("/hub", hub)
        for feed in range(FEEDS):
            url = server.on(f"/{feed}", Reply(body=edition(str(feed), self.number, self.hub)))
            assert run_command(["add", str(first), "--allow-private", url]).status == 0
        asyncio.run(self._ask(first))
        self.callbacks = [(urlsplit(form["hub.callback"]).path, form["hub.secret"]) for form in forms]
        assert len(self.callbacks) == FEEDS
        with closing(open_archive(first)) as db:
            for feed in range(1, FEEDS + 1):
                subscription = find_hub(db, feed)
                assert subscription
                assert save_lease(db, subscription, subscription.topic, "2999-01-01T00:00:00Z")
        shutil.copytree(first.parent, self.archives[1].parent, dirs_exist_ok=True)

    async def _ask(self, archive: Path) -> None:
        with Writer(archive) as writer:
            async with Fetcher(budget=Budget(pause=0)) as fetcher:
                assert await ask_hubs(writer, fetcher, archive, "https://archive.example.org") == []

    def renew(self) -> None:
        self.number += 1

    def run(self, archive: Path, kill: Kill) -> Ran:
        port = free_port()
        site = f"http://127.0.0.1:{port}"

        def drive(begins: Callable[[], None]) -> None:
            """Push to each feed, until the server is gone."""
            with httpx.Client(base_url=site, timeout=LONGEST) as client:
                if not answers(client, kill):
                    return
                begins()
                for feed, (path, secret) in enumerate(self.callbacks):
                    body = edition(str(feed), self.number, self.hub)
                    signature = f"sha256={hmac.new(secret.encode(), body, 'sha256').hexdigest()}"
                    try:
                        client.post(path, content=body, headers={"X-Hub-Signature": signature})
                    except httpx.HTTPError:
                        return

        return run_command(["serve", str(archive), "--port", str(port)], kill, drive)


def answers(client: httpx.Client, kill: Kill) -> bool:
    """Whether the server comes to answer; one that is to be killed may not."""
    end = time.monotonic() + (10 if kill.comes else LONGEST)
    while time.monotonic() < end:
        try:
            return client.get("/robots.txt").status_code > 0
        except httpx.HTTPError:
            time.sleep(0.02)
    return False


SCENARIOS: dict[str, Callable[[Path, Server], Scenario]] = {
    "update": Updates,
    "import": Imports,
    "push": Pushes,
    "prune": Prunings,
}
