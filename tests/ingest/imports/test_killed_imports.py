"""`import` with its pool of processes, killed: nothing is lost and nothing comes twice.

100 kills: python -m tests.bench.killed_imports.
"""

from pathlib import Path

from tests.bench.killed_imports import SEED, rounds


def test_an_import_whose_processes_are_all_killed_and_that_is_run_again_has_what_an_undisturbed_one_has(
    tmp_path: Path,
) -> None:
    assert sum(one.killed for one in rounds(tmp_path, 3, SEED)) == 3
