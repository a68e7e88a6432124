"""Parses the query language, of which each operator is a class in `ingest.search.operators`:

    alignment "inner optimizer" -agents predict*     words, phrases, without, words that begin so (two letters or more)
    tag:AI OR tag:"machine learning"                 one or the other; all else must hold together, and OR binds closer
    tag:math*                                        how a name begins, for an operator that takes it
    author:="Jane Doe" lang:=en                      = is for the whole name as written, likewise

Nothing is an error: what has no meaning as an operator is read as words, and `Query.notes` says so. Pure.
"""

import re
import string
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from ingest.base.cjk import word_ends
from ingest.search.operators import OPERATORS
from ingest.search.operators.words import Words
from ingest.search.terms import Clause, Query, Term

MAX_CHARACTERS = 2_000
# FTS5 cannot be interrupted while it looks for the next entry, so what one query can ask of it is bounded: about a
# second in an archive of 100,000 entries, at the very worst.
MAX_WORDS = 64  # operators count as one each
PREFIX_COST = 8  # words
MAX_NOTES = 5

# A doubled quote inside of quotes stands for one, as in SQL and CSV.
_TOKEN = re.compile(
    r"""
    [(]*
    (?P<negated> - (?=[^\s(*-]) )?
    (?: (?P<name> [A-Za-z]+ ) [:\uff1a] (?P<exact> = )? )?
    (?: " (?P<quoted> (?: [^"] | "" )* ) " (?P<star> [*] )? | (?P<bare> [^\s"]* ) )
    """,
    re.VERBOSE,
)
_JOINERS = "\u200c\u200d"  # which belong to the spelling of Persian words, and to emoji
_QUOTES = str.maketrans("“”„‟", '""""')


def parse_query(text: str) -> Query:
    """What someone typed, as a query. Never fails. At most MAX_CHARACTERS and MAX_WORDS are read."""
    notes: list[str] = []
    if len(text) > MAX_CHARACTERS:
        notes.append(f"Only the first {MAX_CHARACTERS:,} characters were read.")
    clauses = []
    for alternatives in _grouped(_printable(text[:MAX_CHARACTERS])):
        readings = [_read(token) for token in alternatives]
        terms = dict.fromkeys(term for term, _ in readings if term)
        notes += [note for _, note in readings if note]
        if terms:
            clauses.append(Clause(tuple(terms)))
    if not clauses and not notes and text.strip():
        notes.append("There are no letters or digits to look for.")
    return _bounded(dict.fromkeys(clauses), notes)


def query_of(text: str | Query) -> Query:
    """The query, parsed if it is still text."""
    return parse_query(text) if isinstance(text, str) else text


def _grouped(text: str) -> list[list[re.Match[str]]]:
    """The tokens, those joined by OR together. An AND or OR that has no token on both sides is itself a word."""
    tokens = [token for token in _TOKEN.finditer(text) if token[0].strip("(")]
    groups: list[list[re.Match[str]]] = []
    joined = False
    for i, token in enumerate(tokens):
        last = i + 1 == len(tokens)
        if token[0] in ("AND", "OR") and groups and not last and tokens[i + 1][0] not in ("AND", "OR"):
            joined = token[0] == "OR"
        elif joined:
            groups[-1].append(token)
            joined = False
        else:
            groups.append([token])
    return groups


def _printable(text: str) -> str:
    """The text in Unicode's NFC, with straight quotes, and a space for each control or format character but joiners."""
    text = "".join(
        " " if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in _JOINERS else c for c in text
    )
    return unicodedata.normalize("NFC", text).translate(_QUOTES)[:MAX_CHARACTERS]


def _bounded(clauses: Iterable[Clause], notes: list[str]) -> Query:
    """The query, cut off after MAX_WORDS words, with a note where it is."""
    kept: list[Clause] = []
    room = MAX_WORDS
    for clause in clauses:
        terms = []
        for term in clause.terms:
            fitting, cost = _fit(term, room)
            if fitting != term:
                notes.append(f"Only the first {MAX_WORDS} words were read.")
            if fitting:
                terms.append(fitting)
            room -= cost
        if terms:
            kept.append(Clause(tuple(dict.fromkeys(terms))))
    return Query(tuple(dict.fromkeys(kept)), tuple(dict.fromkeys(notes))[:MAX_NOTES])


def _fit(term: Term, room: int) -> tuple[Term | None, int]:
    """A term cut to `room` words (None where nothing fits), and its cost in words."""
    ends = word_ends(term.value) if term.is_text else []
    cost = (len(ends) or 1) + (PREFIX_COST if term.prefix else 0)
    if cost <= room:
        return term, cost
    if room and ends and not term.prefix:
        return replace(term, value=term.value[: ends[room - 1]]), room
    return None, room


def _read(token: re.Match[str]) -> tuple[Term | None, str | None]:
    """The term that a token stands for, and a note for the user; None for either where there is none."""
    quoted, bare = token["quoted"], token["bare"]
    if quoted is not None:
        value, prefix = quoted.replace('""', '"'), token["star"] is not None
    else:
        value, prefix = bare.rstrip("*"), bare.endswith("*")
        value = value if "(" in value else value.rstrip(")")  # of a (tag:x OR tag:y)
    words = Words(value, token["negated"] is not None, prefix)
    name = token["name"]
    if name is None:
        return _read_words(words)
    operator = OPERATORS.get(name.lower())
    if operator:
        return _read_operator(operator, words, exact=token["exact"] is not None)
    term, _ = _read_words(replace(words, value=f"{name}:{value}"))
    meant = value and not value.startswith((":", "/"))  # unlike std::vector, https://…
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
