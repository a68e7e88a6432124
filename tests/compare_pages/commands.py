"""Runs a checkout's commands, as other processes, and serves archives by them."""

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.compare_pages.recording import Answer
from tests.compare_pages.volatile import Volatile
from tests.ports import free_port

LONGEST = 60  # seconds for a command; importing may take ten times that
STARTING = 60  # seconds for a server to answer

# Nothing here reaches the network: addresses are refused before that, or lead to a port of this machine.
COMMANDS: tuple[Sequence[str], ...] = (
    ["--version"],
    ["--help"],
    [],
    ["nonsense"],
    ["feeds"],
    ["feeds", "archive.db"],
    ["feeds", "archive.db", "--json"],
    ["feeds", "archive.db", "--opml"],
    ["feeds", "archive.db", "--json", "--opml"],
    ["feeds", "missing.db"],
    ["feeds", "text.db"],
    ["feeds", "."],
    ["search", "archive.db", "tide"],
    ["search", "archive.db", "tide moon", "--sort", "newest", "--limit", "3"],
    ["search", "archive.db", "author:valadares -tag:tides after:2023", "--json"],
    ["search", "archive.db", "colour:red"],
    ["search", "archive.db", "is:nonsense has:nothing"],
    ["search", "archive.db", '"unbalanced'],
    ["search", "archive.db", "after:2024-13"],
    ["search", "archive.db", ""],
    ["search", "archive.db", "zzzzqq"],
    ["search", "missing.db", "tide"],
    ["add", "archive.db", "ftp://example.org/feed"],
    ["add", "archive.db", "not an address"],
    ["add", "archive.db", "http://127.0.0.1:1/feed"],
    ["add", "archive.db", "http://127.0.0.1:1/feed", "--allow-private"],
    ["add", "archive.db", "http://127.0.0.1:1/feed", "--secret", "nonsense"],
    ["import", "archive.db", "missing.xml"],
    ["import", "archive.db", "broken.xml"],
    ["import", "archive.db", "page.html"],
    ["import", "archive.db", "broken.xml", "--feed", "nonsense"],
    ["import", "text.db", "broken.xml"],
    ["update", "archive.db"],
    ["update", "archive.db", "https://example.org/not-followed"],
    ["update", "missing.db"],
    ["update", "archive.db", "--timeout", "nonsense"],
    ["backup", "archive.db", "copy.db"],
    ["backup", "archive.db", "copy.db", "--quiet"],
    ["backup", "archive.db", "archive.db"],
    ["backup", "missing.db", "other.db"],
    ["serve", "missing.db"],
    ["serve", "text.db"],
    ["serve", "archive.db", "--password", "nonsense"],
    ["serve", "archive.db", "-m", "missing.yml"],
    ["serve", "archive.db", "-m", "page.html"],
    ["serve", "archive.db", "--public-url", "nonsense"],
    ["serve", "archive.db", "--allow-host", "a b"],
    ["serve", "archive.db", "--port", "1000000"],
    ["watch", "missing.db"],
)


@dataclass(frozen=True)
class Served:
    port: int
    volatile: Volatile
    log: Path

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


@dataclass(frozen=True)
class Checkout:
    path: Path
    python: Path
    volatile: Volatile

    def is_meant(self) -> bool:
        """Whether that interpreter runs this checkout's code, and not one that is installed."""
        found = subprocess.run(
            [self.python, "-c", "import ingest; print(ingest.__path__[0])"],
            cwd=self.path,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        return Path(found.stdout.strip()).resolve() == (self.path / "ingest").resolve()

    def run(self, command: Sequence[str], place: Path | None = None, longest: int = LONGEST) -> Answer:
        try:
            done = subprocess.run(
                [self.python, "-m", "ingest", *command],
                cwd=place or self.path,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=longest,
            )
        except subprocess.TimeoutExpired:
            return Answer(-1, {}, f"It went on for {longest} seconds, and was ended.".encode())
        body = b"--- standard output\n" + done.stdout + b"--- standard error\n" + done.stderr
        return Answer(done.returncode, {}, self.volatile.stable(body))

    def make_sample(self, archive: Path) -> None:
        """As `feedsette demo` makes it, which serves it then."""
        with self._serving(["demo", "--keep", str(archive)], archive.with_suffix(".log")):
            pass

    @contextmanager
    def serve(self, archive: Path, options: Sequence[str]) -> Iterator[Served]:
        with self._serving(["serve", str(archive), *options], archive.with_suffix(".log")) as served:
            yield served

    @contextmanager
    def _serving(self, command: Sequence[str], log: Path) -> Iterator[Served]:
        port = free_port()
        with log.open("wb") as output:
            process = subprocess.Popen(
                [self.python, "-m", "ingest", *command, "--port", str(port)],
                cwd=self.path,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            _wait(process, port, log)
            yield Served(port, self.volatile.at(port), log)
        finally:
            process.terminate()
            process.wait(STARTING)

    def _environment(self) -> dict[str, str]:
        told = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("FEEDSETTE", "DATASETTE"))
        }
        path = {"PYTHONPATH": str(self.path), "PYTHONUNBUFFERED": "1"}
        return {**told, **path, "COLUMNS": "100", "NO_COLOR": "1", "SECRET": "for this recording alone"}


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + STARTING
    while process.poll() is None and time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"It did not begin to serve:\n{log.read_text(errors='replace')}")


def command_names(checkout: Checkout) -> list[str]:
    """Those that the help lists."""
    listed = checkout.run(["--help"]).body.decode().partition("Commands:\n")[2]
    return re.findall(r"^  ([a-z][\w-]*) ", listed, re.MULTILINE)
