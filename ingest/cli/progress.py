"""A progress bar for what takes more than a second, where a person is looking."""

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import Self, TypeVar

import click

_Item = TypeVar("_Item")


class Bar:
    """A bar on standard error, when that is a terminal, unless it is to be `quiet`."""

    def __init__(self, total: int, label: str, quiet: bool = False) -> None:
        self._total, self._label, self._done = total, label, 0
        self._shown = sys.stderr.isatty() and not quiet
        self._started = time.monotonic()
        self._stack = ExitStack()
        self._bar: click._termui_impl.ProgressBar[int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def step(self, count: int = 1) -> None:
        """So many more are done."""
        self._done += count
        if self._bar is not None:
            self._bar.update(count)
        elif self._shown and time.monotonic() - self._started > 1:
            bar = click.progressbar(length=self._total, label=self._label, file=sys.stderr)
            self._bar = self._stack.enter_context(bar)
            self._bar.update(self._done)

    def reach(self, done: int, total: int) -> None:
        """So many of so many are done."""
        self._total = total
        self.step(done - self._done)


def progress(items: Iterable[_Item], total: int, label: str, quiet: bool = False) -> Iterator[_Item]:
    """`items`, one by one, with a bar."""
    with Bar(total, label, quiet) as bar:
        for item in items:
            yield item
            bar.step()
