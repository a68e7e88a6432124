"""The rows of an entry by the guids under which its versions came, as of two entries. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from ingest.archive.changes import entry_date
from ingest.archive.columns import ENTRY_LISTS
from ingest.archive.identity.anchors import contents_under
from ingest.archive.identity.entry_rows import Row, Rows
from ingest.base.plain_text import shortened
from ingest.base.urls import url_key

_LISTS = {one.name: one.table for one in ENTRY_LISTS if one.kept}
_LEFT_OUT = ("revisions", "entry_aliases", "former_entries")
_EXCERPT = 280  # characters


@dataclass(frozen=True)
class EntryPart:
    """The rows of a part of an entry, and where another version is its present one, the lists of that."""

    rows: Rows
    lists: Mapping[str, Sequence[Any]] | None = None


def parts_of(
    rows: Rows, guid: str, seen: str, number: int, times: Mapping[int, str]
) -> tuple[EntryPart, EntryPart]:
    """An entry without what came under another guid from when that was `seen`; and that, as an entry with a number.

    `times`: when documents were received, by their ids.
    """
    [entry] = rows["entries"]
    others = [
        row["at"] for row in rows["entry_aliases"] if row["former_entry"] is None and row["rule"] != "split"
    ]
    mine = [row for row in rows["revisions"] if row["guid"] != guid]
    its = [{**row, "guid": None} for row in rows["revisions"] if row["guid"] == guid]
    of_guid = any(row["guid"] == guid for row in rows["entry_documents"])
    stays = _part(rows, mine, not of_guid, entry["first_seen"], others, times)
    goes = _part(rows, its, of_guid, seen, (), times)
    return stays, EntryPart(_as_entry(goes.rows, number, guid, seen), goes.lists)


def _part(
    rows: Rows,
    revisions: Sequence[Row],
    has_present: bool,
    since: str,
    others: Iterable[str],
    times: Mapping[int, str],
) -> EntryPart:
    """The part with these revisions, which was there `since` then, and in `others`, the times of its further guids."""
    all_revisions = rows["revisions"]
    rows = rows | {"revisions": [*revisions]}
    if has_present:
        return EntryPart(_with_removals(rows, since, rows["entries"][0]["last_seen"]))
    edits = [row for row in revisions if row["kind"] == "edit"]
    was = max(edits, key=_order) if edits else _version_at(all_revisions, since)
    last = [since, *others, *(row["seen"] for row in edits)]
    last += [times[row["last_document"]] for row in edits if row["last_document"] in times]
    [entry] = rows["entries"]
    gone = {
        "last_seen": min(entry["last_seen"], max(last)),
        "removed": None,
        "missing_since": None,
        "looks": None,
    }
    rows = _with_removals(rows | {"entries": [{**entry, **gone}]}, since, gone["last_seen"])
    if was is None:
        return EntryPart(_present_is_own(rows))
    rows["revisions"] = [row for row in revisions if row["id"] != was["id"]]
    other = json.loads(was["other"])
    lists = {name: other[name] for name in _LISTS if name in other}
    return EntryPart(_saying(rows, was, other, lists), lists)


def _version_at(revisions: Sequence[Row], at: str) -> Row | None:
    """The former version that stood at a time, as it came under several guids; None where it is the present one."""
    stood = [
        {**row, "guid": None}
        for row in revisions
        if row["kind"] == "edit" and row["seen"] <= at < row["replaced"]
    ]
    return max(stood, key=_order, default=None)


def _order(row: Row) -> tuple[str, int]:
    return row["seen"], row["id"]


def _present_is_own(rows: Rows) -> Rows:
    """What came under both guids is said by both."""
    return rows | {"entry_documents": [{**row, "guid": None} for row in rows["entry_documents"]]}


def _saying(rows: Rows, was: Row, other: Mapping[str, Any], lists: Mapping[str, Any]) -> Rows:
    """The rows with a former version as the present one. What a revision does not have, such as its source, stays."""
    [entry], [contents] = rows["entries"], rows["contents"]
    text, html = was["text"] or "", was["html"] or ""
    own = {name: was[name] for name in ("title", "url", "author", "fingerprint")}
    own |= {name: other[name] for name in other if name in entry and name not in (*_LISTS, "source")}
    dated = entry_date(other.get("published"), other.get("updated"), None, was["seen"], entry["first_seen"])
    derived = {
        "url_key": url_key(was["url"]) if was["url"] else None,
        "excerpt": shortened(" ".join((other.get("summary_text") or text).split()), _EXCERPT),
        "words": len(text.split()),
    }
    texts = {name: other.get(name) or None for name in ("summary", "summary_text")}
    documents = {name: was[name] for name in ("document", "last_document", "guid")} | {"read_from": None}
    said = unescape(html)
    return rows | {
        "entries": [{**entry, **own, **derived, **dated._asdict()}],
        "contents": [{**contents, **texts, "html": html, "text": text}],
        "entry_documents": [{**row, **documents} for row in rows["entry_documents"]],
        "links": [row for row in rows["links"] if row["url"] in said],
        **{_LISTS[name]: [] for name in lists},
    }


def _with_removals(rows: Rows, since: str, last: str) -> Rows:
    return rows | {"removals": [row for row in rows["removals"] if since <= row["last_seen"] <= last]}


def _as_entry(rows: Rows, number: int, guid: str, seen: str) -> Rows:
    """The rows as those of an entry of its own."""
    copied = {
        table: [_copy(row, number) for row in some] for table, some in rows.items() if table not in _LEFT_OUT
    }
    [entry] = rows["entries"]
    own = {
        "entries": [{**entry, "id": number, "guid": guid, "first_seen": seen}],
        "entry_documents": [{**row, "guid": None} for row in copied["entry_documents"]],
        "revisions": [{**row, "entry": number} for row in rows["revisions"]],
        "entry_aliases": [],
        "former_entries": [],
    }
    return contents_under(copied | own, guid, entry["guid"])


def _copy(row: Row, number: int) -> Row:
    return {name: value for name, value in row.items() if name != "id"} | {"entry": number}
