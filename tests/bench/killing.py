"""Run a command of Feedsette's in a process of its own, and kill it at a moment."""

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).parents[2]
WRITERS = {"documents": ROOT / "ingest" / "archive" / "documents", "archive": ROOT / "ingest" / "archive"}
LONGEST = 120  # seconds, on a busy machine

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.bench.killed_scenarios", "datasette.app"])


@dataclass(frozen=True)
class Kill:
    """When a process is killed: after so many seconds, or at the nth line that it runs of a folder."""

    seconds: float | None = None
    folder: str | None = None  # of WRITERS, whose lines are counted
    line: int | None = None

    @property
    def comes(self) -> bool:
        """Whether the process is killed at all; else its lines are only counted."""
        return self.seconds is not None or self.line is not None

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
    from ingest.archive.documents import keep
    from ingest.cli.commands import main
    from ingest.fetch.rate_limits import Budget
    from ingest.workers import parse_pool

    with Path(arguments[1]).with_name("commands.log").open("a") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    # Read in the process itself, which has not the time to start others, and asked without pauses.
    parse_pool.start_processes = lambda _: ThreadPoolExecutor(1)  # type: ignore[assignment,return-value]
    parse_pool.within_limits = lambda _, task: task()  # type: ignore[assignment]
    keep.LARGEST_FILE = 400_000  # type: ignore[attr-defined]  # bytes, so that files are begun often
    Budget.__init__.__defaults__ = (20, 20, 0.0)
    if kill.folder:
        # A server writes in threads, and would take long to start if each of its calls was looked at.
        _trace(str(WRITERS[kill.folder]), kill.line, lines, in_main_thread=arguments[0] != "serve")
    main(list(arguments), prog_name="feedsette")


def _trace(folder: str, last: int | None, lines: Any, in_main_thread: bool) -> None:
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
    if in_main_thread:
        sys.settrace(call)
