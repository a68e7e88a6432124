"""The archive's query language: what people type in the search box, as conditions on entries.

    alignment "inner optimizer" -agents predict*     words, phrases, without, words that begin so (two letters or more)
    tag:AI OR tag:"machine learning"                 one or the other; all else must hold together, and OR binds closer
    title:review author:jane                         words of the title, of the author's name
    feed:lesswrong feed:12                           part of a feed's title or address, or its number
    tag:AI tag:math*                                 a whole tag, or how it begins
    author:="Jane Doe" feed:="The Feed"              = is for the whole name as written: author, feed, tag, lang, host
    after:2024-03 before:2025                        from the start of March 2024 to the end of 2024, in UTC
    lang:en host:wikipedia.org                       a language and its variants; links to a host or one beneath it
    has:audio has:video has:image has:math is:edited is:removed

Nothing is an error: what has no meaning as an operator is read as words, and `Query.notes` says so. All here is pure.
"""

import json
import re
import string
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, cast

from ingest.base.cjk import is_unspaced, spaced, word_ends

MAX_CHARACTERS = 2_000
# FTS5 cannot be interrupted while it looks for the next entry, so what one query can ask of it is bounded: about a
# second in an archive of 100,000 entries, at the very worst.
MAX_WORDS = 64  # operators count as one each
PREFIX_COST = 8  # words
MAX_NOTES = 5
MAX_HOST_PARTS = 8  # in links.host_key

Field = Literal["", "title", "author", "feed", "tag", "before", "after", "lang", "host", "has", "is"]
FIELDS: tuple[Field, ...] = ("title", "author", "feed", "tag", "before", "after", "lang", "host", "has", "is")
CHOICES: dict[str, tuple[str, ...]] = {
    "has": ("audio", "video", "image", "math"),
    "is": ("edited", "removed"),
}


@dataclass(frozen=True)
class Term:
    """One condition. The field "" is anywhere: in title, author or text."""

    value: str
    field: Field = ""
    negated: bool = False
    prefix: bool = False  # value*: what begins so
    exact: bool = False  # field:=value: the whole name, as written

    @property
    def is_text(self) -> bool:
        """Whether the full-text index answers it."""
        return self.field in ("", "title") or (self.field == "author" and not self.exact)


@dataclass(frozen=True)
class Clause:
    """Terms of which at least one must hold."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Query:
    """Clauses that must all hold; none at all finds every entry. `notes` are sentences for whoever typed it."""

    clauses: tuple[Clause, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sql:
    """A query as conditions on the table entries.

    `match` is an expression for entries_fts, to rank by; it is in `params` as :match, with the parameters of
    `where`, which holds all other conditions, or EVERYTHING.
    """

    where: str
    params: dict[str, str]
    match: str | None

    @property
    def condition(self) -> str:
        """`match` and `where` as one condition, for what does not rank."""
        if self.match is None:
            return self.where
        matching = _TEXT.replace(":value", ":match")
        return matching if self.where == EVERYTHING else f"{matching}\n    AND {self.where}"


# From text to query


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
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?", re.ASCII)
_SYNONYMS = {"maths": "math", "images": "image", "videos": "video", "podcast": "audio"}


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
    """Composed, with straight quotes, and a space for what shows nothing: NUL, controls, marks of direction."""
    text = "".join(
        " " if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in _JOINERS else c for c in text
    )
    return unicodedata.normalize("NFC", text).translate(_QUOTES)[:MAX_CHARACTERS]


def _bounded(clauses: Iterable[Clause], notes: list[str]) -> Query:
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
    """As much of a term as there is room for, and how much it takes."""
    ends = word_ends(term.value) if term.is_text else []
    cost = (len(ends) or 1) + (PREFIX_COST if term.prefix else 0)
    if cost <= room:
        return term, cost
    if room and ends and not term.prefix:
        return replace(term, value=term.value[: ends[room - 1]]), room
    return None, room


def _read(token: re.Match[str]) -> tuple[Term | None, str | None]:
    """What a token stands for, if anything, and what to say of it, if anything."""
    quoted, bare = token["quoted"], token["bare"]
    if quoted is not None:
        value, prefix = quoted.replace('""', '"'), token["star"] is not None
    else:
        value, prefix = bare.rstrip("*"), bare.endswith("*")
        value = value if "(" in value else value.rstrip(")")  # of a (tag:x OR tag:y)
    name = token["name"]
    term = Term(value, "", token["negated"] is not None, prefix, token["exact"] is not None)
    if name is None:
        return _read_words(term)
    if name.lower() in FIELDS:
        return _read_operator(replace(term, field=cast(Field, name.lower())))
    words, _ = _read_words(replace(term, value=f"{name}:{value}", exact=False))
    meant = value and not value.startswith((":", "/"))  # unlike std::vector, https://…
    return words, f"There is no operator “{name}:”, so it was read as a word." if meant else None


def _read_words(term: Term) -> tuple[Term | None, str | None]:
    value = _trim(term.value)
    if value:
        return _with_prefix(replace(term, value=value))
    symbols = term.value.strip(string.punctuation + string.whitespace + "\u2013\u2014")
    return None, f"“{symbols}” has no letters or digits to look for." if symbols else None


def _with_prefix(term: Term) -> tuple[Term, str | None]:
    """The term, without its prefix where that says nothing (any part of 機械 is found) or is all too short."""
    if not (term.prefix and term.is_text):
        return term, None
    last = term.value[-2:]
    if is_unspaced(last[-1]):
        return replace(term, prefix=False), None
    if len(last) == 2 and last.isalnum() and not is_unspaced(last):
        return term, None
    return replace(
        term, prefix=False
    ), f"“{term.value}*” needs two letters before the * and was read without it."


def _read_operator(term: Term) -> tuple[Term | None, str | None]:
    if term.field in ("before", "after"):
        value = _read_date(term.value)
        note = (
            f"“{term.value}” is no date such as 2024, 2024-03 or 2024-03-05, so “{term.field}:” was left out."
        )
    elif term.field in CHOICES:
        value = term.value.lower()
        value = _SYNONYMS.get(value, value)
        value = value if value in CHOICES[term.field] else ""
        choices = " or ".join(f"{term.field}:{choice}" for choice in CHOICES[term.field])
        note = f"“{term.field}:{term.value}” was left out; there is {choices}."
    elif term.is_text:
        value, note = _trim(term.value), None
    else:
        value, note = _read_name(term), None
    if value:
        exact = term.exact and term.field in ("author", "feed", "tag", "lang", "host")
        prefix = term.prefix and not exact and (term.is_text or term.field == "tag")
        return _with_prefix(replace(term, value=value, prefix=prefix, exact=exact))
    if note and term.value.strip():
        return None, note
    word = Term(term.field, negated=term.negated)
    return word, f"“{term.field}:” has no value, so it was read as a word."


def _read_name(term: Term) -> str:
    """The name of a feed, tag, author, language or host."""
    value = " ".join(term.value.split())
    if term.field == "host":
        value = re.sub(r"^([a-z]+://)?(www\.)?", "", value.lower()).split("/")[0].lstrip(".")
    if term.field == "lang" and not term.exact:
        value = value.lower().replace("_", "-")
    return value


def _read_date(value: str) -> str:
    """A year, month or day as the beginning of an ISO 8601 date; "" for what is none."""
    found = _DATE.fullmatch(value.strip())
    if not found:
        return ""
    year, month, day = found.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return ""
    return "-".join([year, *(f"{int(part):02}" for part in (month, day) if part)])


def _trim(text: str) -> str:
    """The text from its first letter or digit to its last, as FTS5 sees no other characters; "" when it has none."""
    categories = [unicodedata.category(c) for c in text]
    seen = [i for i, category in enumerate(categories) if category[0] in "LN" or category == "Co"]
    if not seen:
        return ""
    last = seen[-1]
    while last + 1 < len(text) and categories[last + 1][0] == "M":  # vowel signs
        last += 1
    return " ".join(text[seen[0] : last + 1].split())


# From query to SQL: the conditions below and no others, with parameters


EVERYTHING = "TRUE"
_TEXT = "entries.id IN (SELECT rowid FROM entries_fts WHERE entries_fts MATCH :value)"
_HAS_TYPE = "entries.id IN (SELECT entry FROM enclosures WHERE type >= '{0}/' AND type < '{0}0')"
_HAS_ELEMENT = "entries.id IN (SELECT entry FROM contents WHERE instr(html, '<{0}'))"
_CONDITIONS = {
    "tag": "entries.id IN (SELECT entry FROM entry_tags WHERE tag IN (SELECT id FROM tags"
    " WHERE name IN (SELECT value FROM json_each(:value))))",
    "tag*": "entries.id IN (SELECT entry FROM entry_tags WHERE tag IN (SELECT id FROM tags"
    " WHERE EXISTS (SELECT 1 FROM json_each(:value) WHERE name LIKE value ESCAPE '\\')))",
    "author=": "entries.id IN (SELECT entry FROM entry_authors WHERE author IN"
    " (SELECT id FROM authors WHERE name = :value))",
    "feed": "entries.feed IN (SELECT id FROM feeds WHERE EXISTS (SELECT 1 FROM json_each(:value)"
    " WHERE title LIKE value ESCAPE '\\' OR url LIKE value ESCAPE '\\'))",
    "feed=": "entries.feed IN (SELECT id FROM feeds WHERE title = :value OR url = :value)",
    "feed#": "entries.feed = CAST(:value AS INTEGER)",
    "before": "entries.date < :value",
    "after": "entries.date >= :value",
    "lang": "(entries.language LIKE :value ESCAPE '\\' OR entries.language LIKE :value || '-%' ESCAPE '\\')",
    "lang=": "entries.language = :value",
    # '/' comes next after '.'
    "host": "entries.id IN (SELECT entry FROM links WHERE host_key >= :value || '.' AND host_key < :value || '/')",
    "host=": "entries.id IN (SELECT entry FROM links WHERE host = :value)",
    "has audio": _HAS_TYPE.format("audio"),
    "has video": _HAS_TYPE.format("video"),
    "has image": f"(entries.image_url IS NOT NULL OR {_HAS_ELEMENT.format('img')} OR {_HAS_TYPE.format('image')})",
    "has math": _HAS_ELEMENT.format("math"),
    "is edited": "entries.id IN (SELECT entry FROM revisions)",
    "is removed": "entries.removed IS NOT NULL",
}


def to_sql(query: Query) -> Sql:
    """The query as conditions on entries. Text that must be there, or must not, goes into one expression to rank by."""
    ranked = [c for c in query.clauses if all(term.is_text and not term.negated for term in c.terms)]
    excluded = [c for c in query.clauses if len(c.terms) == 1 and c.terms[0].is_text and c.terms[0].negated]
    if not ranked:
        excluded = []  # FTS5's NOT needs something to take away from
    params: dict[str, str] = {}
    conditions = []
    for clause in query.clauses:
        if clause not in ranked and clause not in excluded:
            alternatives = [_condition(term, params) for term in clause.terms]
            conditions.append(alternatives[0] if len(alternatives) == 1 else f"({' OR '.join(alternatives)})")
    match = _match(ranked, excluded) if ranked else None
    if match:
        params["match"] = match
    return Sql("\n    AND ".join(conditions) or EVERYTHING, params, match)


def _condition(term: Term, params: dict[str, str]) -> str:
    """A term as SQL; its value, if it needs one, is added to the parameters under a name of its own."""
    kind, value = _kind_and_value(term)
    sql = _TEXT if term.is_text else _CONDITIONS[kind]
    if ":value" in sql:
        name = f"{term.field or 'words'}{len(params) + 1}"
        params[name] = value
        sql = sql.replace(":value", f":{name}")
    return f"({sql}) IS NOT TRUE" if term.negated else sql  # for NULL is not it, either


def _kind_and_value(term: Term) -> tuple[str, str]:
    field, value = term.field, term.value
    if term.is_text:
        return field, phrase(term)
    if field in CHOICES:
        return f"{field} {value}", ""
    if field == "feed" and value.isascii() and value.isdecimal():
        return "feed#", value
    if term.exact and field != "tag":
        return f"{field}=", value
    if field == "host":
        return field, ".".join(reversed(value.split(".")[-MAX_HOST_PARTS:]))
    if field == "tag" and term.prefix:
        return "tag*", _json(f"{_escape(case)}%" for case in _cases(value))
    if field == "tag":
        return "tag", _json([value] if term.exact else _cases(value))
    if field == "feed":
        return "feed", _json(f"%{_escape(case)}%" for case in _cases(value))
    return field, _escape(value) if field == "lang" else value


def _cases(value: str) -> list[str]:
    """The value in other cases, where SQLite, which knows those of ASCII alone, would not find it."""
    cases = [value, value.lower(), value.upper(), value.capitalize(), value.title()]
    return [value] if value.isascii() else list(dict.fromkeys(cases))


def _json(values: Iterable[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def _escape(value: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", value)


def _match(ranked: list[Clause], excluded: list[Clause]) -> str:
    required = [" OR ".join(phrase(term) for term in clause.terms) for clause in ranked]
    match = " AND ".join(f"({phrases})" for phrases in required) if len(required) > 1 else required[0]
    without = " OR ".join(phrase(clause.terms[0]) for clause in excluded)
    return f"({match}) NOT ({without})" if without else match


def phrase(term: Term) -> str:
    """A term of text as FTS5 takes it: always a quoted string, in which nothing is an operator."""
    quoted = '"' + spaced(term.value).replace('"', '""') + '"'
    return (f"{term.field} : " if term.field else "") + quoted + ("*" if term.prefix else "")


# From query to words


_MONTHS = "January February March April May June July August September October November December".split()


def explain(query: Query) -> str:
    """What the query means, as people say it: entries with “alignment”, tagged AI, since March 2024."""
    words = [
        clause.terms[0] for clause in query.clauses if len(clause.terms) == 1 and _is_word(clause.terms[0])
    ]
    parts = [f"with {_listed(words, 'and')}"] if words else []
    for clause in query.clauses:
        if all(_is_word(term) for term in clause.terms):
            if len(clause.terms) > 1:
                parts.append(f"with {_listed(clause.terms, 'or')}")
        else:
            either = "either " if len(clause.terms) > 1 else ""
            parts.append(either + " or ".join(_explain(term) for term in clause.terms))
    return f"entries {', '.join(parts)}" if parts else "all entries"


def _is_word(term: Term) -> bool:
    return not (term.field or term.negated or term.prefix)


def _listed(words: Sequence[Term], conjunction: str) -> str:
    *most, last = [f"“{term.value}”" for term in words]
    return f"{', '.join(most)} {conjunction} {last}" if most else last


def _explain(term: Term) -> str:
    value, negated = term.value, term.negated
    if term.field in ("before", "after"):
        return f"{'since' if (term.field == 'after') != negated else 'before'} {_date_in_words(value)}"
    if term.is_text:
        what = f"words that begin with “{value}”" if term.prefix else f"“{value}”"
        where = {"": "", "title": " in the title", "author": " in the name of the author"}[term.field]
        return f"{'without' if negated else 'with'} {what}{where}"
    if term.field == "host":
        beneath = "" if term.exact else " or a site beneath it"
        return f"{'without' if negated else 'with'} a link to {value}{beneath}"
    if term.field == "has" or (term.field, value) == ("is", "edited"):
        what = {"image": "images", "math": "maths", "edited": "earlier versions"}.get(value, value)
        return f"{'without' if negated else 'with'} {what}"
    return ("not " if negated else "") + {
        "author": f"by {value}",
        "feed": _explain_feed(term),
        "tag": f"tagged {value}{'…' if term.prefix else ''}",
        "lang": f"in the language {value}",
        "is": "removed from their feed",
    }[term.field]


def _explain_feed(term: Term) -> str:
    if term.value.isascii() and term.value.isdecimal():
        return f"of feed {term.value}"
    return f"of the feed {term.value}" if term.exact else f"of feeds named “{term.value}”"


def _date_in_words(value: str) -> str:
    year, month, day = [*value.split("-"), "", ""][:3]
    return " ".join(part for part in (day.lstrip("0"), month and _MONTHS[int(month) - 1], year) if part)


def unparse(query: Query) -> str:
    """The query as it can be typed: parsing it gives the same clauses."""
    return " ".join(" OR ".join(_typed(term) for term in clause.terms) for clause in query.clauses)


def exactly(field: Field, name: str) -> str:
    """The operator for a whole name, as it can be typed."""
    return _typed(Term(name, field, exact=True))


def _typed(term: Term) -> str:
    plain = re.fullmatch(r"\w[\w.'/+#-]*", term.value) and term.value not in ("AND", "OR")
    value = term.value if plain else '"' + term.value.replace('"', '""') + '"'
    field = f"{term.field}:{'=' if term.exact else ''}" if term.field else ""
    return f"{'-' if term.negated else ''}{field}{value}{'*' if term.prefix else ''}"
