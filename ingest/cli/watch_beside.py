"""`feedsette watch` beside something else, in the same process group, for as long as that lasts."""

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
_STEADY = 60  # seconds: a watcher that lived so long did not fail at the start
_PATIENCE = 30  # seconds that it may take to save what it has in hand


@contextmanager
def watching_beside(archive: Path, public_url: str | None = None) -> Iterator[None]:
    """A watcher that is started again where it ends, until the block does.

    The end of its standard input tells it that this process is no more, however that ended.
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
    """One watcher, from its start to its end."""
    watcher = subprocess.Popen(command, stdin=subprocess.PIPE)
    while watcher.poll() is None and not over.wait(0.2):
        pass
    if over.is_set():
        watcher.terminate()
    try:
        return watcher.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        watcher.kill()
        return watcher.wait()
    finally:
        if watcher.stdin:
            watcher.stdin.close()
