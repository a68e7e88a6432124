"""The page of a ready query: what its rows are called, and the fields that ask for its parameters. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

_FEED_OR_ENTRY = {"entry": "entries", "feed": "feeds"}
_NOUNS = {
    "tag": "tags",
    "author": "authors",
    "host": "sites",
    "document": "documents",
    "month": "months",
    "hour": "hours",
    "language": "languages",
    "links_to": "pairs of feeds",
    "with_tag": "pairs of tags",
}
_ONE = {"entries": "entry", "pairs of feeds": "pair of feeds", "pairs of tags": "pair of tags"}
_FIELDS = {
    "q": ("Words", "such as tide"),
    "feed": ("Feed", "a number, or part of the title"),
    "author": ("Author", "part of a name"),
    "tag": ("Tag", "such as science"),
    "host": ("Site", "such as arxiv.org"),
    "entry": ("Entry", "its number"),
    "period": ("Period", "2024, 2024-05 or 2024-05-17"),
    "day": ("Day of the year", "05-17"),
    "page": ("Page", "1"),
    "words_per_minute": ("Words a minute", "such as 240"),
}


@dataclass(frozen=True)
class QueryField:
    label: str
    hint: str


def query_field(parameter: str) -> QueryField:
    """The field for a parameter of a query, whose name is in the user's own words where it is none of ours."""
    label, hint = _FIELDS.get(parameter, (parameter.replace("_", " ").strip().capitalize(), ""))
    return QueryField(label, hint)


def counted_rows(columns: Sequence[str], number: int, truncated: bool = False) -> str:
    """How many rows there are, by what they are: "233 tags", "1 entry", "more than 1,000 rows"."""
    many = _called(columns)
    noun = _ONE.get(many, many.removesuffix("s")) if number == 1 else many
    return f"{'more than ' if truncated else ''}{number:,} {noun}"


def _called(columns: Sequence[str]) -> str:
    if "title" in columns or "title_after" in columns:
        for key, many in _FEED_OR_ENTRY.items():
            if key in columns and f"{key}_id" not in columns:
                return many
        return "rows"
    for name in ("with_tag", "links_to", *columns[:1]):
        if name in columns and name in _NOUNS:
            return _NOUNS[name]
    return "rows"
