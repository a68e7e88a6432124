"""Commands that keep documents are killed, again and again, and what stands after their next run is checked.

    python -m tests.bench.killed [--moments 200] [--seed SEED] [update|import|push|prune]…

A moment is a random time of the run, or a random line of ingest/archive or of ingest/archive/documents, where all that
writes stands. After half of them the bytes that no row names are cut off anywhere, as when the power fails. Then the
same is run again to its end. So it is on a second archive, which nobody disturbs: both must have the same, every row
its bytes and all bytes a row, and nothing twice (see tests/independent_reader.py).
"""

import argparse
import os
import random
import shutil
import signal
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.bench.killed_scenarios import SCENARIOS, Scenario
from tests.bench.killing import NEVER, Kill, Ran
from tests.independent_reader import records, untraced, untrue, warc_files
from tests.server import Server

SEED = 20261129


def tear(archive: Path, chance: random.Random) -> None:
    """Cut the bytes that no row names off anywhere, but for the record that a finished file begins with: that is on the
    disk before the file gets its name."""
    with closing(sqlite3.connect(archive)) as db:
        query = "SELECT file, max(offset + length) FROM documents WHERE file IS NOT NULL GROUP BY file"
        ends = dict(db.execute(query).fetchall())
    for path in warc_files(archive):
        is_finished = path.name.endswith(".warc.gz")
        end = ends.get(path.name) or (next(records(path)).length if is_finished else 0)
        if path.stat().st_size > end:
            os.truncate(path, chance.randint(end, path.stat().st_size))


def moments(scenario: Scenario, count: int, seed: int) -> Iterator[Ran]:
    """Kill it so many times, and check each time. Raises AssertionError."""
    chance = random.Random(seed)
    disturbed, undisturbed = scenario.archives
    for moment in range(count):
        scenario.renew()
        folder = [None, "documents", None, "archive"][moment % 4]
        whole = scenario.run(undisturbed, Kill(folder=folder))
        assert whole.status == 0, f"undisturbed, it ended with status {whole.status}"
        kill = Kill(seconds=chance.uniform(0, whole.seconds))
        if folder:
            kill = Kill(folder=folder, line=chance.randint(whole.before, whole.lines) + 1)
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
