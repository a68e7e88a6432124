"""Citations of an entry: BibTeX, RIS (the tags of RIS 2011), CSL-JSON 1.0. Pure."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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


def bibtex(entry: EntryRow, authors: Sequence[str], accessed: str) -> str:
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
    }
    lines = (
        f"  {name} = {value if name == 'month' else f'{{{value}}}'},"
        for name, value in fields.items()
        if value
    )
    return "\n".join([f"@online{{{_key(entry, authors)},", *lines, "}", ""])


def ris(entry: EntryRow, authors: Sequence[str], accessed: str) -> str:
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
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {_line(value)}\r\n" for tag, value in fields if value or tag == "ER")


def csl(entry: EntryRow, authors: Sequence[str], accessed: str) -> str:
    """A list of one CSL item, as JSON."""
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
    }
    return (
        json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=2)
        + "\n"
    )


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
    """`write` is given an entry, the names of its authors and the present date."""

    label: str
    content_type: str
    write: Callable[[EntryRow, Sequence[str], str], str]


# By the ending of the address: /entry/1.bib. The page of an entry links to each, in this order.
CITATION_FORMATS = {
    "bib": CitationFormat("BibTeX", "application/x-bibtex", bibtex),
    "ris": CitationFormat("RIS", "application/x-research-info-systems", ris),
    "csl.json": CitationFormat("CSL-JSON", "application/vnd.citationstyles.csl+json", csl),
}
