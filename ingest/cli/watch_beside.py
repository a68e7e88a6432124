"""`feedsette watch` as a child process in the same process group, restarted where it ends (`serve --watch`)."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ingest.cli.terminal import echo

_MOMENT = 1.0  # seconds in which Ctrl-C, which reaches both processes, ends this one too
_SHORTEST_PAUSE, _LONGEST_PAUSE = 2, 300  # seconds before a watcher that ended is started again
_STEADY = 60  # seconds that a watcher lives after which the backoff starts anew
_STOP_TIMEOUT = 30  # seconds to save what it has received, before it is killed


@contextmanager
def watching_beside(archive: Path, public_url: str | None = None) -> Iterator[None]:
    """Keep a watcher running while the block lasts; it is restarted with exponential backoff.

    Its standard input is a pipe from this process: it ends too when that closes, even where this one is killed.
    """
    pushes = ["--public-url", public_url] if public_url else []
    command = [sys.executable, "-m", "ingest", "watch", "--until-input-ends", *pushes, "--", str(archive)]
    over = threading.Event()
    keeper = threading.Thread(target=_keep_watching, args=(command, over), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _keep_watching(command: Sequence[str], over: threading.Event) -> None:
    pause = _SHORTEST_PAUSE
    while True:
        began = time.monotonic()
        status = _watch(command, over)
        if over.wait(_MOMENT):
            return
        pause = _SHORTEST_PAUSE if time.monotonic() - began > _STEADY else pause
        echo(
            f"The watcher ended unexpectedly (status {status}); it is started again in {pause} seconds.",
            err=True,
        )
        if over.wait(pause):
            return
        pause = min(pause * 2, _LONGEST_PAUSE)


def _watch(command: Sequence[str], over: threading.Event) -> int:
    """Run one watcher until it ends, or is `over`; its exit status."""
    watcher = subprocess.Popen(command, stdin=subprocess.PIPE)
    while watcher.poll() is None and not over.wait(0.2):
        pass
    if over.is_set():
        watcher.terminate()
    try:
        return watcher.wait(_STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        watcher.kill()
        return watcher.wait()
    finally:
        if watcher.stdin:
            watcher.stdin.close()
