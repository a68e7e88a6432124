"""A server with heavy queries and clients that disconnect: as a process, over sockets."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode

import httpx2 as httpx
import pytest

from ingest.archive.file.opening import open_archive
from tests.plugins.conftest import ROOT, fill
from tests.ports import free_port
from tests.waiting import until

# Takes far longer than any test, unless it is ended.
CROSS_JOIN = "select count(*) from entries a, entries b, entries c, entries d, entries e"
ENDLESS = (
    "create view endless as with recursive n(x) as (select 1 union all select x + 1 from n) select x from n"
)
# A page of a count that is made once for all who ask, as those of large tags are.
COUNTED = """
from datasette import Response, hookimpl
from ingest.web.cache import run_cached_query
from ingest.web.access import find_archive

def count(connection):
    return connection.execute("select count(*) from endless").fetchone()[0]

async def page(datasette):
    return Response.text(str(await run_cached_query(await find_archive(datasette), count)))

@hookimpl
def register_routes():
    return [("^/counted$", page)]
"""
HERTZ = os.sysconf("SC_CLK_TCK")
SQL = "/archive" if version("datasette").startswith("0.") else "/archive/-/query"


@dataclass
class Served:
    process: subprocess.Popen[bytes]
    port: int
    stderr: Path
    said_before: int = 0  # characters

    def get(self, path: str, **parameters: str) -> httpx.Response:
        query = f"?{urlencode(parameters)}" if parameters else ""
        return httpx.get(f"http://127.0.0.1:{self.port}{path}{query}", timeout=60)

    def ask(self, path: str, **parameters: str) -> socket.socket:
        """A connection on which something was asked for, and nothing was read yet."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        query = f"?{urlencode(parameters)}" if parameters else ""
        connection.sendall(f"GET {path}{query} HTTP/1.1\r\nHost: localhost:{self.port}\r\n\r\n".encode())
        return connection

    def seconds(self) -> float:
        """Of processors, that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / HERTZ

    def is_idle(self) -> bool:
        """Whether no thread of it computes, or waits for a processor, for a while."""
        before = self.seconds()
        for _ in range(10):
            if self._is_running():
                return False
            time.sleep(0.02)
        return self.seconds() - before < 0.03

    def _is_running(self) -> bool:
        for thread in Path(f"/proc/{self.process.pid}/task").iterdir():
            with suppress(OSError):  # it has ended meanwhile
                if thread.joinpath("stat").read_text().rpartition(")")[2].split()[0] in "RD":
                    return True
        return False

    def said(self) -> str:
        """On standard error, in this test."""
        return self.stderr.read_text()[self.said_before :]

    def begin_test(self) -> None:
        until(self.is_idle)
        self.said_before = len(self.stderr.read_text())
        with suppress(OSError):  # most_memory() is from now on, where the kernel can
            Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def wait_for_work(self, answers: Callable[[], object] = lambda: False) -> None:
        """Until it has computed for a while, however little of the processors it gets, or there is an answer."""
        before = self.seconds()
        until(lambda: self.seconds() > before + 0.3 or answers())

    def most_memory(self) -> int:
        """Megabytes that it had at its largest."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) // 1024


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture
def served(server: Served) -> Served:
    """One server for all, which has nothing to do when a test begins."""
    server.begin_test()
    return server


@pytest.fixture
def served_alone(tmp_path: Path) -> Iterator[Served]:
    """A server that a test may end."""
    with serving(tmp_path) as served:
        yield served


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Served]:
    archive = folder / "archive.db"
    with closing(open_archive(archive, create=True)) as db:
        fill(db)
        db.execute(ENDLESS)
    port = free_port()
    command = [sys.executable, "-m", "ingest", "serve", str(archive), "--port", str(port)]
    command += ["--setting", "sql_time_limit_ms", "120000", *options]
    if find_spec("datasette_auth_passwords"):
        command += ["--password", "env:PASSWORD"]
    stderr = folder / "stderr"
    environment = {**os.environ, "PASSWORD": "sesame"}
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=stderr.open("w"), cwd=ROOT, env=environment
    )
    served = Served(process, port, stderr)
    try:
        until(lambda: answers(served))
        until(served.is_idle)
        yield served
    finally:
        process.kill()
        process.wait(timeout=20)


def answers(served: Served) -> bool:
    try:
        return served.get("/health").status_code == 200
    except httpx.HTTPError:
        return False


def is_clean(log: str) -> bool:
    return not re.search(r"never awaited|socket\.send|Traceback|ERROR:", log)


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/archive/endless.csv", {"_stream": "on"}),
        (f"{SQL}.json", {"sql": CROSS_JOIN}),
        ("/archive/entries", {"_facet": "author", "_where": f"({CROSS_JOIN}) > 0"}),
    ],
)
def test_what_was_given_up_by_its_client_ends(served: Served, path: str, parameters: dict[str, str]) -> None:
    connections = [served.ask(path, **parameters) for _ in range(3)]
    served.wait_for_work(lambda: has_answer(connections[0]))
    for connection in connections:
        connection.close()
    until(served.is_idle)
    assert served.get(f"{SQL}.json", sql="select 1").status_code == 200
    assert is_clean(served.said())


def test_a_download_is_whole_for_who_waits_for_it(served: Served) -> None:
    lines = served.get("/archive/entries.csv", _stream="on").text.splitlines()
    assert len(lines) == 131
    assert is_clean(served.said())


def test_the_server_ends_within_seconds_whatever_is_going_on(served_alone: Served) -> None:
    served = served_alone
    stalled = served.ask("/archive/endless.csv", _stream="on")
    assert stalled.recv(1)
    busy = [served.ask(f"{SQL}.json", sql=CROSS_JOIN) for _ in range(6)]
    idle = socket.create_connection(("127.0.0.1", served.port))
    served.wait_for_work()
    start = time.monotonic()
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=20) == 0
    assert time.monotonic() - start < 5
    assert "Traceback" not in served.said()
    for connection in (*busy, stalled, idle):
        connection.close()


def test_a_count_that_goes_on_for_others_ends_with_the_server_alone(tmp_path: Path) -> None:
    plugins = shutil.copytree(ROOT / "plugins", tmp_path / "plugins")
    (plugins / "counted.py").write_text(COUNTED)
    with serving(tmp_path, "--plugins-dir", str(plugins)) as served:
        first, other = served.ask("/counted"), served.ask("/counted")
        served.wait_for_work()
        first.close()
        served.wait_for_work()
        start = time.monotonic()
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(timeout=60) == 0
        assert time.monotonic() - start < 5
        assert "Traceback" not in served.said()
        other.close()


def test_our_own_pages_keep_their_places_beside_any_number_of_heavy_questions(served: Served) -> None:
    busy = [served.ask(f"{SQL}.json", sql=CROSS_JOIN) for _ in range(24)]
    until(
        lambda: any(has_answer(connection) for connection in busy)
    )  # those that found no place in the queue
    for path in ("/", "/entry/1", "/feed/1", "/search?q=river", "/tag/1"):
        assert served.get(path).status_code == 200, path
    for connection in busy:
        connection.close()


def has_answer(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return bool(connection.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False


def test_beyond_the_queue_one_is_told_when_to_try_again(served: Served) -> None:
    busy = [served.ask(f"{SQL}.json", sql=CROSS_JOIN) for _ in range(24)]
    until(lambda: any(has_answer(connection) for connection in busy))
    page = served.get(SQL, sql="select 1")
    assert page.status_code == 503
    assert int(page.headers["retry-after"]) > 0
    assert "no place for one more" in page.text and "<h1>" in page.text
    data = served.get("/archive/entries.json")
    assert (data.status_code, data.json()["ok"]) == (503, False)
    assert served.get("/archive/entries.csv").text.startswith("Others are asking")
    for connection in busy:
        connection.close()
    until(lambda: served.get(SQL, sql="select 1").status_code == 200)


@pytest.mark.parametrize("form", ["", ".json", ".csv"])
@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select zeroblob(200000000)", "larger than 64 MB"),
        ("select length(replace(hex(zeroblob(40000000)), '0', 'abcdef'))", "larger than 64 MB"),
        (
            "with recursive n(x) as (select 1 union all select x + 1 from n) select zeroblob(1000000), x from n",
            "larger than 64 MB",
        ),
        (
            "select " + ", ".join(f"randomblob(60000000) as c{number}" for number in range(40)),
            "needs more memory",
        ),
    ],
)
def test_a_question_whose_answer_is_too_large_is_told_so(
    served: Served, sql: str, said: str, form: str
) -> None:
    answer = served.get(f"{SQL}{form}", sql=sql)
    assert answer.status_code == 400
    assert said in answer.text
    assert "Traceback" not in served.said()
    assert served.most_memory() < 1000


def test_questions_that_were_too_large_or_too_long_leave_nothing_behind(served: Served) -> None:
    for _ in range(4):
        large = served.get(f"{SQL}.json", sql="select hex(zeroblob(100000)) from entries a, entries b")
        long = served.get(f"{SQL}.csv", sql=CROSS_JOIN, _timelimit="1000")
        assert (large.status_code, long.status_code) == (400, 400)
        assert "takes too long" in long.text
    for _ in range(4):
        assert served.get(f"{SQL}.json", sql="select 1").status_code == 200
    assert is_clean(served.said())


def test_a_dozen_of_the_largest_answers_at_once_take_less_than_a_gigabyte(served: Served) -> None:
    def ask(number: int) -> int:
        sql = [
            "select zeroblob(47000000)",
            "select hex(zeroblob(31000000))",
            "with recursive n(x) as (select 1 union all select x + 1 from n limit 60)"
            " select hex(zeroblob(500000)) from n",
        ][number % 3]
        return served.get(f"{SQL}{('', '.json', '.csv')[number // 3 % 3]}", sql=sql).status_code

    with ThreadPoolExecutor(12) as clients:
        statuses = set(clients.map(ask, range(12)))
    assert statuses <= {200, 400, 503}
    assert 200 in statuses
    assert served.most_memory() < 1000


def test_a_large_answer_is_whole_for_a_client_that_reads_slowly(served: Served) -> None:
    connection = served.ask(f"{SQL}.json", sql="select hex(zeroblob(4000000)) as x", _shape="array")
    until(served.is_idle)
    assert served.get(f"{SQL}.json", sql="select hex(zeroblob(4000000)) as x").status_code == 200
    with connection.makefile("rb") as answer:
        head = b"".join(iter(answer.readline, b"\r\n"))
        assert b" 200 OK" in head
        body = b""
        while size := int(answer.readline(), 16):
            body += answer.read(size)
            answer.readline()
    assert json.loads(body) == [{"x": "0" * 8_000_000}]
    connection.close()


def test_a_body_that_is_given_up_in_the_middle_is_no_error(served: Served) -> None:
    pytest.importorskip("datasette_auth_passwords")
    cookie = served.get("/-/login").headers.get("set-cookie", "none=").partition(";")[0]
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        lines = ["POST /-/login HTTP/1.1", f"Host: localhost:{served.port}", f"Cookie: {cookie}"]
        lines += ["Content-Type: application/x-www-form-urlencoded", "Content-Length: 1000", "", "username="]
        connection.sendall("\r\n".join(lines).encode())
        until(served.is_idle)
    until(served.is_idle)
    assert served.get("/health").status_code == 200
    assert is_clean(served.said())
