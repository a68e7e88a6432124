"""The rows of an entry that two became, and of the two that it becomes again. Pure."""

from collections.abc import Sequence, Set

from ingest.archive.identity.anchors import contents_under
from ingest.archive.identity.entry_rows import Row, Rows, with_whole_texts

_OWN_HISTORY = ("revisions", "entry_aliases", "former_entries", "removals")
_THERE = ("last_seen", "removed", "missing_since", "looks")


def is_later(one: Rows, other: Rows) -> bool:
    """Whether `one` was seen later than `other`, and they did not come with the same document last.

    What was imported has as last_seen when it came first.
    """
    [mine], [others] = one["entries"], other["entries"]
    if _last_document(one) is not None and _last_document(one) == _last_document(other):
        return False
    return bool(mine["last_seen"] > others["last_seen"])


def _last_document(rows: Rows) -> int | None:
    return next((row["last_document"] for row in rows.get("entry_documents", ())), None)


def merged_rows(entry: Rows, former: Rows) -> Rows:
    """The rows of `entry` with the history of both, and the version of the one that was seen last.

    `former` has its guid on each version: see `with_own_guid`.
    """
    [kept], [gone] = entry["entries"], former["entries"]
    latest = former if is_later(former, entry) else entry
    [base] = latest["entries"]
    both = {table: rows if table in _OWN_HISTORY else latest[table] for table, rows in entry.items()}
    both |= {table: [*entry[table], *former[table]] for table in _OWN_HISTORY if table in entry}
    merged = {table: [_of(row, table, kept["id"]) for row in rows] for table, rows in both.items()}
    removed = None if None in (kept["removed"], gone["removed"]) else base["removed"]
    seen = {
        "first_seen": min(kept["first_seen"], gone["first_seen"]),
        "last_seen": max(kept["last_seen"], gone["last_seen"]),
        "removed": removed,
    }
    if not removed:  # what one of both lacked came under the guid of the other
        merged["removals"] = [row for row in merged["removals"] if row["returned"]]
        if base["removed"]:
            seen |= {"missing_since": None, "looks": None}
    merged["entries"] = [{**base, "id": kept["id"], "guid": kept["guid"], **seen}]
    return contents_under(merged, kept["guid"], base["guid"])


def with_own_guid(rows: Rows) -> Rows:
    """The rows with the guid of their entry on each version that came under it."""
    guid = rows["entries"][0]["guid"]
    named = ("revisions", "entry_documents")
    return rows | {
        table: [{**row, "guid": row["guid"] or guid} for row in rows[table]]
        for table in named
        if table in rows
    }


def split_rows(now: Rows, entry: Rows, former: Rows) -> tuple[Rows, Rows]:
    """The rows of two entries that were merged, by what they are `now`, and what each was when they were merged.

    They are as they were then. What came since belongs to the entry under whose guid it came.
    """
    formers = {former["entries"][0]["guid"], *(row["guid"] for row in former["entry_aliases"])}
    [present] = now["entries"]
    latest = former if is_later(former, entry) else entry
    of_former = _present_guid(now) in formers
    edited = present["fingerprint"] != latest["entries"][0]["fingerprint"]
    known = {row["id"] for rows in (entry, former) for row in rows["revisions"]}
    since = [row for row in now["revisions"] if row["id"] not in known]
    first, second = (
        _as_it_is(rows, now, edited, since, formers, mine)
        if of_former == mine
        else _as_it_was(rows, since, formers, mine)
        for rows, mine in ((entry, False), (former, True))
    )
    own = {row["guid"] for rows in (entry, former) for row in rows["entry_aliases"]}
    later = [row for row in now["entry_aliases"] if row["guid"] not in {*own, former["entries"][0]["guid"]}]
    within, beside = _formers(now["former_entries"], former["entries"][0]["id"])
    first = first | {"entry_aliases": [*first["entry_aliases"], *later], "former_entries": beside}
    second = second | {"former_entries": within}
    gone = {row["id"] for rows in (entry, former) for row in rows["removals"]}
    gone_since = [row for row in now["removals"] if row["id"] not in gone]
    if of_former:
        return first, _with_removals(second, gone_since)
    return _with_removals(first, gone_since), second


def _with_removals(rows: Rows, since: list[Row]) -> Rows:
    [entry] = rows["entries"]
    return rows | {"removals": [*rows["removals"], *(_of(row, "removals", entry["id"]) for row in since)]}


def _formers(rows: Sequence[Row], former: int) -> tuple[list[Row], list[Row]]:
    """Of what was merged into an entry, that which is a part of `former`, and the rest without `former` itself."""
    into = {row["id"]: row["merged_into"] for row in rows}
    within = {former}
    while more := {one for one, other in into.items() if other in within} - within:
        within |= more
    parts = [{**row, "entry": former} for row in rows if row["id"] in within - {former}]
    return parts, [row for row in rows if row["id"] not in within]


def _as_it_was(rows: Rows, since: list[Row], formers: Set[str], mine: bool) -> Rows:
    return rows | {"revisions": [*rows["revisions"], *_owned(rows, since, formers, mine)]}


def _as_it_is(rows: Rows, now: Rows, edited: bool, since: list[Row], formers: Set[str], mine: bool) -> Rows:
    """The rows of the entry that has the present version: it was seen last when that was."""
    [was], [present] = rows["entries"], now["entries"]
    removals = {row["id"]: row for row in now["removals"]}
    now_of = [_of(removals.get(row["id"], row), "removals", was["id"]) for row in rows["removals"]]
    rows = rows | {"removals": now_of}
    moved = present["last_seen"] > was["last_seen"] or present["missing_since"] is not None
    seen = {name: present[name] for name in _THERE if moved}
    if not edited:
        return _as_it_was(rows, since, formers, mine) | {"entries": [{**was, **seen}]}
    of_entry = {"id": was["id"], "guid": was["guid"], "first_seen": was["first_seen"]}
    taken = {
        table: [_of(row, table, was["id"]) for row in some]
        for table, some in now.items()
        if table not in (*_OWN_HISTORY, "entries")
    }
    owned = [_of(row, "revisions", was["id"]) for row in since if (row["guid"] in formers) == mine]
    before = with_whole_texts(rows)["revisions"]
    again = rows | taken | {"entries": [{**present, **of_entry}], "revisions": [*before, *owned]}
    return contents_under(again, was["guid"], present["guid"])


def _owned(rows: Rows, since: list[Row], formers: Set[str], mine: bool) -> list[Row]:
    """The versions since then that came under its guids, but for its own of then, which it has again."""
    [was] = rows["entries"]
    return [
        _of(row, "revisions", was["id"])
        for row in since
        if (row["guid"] in formers) == mine and row["fingerprint"] != was["fingerprint"]
    ]


def _of(row: Row, table: str, entry_id: int) -> Row:
    return row if table == "entries" else {**row, "entry": entry_id}


def _present_guid(rows: Rows) -> str | None:
    return next((row["guid"] for row in rows["entry_documents"]), None)
