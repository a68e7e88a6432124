"""A thousand feeds on a hundred hosts, each taking 50 ms to answer: how long, and in how much memory?

    python -m tests.bench.polling [FEEDS]

By the command itself, and beside it by lemon24/reader with its workers and its search index, if that can be installed.
Both ask a server on loopback: first all is new; then, in turns, nothing has changed, and 20 feeds have a new entry.
What the latter costs beyond the requests is its processor time beyond that of the former, in which all is asked for as
well: the median of ROUNDS. The hosts have names, which lead to loopback by an /etc/hosts of the benchmark's own, in a
network and a mount namespace of its own (Linux).
"""

import asyncio
import hashlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.archive.file.opening import open_archive
from ingest.follow.follow import follow
from tests.bench.rivals.environments import NoEnvironment, command_of

HOSTS = 100
SECONDS = 0.05
ENTRIES = 10
WITH_NEWS = 20  # feeds that have a new entry in each round
ROUNDS = 5


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
    """One connection: keep-alive, ETag, 50 ms for each answer. The first have as many more as `news` has bytes."""
    while head := await reader.readuntil(b"\r\n\r\n"):
        lines = head.decode("latin-1").lower().split("\r\n")
        number = int(lines[0].split()[1].strip("/"))
        body = document(number, ENTRIES + (news.stat().st_size if number < WITH_NEWS else 0))
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


@dataclass(frozen=True)
class Polls:
    """Of one program: all new, and each round without and with news."""

    first: Measured
    unchanged: list[Measured]
    news: list[Measured]

    @property
    def beyond(self) -> float:
        """Seconds of processor time that the news cost."""
        pairs = zip(self.news, self.unchanged, strict=True)
        return statistics.median(news.processor - unchanged.processor for news, unchanged in pairs)


def inside(feeds: int, reader: list[str]) -> None:
    """The benchmark, where the names lead to loopback. `reader`: the command of its script, where it is there."""
    with tempfile.TemporaryDirectory() as folder:
        archive, other, news = (Path(folder) / name for name in ("archive.db", "reader.db", "news"))
        news.touch()
        serving = [sys.executable, "-m", "tests.bench.polling", "--serve", str(news)]
        server = subprocess.Popen(serving, stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        urls = addresses(int(server.stdout.readline()), feeds)
        commands = {"feedsette": [sys.executable, "-m", "ingest", "update", str(archive), "--all"]}
        try:
            prepare_feedsette(archive, urls)
            if reader:
                subprocess.run([*reader, str(other), "add", *urls], check=True)
                commands["reader"] = [*reader, str(other), "update"]
            report(feeds, {who: polls(command, news) for who, command in commands.items()})
        finally:
            server.terminate()
            server.wait()


def polls(command: list[str], news: Path) -> Polls:
    news.write_bytes(b"")
    first, unchanged, with_news = measure(command), [], []
    for _ in range(ROUNDS):
        unchanged.append(measure(command))
        news.write_bytes(news.read_bytes() + b"+")
        with_news.append(measure(command))
    return Polls(first, unchanged, with_news)


def report(feeds: int, results: dict[str, Polls]) -> None:
    print(f"{feeds:,} feeds on {HOSTS} hosts, {SECONDS * 1000:.0f} ms each")
    for who, of in results.items():
        runs = {"all new": of.first, "unchanged": of.unchanged[-1], f"{WITH_NEWS} with news": of.news[-1]}
        for name, result in runs.items():
            print(
                f"{who:>10}, {name:>12}: {result.seconds:6.1f} s, {result.processor:6.2f} s of processor time, "
                f"{result.megabytes:4.0f} MB  {result.said}"
            )
        print(f"{who:>10}, {WITH_NEWS} with news, beyond the requests: {of.beyond:.3f} s of processor time")
    if "reader" in results:
        ours, theirs = results["feedsette"], results["reader"]
        for name, mine, other in (
            ("all new", ours.first, theirs.first),
            ("unchanged", ours.unchanged[-1], theirs.unchanged[-1]),
        ):
            print(
                f"{name}: {mine.seconds / other.seconds:.2f} of reader's time, "
                f"{mine.processor / other.processor:.2f} of its processor time, "
                f"{mine.megabytes / other.megabytes:.2f} of its memory"
            )
        print(
            f"20 with news, beyond the requests: {ours.beyond / theirs.beyond:.2f} of reader's processor time"
        )


def command_of_reader() -> list[str]:
    try:
        return command_of("reader", "reader_polls.py")
    except NoEnvironment as error:
        print(error)
        return []


def main(feeds: int) -> int:
    if not shutil.which("unshare"):
        print("Not measured: names that lead to loopback need the namespaces of Linux (unshare).")
        return 1
    reader = command_of_reader()
    with tempfile.NamedTemporaryFile("w") as hosts:
        hosts.write(
            "127.0.0.1 localhost\n" + "".join(f"127.0.0.1 {host(number)}\n" for number in range(HOSTS))
        )
        hosts.flush()
        script = 'ip link set lo up && mount --bind "$1" /etc/hosts && shift && exec "$@"'
        own = ["unshare", "--map-root-user", "--net", "--mount", "sh", "-c", script, "sh", hosts.name]
        command = [sys.executable, "-m", "tests.bench.polling", "--inside", str(feeds), *reader]
        return subprocess.run([*own, *command]).returncode


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--serve", news]:
            asyncio.run(serve(Path(news)))
        case ["--inside", feeds, *reader]:
            inside(int(feeds), reader)
        case arguments:
            sys.exit(main(int(arguments[0]) if arguments else 1000))
