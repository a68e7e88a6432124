"""What the full-text index answers: words anywhere, and the operators for titles and authors."""

import sqlite3
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Self

from ingest.base.cjk import is_unspaced
from ingest.search import lookups
from ingest.search.terms import Facet, Term, counted_names, entry_in, single_spaced

MATCHES = "entries.id IN (SELECT rowid FROM entries_fts WHERE entries_fts MATCH :value)"


class Words(Term):
    """A word or a phrase: anywhere in title, author or text, or where it has a name, in that column of the index."""

    name = ""
    takes_prefix = True

    @classmethod
    def read(cls, text: str, exact: bool) -> str:
        return trimmed(text)

    def as_read(self) -> tuple[Self, str | None]:
        """Without the * where it changes nothing (any part of 機械 is found anyway) or the word is too short for it."""
        if not (self.prefix and self.is_text):
            return self, None
        last = self.value[-2:]
        if is_unspaced(last[-1]):
            return replace(self, prefix=False), None
        if len(last) == 2 and last.isalnum() and not is_unspaced(last):
            return self, None
        note = f"“{self.value}*” needs two letters before the * and was read without it."
        return replace(self, prefix=False), note

    @property
    def is_text(self) -> bool:
        return True

    def condition(self) -> tuple[str, str]:
        return MATCHES, self.phrase()

    def in_words(self) -> str:
        return self._with(f"words that begin with “{self.value}”" if self.prefix else f"“{self.value}”")


class TitleTerm(Words):
    name = "title"
    example = "title:review"
    meaning = "words of the title"

    def in_words(self) -> str:
        return f"{super().in_words()} in the title"


class AuthorTerm(Words):
    """Words of the author's name, or the whole name."""

    name = "author"
    example = "author:hanson"
    meaning = "who wrote it"
    takes_exact = True
    names_for_a_word = 3
    facet = Facet("author", "Author", 2, counted_names("author"))

    @classmethod
    def read(cls, text: str, exact: bool) -> str:
        return single_spaced(text) if exact else super().read(text, exact)

    @property
    def is_text(self) -> bool:
        return not self.exact

    def condition(self) -> tuple[str, str]:
        if not self.exact:
            return super().condition()
        named = "author IN (SELECT id FROM authors WHERE name = :value)"
        return entry_in("entry_authors", named), self.value

    def in_words(self) -> str:
        if self.exact:
            return self._not(f"by {self.value}")
        return f"{super().in_words()} in the name of the author"

    @classmethod
    def names(cls, connection: sqlite3.Connection, begin: str) -> Sequence[str]:
        return lookups.joined_names(connection, "author", begin)

    @classmethod
    def examples(cls, connection: sqlite3.Connection) -> Sequence[str]:
        return [cls(name).typed() for name in lookups.common_name(connection, "author")]


def trimmed(text: str) -> str:
    """The text from its first letter or digit to its last, as FTS5 sees no other characters; "" when it has none."""
    categories = [unicodedata.category(c) for c in text]
    seen = [i for i, category in enumerate(categories) if category[0] in "LN" or category == "Co"]
    if not seen:
        return ""
    last = seen[-1]
    while last + 1 < len(text) and categories[last + 1][0] == "M":  # vowel signs
        last += 1
    return single_spaced(text[seen[0] : last + 1])
