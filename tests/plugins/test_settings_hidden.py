"""No page shows what plugins are configured with: a file given with -m holds tokens and password hashes there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from ingest.web.server.serve import own_settings
from tests.plugins.serving import IS_OLD, serve_as_the_command_does

CANARY = "canary-7d1f"
OWN: dict[str, Any] = {
    "plugins": {"any-plugin": {"anything": f"{CANARY}-instance", "deep": [{"er": f"{CANARY}-list"}]}},
    "databases": {
        "archive": {
            "plugins": {"any-plugin": {"anything": f"{CANARY}-database"}},
            "queries": {
                "mine": {"sql": "select 1", "plugins": {"any-plugin": {"anything": f"{CANARY}-query"}}},
            },
            "tables": {
                "entries": {"plugins": {"any-plugin": {"anything": f"{CANARY}-table"}}},
                "tables": {"plugins": {"any-plugin": {"anything": f"{CANARY}-named-tables"}}},
            },
        },
        "plugins": {"plugins": {"any-plugin": {"anything": f"{CANARY}-named-plugins"}}},
    },
}
PARTS = {
    "database": ["archive", "nothing"],
    "table": ["entries", "contents", "mine", "nothing"],
    "query": ["mine"],
    "pks": ["1", "999"],
    "format": ["json", "csv"],
    "id": ["1"],
}
ELSEWHERE = [
    "/archive.json?sql=select+1",
    "/archive?sql=nonsense",
    "/archive/-/query.json?sql=nonsense",
    "/archive/entries.json?_extra=metadata,query,private,debug,request,database,display_columns",
    "/archive/entries/1.json?_extra=metadata",
    "/archive/mine.json?_extra=metadata",
    "/archive/entries?_sort=nothing",
    "/%00",
]


def paths(pattern: str) -> Iterator[str]:
    """Addresses that a route leads to: each group of its pattern filled in, and left out where that may be."""
    start = pattern.find("(")
    if start < 0:
        yield re.sub(r"\\(.)", r"\1", pattern.strip("^$"))
        return
    end = _closing(pattern, start)
    inner, after = pattern[start + 1 : end], pattern[end + 1 :]
    named = re.match(r"\?P<(\w+)>(.*)", inner)
    filled = PARTS.get(named[1], ["x"]) if named else [inner]
    if named and (words := re.fullmatch(r"[\w|]+", named[2])):
        filled = words[0].split("|")
    if after.startswith("?"):
        filled, after = ["", *filled], after[1:]
    for part in filled:
        yield from paths(pattern[:start] + part + after)


def _closing(pattern: str, start: int) -> int:
    depth = 0
    for place in range(start, len(pattern)):
        depth += {"(": 1, ")": -1}.get(pattern[place], 0)
        if not depth:
            return place
    raise ValueError(pattern)


def every_path(site: Datasette) -> list[str]:
    routes = [pattern.pattern for pattern, _ in site._routes()]
    return sorted({path for pattern in routes for path in paths(pattern)}) + ELSEWHERE


@pytest.fixture(params=[False, True], ids=["open", "private"])
async def site(archive: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Datasette:
    own = {**own_settings([], private=request.param), **OWN}
    return await serve_as_the_command_does(archive, tmp_path, own, {"template_debug": True})


async def test_no_guest_is_shown_what_plugins_are_configured_with(site: Datasette) -> None:
    asked = every_path(site)
    assert {"/-/plugins.json", "/archive/entries/1", "/archive.json", "/feed/1", "/health"} <= set(asked)
    told = []
    for path in asked:
        for more in ("", "_context=1"):
            address = f"{path}{'?' if '?' not in path else '&'}{more}" if more else path
            if CANARY in (await site.client.get(address)).text:
                told.append(address)
    assert told == []


@pytest.mark.parametrize("site", [False], ids=["open"], indirect=True)
async def test_what_else_is_configured_is_shown_as_before(site: Datasette) -> None:
    page = "/-/metadata.json" if IS_OLD else "/-/config.json"
    shown = (await site.client.get(page)).json()
    assert shown["databases"]["archive"]["queries"]["mine"]["sql"] == "select 1"
    assert "plugins" in shown["databases"]


async def test_plugins_themselves_still_get_their_settings(site: Datasette) -> None:
    def told(**of: str) -> str:
        return str((site.plugin_config("any-plugin", **of) or {}).get("anything"))

    assert told() == f"{CANARY}-instance"
    assert told(database="archive") == f"{CANARY}-database"
    assert told(database="archive", table="entries") == f"{CANARY}-table"
