"""The latency of light pages while visitors run heavy queries.

    make bench, or python -m tests.bench.serving [ARCHIVE]

Without an archive, one of 20,000 entries is made. A server of its own is asked for light pages, one after another:
alone, beside 24 clients that each ask for a cross join again and again, and after 150 downloads that were given up.
Then a dozen answers as large as they may be are asked for at once, and the server is told to end while it computes.
"""

import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from importlib.metadata import version
from pathlib import Path
from statistics import median
from urllib.parse import quote

import httpx2 as httpx

from tests.bench.polling import ENTRIES, document
from tests.ports import free_port

JOINS, GIVEN_UP, LARGEST = 24, 150, 12
SECONDS = 15  # for each round of light pages
LIGHT = ("/", "/entry/1", "/feed/1", "/health", "/search?q=words", "/entry/2/history")
SQL = "" if version("datasette").startswith("0.") else "/-/query"
CROSS_JOIN = "select count(*) from entries a, entries b, entries c"
LARGE = "select hex(zeroblob(31000000))", "select zeroblob(47000000)", "select zeroblob(200000000)"


class Site:
    """The server, and its figures."""

    def __init__(self, archive: Path) -> None:
        port = free_port()
        command = [sys.executable, "-m", "ingest", "serve", str(archive), "--port", str(port)]
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=self.log)
        self.url = f"http://127.0.0.1:{port}"
        self.address = ("127.0.0.1", port)
        self.database = quote(archive.stem)

    def wait(self) -> None:
        for _ in range(300):
            with suppress(httpx.HTTPError):
                if httpx.get(self.url, timeout=60).status_code == 200:
                    return
            time.sleep(0.1)
        raise SystemExit("The server does not answer.")

    def sql(self, sql: str, form: str = ".json") -> str:
        return f"/{self.database}{SQL}{form}?sql={quote(sql)}"

    def memory(self) -> int:
        """Megabytes, at the most so far."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) // 1024

    def light_pages(self) -> tuple[list[float], Counter[int]]:
        """Seconds of each, and their statuses."""
        took: list[float] = []
        statuses: Counter[int] = Counter()
        end = time.monotonic() + SECONDS
        with httpx.Client(base_url=self.url, timeout=120) as client:
            while time.monotonic() < end or len(took) < len(LIGHT):
                start = time.monotonic()
                statuses[client.get(LIGHT[len(took) % len(LIGHT)]).status_code] += 1
                took.append(time.monotonic() - start)
        return took, statuses

    def ask_until(self, path: str, stop: threading.Event, statuses: Counter[int]) -> None:
        while not stop.is_set():
            with suppress(httpx.HTTPError):
                status = httpx.get(self.url + path, timeout=120).status_code
                statuses[status] += 1
                if status == 503:
                    time.sleep(0.5)

    def give_up(self, path: str) -> None:
        with socket.create_connection(self.address) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            connection.settimeout(20)
            with suppress(TimeoutError):
                connection.recv(1)


def show(name: str, took: list[float], statuses: Counter[int], alone: float) -> None:
    ordered = sorted(took)
    p95 = ordered[int(len(ordered) * 0.95)]
    print(
        f"{name:28} {len(took):5} pages, median {median(took) * 1000:6.0f} ms, 95th percentile {p95 * 1000:6.0f} ms, "
        f"{p95 / alone if alone else 1:5.1f} times as long, statuses {dict(statuses)}"
    )


def measure(archive: Path) -> None:
    site = Site(archive)
    try:
        site.wait()
        site.light_pages()  # so that what is counted once has been
        took, statuses = site.light_pages()
        alone = sorted(took)[int(len(took) * 0.95)]
        show("light pages alone", took, statuses, alone)

        stop, heavy = threading.Event(), Counter[int]()
        for _ in range(JOINS):
            threading.Thread(
                target=site.ask_until, args=(site.sql(CROSS_JOIN), stop, heavy), daemon=True
            ).start()
        time.sleep(2)
        show(f"beside {JOINS} cross joins", *site.light_pages(), alone)
        stop.set()
        print(f"{'':28} the joins were answered {dict(heavy)}")
        time.sleep(6)

        with ThreadPoolExecutor(12) as clients:
            list(clients.map(site.give_up, [f"/{site.database}/entries.csv?_stream=on"] * GIVEN_UP))
        show(f"after {GIVEN_UP} given up", *site.light_pages(), alone)

        def status(number: int) -> int:
            path = site.sql(LARGE[number % len(LARGE)], ("", ".json", ".csv")[number // len(LARGE) % 3])
            return httpx.get(site.url + path, timeout=120).status_code

        with ThreadPoolExecutor(LARGEST) as clients:
            answers = Counter(clients.map(status, range(LARGEST)))
        print(
            f"{LARGEST} of the largest at once:    {site.memory()} MB at the most, statuses {dict(answers)}"
        )

        stop.clear()
        for _ in range(JOINS):
            threading.Thread(
                target=site.ask_until, args=(site.sql(CROSS_JOIN), stop, heavy), daemon=True
            ).start()
        time.sleep(2)
        stop.set()
        start = time.monotonic()
        site.process.send_signal(signal.SIGTERM)
        site.process.wait(60)
        print(f"told to end amid {JOINS} joins:  after {time.monotonic() - start:.1f} s")
    finally:
        site.process.kill()
        with closing(site.log) as log:
            log.seek(0)
            told = [line for line in log if not line.startswith("INFO")]
            print(f"in the log beside requests:  {len(told)} lines", *dict.fromkeys(told[:20]), sep="\n  ")


def made(folder: Path, entries: int) -> Path:
    """An archive of so many entries."""
    (folder / "documents").mkdir()
    for number in range(entries // ENTRIES):
        (folder / "documents" / f"{number}.xml").write_bytes(document(number))
    command = [
        sys.executable,
        "-m",
        "ingest",
        "import",
        str(folder / "archive.db"),
        str(folder / "documents"),
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return folder / "archive.db"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(sys.argv[1]) if len(sys.argv) > 1 else made(Path(folder), 20_000))
