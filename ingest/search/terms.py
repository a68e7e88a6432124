"""The parsed query: terms (each operator is a subclass), joined by OR into clauses, which are joined by AND.

Where parentheses join otherwise, an alternative of a clause is a group, which has clauses of its own. There is one form
for what means the same: `-` stands before terms alone, a group has two clauses or more and one alternative or more
beside it.
"""

import re
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from ingest.base.cjk import query_text

AMONG_FOUND = "WHERE entry IN (SELECT id FROM found)"  # in a facet; left out where all entries were found


@dataclass(frozen=True)
class Facet:
    """How to count results by the values of an operator.

    `counts` is a SELECT of value, label and count from `found`, a table of the results with their `id` and the
    `columns` of entries that are named here; it takes :most, how many values to give.
    """

    name: str  # in JSON
    title: str
    place: int  # among the facets of a page; of the same, in the order of the operators
    counts: str
    columns: tuple[str, ...] = ()
    chronological: bool = False  # all values, from the latest, instead of the commonest
    table: str = "entries"  # which archives of before may lack: there it is left out


def counted_names(kind: str) -> str:
    """The `counts` of a facet of authors or tags."""
    return f"""
        SELECT name, name, n FROM (
            SELECT {kind}, count(*) AS n FROM entry_{kind}s {AMONG_FOUND}
            GROUP BY {kind} ORDER BY n DESC, {kind} LIMIT :most
        ) JOIN {kind}s ON {kind}s.id = {kind}
    """


@dataclass(frozen=True)
class Term(ABC):
    """One condition on entries. Each operator is a subclass, which says what it means in SQL and in words."""

    value: str
    negated: bool = False
    prefix: bool = False  # value*: what begins so
    exact: bool = False  # operator:=value: the whole name, as written

    name: ClassVar[str]  # what is typed before the colon
    example: ClassVar[str]
    meaning: ClassVar[str]  # in a few words: beside a suggestion, and in the README
    takes_prefix: ClassVar[bool] = False
    takes_exact: ClassVar[bool] = False
    names_for_a_word: ClassVar[int] = 0  # how many of `names` to suggest for a word without an operator
    facet: ClassVar[Facet | None] = None

    # Parsing

    @classmethod
    def read(cls, text: str, exact: bool) -> str:
        """The value as the term holds it; "" where the text is none."""
        return single_spaced(text)

    @classmethod
    def objection(cls, text: str) -> str | None:
        """A sentence for the user on a text that is no value, where the whole term is left out for it."""
        return None

    def as_read(self) -> tuple[Self, str | None]:
        """The term as it can be searched for, and a note for the user where that is less than was typed."""
        return self, None

    # SQL

    @property
    def is_text(self) -> bool:
        """Whether the full-text index answers it, by its `phrase`."""
        return False

    def phrase(self) -> str:
        """A term of text as an FTS5 expression, within its column if it has one."""
        return (
            (f"{self.name} : " if self.name else "") + fts_string(self.value) + ("*" if self.prefix else "")
        )

    @abstractmethod
    def condition(self) -> tuple[str, str]:
        """A condition on `entries` in SQL, as if the term were not negated, and the value of its parameter :value."""

    # In words

    def typed(self) -> str:
        """The term as it can be typed."""
        plain = re.fullmatch(r"\w[\w.'/+#-]*", self.value) and self.value not in ("AND", "OR", "NOT")
        value = self.value if plain else '"' + self.value.replace('"', '""') + '"'
        name = f"{self.name}:{'=' if self.exact else ''}" if self.name else ""
        return f"{'-' if self.negated else ''}{name}{value}{'*' if self.prefix else ''}"

    @abstractmethod
    def in_words(self) -> str:
        """What it means in English, as a continuation of “entries …”."""

    def with_names(self, connection: sqlite3.Connection) -> "Term":
        """The term with names in place of ids, for an explanation."""
        return self

    def _with(self, what: str) -> str:
        return f"{'without' if self.negated else 'with'} {what}"

    def _not(self, what: str) -> str:
        return f"not {what}" if self.negated else what

    # Suggestions and facets

    @classmethod
    def names(cls, connection: sqlite3.Connection, begin: str) -> Sequence[str]:
        """Values to suggest that start with `begin`, likeliest first."""
        return ()

    @classmethod
    def examples(cls, connection: sqlite3.Connection) -> Sequence[str]:
        """Queries to learn from, with names that the archive has."""
        return (cls.example,)

    @classmethod
    def narrowing(cls, value: str) -> str:
        """The query for the results that have a value of the facet."""
        return cls(value, exact=cls.takes_exact).typed()

    @classmethod
    def features(cls) -> Mapping[str, str]:
        """Values of which each is counted among the results on its own, with their labels."""
        return {}

    @classmethod
    def came_with(cls, value: str) -> str:
        """The table that an archive must have for a value of `features` to be counted."""
        return "entries"


def fts_string(text: str) -> str:
    """The text as a quoted string of FTS5's query syntax: nothing in it is an operator."""
    return '"' + query_text(text).replace('"', '""') + '"'


def single_spaced(text: str) -> str:
    """The text with single spaces, and none around it."""
    return " ".join(text.split())


def entry_in(table: str, condition: str) -> str:
    """A condition on `entries` in SQL: some row of `table`, with the `condition`, belongs to the entry."""
    return f"entries.id IN (SELECT entry FROM {table} WHERE {condition})"


@dataclass(frozen=True)
class Clause:
    """Terms and groups of which at least one must hold."""

    terms: tuple["Term | Group", ...]


@dataclass(frozen=True)
class Group:
    """Clauses that must all hold, as one alternative of a clause."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Query:
    """Clauses that must all hold; none at all finds every entry. `notes` are sentences for the user."""

    clauses: tuple[Clause, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def terms(self) -> Iterator[Term]:
        """All terms, those in groups too."""
        return terms_in(self.clauses)


def terms_in(clauses: Iterable[Clause]) -> Iterator[Term]:
    for clause in clauses:
        for term in clause.terms:
            if isinstance(term, Group):
                yield from terms_in(term.clauses)
            else:
                yield term


def all_of(parts: Iterable[tuple[Clause, ...]]) -> tuple[Clause, ...]:
    """What holds where each of the parts does."""
    return tuple(dict.fromkeys(clause for part in parts for clause in part))


def any_of(parts: Iterable[tuple[Clause, ...]]) -> tuple[Clause, ...]:
    """What holds where one of the parts does; empty parts say nothing."""
    distinct = [part for part in dict.fromkeys(parts) if part]
    if len(distinct) < 2:
        return distinct[0] if distinct else ()
    terms = (term for part in distinct for term in (part[0].terms if len(part) == 1 else (Group(part),)))
    return (Clause(tuple(dict.fromkeys(terms))),)


def none_of(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """What holds where the clauses do not all hold, with `-` before terms alone (De Morgan)."""
    return any_of(all_of(_opposite(term) for term in clause.terms) for clause in clauses)


def _opposite(term: Term | Group) -> tuple[Clause, ...]:
    if isinstance(term, Group):
        return none_of(term.clauses)
    return (Clause((replace(term, negated=not term.negated),)),)


def mapped(clauses: Iterable[Clause], change: Callable[[Term], Term | None]) -> tuple[Clause, ...]:
    """The clauses with other terms, in order; None takes one away."""
    return all_of(any_of(_changed(term, change) for term in clause.terms) for clause in clauses)


def _changed(term: Term | Group, change: Callable[[Term], Term | None]) -> tuple[Clause, ...]:
    if isinstance(term, Group):
        return mapped(term.clauses, change)
    other = change(term)
    return (Clause((other,)),) if other else ()
