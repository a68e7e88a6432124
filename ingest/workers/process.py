"""What runs in each process of the parse pool: how it begins, and the limits within which it does a task.

Without asyncio, which a process would load for nothing.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

from ingest.base.models import NotAFeed
from ingest.base.printable import keep_libraries_printable
from ingest.workers.collecting import collect_less_often
from ingest.workers.malloc import give_back_large_blocks

_Result = TypeVar("_Result")


def prepare_worker() -> None:
    """Initialise a worker: it ignores Ctrl-C, which its parent handles, and exits when its parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    give_back_large_blocks()
    collect_less_often()
    keep_libraries_printable()


def _end_with_parent() -> None:
    import multiprocessing

    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def within_limits(limits: tuple[int, int], task: Callable[[], _Result]) -> _Result:
    """Do a task that may take so many seconds of CPU time and bytes of memory.

    Where it takes more, the system ends this process; NotAFeed is raised where memory is refused.
    """
    if sys.platform != "win32":
        import resource

        seconds, memory = limits
        used = resource.getrusage(resource.RUSAGE_SELF)
        resource.setrlimit(
            resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, resource.RLIM_INFINITY)
        )
        resource.setrlimit(resource.RLIMIT_AS, (memory, resource.RLIM_INFINITY))
    try:
        return task()
    except MemoryError:
        raise NotAFeed("it was given up: reading it took too much memory.") from None
