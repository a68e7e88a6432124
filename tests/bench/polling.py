"""A thousand feeds on a hundred hosts, each taking 50 ms to answer: how long, and in how much memory?

    python -m tests.bench.polling [FEEDS]

Beside Feedsette the same is done by lemon24/reader with its workers, if it is installed (pip install reader
sgmllib3k). Both ask a server on loopback, in two runs each: the first takes all in, in the second nothing has changed.
"""

import asyncio
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import aclosing, closing
from pathlib import Path

HOSTS = 100
SECONDS = 0.05
ENTRIES = 10


def document(number: int) -> bytes:
    items = "".join(
        f"<item><guid isPermaLink='false'>{number}-{entry}</guid><title>Post {entry} of {number}</title>"
        f"<link>http://example.org/{number}/{entry}</link>"
        f"<pubDate>Sun, 0{entry % 9 + 1} Jun 2025 12:00:00 GMT</pubDate>"
        f"<description>&lt;p&gt;{'Some words of a text. ' * 40}&lt;/p&gt;</description></item>"
        for entry in range(ENTRIES)
    )
    return f"<rss version='2.0'><channel><title>Feed {number}</title>{items}</channel></rss>".encode()


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection: keep-alive, ETag, 50 ms for each answer."""
    while head := await reader.readuntil(b"\r\n\r\n"):
        lines = head.decode("latin-1").lower().split("\r\n")
        body = document(int(lines[0].split()[1].strip("/")))
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        await asyncio.sleep(SECONDS)
        unchanged = any(line == f"if-none-match: {etag}" for line in lines)
        status = "304 Not Modified" if unchanged else "200 OK"
        length = "" if unchanged else f"Content-Length: {len(body)}\r\n"
        writer.write(
            f"HTTP/1.1 {status}\r\nETag: {etag}\r\n{length}\r\n".encode() + (b"" if unchanged else body)
        )
        await writer.drain()


async def serve() -> None:
    async def quietly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        except (asyncio.IncompleteReadError, OSError):
            writer.close()

    first = await asyncio.start_server(quietly, "127.0.0.1", 0)
    port = first.sockets[0].getsockname()[1]
    for number in range(1, HOSTS):
        await asyncio.start_server(quietly, f"127.0.0.{number + 1}", port)
    print(port, flush=True)
    await first.serve_forever()


def addresses(port: int, feeds: int) -> list[str]:
    """Hosts that are all this machine: 127.0.0.1, 127.0.0.2 …"""
    return [f"http://127.0.0.{number % HOSTS + 1}:{port}/{number}" for number in range(feeds)]


async def feedsette(archive: Path) -> dict[str, int]:
    from ingest.archive import open_archive
    from ingest.fetch import Fetcher
    from ingest.readers import Readers
    from ingest.subscriptions import due
    from ingest.update import update

    with closing(open_archive(archive)) as db:
        wanted = due(db)
    kinds: dict[str, int] = {}
    with closing(Readers()) as readers:
        async with Fetcher() as fetcher, aclosing(update(archive, wanted, fetcher, readers)) as done:
            async for polled in done:
                kinds[polled.kind] = kinds.get(polled.kind, 0) + 1
    return kinds


def prepare_feedsette(archive: Path, urls: list[str]) -> None:
    from ingest.archive import open_archive
    from ingest.follow import follow

    with closing(open_archive(archive, create=True)) as db:
        for url in urls:
            follow(db, url, "2025-01-01T00:00:00Z", allow_private=True)


def run(who: str, path: Path) -> None:
    """In a process of its own, so that the memory is that of this run. Prints what came of it."""
    began = time.monotonic()
    if who == "feedsette":
        kinds = asyncio.run(feedsette(path))
    else:
        from reader import make_reader

        with closing(make_reader(str(path))) as reader:
            results = list(reader.update_feeds_iter(workers=20, scheduled=False))
            changed = sum(
                isinstance(result.value, Exception) or bool(result.updated_feed) for result in results
            )
            kinds = {"document": changed, "unchanged": len(results) - changed}
    seconds = time.monotonic() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(
        json.dumps(
            {"seconds": seconds, "megabytes": memory / 1024, "worker": children / 1024, "kinds": kinds}
        )
    )


def measure(who: str, path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.polling", "--run", who, str(path)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    result: dict[str, float] = json.loads(output.splitlines()[-1])
    return result


def main(feeds: int) -> None:
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.polling", "--serve"], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    urls = addresses(int(server.stdout.readline()), feeds)
    with tempfile.TemporaryDirectory() as folder:
        paths = {"feedsette": Path(folder) / "archive.db", "reader": Path(folder) / "reader.db"}
        prepare_feedsette(paths["feedsette"], urls)
        try:
            from reader import make_reader

            with closing(make_reader(str(paths["reader"]))) as reader:
                for url in urls:
                    reader.add_feed(url)
        except ImportError as error:
            print(f"Without reader (pip install reader sgmllib3k): {error}")
            del paths["reader"]
        try:
            results = {who: [measure(who, path) for _ in range(2)] for who, path in paths.items()}
        finally:
            server.terminate()
    print(f"{feeds:,} feeds on {HOSTS} hosts, {SECONDS * 1000:.0f} ms each, {os.cpu_count()} processors")
    for who, (first, second) in results.items():
        for name, result in (("all new", first), ("unchanged", second)):
            print(
                f"{who:>10}, {name:>9}: {result['seconds']:6.1f} s, {result['megabytes']:4.0f} MB"
                f" (largest worker {result['worker']:.0f} MB), {result['kinds']}"
            )
    if "reader" in results:
        for number, name in enumerate(("all new", "unchanged")):
            ratio = results["reader"][number]["seconds"] / results["feedsette"][number]["seconds"]
            print(f"{name}: Feedsette takes 1/{ratio:.1f} of reader's time")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--serve"]:
            asyncio.run(serve())
        case ["--run", who, path]:
            run(who, Path(path))
        case arguments:
            main(int(arguments[0]) if arguments else 1000)
