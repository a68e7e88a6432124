"""Start a process of the parse pool: on its own, or forked from one that has loaded what each of them needs."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ingest.workers.process import prepare_worker

FOLDER = "FEEDSETTE_FOLDER_OF_FORKS"  # tells that process the folder for its socket

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
    from multiprocessing import forkserver, resource_tracker, util

    resource_tracker.ensure_running()  # it would have the signal let through
    forkserver.set_forkserver_preload(["ingest.workers.preloaded"])
    os.environ[FOLDER] = util.get_temp_dir()
    # Ctrl-C, which a terminal sends to all, is its parent's to handle, also while it loads.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        forkserver.ensure_running()
    except OSError:  # its socket is in the folder for temporary files, whose path may be too long
        return False
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        del os.environ[FOLDER]
    return True


@contextmanager
def begin_forks(begin: bool) -> Iterator[None]:
    """With `begin`, start that process now, so that it loads what it needs while this one does; it ends at the end."""
    if begin:
        _can_fork()
    try:
        yield
    finally:
        if "multiprocessing.forkserver" in sys.modules:
            end_forks()


def end_forks() -> None:
    """End that process, once those are that were forked from it: it would end with this one, but unwaited for."""
    if sys.platform == "linux":
        from multiprocessing import forkserver

        forkserver._forkserver._stop()  # type: ignore[attr-defined]
