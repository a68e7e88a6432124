"""Operators for what has a name: tags, feeds, languages, hosts."""

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.archive.names import FEED_NAME
from ingest.search import lookups
from ingest.search.lookups import escaped_like
from ingest.search.terms import Facet, Term, counted_names, entry_in, single_spaced

MAX_HOST_PARTS = 8  # in links.host_key


def _cases(value: str) -> list[str]:
    """The value in other cases, unless it is ASCII: of that alone SQLite folds the case."""
    cases = [value, value.lower(), value.upper(), value.capitalize(), value.title()]
    return [value] if value.isascii() else list(dict.fromkeys(cases))


def _json(values: Iterable[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


class TagTerm(Term):
    """A whole tag, in upper or lower case unless exact, or how it begins."""

    name = "tag"
    example = 'tag:"machine learning"'
    meaning = "a tag"
    takes_prefix = True
    takes_exact = True
    names_for_a_word = 4
    facet = Facet("tag", "Tag", 3, counted_names("tag"))

    def condition(self) -> tuple[str, str]:
        if self.prefix:
            named = "EXISTS (SELECT 1 FROM json_each(:value) WHERE name LIKE value ESCAPE '\\')"
            value = _json(f"{escaped_like(case)}%" for case in _cases(self.value))
        else:
            named = "name IN (SELECT value FROM json_each(:value))"
            value = _json([self.value] if self.exact else _cases(self.value))
        return entry_in("entry_tags", f"tag IN (SELECT id FROM tags WHERE {named})"), value

    def in_words(self) -> str:
        return self._not(f"tagged {self.value}{'…' if self.prefix else ''}")

    @classmethod
    def names(cls, connection: sqlite3.Connection, begin: str) -> Sequence[str]:
        return lookups.joined_names(connection, "tag", begin)

    @classmethod
    def examples(cls, connection: sqlite3.Connection) -> Sequence[str]:
        return [cls(name).typed() for name in lookups.common_name(connection, "tag")]


class FeedTerm(Term):
    """A feed by its number, by a part of its title or address, or by the whole of it."""

    name = "feed"
    example = "feed:lesswrong"
    meaning = "a feed, by its title or number"
    takes_exact = True
    names_for_a_word = 3
    facet = Facet(
        "feed",
        "Feed",
        1,
        f"""
        SELECT feeds.id, {FEED_NAME}, n
        FROM (SELECT feed, count(*) AS n FROM found GROUP BY feed ORDER BY n DESC, feed LIMIT :most)
        JOIN feeds ON feeds.id = feed
        """,
        columns=("feed",),
    )

    @property
    def _is_number(self) -> bool:
        return self.value.isascii() and self.value.isdecimal()

    def condition(self) -> tuple[str, str]:
        if self._is_number:
            return "entries.feed = CAST(:value AS INTEGER)", self.value
        if self.exact:
            return "entries.feed IN (SELECT id FROM feeds WHERE title = :value OR url = :value)", self.value
        part_of = "title LIKE value ESCAPE '\\' OR url LIKE value ESCAPE '\\'"
        return (
            "entries.feed IN (SELECT id FROM feeds WHERE EXISTS"
            f" (SELECT 1 FROM json_each(:value) WHERE {part_of}))",
            _json(f"%{escaped_like(case)}%" for case in _cases(self.value)),
        )

    def in_words(self) -> str:
        if self._is_number:
            return self._not(f"of feed {self.value}")
        return self._not(f"of the feed {self.value}" if self.exact else f"of feeds named “{self.value}”")

    def with_names(self, connection: sqlite3.Connection) -> Term:
        if not self._is_number or len(self.value) > 18:  # digits, of SQLite's integers
            return self
        row = connection.execute(f"SELECT {FEED_NAME} FROM feeds WHERE id = ?", [int(self.value)]).fetchone()
        return replace(self, value=row[0], exact=True) if row and not row[0].isdecimal() else self

    @classmethod
    def names(cls, connection: sqlite3.Connection, begin: str) -> Sequence[str]:
        return lookups.feed_titles(connection, begin)

    @classmethod
    def examples(cls, connection: sqlite3.Connection) -> Sequence[str]:
        return [cls(title).typed() for title in lookups.first_feed_title(connection)]

    @classmethod
    def narrowing(cls, value: str) -> str:
        return f"{cls.name}:{value}"


class FolderTerm(Term):
    """A folder of feeds and those within it, in upper or lower case, or exactly this one."""

    name = "folder"
    example = "folder:news"
    meaning = "a folder of feeds, or one within it"
    takes_exact = True
    names_for_a_word = 1
    facet = Facet(
        "folder",
        "Folder",
        1,
        """
        SELECT folder, folder, sum(n) AS total
        FROM (SELECT feed, count(*) AS n FROM found GROUP BY feed) JOIN feeds ON feeds.id = feed
        WHERE folder != '' GROUP BY folder ORDER BY total DESC, folder LIMIT :most
        """,
        columns=("feed",),
    )

    def condition(self) -> tuple[str, str]:
        if self.exact:
            return "entries.feed IN (SELECT id FROM feeds WHERE folder = :value)", self.value
        like = "EXISTS (SELECT 1 FROM json_each(:value) WHERE folder LIKE value ESCAPE '\\')"
        names = [escaped_like(case) for case in _cases(self.value)]
        within = [f"{name}/%" for name in names]
        return f"entries.feed IN (SELECT id FROM feeds WHERE {like})", _json([*names, *within])

    def in_words(self) -> str:
        return self._not(f"in the folder {self.value}")

    @classmethod
    def names(cls, connection: sqlite3.Connection, begin: str) -> Sequence[str]:
        return lookups.folder_names(connection, begin)

    @classmethod
    def examples(cls, connection: sqlite3.Connection) -> Sequence[str]:
        return [cls(name).typed() for name in lookups.folder_names(connection, "")[:1]]


class SourceTerm(Term):
    """Where an aggregated entry comes from, by a part of its title or address, or by the whole of it."""

    name = "source"
    example = "source:gazette"
    meaning = "where an aggregated entry comes from"
    takes_exact = True
    names_for_a_word = 2
    facet = Facet(
        "source",
        "Source",
        1,
        """
        SELECT coalesce(url, title), coalesce(title, url), n
        FROM (
            SELECT source, count(*) AS n FROM found WHERE source IS NOT NULL
            GROUP BY source ORDER BY n DESC, source LIMIT :most
        )
        JOIN sources ON sources.id = source
        """,
        columns=("source",),
        table="sources",
    )

    def condition(self) -> tuple[str, str]:
        if self.exact:
            return (
                "entries.source IN (SELECT id FROM sources WHERE title = :value OR url = :value)",
                self.value,
            )
        part_of = "title LIKE value ESCAPE '\\' OR url LIKE value ESCAPE '\\'"
        return (
            "entries.source IN (SELECT id FROM sources WHERE EXISTS"
            f" (SELECT 1 FROM json_each(:value) WHERE {part_of}))",
            _json(f"%{escaped_like(case)}%" for case in _cases(self.value)),
        )

    def in_words(self) -> str:
        return self._not(f"from {self.value}" if self.exact else f"from sources named “{self.value}”")

    def with_names(self, connection: sqlite3.Connection) -> Term:
        if not self.exact:
            return self
        row = connection.execute("SELECT title FROM sources WHERE url = ?", [self.value]).fetchone()
        return replace(self, value=row[0]) if row and row[0] else self

    @classmethod
    def names(cls, connection: sqlite3.Connection, begin: str) -> Sequence[str]:
        return lookups.source_titles(connection, begin)


class LanguageTerm(Term):
    """A language and its variants, or this one alone."""

    name = "lang"
    example = "lang:en"
    meaning = "a language, such as en"
    takes_exact = True
    facet = Facet(
        "language",
        "Language",
        5,
        """
        SELECT language, language, count(*) AS n FROM found WHERE language IS NOT NULL
        GROUP BY language ORDER BY n DESC, language LIMIT :most
        """,
        columns=("language",),
    )

    @classmethod
    def read(cls, text: str, exact: bool) -> str:
        value = single_spaced(text)
        return value if exact else value.lower().replace("_", "-")

    def condition(self) -> tuple[str, str]:
        if self.exact:
            return "entries.language = :value", self.value
        variants = (
            "entries.language LIKE :value ESCAPE '\\' OR entries.language LIKE :value || '-%' ESCAPE '\\'"
        )
        return f"({variants})", escaped_like(self.value)

    def in_words(self) -> str:
        return self._not(f"in the language {self.value}")

    @classmethod
    def names(cls, connection: sqlite3.Connection, begin: str) -> Sequence[str]:
        return lookups.distinct_values(connection, "entries", "language", begin)


class HostTerm(Term):
    """A link to a host or one beneath it, or to this one alone."""

    name = "host"
    example = "host:wikipedia.org"
    meaning = "links to a site"
    takes_exact = True

    @classmethod
    def read(cls, text: str, exact: bool) -> str:
        host = re.sub(r"^([a-z]+://)?(www\.)?", "", single_spaced(text).lower())
        return host.split("/")[0].lstrip(".")

    def condition(self) -> tuple[str, str]:
        if self.exact:
            return entry_in("links", "host = :value"), self.value
        # '/' comes next after '.'
        beneath = entry_in("links", "host_key >= :value || '.' AND host_key < :value || '/'")
        return beneath, ".".join(reversed(self.value.split(".")[-MAX_HOST_PARTS:]))

    def in_words(self) -> str:
        return self._with(f"a link to {self.value}{'' if self.exact else ' or a site beneath it'}")

    @classmethod
    def names(cls, connection: sqlite3.Connection, begin: str) -> Sequence[str]:
        return lookups.distinct_values(connection, "links", "host", begin.lower())
