"""Cells of Datasette's own pages: entries, feeds, authors, tags and hosts are links to our pages, documents to theirs.

Digests and long reasons are cut short by styles: the whole is there when it is copied, pointed at or read aloud.

In the results of queries a name is a link where the number of what it names stands beside it: `title` beside `entry`
or `feed`, and `feed`, `author`, `tag` beside `feed_id`, `author_id`, `tag_id`.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from datasette import hookimpl
from markupsafe import Markup

from ingest.pages.table_cells import FeedIcon, icons_and_tags, row_label
from ingest.web.access import is_archive_database, is_shown_archive, may_read_archive, shows_pictures
from ingest.web.optional_parts import OptionalParts

SHORT = 30  # characters of a text that is in nobody's way
Cells = dict[str, dict[str, Any]]  # of a row, by column
_ROWS = {
    "entry": "entries",
    "feed": "feeds",
    "author": "authors",
    "tag": "tags",
    "source": "sources",
    "document": "documents",
    "bytes": "documents",
}
# Those that have a page of ours. A document's number leads to its row, which says all of it, its size to its bytes.
_PAGES = {"entry": "entry", "feed": "feed", "author": "author", "tag": "tag", "bytes": "document"}
# Table (None for the result of a query) and column: what it names, and the column that has its number.
_NAMES: dict[tuple[str | None, str], tuple[tuple[str, str], ...]] = {
    ("entries", "title"): (("entry", "id"),),
    ("feeds", "title"): (("feed", "id"),),
    ("authors", "name"): (("author", "id"),),
    ("tags", "name"): (("tag", "id"),),
    ("sources", "title"): (("source", "id"),),
    ("entries", "source"): (("source", "source"),),
    ("revisions", "title"): (("entry", "entry"),),
    ("links", "target"): (("entry", "target"),),
    **{
        (table, "entry"): (("entry", "entry"),)
        for table in (
            *("contents", "revisions", "links", "enclosures", "media", "extra"),
            *("entry_authors", "entry_tags", "entry_credits"),
        )
    },
    **{
        (table, "feed"): (("feed", "feed"),)
        for table in ("entries", "polls", "hubs", "feed_addresses", "documents", "extra")
    },
    ("documents", "bytes"): (("bytes", "id"),),
    **{
        (table, column): (("document", column),)
        for table in ("revisions", "entry_documents", "polls")
        for column in ("document", "last_document", "read_from")
    },
    ("entry_authors", "author"): (("author", "author"),),
    ("entry_credits", "author"): (("author", "author"),),
    ("entry_tags", "tag"): (("tag", "tag"),),
    (None, "title"): (("entry", "entry"), ("feed", "feed")),
    (None, "to_title"): (("entry", "to_entry"),),
    (None, "title_after"): (("entry", "entry"),),
    (None, "feed"): (("feed", "feed_id"),),
    (None, "links_to"): (("feed", "links_to_id"),),
    (None, "author"): (("author", "author_id"),),
    (None, "tag"): (("tag", "tag_id"),),
    (None, "with_tag"): (("tag", "with_tag_id"),),
    (None, "document"): (("document", "document"),),
    (None, "last_document"): (("document", "last_document"),),
    (None, "bytes"): (("bytes", "document"),),
}
_HOSTS = {("links", "host"), (None, "host")}
# What is cut short to the eye: digests and names of files on their line, texts on their second.
_CUT_SHORT = {("documents", "sha256"), ("documents", "reading"), ("documents", "file"), (None, "sha256")}
_LONG_TEXTS = {("documents", column) for column in ("error", "damage")} | {(None, "error")}


@hookimpl
def render_cell(
    row: Mapping[str, Any], value: Any, column: str, table: str | None, database: str, datasette: Any
) -> Callable[[], Awaitable[Markup | None]] | Markup | None:
    """Links to our pages for the archive that they show; for any other archive, to Datasette's pages of its rows."""
    if value is None and table is None:
        return Markup()  # not a space, so that styles can tell the empty cells of a query
    if (table, column) in _HOSTS and isinstance(value, str) and value:
        return partial(_host_link, datasette, database, value)
    if (table, column) in _CUT_SHORT and isinstance(value, str) and len(value) > SHORT:
        return Markup('<code class="digest" title="{}">{}</code>').format(value, value)
    if (table, column) in _LONG_TEXTS and isinstance(value, str) and len(value) > SHORT:
        return Markup('<span class="clamped" title="{}">{}</span>').format(value, value)
    for kind, key in _NAMES.get((table, column), ()):
        number = _value(row[key]) if key in row.keys() else None  # noqa: SIM118 (a sqlite3.Row has no other way)
        label = str(number) if kind == "document" else _label(value, table)
        if kind == "bytes" and isinstance(value, int):
            label = f"{value:,}"
        if isinstance(number, int) and label:
            return partial(_named_link, datasette, database, kind, number, label)
    return None


async def _host_link(datasette: Any, database: str, host: str) -> Markup | None:
    if not await is_shown_archive(datasette, database):
        return None
    return _link(datasette.urls.path(f"/search?q={quote(f'host:{host}')}"), host)


async def _named_link(datasette: Any, database: str, kind: str, number: int, label: str) -> Markup | None:
    if not await is_archive_database(datasette.get_database(database)):
        return None
    return _link(await _address(datasette, database, kind, number), label)


async def _address(datasette: Any, database: str, kind: str, number: int) -> str:
    urls, is_shown = datasette.urls, await is_shown_archive(datasette, database)
    if is_shown and kind in _PAGES:
        return str(urls.path(f"/{_PAGES[kind]}/{number}"))
    if kind == "source":  # which has no page but the entries from it
        return f"{urls.table(database, 'entries')}?source={number}&_sort_desc=date"
    return str(urls.row(database, _ROWS[kind], str(number)))


def _value(cell: Any) -> Any:
    """The value of a cell; of a foreign key, which Datasette gives with a label, the number."""
    return cell["value"] if isinstance(cell, dict) else cell


def _label(value: Any, table: str | None) -> str:
    if isinstance(value, dict):
        return str(value["label"] or value["value"])
    if value is None or not str(value).strip():
        return "(no title)" if table in ("entries", "feeds", "sources") else ""
    return str(value)


def _link(address: str, label: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(address, label)


@hookimpl
def extra_template_vars(
    view_name: str, database: str | None, table: str | None, request: Any, datasette: Any
) -> dict[str, Callable[[Any], Awaitable[str]]]:
    """`add_to_cells(rows)`, for our _table.html: adds icons, tags and names to the cells.

    It returns HTML, with a note on what was left out because it took too long.
    """

    async def add_to_cells(rows: Any) -> str:
        adding = {"table": _with_icons_and_tags, "row": _with_names}.get(view_name)
        if adding is None or table is None or database is None or not rows:
            return ""
        optional = OptionalParts(datasette.get_database(database))
        if await may_read_archive(datasette, request.actor, database):
            cells = [{cell["column"]: cell for cell in row.cells} for row in rows]
            await adding(datasette, database, table, cells, optional)
        if not optional.left_out:
            return ""
        said = "Left out here, because it took too long to look up: {}."
        return Markup('<p class="passed-over" role="status">' + said + "</p>").format(optional.left_out[0])

    return {"add_to_cells": add_to_cells}


async def _with_icons_and_tags(
    datasette: Any, database: str, table: str, rows: list[Cells], optional: OptionalParts
) -> None:
    if table != "entries":
        return
    numbers = [int(row["id"]["raw"]) for row in rows if "id" in row]
    icons, tags = await optional.run("the tags of the entries", icons_and_tags, numbers) or ({}, {})
    for row in rows:
        number = int(row["id"]["raw"]) if "id" in row else 0
        if "feed" in row and (url := _icon_url(datasette, icons.get(number))):
            row["feed"]["value"] = _icon(url) + row["feed"]["value"]
        if "title" in row and number in tags:
            links = [
                _link(await _address(datasette, database, "tag", tag), name) for tag, name in tags[number]
            ]
            row["title"]["value"] += Markup('<span class="tags">{}</span>').format(Markup(" ").join(links))


async def _with_names(
    datasette: Any, database: str, table: str, rows: list[Cells], optional: OptionalParts
) -> None:
    """Names in place of the numbers of feeds, entries, authors and tags, which Datasette 0.65 shows on a row's page."""
    for column, cell in ((column, cell) for row in rows for column, cell in row.items()):
        for kind, key in _NAMES.get((table, column), ()):
            if key != column or not isinstance(cell["raw"], int):
                continue
            name = await optional.run("what some numbers stand for", row_label, _ROWS[kind], cell["raw"])
            if name:
                cell["value"] = _link(await _address(datasette, database, kind, cell["raw"]), name)


def _icon_url(datasette: Any, icon: FeedIcon | None) -> str | None:
    """Here, or else elsewhere where pictures of other sites are shown."""
    if icon is None:
        return None
    here = str(datasette.urls.path(f"/feed/{icon.feed}/icon")) if icon.is_kept else None
    return here or (icon.url if shows_pictures(datasette) else None)


def _icon(url: str) -> Markup:
    return Markup(
        '<img class="icon" src="{}" alt="" width="16" height="16" loading="lazy" referrerpolicy="no-referrer">'
    ).format(url)
