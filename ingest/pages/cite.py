"""Citations of entries: in words, BibTeX, RIS (the tags of RIS 2011), CSL-JSON 1.0. Pure."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from textwrap import indent
from typing import Any

from ingest.pages.entry import EntryRow
from ingest.pages.top_values import TopValue

_BIBTEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",  # BibTeX counts \{ as a brace that wants its other one
        "}": r"\textbraceright{}",
        "$": r"\$",
        "&": r"\&",
        "%": r"\%",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTHS_IN_FULL = (
    "January February March April May June July August September October November December".split()
)


@dataclass(frozen=True)
class ArchivedCopy:
    """The copy of an entry that is cited: where it is, in the archive of which title, and which version it is.

    `seen` is since when this version is known.
    """

    url: str
    archive: str
    version: int
    seen: str


def plain(entry: EntryRow, authors: Sequence[str], accessed: str, copy: ArchivedCopy) -> str:
    """One citation in words, for a text without a bibliography. `accessed` is a date."""
    said = [", ".join(map(_line, authors)), f"“{_line(entry.display_title)}”", _line(entry.feed)]
    said.append(_in_words(entry.dated) or "no date")
    published = f"{', '.join(filter(None, said))}. {_line(entry.url)}".rstrip()
    version = f"version {copy.version}, seen {_in_words(copy.seen) or 'at an unknown time'}"
    return f"{published}. Archived in {_line(copy.archive)}, {version}: {copy.url} (accessed {_in_words(accessed)})."


def bibtex(entry: EntryRow, authors: Sequence[str], accessed: str, copy: ArchivedCopy | None = None) -> str:
    """One @online entry, as BibLaTeX and most programs read it. `accessed` is a date."""
    dated = entry.dated or ""
    fields = {
        "title": f"{{{_tex(entry.display_title)}}}",
        "author": " and ".join(f"{{{_tex(name)}}}" for name in authors),
        "date": dated[:10],
        "year": dated[:4],
        "month": _MONTHS[int(dated[5:7]) - 1] if _has_month(dated) else "",
        "url": _address(entry.url),
        "urldate": accessed[:10],
        "organization": _tex(entry.feed),
        "langid": re.sub(r"[^A-Za-z-]", "", entry.language or ""),
        "version": f"{copy.version}, seen {copy.seen[:10]}" if copy else "",
        "note": f"Archived in {_tex(copy.archive)}: \\url{{{_address(copy.url)}}}" if copy else "",
    }
    lines = (
        f"  {name} = {value if name == 'month' else f'{{{value}}}'},"
        for name, value in fields.items()
        if value
    )
    return "\n".join([f"@online{{{_key(entry, authors)},", *lines, "}", ""])


def ris(entry: EntryRow, authors: Sequence[str], accessed: str, copy: ArchivedCopy | None = None) -> str:
    """One BLOG record."""
    dated = entry.dated or ""
    fields = [
        ("TY", "BLOG"),
        ("TI", entry.display_title),
        *(("AU", name) for name in authors),
        ("T2", entry.feed),
        ("PY", dated[:4]),
        ("DA", dated[:10].replace("-", "/")),
        ("UR", entry.url),
        ("Y2", accessed[:10].replace("-", "/")),
        ("LA", entry.language),
        ("AB", entry.excerpt),
        ("ET", f"Version {copy.version}, seen {copy.seen[:10]}" if copy else ""),
        ("DB", copy.archive if copy else ""),
        ("AV", copy.url if copy else ""),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {_line(value)}\r\n" for tag, value in fields if value or tag == "ER")


def csl(entry: EntryRow, authors: Sequence[str], accessed: str, copy: ArchivedCopy | None = None) -> str:
    """A list of one CSL item, as JSON."""
    return f"[\n{csl_item(entry, authors, accessed, copy)}\n]\n"


def csl_item(entry: EntryRow, authors: Sequence[str], accessed: str, copy: ArchivedCopy | None = None) -> str:
    """One CSL item, as JSON."""
    item: dict[str, Any] = {
        "id": _key(entry, authors),
        "type": "post-weblog",
        "title": entry.display_title,
        "author": [{"literal": name} for name in authors],
        "container-title": entry.feed,
        "issued": _date(entry.dated or ""),
        "accessed": _date(accessed),
        "URL": entry.url,
        "language": entry.language,
        "abstract": entry.excerpt,
        "archive": copy.archive if copy else None,
        "archive_location": copy.url if copy else None,
        "version": f"{copy.version}, seen {copy.seen[:10]}" if copy else None,
    }
    said = {name: value for name, value in item.items() if value}
    return indent(json.dumps(said, ensure_ascii=False, indent=2), "  ")


def _tex(text: str) -> str:
    return _line(text).translate(_BIBTEX)


def _address(url: str | None) -> str:
    """A URL within braces: BibLaTeX takes it verbatim, so what would end it is percent-encoded."""
    return (url or "").replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


def _key(entry: EntryRow, authors: Sequence[str]) -> str:
    """A citation key of letters and digits, unique by the entry's number: quarry2024-17."""
    names = authors[0].split() if authors else []
    name = re.sub(r"[^a-z0-9]", "", names[-1].lower()) if names else ""
    return f"{name or 'entry'}{(entry.dated or '')[:4]}-{entry.id}"


def _in_words(date: str | None) -> str:
    """ "17 May 2024"; nothing where there is no such day."""
    date = date or ""
    day = date[8:10]
    if not (_has_month(date) and day.isdecimal()):
        return ""
    return f"{int(day)} {_MONTHS_IN_FULL[int(date[5:7]) - 1]} {date[:4]}"


def _has_month(date: str) -> bool:
    return date[5:7].isdecimal() and 1 <= int(date[5:7]) <= 12


def _date(date: str) -> dict[str, list[list[int]]]:
    parts = [int(part) for part in date[:10].split("-") if part.isdecimal()]
    return {"date-parts": [parts]} if parts else {}


def cited_authors(entry: EntryRow, authors: Sequence[TopValue]) -> list[str]:
    """The names of an entry's authors; its byline where there are no separate authors."""
    return [author.name for author in authors] or ([entry.author] if entry.author else [])


@dataclass(frozen=True)
class CitationFormat:
    """`write` is given an entry, the names of its authors, the present date and the copy that is cited.

    A document has `opening`, then what is written of each entry, with `between`, and `closing`.
    """

    label: str
    content_type: str
    write: Callable[[EntryRow, Sequence[str], str, ArchivedCopy | None], str]
    opening: str = ""
    between: str = ""
    closing: str = ""
    comment: str = ""  # a line that programs do not read; "" where the format has none

    def document(self, written: Iterable[str]) -> str:
        return f"{self.opening}{self.between.join(written)}{self.closing}"


# By the ending of the address: /entry/1.bib. The page of an entry links to each, in this order.
CITATION_FORMATS = {
    "bib": CitationFormat("BibTeX", "application/x-bibtex", bibtex, between="\n", comment="\n% {}\n"),
    "ris": CitationFormat("RIS", "application/x-research-info-systems", ris, comment="{}\r\n"),
    "csl.json": CitationFormat(
        "CSL-JSON", "application/vnd.citationstyles.csl+json", csl_item, "[\n", ",\n", "\n]\n"
    ),
}
