"""What writes documents is killed at a few moments; `python -m tests.bench.killed` does so at hundreds."""

import signal
from pathlib import Path

import pytest

from tests.bench.killed import SEED, moments
from tests.bench.killed_scenarios import SCENARIOS
from tests.server import Server


@pytest.mark.parametrize("name, count", [("update", 4), ("import", 4), ("push", 2), ("prune", 3)])
def test_a_kill_leaves_no_row_without_its_bytes_no_bytes_without_a_row_and_nothing_twice(
    tmp_path: Path, server: Server, name: str, count: int
) -> None:
    ran = [run.status for run in moments(SCENARIOS[name](tmp_path, server), count, SEED)]
    assert -signal.SIGKILL in ran
