"""Commands that keep documents are killed, again and again, and what stands after their next run is checked.

    python -m tests.bench.killed [--moments 200] [--seed SEED] [update|import|push|prune]…

A moment is a random time of the run, or a random line of ingest/archive or of ingest/archive/documents, where all that
writes stands. After half of them the bytes that no row names are cut off anywhere, as when the power fails. Then the
same is run again to its end. So it is on a second archive, which nobody disturbs: both must have the same, every row
its bytes and all bytes a row, and nothing twice (see tests/independent_reader.py).
"""

import argparse
import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

from tests.independent_reader import records, untraced, untrue, warc_files
from tests.server import Server

ROOT = Path(__file__).parents[2]
WRITERS = {"documents": ROOT / "ingest" / "archive" / "documents", "archive": ROOT / "ingest" / "archive"}
LONGEST = 120  # seconds, on a busy machine
SEED = 20261129

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.bench.killed", "tests.bench.killed_scenarios", "datasette.app"])


@dataclass(frozen=True)
class Kill:
    """When a process is killed: after so many seconds, or at the nth line that it runs of a folder."""

    seconds: float | None = None
    folder: str = "archive"  # of WRITERS
    line: int | None = None

    def __str__(self) -> str:
        return (
            f"after {self.seconds:.3f} s"
            if self.seconds is not None
            else f"line {self.line} of {self.folder}"
        )


NEVER = Kill()


@dataclass(frozen=True)
class Ran:
    status: int | None  # of its exit; -9 where it was killed
    seconds: float  # that it worked
    before: int  # lines that it ran of the folder before it worked
    lines: int  # and until its end


class Scenario(Protocol):
    """Something to be killed. `renew` makes work for it; `run` does that work of an archive, in another process."""

    archives: Sequence[Path]  # that to be disturbed, and the other

    def renew(self) -> None: ...

    def run(self, archive: Path, kill: Kill) -> Ran: ...

    def stands(self, archive: Path) -> list[tuple[Any, ...]]: ...


Drive = Callable[[Callable[[], None]], None]


def run_command(arguments: Sequence[str], kill: Kill = NEVER, drive: Drive | None = None) -> Ran:
    """Run a command of Feedsette's in a process of its own.

    `drive` goes on meanwhile, calls what it is given when the work begins, and where it ends, so does the command.
    """
    lines = _processes.Value("q", 0, lock=False)
    process = _processes.Process(target=_command, args=(list(arguments), kill, lines))
    begun, before, timer = time.monotonic(), 0, threading.Timer(kill.seconds or 0, process.kill)

    def begins() -> None:
        nonlocal begun, before
        begun, before = time.monotonic(), lines.value
        if kill.seconds is not None:
            timer.start()

    process.start()
    if drive:
        drive(begins)
        seconds = time.monotonic() - begun
        process.terminate()
    else:
        begins()
    process.join(LONGEST)
    timer.cancel()
    if process.is_alive():
        process.kill()
        raise TimeoutError(f"feedsette {arguments[0]} did not end")
    return Ran(process.exitcode, seconds if drive else time.monotonic() - begun, before, lines.value)


def _command(arguments: Sequence[str], kill: Kill, lines: Any) -> None:
    from ingest.cli.commands import main
    from ingest.fetch.rate_limits import Budget
    from ingest.workers import parse_pool

    with Path(arguments[1]).with_name("commands.log").open("a") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    # Read in the process itself, which has not the time to start others, and asked without pauses.
    parse_pool.start_processes = lambda: ThreadPoolExecutor(1)  # type: ignore[assignment, return-value]
    parse_pool._parse_within_limits = lambda _, *document: parse_pool.parse_and_clean(*document)
    Budget.__init__.__defaults__ = (20, 20, 0.0)  # type: ignore[attr-defined]
    _trace(str(WRITERS[kill.folder]), kill.line, lines)
    main(list(arguments), prog_name="feedsette")


def _trace(folder: str, last: int | None, lines: Any) -> None:
    """Count the lines that are run of a folder, and kill this process at the last one."""

    def line(_: FrameType, event: str, __: object) -> Any:
        if event == "line":
            lines.value += 1
            if lines.value == last:
                os.kill(os.getpid(), signal.SIGKILL)
        return line

    def call(frame: FrameType, _: str, __: object) -> Any:
        return line if frame.f_code.co_filename.startswith(folder) else None

    threading.settrace(call)
    sys.settrace(call)


def tear(archive: Path, chance: random.Random) -> None:
    """Cut the bytes that no row names off anywhere."""
    with closing(sqlite3.connect(archive)) as db:
        query = "SELECT file, max(offset + length) FROM documents WHERE file IS NOT NULL GROUP BY file"
        ends = dict(db.execute(query).fetchall())
    for path in warc_files(archive):
        end, size = ends.get(path.name, 0), path.stat().st_size
        if size > end:
            os.truncate(path, chance.randint(end, size))


def moments(scenario: Scenario, count: int, seed: int) -> Iterator[Ran]:
    """Kill it so many times, and check each time. Raises AssertionError."""
    chance = random.Random(seed)
    disturbed, undisturbed = scenario.archives
    for moment in range(count):
        scenario.renew()
        folder = ["documents", "archive"][moment // 2 % 2]
        whole = scenario.run(undisturbed, Kill(folder=folder))
        assert whole.status == 0, f"undisturbed, it ended with status {whole.status}"
        kill = Kill(folder=folder, line=chance.randint(whole.before, whole.lines) + 1)
        if moment % 2:
            kill = Kill(seconds=chance.uniform(0, whole.seconds))
        ran = scenario.run(disturbed, kill)
        if ran.status == -signal.SIGKILL and chance.random() < 0.5:
            tear(disturbed, chance)
        again = scenario.run(disturbed, NEVER)
        where = f"killed {kill}, moment {moment} of seed {seed}"
        assert again.status == 0, f"{where}: run again, it ended with status {again.status}"
        wrong = [*untrue(disturbed), *(f"no document said {what}" for what in untraced(disturbed))]
        assert not wrong, f"{where}:\n" + "\n".join(wrong)
        lacking = Counter(scenario.stands(undisturbed)) - Counter(scenario.stands(disturbed))
        more = Counter(scenario.stands(disturbed)) - Counter(scenario.stands(undisturbed))
        assert not lacking and not more, f"{where}: it lacks {lacking}, and has {more} more"
        yield ran


def main() -> None:
    from tests.bench.killed_scenarios import SCENARIOS

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--moments", type=int, default=200)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=", ".join(SCENARIOS))
    wanted = parser.parse_args()
    names = wanted.scenarios or list(SCENARIOS)
    for name in names:
        folder = Path(tempfile.mkdtemp(prefix=f"killed-{name}-"))
        with Server() as server:
            scenario = SCENARIOS[name](folder, server)
            runs = list(moments(scenario, wanted.moments // len(names), wanted.seed))
        killed = sum(ran.status == -signal.SIGKILL for ran in runs)
        kinds = Counter(record.kind for path in warc_files(scenario.archives[0]) for record in records(path))
        print(f"{name}: {len(runs)} moments, {killed} times killed before its end; {dict(kinds)}", flush=True)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
