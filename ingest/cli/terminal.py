"""How commands print: what others wrote must not control the terminal."""

import json
import re
from typing import Any

import click

from ingest.base.printable import CONTROLS, printable

_UNESCAPED = re.compile(f"[{CONTROLS}]")  # what JSON and XML may hold as it is, but a terminal obeys


def echo(message: object = "", err: bool = False, styled: bool = False) -> None:
    """Print a line on standard output, or on standard error. Of what is `styled` all parts are printable already."""
    click.echo(message if styled else printable(message), err=err)


def bold(text: str) -> str:
    """The text in bold, for `styled` lines."""
    return click.style(printable(text), bold=True)


def printable_json(value: Any) -> str:
    """The value as JSON that is printable: what a terminal would obey is escaped, and so not lost."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return _UNESCAPED.sub(lambda control: f"\\u{ord(control[0]):04x}", text)


def printable_xml(document: str) -> str:
    """The document with what a terminal would obey in character references, which may stand wherever that may."""
    return _UNESCAPED.sub(lambda control: f"&#x{ord(control[0]):x};", document)
