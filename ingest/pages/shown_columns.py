"""How the columns of Datasette's tables are shown: which is the title of its rows, which are numbers or times. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_LONG = 160  # characters of a text that is more than a cell
_MOST_BESIDE = 5  # values beside the title that a telephone shows of a row
_MOST_NARROW = 4  # columns that a telephone has room for beside each other
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9]")
_MOMENT = re.compile(_DAY.pattern + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?Z")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_TITLES = "title title_after entry feed name tag author host links_to".split()
# Numbers that name something: they are not added up, nor set apart by thousands.
_NAMES_BY_NUMBER = re.compile(
    r"(.*_)?(id|year|rowid|entry|feed|document|revision|season|episode|status|offset|port)"
)
# What programs read, or what is too long for a line.
_FOR_PROGRAMS = re.compile(
    r"(.*_)?(id|key|url|hash|guid|fingerprint|etag|excerpt|description|note|sha256|link|audio)"
)
# Of some tables, what matters beside the title, in this order.
_MATTERS = {
    "entries": ("feed", "author", "date", "words", "removed"),
    "feeds": ("folder", "state", "last_document", "last_error"),
    "documents": ("at", "came", "bytes", "error", "damage"),
    "revisions": ("entry", "replaced", "kind"),
    "contents": ("html", "summary"),
    "links": ("text", "host", "target"),
    "polls": ("at", "status", "new", "error"),
}
# Of some tables, what stands in JSON and CSV, on the page of a row, and where the address asks for it.
_NOT_SHOWN = {
    "entries": frozenset(
        """guid url_key fingerprint year month published posted updated first_seen last_seen image_url comments_url url
        source external_url license duration season episode comments latitude longitude published_text date_from
        date_corrected shortened missing_since looks""".split()
    ),
    "contents": frozenset({"text", "summary_text"}),
    "documents": frozenset("content_type url final_url own_url name reader reading offset length".split()),
}
_WHERE_SAID = {"documents": frozenset({"error", "damage"})}  # shown where a row says something there


@dataclass(frozen=True)
class ShownColumn:
    """`kind` is title, number, key (a number that names something), time, text or long.

    One that `is_minor` is not shown where there is little room, one that `is_left_out` nowhere on the page.
    """

    kind: str
    is_minor: bool
    is_left_out: bool = False

    @property
    def classes(self) -> str:
        """Those of its cells, for styles."""
        return f"is-{self.kind}{' is-minor' if self.is_minor else ''}"


def shown_columns(
    names: Sequence[str], rows: Sequence[Sequence[str]], table: str | None = None, is_asked_for: bool = False
) -> list[ShownColumn]:
    """Of each column of a table, or of a query, by its name and its cells. Those that are asked for are all shown."""
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    kinds = [_kind(name, values) for name, values in zip(names, cells, strict=True)]
    title = _title(names, kinds)
    if title is not None:
        kinds[title] = "title"
    beside = set(names) if is_asked_for and table is None else _beside(names, kinds, table)
    left_out = set() if is_asked_for else _left_out(names, kinds, cells, table)
    return [
        ShownColumn(kind, kind != "title" and name not in beside, kind != "title" and name in left_out)
        for name, kind in zip(names, kinds, strict=True)
    ]


def _said(value: str) -> bool:
    return value.strip() not in ("", "&nbsp;")


def is_narrow(columns: Sequence[ShownColumn]) -> bool:
    """Whether a table fits a telephone as it is: a name and a few numbers."""
    shown = [column.kind for column in columns if not column.is_left_out]
    return len(shown) <= _MOST_NARROW and shown.count("number") >= len(shown) - 1


def _kind(name: str, values: Sequence[str]) -> str:
    said = [value for value in values if _said(value)]
    plain = [value for value in said if not isinstance(value, Markup)]
    if any(len(value) > _LONG for value in plain):
        return "long"
    if said and len(plain) == len(said):
        if all(_MOMENT.fullmatch(value) or _DAY.fullmatch(value) for value in plain):
            return "time"
        if all(_NUMBER.fullmatch(value) for value in plain):
            return "key" if _NAMES_BY_NUMBER.fullmatch(name) else "number"
    return "number" if name in ("bytes", "words") else "text"


def _title(names: Sequence[str], kinds: Sequence[str]) -> int | None:
    for name in _TITLES:
        if name in names:
            return list(names).index(name)
    texts = (at for at, kind in enumerate(kinds) if kind == "text" and not _FOR_PROGRAMS.fullmatch(names[at]))
    return next(texts, None)


def _left_out(
    names: Sequence[str], kinds: Sequence[str], cells: Sequence[Sequence[str]], table: str | None
) -> set[str]:
    """Of a table what is listed above, of a ready query the numbers of what a name beside them leads to."""
    if table is not None:
        empty = {name for name, values in zip(names, cells, strict=True) if not any(map(_said, values))}
        return set(_NOT_SHOWN.get(table, ())) | (empty & _WHERE_SAID.get(table, frozenset()))
    leads = "title" in kinds and any("<a " in value for value in cells[list(kinds).index("title")])
    named = {name for name, kind in zip(names, kinds, strict=True) if kind == "key"}
    return {name for name in named if name.endswith("_id") or (leads and name in ("entry", "feed"))}


def _beside(names: Sequence[str], kinds: Sequence[str], table: str | None) -> set[str]:
    if table in _MATTERS:
        return set(_MATTERS[table])
    matter = [
        name
        for name, kind in zip(names, kinds, strict=True)
        if kind not in ("title", "long") and not _FOR_PROGRAMS.fullmatch(name)
    ]
    return {*matter[:_MOST_BESIDE], *({"snippet"} & set(names))}


def shown_value(value: str, kind: str, name: str = "") -> str:
    """A cell as it is read: numbers with separators, times in words, with the stored value in the title."""
    if isinstance(value, Markup):
        return value
    text = str(value)
    if kind == "number" and _NUMBER.fullmatch(text):
        whole, point, rest = text.partition(".")
        return f"{int(whole):,}{point}{rest}"
    if kind == "time" and (_MOMENT.fullmatch(text) or _DAY.fullmatch(text)):
        return _time(text, day_alone=name == "date")
    if kind == "long":
        return Markup('<span class="clamped" title="{}">{}</span>').format(text, text)
    return escape(text)


def _time(text: str, day_alone: bool) -> Markup:
    day = f"{int(text[8:10])} {_MONTHS[int(text[5:7]) - 1]} {text[:4]}"
    if day_alone or "T" not in text or text[11:19] == "00:00:00":
        return Markup('<time datetime="{}" title="{}">{}</time>').format(text, text, day)
    return Markup('<time datetime="{}" title="{}" data-local>{}, {} UTC</time>').format(
        text, text, day, text[11:16]
    )
