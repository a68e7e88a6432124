"""Untrusted text made safe to print: control characters of documents, servers or file names never reach a terminal."""

import logging
import re
import warnings
from typing import Any

# C0 but for tab and newline, DEL, C1 (which some terminals obey in UTF-8 too), line and paragraph separators,
# bidirectional controls (U+202A to U+202E, U+2066 to U+2069), and surrogates, which cannot be encoded.
CONTROLS = "\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_UNPRINTABLE = re.compile(f"[\x00-\x08\x0b-\x1f{CONTROLS}]")

_format_warning = warnings.formatwarning
_make_record = logging.getLogRecordFactory()


def printable(text: object) -> str:
    """The text with U+FFFD for each control character."""
    return _UNPRINTABLE.sub("\ufffd", str(text))


def printable_line(text: object) -> str:
    """The text of a path or an address, printable and on one line."""
    return printable(text).replace("\n", "\ufffd").replace("\t", "\ufffd")


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))


def _printable_record(*args: Any, **more: Any) -> logging.LogRecord:
    record = _make_record(*args, **more)
    if isinstance(record.args, tuple):
        record.args = tuple(printable(arg) if isinstance(arg, str) else arg for arg in record.args)
    return record


def keep_libraries_printable() -> None:
    """Make all warnings and log records of this process printable: libraries may quote untrusted text in them."""
    logging.setLogRecordFactory(_printable_record)
    warnings.formatwarning = lambda *args, **more: printable(_format_warning(*args, **more))
    if logging.lastResort:
        logging.lastResort.setFormatter(_Formatter())
