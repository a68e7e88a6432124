"""The versions of an entry, and a word diff of each edit."""

import json
import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import islice
from typing import Any

from ingest.archive.changes import EntryVersion
from ingest.archive.edits.folding import FoldedVersions, folded_versions
from ingest.archive.edits.seen_in_html import words_of_html
from ingest.base.html_tokens import TAG
from ingest.pages.entry import EntryRow, load_enclosure_urls, load_entry, load_names, shortened_since
from ingest.pages.rows import text_of, value_of
from ingest.pages.said_beside import lines_beside, said_beside
from ingest.pages.tables import edits_table, whole_revisions
from ingest.pages.template_changes import ShownTemplateChange, load_template_changes
from ingest.pages.word_diff import WORD_PIECE, Change, Piece, compare

VERSIONS_SQL = """
SELECT NULL AS revision, coalesce((SELECT max(replaced) FROM {edits} WHERE entry = entries.id), first_seen) AS seen,
    NULL AS replaced, title, author, url, text
FROM entries LEFT JOIN contents ON contents.entry = entries.id WHERE entries.id = {id}
UNION ALL
SELECT id, seen, replaced, title, author, url, text FROM {edits} WHERE entry = {id}
ORDER BY seen DESC, revision DESC NULLS FIRST LIMIT {versions}
""".strip()

MOST_VERSIONS = 50
MOST_LOADED = 200  # of which those in which nothing was edited are folded
BEGINNING = 60  # words that are shown of the first version


@dataclass(frozen=True)
class Edit:
    """What else than the text an edit changed, in words."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class ShownVersion:
    """An entry as it was from `seen` until `replaced` (None: the present one), and how it differs from the one before.

    `pieces` is None where the texts are too long to be compared, or nothing of them is kept. `beginning` is that of its
    text.
    """

    revision: int | None
    seen: str
    replaced: str | None
    title: str | None
    words: int
    is_first: bool
    edits: tuple[Edit, ...]
    pieces: tuple[Piece, ...] | None
    beginning: str
    folded: tuple[
        str, ...
    ] = ()  # versions that differ from it in nothing that is read: "58 times only its date"
    earliest: int | None = None  # the revision that was there first of these and this one
    template_changes: tuple[ShownTemplateChange, ...] = ()  # while it was there, the latest first

    @property
    def is_longer(self) -> bool:
        """Whether its text goes on after the beginning."""
        return self.words > BEGINNING

    @property
    def changed_text(self) -> bool:
        return bool(self.pieces) and any(piece.change != "same" for piece in self.pieces or ())


@dataclass(frozen=True)
class Reading:
    """What was read otherwise by an earlier version of Feedsette, until `replaced`."""

    revision: int
    replaced: str


@dataclass(frozen=True)
class History:
    """`readings` are no edits: they say how the same documents were read before. `edits_table` is of the function.

    `shortened` is since when the feed gives less than the present text.
    """

    entry: EntryRow
    versions: tuple[ShownVersion, ...]  # the present one first
    more: int  # earlier ones that are not shown
    readings: tuple[Reading, ...]
    edits_table: str
    shortened: str | None = None

    @property
    def sql(self) -> str:
        """The versions that are shown, the present one first, as one SELECT."""
        return VERSIONS_SQL.format(id=self.entry.id, versions=len(self.versions), edits=self.edits_table)


@dataclass(frozen=True)
class _State:
    """A version as it is stored. `other` is the JSON of a revision: the fields that have no column there."""

    revision: int | None
    seen: str
    replaced: str | None
    title: str | None
    author: str | None
    url: str | None
    html: str
    text: str
    other: Mapping[str, Any]
    template_changes: tuple[ShownTemplateChange, ...] = ()

    @property
    def first_html(self) -> str:
        """What its HTML was before its feed's template changed, as far as that can be told."""
        html = self.html
        for one in self.template_changes:
            html = one.change.former(html, self.url, self.title) or html
        return html


def load_history(connection: sqlite3.Connection, id: int) -> History | None:
    """The versions of an entry, newest first; None where there is no such entry."""
    entry = load_entry(connection, id)
    if entry is None:
        return None
    edits = edits_table(connection)
    [(count,)] = connection.execute(f"SELECT count(*) FROM {edits} WHERE entry = ?", [id])
    earlier = _earlier(connection, edits, id)
    states = [_present(connection, entry, earlier[0].replaced if earlier else None), *earlier]
    changes = load_template_changes(connection, id)
    states = [replace(state, template_changes=_while_there(state, changes)) for state in states]
    changed_since = [number for number, state in enumerate(states) if state.template_changes]
    folds = folded_versions([_compared(state) for state in states], changed_since)
    versions = tuple(_shown(states, *pair) for pair in zip(folds, [*folds[1:], None], strict=True))
    versions = versions[: MOST_VERSIONS + 1]
    more = count + 1 - sum(1 + len(fold.reasons) for fold in folds[: len(versions)])
    shortened = shortened_since(connection, id)
    return History(entry, versions, more, _readings(connection, edits, id), edits, shortened)


def _while_there(state: _State, changes: Sequence[ShownTemplateChange]) -> tuple[ShownTemplateChange, ...]:
    return tuple(
        one for one in changes if state.seen <= one.at and (state.replaced is None or one.at < state.replaced)
    )


def _shown(states: Sequence[_State], fold: FoldedVersions, before: FoldedVersions | None) -> ShownVersion:
    """A version that was there since it, or one that reads the same, was first seen."""
    version = _version(states[fold.shown], states[before.shown] if before else None)
    earliest, folded = states[fold.earliest], states[fold.shown : fold.earliest + 1]
    changes = tuple(one for state in folded for one in state.template_changes)
    return replace(
        version,
        seen=earliest.seen,
        folded=fold.said,
        earliest=earliest.revision,
        template_changes=changes,
    )


def _compared(state: _State) -> EntryVersion:
    return EntryVersion("", state.title, state.url, state.author, state.html, state.other, text=state.text)


def _earlier(connection: sqlite3.Connection, edits: str, id: int) -> list[_State]:
    rows = connection.execute(
        f"""
        SELECT id, seen, replaced, title, author, url, coalesce(html, ''), coalesce(text, ''), coalesce(other, '{{}}')
        FROM {edits} WHERE entry = ? ORDER BY seen DESC, id DESC LIMIT ?
        """,
        [id, MOST_LOADED],
    )
    return [
        value_of(_State, (number, seen, replaced, title, author, url, html, text, _read(other)))
        for number, seen, replaced, title, author, url, html, text, other in rows
    ]


def _readings(connection: sqlite3.Connection, edits: str, id: int) -> tuple[Reading, ...]:
    rows = connection.execute(
        f"""
        SELECT id, replaced FROM revisions
        WHERE entry = ? AND NOT EXISTS (SELECT 1 FROM {edits} AS edit WHERE edit.id = revisions.id)
        ORDER BY id DESC LIMIT ?
        """,
        [id, MOST_VERSIONS],
    )
    return tuple(value_of(Reading, row) for row in rows)


def _read(other: Any) -> dict[str, Any]:
    """The JSON of a revision's column `other`; empty where it is not as we write it."""
    try:
        read = json.loads(other)
    except (ValueError, TypeError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _present(connection: sqlite3.Connection, entry: EntryRow, since: str | None) -> _State:
    text = connection.execute("SELECT text FROM contents WHERE entry = ?", [entry.id]).fetchone()
    other = {
        "tags": [tag.name for tag in load_names(connection, "tag", entry.id)],
        "enclosures": [{"url": url} for url in load_enclosure_urls(connection, entry.id)],
        "published": entry.published,
        "language": entry.language,
        **said_beside(connection, entry.id),
    }
    return _State(
        None,
        since or entry.first_seen,
        None,
        entry.title,
        entry.author,
        entry.url,
        entry.html,
        text_of(text[0]) if text else "",
        other,
    )


def _version(state: _State, former: _State | None) -> ShownVersion:
    text, before = state.text, former.text if former else ""
    if state.template_changes:  # what the template brought was no edit
        text, before = words_of_html(state.first_html), words_of_html(former.html if former else "")
    pieces = compare(before, text) if former else None
    return ShownVersion(
        state.revision,
        state.seen,
        state.replaced,
        state.title,
        len(state.text.split()),
        former is None,
        tuple(_edits(former, state)) if former else (),
        pieces,
        "".join(piece[0] for piece in islice(WORD_PIECE.finditer(text), BEGINNING)).lstrip(),
    )


def _edits(former: _State, state: _State) -> Iterator[Edit]:
    before, after = _facts(former), _facts(state)
    for name in before:
        if name in after and before[name] != after[name]:
            yield Edit(name, before[name], after[name])
    yield from _edits_beside(former.other, state.other)
    for name, attribute in (("Links", "href"), ("Pictures and sound", "src")):
        old, new = (_addresses(html, attribute) for html in (former.html, state.first_html))
        if old != new:
            yield Edit(name, _without(old, new), _without(new, old))


def _edits_beside(former: Mapping[str, Any], state: Mapping[str, Any]) -> Iterator[Edit]:
    """What an edit changed of the summary, and of what stands in tables beside the text."""
    before, after = lines_beside(former), lines_beside(state)
    for name in before:
        if name in after and before[name] != after[name]:
            old, new = (dict.fromkeys(lines[name]) for lines in (before, after))
            gone, come = _without(old, new), _without(new, old)
            yield Edit(name, gone, come if gone or come else "in another order")
    if "summary_text" in former and "summary_text" in state:
        old_text, new_text = (text_of(one["summary_text"] or "") for one in (former, state))
        if old_text != new_text:
            pieces = compare(old_text, new_text) or (Piece("gone", old_text), Piece("new", new_text))
            yield Edit("Summary", _of(pieces, "gone"), _of(pieces, "new"))


def _of(pieces: Iterable[Piece], change: Change) -> str:
    return " … ".join(piece.text.strip() for piece in pieces if piece.change == change)


def _addresses(html: str, attribute: str) -> dict[str, None]:
    """What sanitised HTML leads to or shows, each once; without links within it."""
    found = (re.search(rf'\s{attribute}="([^"#][^"]*)"', tag[0]) for tag in TAG.finditer(html))
    return {unescape(one[1]): None for one in found if one}


def _without(urls: Iterable[str], others: Collection[str]) -> str:
    return "\n".join(url for url in urls if url not in others)


def _facts(state: _State) -> dict[str, str]:
    """The fields of a version beside its text, by label, as far as they are known."""
    facts = {"Title": state.title or "", "Authors": state.author or "", "Address": state.url or ""}
    if "tags" in state.other:
        facts["Tags"] = ", ".join(sorted(state.other["tags"], key=str.casefold))
    if "enclosures" in state.other:
        facts["Attached files"] = "\n".join(sorted(one["url"] for one in state.other["enclosures"]))
    for name in ("published", "language"):
        if name in state.other:
            facts[name.capitalize()] = (state.other[name] or "").removesuffix("T00:00:00Z")
    return facts


@dataclass(frozen=True)
class Earlier:
    """An earlier version to be read. `is_reading`: no edit, but what was read otherwise in the same documents."""

    entry: EntryRow
    title: str | None
    author: str | None
    url: str | None
    html: str
    seen: str
    replaced: str
    is_reading: bool


def load_earlier(connection: sqlite3.Connection, id: int, revision: int) -> Earlier | None:
    """An earlier version of an entry; None where there is none of that number."""
    entry = load_entry(connection, id)
    row = connection.execute(
        f"""
        SELECT title, author, url, coalesce(html, ''), seen, replaced,
            NOT EXISTS (SELECT 1 FROM {edits_table(connection)} AS edit WHERE edit.id = whole.id)
        FROM {whole_revisions(connection)} AS whole WHERE entry = ? AND id = ?
        """,
        [id, revision],
    ).fetchone()
    return value_of(Earlier, (entry, *row)) if entry and row else None
