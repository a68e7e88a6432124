"""Whether what differs between two versions of an entry is an edit, or noise that no reader reads. Pure."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from ingest.archive.changes import EntryVersion
from ingest.archive.columns import different
from ingest.archive.edits.address_keys import file_key, link_key
from ingest.archive.edits.counters import without_counters
from ingest.archive.edits.seen_in_html import seen_in_html, words_of_html
from ingest.base.plain_text import visible

NoiseReason = Literal["counter", "tags", "addresses", "dates", "white space", "attributes"]

# What changed, after "58 times only".
SAID_OF_NOISE: Mapping[NoiseReason, str] = {
    "counter": "a counter in its text",
    "tags": "its tags",
    "addresses": "how its addresses are written",
    "dates": "its date",
    "white space": "its white space",
    "attributes": "its markup, or what is not shown",
}

_Judged = NoiseReason | Literal["edit"]
_BY_IMPORTANCE: tuple[NoiseReason, ...] = (
    "tags",
    "counter",
    "addresses",
    "dates",
    "white space",
    "attributes",
)
_NOT_READ: Mapping[str, NoiseReason] = {
    **dict.fromkeys(("published", "posted", "updated", "published_text"), "dates"),
    "tags": "tags",
    "language": "attributes",
}
_LINKS = frozenset({"comments_url", "external_url"})
# Of attached files and media what tells which one it is, and what of it is read.
_OF_FILES = ("kind", "title", "description", "credit", "start", "name")


def is_noise(before: EntryVersion, after: EntryVersion, moved: bool = False) -> NoiseReason | None:
    """Why what differs is no edit, by the most important of the reasons; None where it is one, or nothing differs.

    No word of a title or text is gained or lost in noise, but those of a counter. `moved`: the entry has another
    address now for its guid has, which is an address.
    """
    found: set[_Judged] = set()
    for reason in _reasons(before, after, moved):
        if reason == "edit":
            return None
        found.add(reason)
    return next((reason for reason in _BY_IMPORTANCE if reason in found), None)


def _reasons(before: EntryVersion, after: EntryVersion, moved: bool) -> Iterator[_Judged]:
    """The reason of each difference."""
    for one, other in ((before.title, after.title), (before.author, after.author)):
        if one != other:
            yield "white space" if visible(one or "") == visible(other or "") else "edit"
    if before.url != after.url:
        yield "addresses" if moved else _by_key(link_key(before.url or ""), link_key(after.url or ""))
    if before.text != after.text:
        yield _of_text(before.text, after.text)
    if before.html != after.html:
        yield _of_html(before.html, after.html)
    for name in different(before.other, after.other):
        yield _of_field(name, before.other[name], after.other[name])


def _of_text(before: str, after: str) -> _Judged:
    if visible(before) == visible(after):
        return "white space"
    same = without_counters(_tidy(before)) == without_counters(_tidy(after))
    return "counter" if same else "edit"


def _tidy(text: str) -> str:
    return "\n".join(visible(line) for line in text.splitlines())


def _of_html(before: str, after: str) -> _Judged:
    seen = seen_in_html(before), seen_in_html(after)
    words = (without_counters(words_of_html(html)) for html in (before, after))
    return "attributes" if seen[0] == seen[1] and next(words) == next(words) else "edit"


def _of_field(name: str, before: Any, after: Any) -> _Judged:
    if name in _NOT_READ:
        return _NOT_READ[name]
    if name == "summary_text":
        return _of_text(before or "", after or "")
    if name == "summary":
        return _of_html(before or "", after or "")
    if name in _LINKS:
        return _by_key(link_key(before or ""), link_key(after or ""))
    if name == "image_url":
        return _by_key(file_key(before or ""), file_key(after or ""))
    if name == "enclosures":
        return _by_key(sorted(_files(before)), sorted(_files(after)))
    if name == "media":
        return _by_key(_files(before), _files(after))
    if name == "source":
        return _by_key(*(link_key((one or {}).get("url") or "") for one in (before, after)))
    return "edit"


def _by_key(before: Any, after: Any) -> _Judged:
    return "addresses" if before == after and before else "edit"


def _files(files: list[Mapping[str, Any]]) -> list[str]:
    """Of each file what tells it from others, without size and type, which are attributes."""
    return [
        json.dumps([file_key(one.get("url") or ""), *(one.get(name) for name in _OF_FILES)]) for one in files
    ]
