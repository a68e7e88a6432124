"""/queries: the ready ones in groups, as far as someone may see them. The same under Datasette 0.65 and 1.0."""

from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from selectolax.lexbor import LexborHTMLParser

from tests.plugins.serving import serve, serve_as_the_command_does

pytestmark = pytest.mark.asyncio(loop_scope="session")

OWN = {
    "databases": {
        "archive": {
            "queries": {
                "mine": {"sql": "select 1", "title": "<b>Mine</b>", "description": "What I ask. Often."},
                "secret": {"sql": "select 2", "allow": {"id": "root"}},
            }
        }
    }
}


async def page(site: Datasette, **options: Any) -> LexborHTMLParser:
    response = await site.client.get("/queries", **options)
    assert response.status_code == 200, response.text
    return LexborHTMLParser(response.text)


def texts(tree: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in tree.css(selector)]


def shown(tree: LexborHTMLParser) -> list[tuple[str, str]]:
    """Each query's title and line."""
    return [
        (
            " ".join(row.css_first(".name").text().split()),
            line.text() if (line := row.css_first(".soft")) else "",
        )
        for row in tree.css(".rows li")
    ]


async def test_they_stand_in_groups_and_lead_to_what_they_find(archive: Path, tmp_path: Path) -> None:
    site = await serve_as_the_command_does(archive, tmp_path, {})
    tree = await page(site)
    assert texts(tree, "section h2") == ["Reading", "People and topics", "Links", "Changes", "How feeds do"]
    assert texts(tree, ".rows .name")[0] == "Newest entries"
    assert texts(tree, ".rows .soft")[0] == "The latest of all feeds, of one, or of a year, month or day"
    links = [a.attributes["href"] for a in tree.css(".rows a")]
    assert len(links) == 29 and "/archive/tags_by_use" in links
    response = await site.client.get("/archive/tags_by_use", follow_redirects=True)
    assert "Tags by use" in response.text


async def test_those_of_the_owner_are_there_for_who_may_see_them(archive: Path) -> None:
    site = await serve(archive, permissions=OWN)
    assert ("<b>Mine</b>", "What I ask") in shown(await page(site))
    assert "secret" not in dict(shown(await page(site)))
    owner = {"ds_actor": site.sign({"a": {"id": "root"}}, "actor")}
    assert "secret" in dict(shown(await page(site, cookies=owner)))


async def test_it_leads_to_the_tables_and_sql_too(archive: Path) -> None:
    tree = await page(await serve(archive))
    assert texts(tree, ".sources a") == ["SQL of your own", "The tables", "The same as JSON"]


async def test_who_may_not_read_the_archive_sees_none(archive: Path) -> None:
    site = await serve(archive, permissions={"databases": {"archive": {"allow": False}}})
    assert (await site.client.get("/queries")).status_code == 403
