"""Parses the query language, of which each operator is a class in `ingest.search.operators`:

    alignment "inner optimizer" -agents predict*     words, phrases, without, words that begin so (two letters or more)
    tag:AI OR tag:"machine learning"                 one or the other; all else must hold together, and OR binds closer
    tag:math*                                        how a name begins, for an operator that takes it
    author:="Jane Doe" lang:=en                      = is for the whole name as written, likewise
    (a b) OR -(c OR d) title:(e OR f)                parentheses, before which - and operators count for all

Nothing is an error: what has no meaning as an operator is read as words, and `Query.notes` says so. Pure.
"""

import string
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeGuard

from ingest.base.cjk import word_ends
from ingest.search.grouping import MAX_DEPTH, Parenthesis, Word, tree_of
from ingest.search.operators import OPERATORS
from ingest.search.operators.words import Words
from ingest.search.terms import Clause, Query, Term, all_of, any_of, mapped, none_of

MAX_CHARACTERS = 2_000
# FTS5 cannot be interrupted while it looks for the next entry, so what one query can ask of it is bounded: about a
# second in an archive of 100,000 entries, at the very worst.
MAX_WORDS = 64  # operators count as one each
PREFIX_COST = 8  # words
MAX_NOTES = 5

_JOINERS = "\u200c\u200d"  # which belong to the spelling of Persian words, and to emoji
_QUOTES = str.maketrans("“”„‟", '""""')


def parse_query(text: str) -> Query:
    """What someone typed, as a query. Never fails. At most MAX_CHARACTERS and MAX_WORDS are read."""
    notes: list[str] = []
    if len(text) > MAX_CHARACTERS:
        notes.append(f"Only the first {MAX_CHARACTERS:,} characters were read.")
    tree = tree_of(_printable(text[:MAX_CHARACTERS]), OPERATORS)
    if tree.too_deep:
        notes.append(f"Parentheses within more than {MAX_DEPTH} others were left out.")
    clauses = _clauses(tree, notes)
    if not clauses and not notes and text.strip():
        notes.append("There are no letters or digits to look for.")
    return _bounded(clauses, notes)


def query_of(text: str | Query) -> Query:
    """The query, parsed if it is still text."""
    return parse_query(text) if isinstance(text, str) else text


def _clauses(parenthesis: Parenthesis, notes: list[str]) -> tuple[Clause, ...]:
    """What stands between parentheses, as clauses; notes are added for the user."""
    within = all_of(
        any_of(_alternative(part, notes) for part in alternatives)
        for alternatives in _grouped(parenthesis.parts, notes)
    )
    return none_of(within) if parenthesis.negated else within


def _alternative(part: Word | Parenthesis, notes: list[str]) -> tuple[Clause, ...]:
    if isinstance(part, Parenthesis):
        return _clauses(_named(part), notes)
    term, note = _read(part)
    if note:
        notes.append(note)
    return (Clause((term,)),) if term else ()


def _named(parenthesis: Parenthesis) -> Parenthesis:
    """With the operator before it, title:(one OR two), before each part that has none of its own."""
    if parenthesis.name is None:
        return parenthesis
    name, exact = parenthesis.name, parenthesis.exact
    parts = [
        part if part.name or _is_sign(part) else replace(part, name=name, exact=exact)
        for part in parenthesis.parts
    ]
    return replace(parenthesis, parts=parts)


def _is_sign(part: Word | Parenthesis) -> bool:
    return isinstance(part, Word) and part.is_bare("AND", "OR", "NOT")


def _is_joiner(part: Word | Parenthesis) -> TypeGuard[Word]:
    return isinstance(part, Word) and part.is_bare("AND", "OR")


def _grouped(parts: Sequence[Word | Parenthesis], notes: list[str]) -> list[list[Word | Parenthesis]]:
    """The parts, those joined by OR together. An AND or OR that has no part on both sides is itself a word."""
    parts = _with_not(parts, notes)
    groups: list[list[Word | Parenthesis]] = []
    joined = False
    for i, part in enumerate(parts):
        last = i + 1 == len(parts)
        if _is_joiner(part) and groups and not last and not _is_joiner(parts[i + 1]):
            joined = part.value == "OR"
        elif joined:
            groups[-1].append(part)
            joined = False
        else:
            groups.append([part])
    return groups


def _with_not(parts: Sequence[Word | Parenthesis], notes: list[str]) -> list[Word | Parenthesis]:
    """NOT before a parenthesis is a -; before a word it is a word, as it has always been."""
    read: list[Word | Parenthesis] = []
    for part in parts:
        before = read[-1] if read else None
        if isinstance(before, Word) and before.is_bare("NOT"):
            if isinstance(part, Parenthesis):
                read[-1] = replace(part, negated=not part.negated)
                continue
            if not _is_joiner(part):
                notes.append("“NOT” was read as a word: a - before a word leaves out what has it.")
        read.append(part)
    return read


def _printable(text: str) -> str:
    """The text in Unicode's NFC, with straight quotes, and a space for each control or format character but joiners."""
    text = "".join(
        " " if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in _JOINERS else c for c in text
    )
    return unicodedata.normalize("NFC", text).translate(_QUOTES)[:MAX_CHARACTERS]


def _bounded(clauses: tuple[Clause, ...], notes: list[str]) -> Query:
    """The query, cut off after MAX_WORDS words, with a note where it is."""
    room = MAX_WORDS

    def fitting(term: Term) -> Term | None:
        nonlocal room
        fits, cost = _fit(term, room)
        if fits != term:
            notes.append(f"Only the first {MAX_WORDS} words were read.")
        room -= cost
        return fits

    return Query(mapped(clauses, fitting), tuple(dict.fromkeys(notes))[:MAX_NOTES])


def _fit(term: Term, room: int) -> tuple[Term | None, int]:
    """A term cut to `room` words (None where nothing fits), and its cost in words."""
    ends = word_ends(term.value) if term.is_text else []
    cost = (len(ends) or 1) + (PREFIX_COST if term.prefix else 0)
    if cost <= room:
        return term, cost
    if room and ends and not term.prefix:
        return replace(term, value=term.value[: ends[room - 1]]), room
    return None, room


def _read(word: Word) -> tuple[Term | None, str | None]:
    """The term that a word stands for, and a note for the user; None for either where there is none."""
    words = Words(word.value, word.negated, word.prefix)
    name = word.name
    if name is None:
        return _read_words(words)
    operator = OPERATORS.get(name.lower())
    if operator:
        return _read_operator(operator, words, exact=word.exact)
    term, _ = _read_words(replace(words, value=f"{name}:{word.value}"))
    meant = word.value and not word.value.startswith((":", "/"))  # unlike std::vector, https://…
    return term, f"There is no operator “{name}:”, so it was read as a word." if meant else None


def _read_words(words: Words) -> tuple[Term | None, str | None]:
    value = words.read(words.value, exact=False)
    if value:
        return replace(words, value=value).as_read()
    symbols = words.value.strip(string.punctuation + string.whitespace + "\u2013\u2014")
    return None, f"“{symbols}” has no letters or digits to look for." if symbols else None


def _read_operator(operator: type[Term], typed: Words, exact: bool) -> tuple[Term | None, str | None]:
    """The term of an operator and a note. `typed` holds its value and signs, parsed as those of a word."""
    exact = exact and operator.takes_exact
    value = operator.read(typed.value, exact)
    if value:
        prefix = typed.prefix and operator.takes_prefix and not exact
        return operator(value, typed.negated, prefix, exact).as_read()
    objection = operator.objection(typed.value)
    if objection and typed.value.strip():
        return None, objection
    word = Words(operator.name, typed.negated)
    return word, f"“{operator.name}:” has no value, so it was read as a word."
