"""What commands print. What comes from documents, servers or file names must not control the terminal."""

import json
import logging
import re
import warnings
from typing import Any

import click

# C0 but for tab and newline, DEL, C1 (which some terminals obey in UTF-8 too), what is a line's end to some, what turns
# the direction of writing (U+202A to U+202E, U+2066 to U+2069), and halves of characters, which cannot be written.
_CONTROLS = "\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_UNPRINTABLE = re.compile(f"[\x00-\x08\x0b-\x1f{_CONTROLS}]")
_UNESCAPED = re.compile(f"[{_CONTROLS}]")  # of those, what JSON and XML may hold as it is

_format_warning = warnings.formatwarning
_make_record = logging.getLogRecordFactory()


def printable(text: object) -> str:
    """The text, with U+FFFD in the place of what a terminal would obey."""
    return _UNPRINTABLE.sub("\ufffd", str(text))


def printable_line(text: object) -> str:
    """A path or an address, printable and on one line."""
    return printable(text).replace("\n", "\ufffd").replace("\t", "\ufffd")


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


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))


def _printable_record(*args: Any, **more: Any) -> logging.LogRecord:
    record = _make_record(*args, **more)
    if isinstance(record.args, tuple):
        record.args = tuple(printable(arg) if isinstance(arg, str) else arg for arg in record.args)
    return record


def keep_libraries_printable() -> None:
    """Have what libraries warn of, or log, printed as all else is: it may quote a document, or a server's client."""
    logging.setLogRecordFactory(_printable_record)
    warnings.formatwarning = lambda *args, **more: printable(_format_warning(*args, **more))
    if logging.lastResort:
        logging.lastResort.setFormatter(_Formatter())
