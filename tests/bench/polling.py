"""A thousand feeds on a hundred hosts, each taking 50 ms to answer: how long, and in how much memory?

    make bench, or python -m tests.bench.polling [FEEDS]

By the command itself, and beside it by lemon24/reader with its workers, if that is installed. Both ask a server on
loopback, in three runs each: the first takes all in, in the second nothing has changed, in the third 20 feeds have a
new entry. What the third costs beyond the requests is its processor time beyond that of the second, in which all is
asked for as well. The hosts have names, which lead to loopback by an /etc/hosts of the benchmark's own, in a network
and a mount namespace of its own (Linux).
"""

import asyncio
import hashlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ingest.archive.file.opening import open_archive
from ingest.follow.follow import follow

HOSTS = 100
SECONDS = 0.05
ENTRIES = 10
RUNS = ("all new", "unchanged", "20 with news")
WITH_NEWS = 20  # feeds that have a new entry when all are asked for the third time


def document(number: int, newest: int = ENTRIES) -> bytes:
    items = "".join(
        f"<item><guid isPermaLink='false'>{number}-{entry}</guid><title>Post {entry} of {number}</title>"
        f"<link>http://example.org/{number}/{entry}</link>"
        f"<pubDate>Sun, 0{entry % 9 + 1} Jun 2025 12:00:00 GMT</pubDate>"
        f"<description>&lt;p&gt;{'Some words of a text. ' * 40}&lt;/p&gt;</description></item>"
        for entry in range(newest - ENTRIES, newest)
    )
    return f"<rss version='2.0'><channel><title>Feed {number}</title>{items}</channel></rss>".encode()


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, news: Path) -> None:
    """One connection: keep-alive, ETag, 50 ms for each answer. The first feeds have one more once `news` is there."""
    while head := await reader.readuntil(b"\r\n\r\n"):
        lines = head.decode("latin-1").lower().split("\r\n")
        number = int(lines[0].split()[1].strip("/"))
        body = document(number, ENTRIES + (number < WITH_NEWS and news.exists()))
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        await asyncio.sleep(SECONDS)
        unchanged = any(line == f"if-none-match: {etag}" for line in lines)
        status = "304 Not Modified" if unchanged else "200 OK"
        length = "" if unchanged else f"Content-Length: {len(body)}\r\n"
        writer.write(
            f"HTTP/1.1 {status}\r\nETag: {etag}\r\n{length}\r\n".encode() + (b"" if unchanged else body)
        )
        await writer.drain()


async def serve(news: Path) -> None:
    async def quietly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer, news)
        except (asyncio.IncompleteReadError, OSError):
            writer.close()

    server = await asyncio.start_server(quietly, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def host(number: int) -> str:
    return f"feeds.host{number}.example"


def addresses(port: int, feeds: int) -> list[str]:
    return [f"http://{host(number % HOSTS)}:{port}/{number}" for number in range(feeds)]


def prepare_feedsette(archive: Path, urls: list[str]) -> None:
    with closing(open_archive(archive, create=True)) as db:
        for url in urls:
            follow(db, url, "2025-01-01T00:00:00Z", allow_private=True)


def prepare_reader(path: Path, urls: list[str]) -> None:
    from reader import make_reader

    with closing(make_reader(str(path))) as reader:
        for url in urls:
            reader.add_feed(url)


def run_reader(path: Path) -> None:
    from reader import make_reader

    with closing(make_reader(str(path))) as reader:
        results = list(reader.update_feeds_iter(workers=20, scheduled=False))
    failed = sum(isinstance(result.value, Exception) for result in results)
    changed = sum(bool(result.updated_feed) for result in results if not isinstance(result.value, Exception))
    print(
        f"{len(results):,} feeds polled ({len(results) - changed - failed:,} unchanged, {failed:,} failing)"
    )


@dataclass(frozen=True)
class Measured:
    seconds: float
    processor: float  # seconds, of all its processes
    megabytes: float  # of all its processes, at their most; what they share counts for each
    said: str


def measure(command: list[str]) -> Measured:
    began, most, used = time.monotonic(), 0.0, resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )
    while process.poll() is None:
        most = max(most, memory(process.pid))
        time.sleep(0.05)
    seconds = time.monotonic() - began
    said = process.stdout.read().strip() if process.stdout else ""
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    return Measured(seconds, processor, most, said)


def memory(session: int) -> float:
    """Megabytes of the processes of a session."""
    pages = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if int((process / "stat").read_text().rpartition(")")[2].split()[3]) == session:
                pages += int((process / "statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def inside(feeds: int) -> None:
    """The benchmark, where the names lead to loopback."""
    this = [sys.executable, "-m", "tests.bench.polling"]
    with tempfile.TemporaryDirectory() as folder:
        archive, other, news = (Path(folder) / name for name in ("archive.db", "reader.db", "news"))
        server = subprocess.Popen([*this, "--serve", str(news)], stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        urls = addresses(int(server.stdout.readline()), feeds)
        commands = {"feedsette": [sys.executable, "-m", "ingest", "update", str(archive), "--all"]}
        try:
            prepare_feedsette(archive, urls)
            if find_spec("reader"):
                prepare_reader(other, urls)
                commands["reader"] = [*this, "--run-reader", str(other)]
            else:
                print("Without reader, which is not installed: see make bench.")
            results = {who: three_runs(command, news) for who, command in commands.items()}
        finally:
            server.terminate()
            server.wait()
    report(feeds, results)


def three_runs(command: list[str], news: Path) -> list[Measured]:
    before = [measure(command) for _ in range(2)]
    news.touch()
    after = measure(command)
    news.unlink()
    return [*before, after]


def report(feeds: int, results: dict[str, list[Measured]]) -> None:
    print(f"{feeds:,} feeds on {HOSTS} hosts, {SECONDS * 1000:.0f} ms each, {os.cpu_count()} processors")
    for who, runs in results.items():
        for name, result in zip(RUNS, runs, strict=True):
            print(
                f"{who:>10}, {name:>12}: {result.seconds:6.1f} s, {result.processor:6.2f} s of processor time, "
                f"{result.megabytes:4.0f} MB  {result.said}"
            )
    beyond = {who: runs[2].processor - runs[1].processor for who, runs in results.items()}
    for who, seconds in beyond.items():
        print(f"{who:>10}, {WITH_NEWS} with news, beyond the requests: {seconds:.2f} s of processor time")
    if "reader" in results:
        for name, ours, theirs in zip(RUNS, results["feedsette"], results["reader"], strict=True):
            print(
                f"{name}: Feedsette takes {ours.seconds / theirs.seconds:.2f} of reader's time, "
                f"{ours.processor / theirs.processor:.2f} of its processor time, "
                f"{ours.megabytes / theirs.megabytes:.2f} of its memory"
            )
        print(f"beyond the requests: {beyond['feedsette'] / beyond['reader']:.2f} of reader's processor time")


def main(feeds: int) -> None:
    with tempfile.NamedTemporaryFile("w") as hosts:
        hosts.write(
            "127.0.0.1 localhost\n" + "".join(f"127.0.0.1 {host(number)}\n" for number in range(HOSTS))
        )
        hosts.flush()
        script = 'ip link set lo up && mount --bind "$1" /etc/hosts && shift && exec "$@"'
        own = ["unshare", "--map-root-user", "--net", "--mount", "sh", "-c", script, "sh", hosts.name]
        command = [sys.executable, "-m", "tests.bench.polling", "--inside", str(feeds)]
        raise SystemExit(subprocess.run([*own, *command]).returncode)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--serve", news]:
            asyncio.run(serve(Path(news)))
        case ["--run-reader", path]:
            run_reader(Path(path))
        case ["--inside", feeds]:
            inside(int(feeds))
        case arguments:
            main(int(arguments[0]) if arguments else 1000)
