"""Start a process of the parse pool: on its own, or forked from one that has loaded what each of them needs."""

import sys
from typing import TYPE_CHECKING

from ingest.workers.process import prepare_worker

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor


def start_process(forks: bool = False) -> "ProcessPoolExecutor":
    # Loaded where a document is parsed, which most commands do not.
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    if forks:
        load_for_forks()
    method = "forkserver" if forks and _CAN_FORK else "spawn"
    return ProcessPoolExecutor(
        max_workers=1, mp_context=multiprocessing.get_context(method), initializer=prepare_worker
    )


def load_for_forks() -> None:
    """Start the process from which others are forked, which loads what they need: the sooner, the sooner they work."""
    if _CAN_FORK:
        from multiprocessing import forkserver

        forkserver.set_forkserver_preload(["ingest.workers.preloaded"])
        forkserver.ensure_running()


def end_forks() -> None:
    """End that process, once those are that were forked from it; it would end with this one, but nobody wait for it."""
    if _CAN_FORK:
        from multiprocessing import forkserver

        forkserver._forkserver._stop()  # type: ignore[attr-defined]


_CAN_FORK = sys.platform == "linux"  # elsewhere libraries of the system may not survive it
