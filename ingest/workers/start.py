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

    method = "forkserver" if forks and _can_fork() else "spawn"
    return ProcessPoolExecutor(
        max_workers=1, mp_context=multiprocessing.get_context(method), initializer=prepare_worker
    )


def _can_fork() -> bool:
    """Whether there is a process from which others can be forked, which is started where there is none."""
    if sys.platform != "linux":  # elsewhere libraries of the system may not survive it
        return False
    from multiprocessing import forkserver

    forkserver.set_forkserver_preload(["ingest.workers.preloaded"])
    try:
        forkserver.ensure_running()
    except OSError:  # its socket is in the folder for temporary files, whose path may be too long
        return False
    return True


def end_forks() -> None:
    """End that process, once those are that were forked from it: it would end with this one, but unwaited for."""
    if sys.platform == "linux":
        from multiprocessing import forkserver

        forkserver._forkserver._stop()  # type: ignore[attr-defined]
