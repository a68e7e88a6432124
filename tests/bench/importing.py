"""Taking in the documents of ../shared/feeds, parsed, cleaned, saved and indexed: how many entries a second?

    python -m tests.bench.importing [RUNS]

By the command itself, and beside it by lemon24/reader (update and search index) and feed-to-sqlite, each in an
environment of its own, and by the floor: the least that it can cost (tests/bench/rivals/floor.py). Each in a process of
its own, measured from its start to its end, and the same once more. They take turns; of each the best of RUNS counts.
"""

import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.bench.polling import Measured, measure
from tests.bench.rivals.environments import NoEnvironment, command_of

ROOT = Path(__file__).parents[2]
FEEDS = ROOT.parent / "shared" / "feeds"
RIVALS = ROOT / "tests" / "bench" / "rivals"
RUNS = 3
COLD_TIMES_READER, COLD_TIMES_FEED_TO_SQLITE, AGAIN_TIMES_READER, FLOOR_TIMES = 6, 4, 25, 2


@dataclass(frozen=True)
class Program:
    """`again`: whether a second run is of the same archive; the floor has no second."""

    name: str
    command: list[str]
    again: bool = True


@dataclass(frozen=True)
class Speed:
    entries: int
    cold: Measured
    again: Measured | None

    @property
    def cold_rate(self) -> float:
        return self.entries / self.cold.seconds

    @property
    def again_rate(self) -> float:
        return self.entries / self.again.seconds if self.again else 0.0


def programs() -> Iterator[Program]:
    yield Program("feedsette", [sys.executable, "-m", "ingest", "import"])
    yield Program("floor", [sys.executable, str(RIVALS / "floor.py")], again=False)
    for name, script in (("reader", "with_reader.py"), ("feed-to-sqlite", "with_feed_to_sqlite.py")):
        try:
            yield Program(name, command_of(name, script))
        except NoEnvironment as error:
            print(error)


def speeds_of(measured: Sequence[Program], times: int) -> dict[str, Speed]:
    """The best of several runs, each of a new archive, in turns."""
    runs = [{program.name: one_run(program) for program in measured} for _ in range(times)]
    return {program.name: best([run[program.name] for run in runs]) for program in measured}


def best(runs: Sequence[Speed]) -> Speed:
    return Speed(
        runs[0].entries,
        min((run.cold for run in runs), key=lambda one: one.seconds),
        min((run.again for run in runs if run.again), key=lambda one: one.seconds, default=None),
    )


def one_run(program: Program) -> Speed:
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive.db"
        command = [*program.command, str(archive), str(FEEDS)]
        cold = measure(command)
        again = measure(command) if program.again else None
        return Speed(entries(archive) if program.name == "feedsette" else int(cold.said), cold, again)


def entries(archive: Path) -> int:
    with closing(sqlite3.connect(archive)) as db:
        return int(db.execute("SELECT count(*) FROM entries").fetchone()[0])


def ratios(speeds: dict[str, Speed]) -> Iterator[tuple[str, float, float]]:
    """How many times as fast as others this is, and what it is to be at least.

    The floor is compared by its time: it counts entries that come twice.
    """
    ours = speeds["feedsette"]
    yield "the floor's time to ours, cold", speeds["floor"].cold.seconds / ours.cold.seconds, 1 / FLOOR_TIMES
    if reader := speeds.get("reader"):
        yield "cold, times reader", ours.cold_rate / reader.cold_rate, COLD_TIMES_READER
        yield "again, times reader", ours.again_rate / reader.again_rate, AGAIN_TIMES_READER
    if other := speeds.get("feed-to-sqlite"):
        yield "cold, times feed-to-sqlite", ours.cold_rate / other.cold_rate, COLD_TIMES_FEED_TO_SQLITE


def main(times: int) -> int:
    speeds = speeds_of(list(programs()), times)
    for name, of in speeds.items():
        again = f", again {of.again.seconds:.2f} s ({of.again.processor:.2f})" if of.again else ""
        print(
            f"{name:>14}: {of.entries:,} entries, cold {of.cold.seconds:.2f} s ({of.cold.processor:.2f} of processor "
            f"time), {of.cold_rate:.0f} a second{again}"
        )
    reached = True
    for what, ratio, enough in ratios(speeds):
        print(f"{what}: {ratio:.2f}, to be at least {enough}")
        reached &= ratio >= enough
    return int(not reached)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else RUNS))
