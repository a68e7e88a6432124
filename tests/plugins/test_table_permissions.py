"""Who may see a table is found in Datasette 0.65's metadata once, and anew where any of it changes."""

from pathlib import Path
from typing import Any

import pytest
from datasette import hookimpl
from datasette.app import Datasette
from datasette.plugins import pm

from ingest.web import access
from tests.plugins.serving import IS_OLD, serve

pytestmark = pytest.mark.skipif(not IS_OLD, reason="Datasette 1.0 asks its database")
CLOSED = {"databases": {"archive": {"tables": {"polls": {"allow": {"id": "owner"}}}}}}


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tables that are looked for in the metadata."""
    names: list[str] = []
    find = Datasette._table_permission_allows

    def noted(datasette: Datasette, database: str, table: str) -> Any:
        names.append(table)
        return find(datasette, database, table)

    monkeypatch.setattr(Datasette, "_table_permission_allows", noted)
    return names


async def test_each_table_is_looked_for_once(
    archive: Path, metadata: dict[str, Any], looked: list[str]
) -> None:
    site = await serve(archive, metadata)
    for _ in range(3):
        assert await access.may_read(site, None, "archive")
    assert "entries" in looked and len(looked) == len(set(looked))


async def test_what_is_closed_is_closed_to_others_alone(archive: Path) -> None:
    site = await serve(archive, CLOSED)
    for _ in range(2):
        assert not await access.may_read(site, None, "archive")
        assert await access.may_read(site, {"id": "owner"}, "archive")


async def test_a_table_that_is_closed_in_the_meantime_is_closed_at_once(archive: Path) -> None:
    site = await serve(archive)
    assert await access.may_read(site, None, "archive")
    site._metadata_local["databases"] = {"archive": {"tables": {"polls": {"allow": {"id": "owner"}}}}}
    assert not await access.may_read(site, None, "archive")
    site._metadata_local["databases"]["archive"]["tables"]["polls"]["allow"]["id"] = "other"
    assert await access.may_read(site, {"id": "other"}, "archive")


async def test_a_plugin_may_close_a_table_at_any_time(archive: Path) -> None:
    class Closing:
        said: dict[str, Any] = {}  # noqa: RUF012 - is set below

        @hookimpl
        def get_metadata(self) -> dict[str, Any]:
            return self.said

    site, plugin = await serve(archive), Closing()
    pm.register(plugin)
    try:
        assert await access.may_read(site, None, "archive")
        plugin.said = CLOSED
        assert not await access.may_read(site, None, "archive")
    finally:
        pm.unregister(plugin)


async def test_names_that_are_made_up_are_not_kept_for_ever(archive: Path, looked: list[str]) -> None:
    site = await serve(archive)
    for number in range(1001):
        site._table_permission_allows("archive", f"made up {number}")
    site._table_permission_allows("archive", "made up 0")
    assert len(looked) == 1002
