"""Printing to a terminal: untrusted text must not control it (escape sequences)."""

import json
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import click

from ingest.base.printable import CONTROLS, printable

_UNESCAPED = re.compile(f"[{CONTROLS}]")  # what JSON and XML may hold as it is, but a terminal obeys


def echo(message: object = "", err: bool = False, styled: bool = False) -> None:
    """Print a line on standard output or standard error, escaped unless it is `styled`: then its parts are already."""
    click.echo(message if styled else printable(message), err=err)


def terminal_columns() -> int:
    """The width of the terminal; without bound where standard output is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 10**6


def bold(text: str) -> str:
    """The text in bold, for `styled` lines."""
    return click.style(printable(text), bold=True)


def printable_json(value: Any) -> str:
    """The value as JSON, with control characters as escapes, which loses nothing."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return _UNESCAPED.sub(lambda control: f"\\u{ord(control[0]):04x}", text)


def printable_xml(document: str) -> str:
    """The XML document with control characters as character references, which loses nothing."""
    return _UNESCAPED.sub(lambda control: f"&#x{ord(control[0]):x};", document)


def table_lines(head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> Iterator[str]:
    """A table for a terminal: the first column to the left, numbers to the right."""
    cells = [tuple(head)] + [
        tuple(f"{cell:,}" if isinstance(cell, int) else cell for cell in row) for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for first, *others in cells:
        rest = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        yield "  ".join([first.ljust(widths[0]), *rest])
