"""Requests to refused addresses, run by test_namespace.py in a network namespace of its own, which has only lo.

Every address here is on that lo, where a server responds on all of them: nothing leaves the machine even if the guard
fails, and a request is refused by the guard, not for want of a route.
"""

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from itertools import chain, repeat
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.archive.file.opening import open_archive
from ingest.archive.subscriptions import due, subscription
from ingest.fetch.client import Fetcher
from ingest.fetch.messages import FetchError, Limits, Request
from ingest.fetch.rate_limits import Budget
from ingest.follow.find import NotFound, find
from ingest.follow.follow import follow, follow_found
from ingest.poll.update import update
from ingest.workers.parse_pool import ParsePool
from tests.ingest.documents_written_here import item, rss

PUBLIC, PUBLIC_6 = "8.8.8.8", "2001:4860:4860::8888"
PRIVATE = (
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "198.18.0.1",
    "192.0.2.1",
)
PRIVATE_6 = ("fd00::1", "fec0::1", "64:ff9b::a00:1", "2002:a00:1::1", "2001:db8::1")
DISGUISES = (
    "[::ffff:10.0.0.1]",
    "[::ffff:a00:1]",
    "0x0a000001",
    "167772161",
    "012.0.0.1",
    "10.1",
    "0x7f000001",
)
PORT = 8080
LINK = '<link rel="alternate" type="application/rss+xml" href="http://{}:{}/feed">'
DOCUMENTS = {
    "/feed": rss(item("1"), url=None),
    "/page": f"<html><head>{LINK.format('10.0.0.1', PORT)}</head></html>".encode(),
}


def set_up() -> None:
    names = [name for _, name in socket.if_nameindex()]
    if names != ["lo"]:
        sys.exit(f"This is not a network of its own: it has {names}.")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for address in (PUBLIC, *PRIVATE, PUBLIC_6, *PRIVATE_6):
        command = ["ip", "address", "add", f"{address}/{128 if ':' in address else 32}", "dev", "lo"]
        subprocess.run([*command, *(["nodad"] if ":" in address else [])], check=True)


asked: list[str] = []


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    asked.append(writer.get_extra_info("sockname")[0])
    path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
    if path.startswith(("/to/", "/moved/")):
        _, kind, to = path.split("/", 2)
        status = "301 Moved" if kind == "moved" else "302 Found"
        to = to if "/" in to else f"{to}/"
        writer.write(f"HTTP/1.1 {status}\r\nLocation: http://{to}\r\nContent-Length: 0\r\n\r\n".encode())
    else:
        body = DOCUMENTS.get(path, b"hi")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
    await writer.drain()
    writer.close()


# Of a name that is public the first time it is asked for, and private from then on.
answers = chain([[PUBLIC]], repeat(["10.0.0.1"]))


async def resolve(_: str) -> Sequence[str]:
    return next(answers)


async def attempt(url: str, allow_private: bool = False) -> tuple[str, list[str]]:
    """What came of a request, and which addresses were asked."""
    asked.clear()
    limits = Limits(connect_seconds=20, first_byte_seconds=20, total_seconds=30)
    async with Fetcher(limits, budget=Budget(pause=0), resolve=resolve) as fetcher:
        try:
            came = str((await fetcher.get(Request(url, allow_private=allow_private))).status)
        except FetchError as error:
            came = error.kind
    return came, list(asked)


async def add(archive: Path, host: str, path: str) -> tuple[str, list[str]]:
    """Whether a feed that is added with --allow-private is held to be on one's own network, and who was asked."""
    asked.clear()
    with closing(ParsePool()) as readers, closing(open_archive(archive, create=True)) as db:
        async with Fetcher(budget=Budget(pause=0)) as fetcher:
            try:
                [found] = await find(f"http://{host}:{PORT}{path}", fetcher, readers, allow_private=True)
            except NotFound as error:
                return str(error), list(asked)
        feed = subscription(db, follow_found(db, found).id)
    return str(feed and feed.allow_private), list(asked)


async def move_to_the_public(archive: Path) -> tuple[str, list[str]]:
    """As `add`, of a feed on one's own network that moves elsewhere."""
    asked.clear()
    url = f"http://10.0.0.1:{PORT}/moved/{PUBLIC}:{PORT}/feed"
    with closing(ParsePool()) as readers, closing(open_archive(archive, create=True)) as db:
        number = follow(db, url, "2025-01-01T00:00:00Z", allow_private=True)
        db.execute(
            "UPDATE feeds SET last_polled = '2025-01-01T00:00:00Z', moving_polls = 2, moving_to = ?",
            [f"http://{PUBLIC}:{PORT}/feed"],
        )
        db.conn.commit()
        async with Fetcher(budget=Budget(pause=0)) as fetcher:
            async for polled in update(archive, due(db), fetcher, readers):
                assert polled.kind == "document", polled.message
        feed = subscription(db, number)
    return f"{feed and feed.url} {feed and feed.allow_private}", list(asked)


async def main() -> None:
    set_up()
    await asyncio.start_server(answer, "0.0.0.0", PORT)
    await asyncio.start_server(answer, "::", PORT)
    hosts = [*PRIVATE, *(f"[{address}]" for address in PRIVATE_6), *DISGUISES, "127.0.0.1", "[::1]"]
    results = {
        "public": await attempt(f"http://{PUBLIC}:{PORT}/"),
        "public 6": await attempt(f"http://[{PUBLIC_6}]:{PORT}/"),
        "allowed": await attempt(f"http://10.0.0.1:{PORT}/", allow_private=True),
        "rebinding": await attempt(f"http://rebinding.example:{PORT}/to/rebinding.example:{PORT}"),
        **{f"at once {host}": await attempt(f"http://{host}:{PORT}/") for host in hosts},
        **{f"redirected {host}": await attempt(f"http://{PUBLIC}:{PORT}/to/{host}:{PORT}") for host in hosts},
    }
    with TemporaryDirectory() as folder:
        archive = Path(folder, "a.db")
        results |= {
            "adding public": await add(archive, PUBLIC, "/feed"),
            "adding private": await add(archive, "10.0.0.1", "/feed"),
            "adding public page": await add(archive, PUBLIC, "/page"),
            "adding private page": await add(archive, "10.0.0.1", "/page"),
            "moving": await move_to_the_public(Path(folder, "b.db")),
        }
    print(json.dumps(results))


if __name__ == "__main__":
    asyncio.run(main())
