"""A diff of two texts by words or lines, bounded in its work. Pure."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

MOST_WORDS = 12_000  # of both texts together, that are compared word by word; beyond that, line by line
MOST_LINES = 4_000
CONTEXT = 25  # words that are shown around a change
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
WORD_PIECE = re.compile(r"\s*\S+")

Change = Literal["same", "gone", "new", "gap"]


@dataclass(frozen=True)
class Piece:
    """A part of a diff. A gap stands for unchanged words that are not shown."""

    change: Change
    text: str


def compare(before: str, after: str) -> tuple[Piece, ...] | None:
    """A diff of two texts: by words, or by lines where they are long; None where they are too long for either.

    The work is bounded: a common beginning and end are set aside first.
    """
    for pattern, most in ((WORD_PIECE, MOST_WORDS), (_LINE, MOST_LINES)):
        old, new = pattern.findall(before), pattern.findall(after)
        start = _common(old, new)
        end = _common(old[start:][::-1], new[start:][::-1])
        middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
        if len(middle_old) + len(middle_new) <= most:
            changes = _changes(middle_old, middle_new)
            tail = new[len(new) - end :] if end else []
            return tuple(_shortened([("same", new[:start]), *changes, ("same", tail)]))
    return None


def _common(one: list[str], other: list[str]) -> int:
    for i, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return i
    return min(len(one), len(other))


def _changes(old: list[str], new: list[str]) -> list[tuple[Change, list[str]]]:
    changes: list[tuple[Change, list[str]]] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=True).get_opcodes():
        if tag == "equal":
            changes.append(("same", new[k:m]))
            continue
        changes += [("gone", old[i:j])] if j > i else []
        changes += [("new", new[k:m])] if m > k else []
    return changes


def _shortened(changes: list[tuple[Change, list[str]]]) -> list[Piece]:
    """The changes as text, with CONTEXT words of what stayed the same on either side."""
    pieces: list[Piece] = []
    last = len(changes) - 1
    for i, (change, words) in enumerate(changes):
        if change != "same" or len(words) <= 2 * CONTEXT:
            pieces += [Piece(change, "".join(words))] if words else []
            continue
        if i > 0:
            pieces.append(Piece("same", "".join(words[:CONTEXT])))
        pieces.append(Piece("gap", ""))
        if i < last:
            pieces.append(Piece("same", "".join(words[-CONTEXT:])))
    return pieces
