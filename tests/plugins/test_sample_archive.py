"""The sample archive shows what Feedsette can: each canned query and each facet has something in it."""

from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml
from datasette.app import Datasette

from ingest.archive.file.opening import open_archive
from ingest.imports.sample_feeds import import_samples
from ingest.web.server.site_files import LOADER
from tests.plugins.conftest import ROOT
from tests.plugins.serving import IS_OLD, serve

METADATA = yaml.load((ROOT / "metadata.yml").read_text(encoding="utf-8"), LOADER)
DATABASE = METADATA["databases"]["archive"]
CONFIG = yaml.load((ROOT / "datasette.yml").read_text(encoding="utf-8"), LOADER)
FACETED = {name: table["facets"] for name, table in DATABASE["tables"].items() if "facets" in table}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def samples(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    path: Path = tmp_path_factory.mktemp("samples") / "archive.db"
    db = open_archive(path, create=True)
    for _ in import_samples(lambda: db):
        pass
    db.close()
    only_new = None if IS_OLD else {"databases": CONFIG["databases"]}
    return await serve(path, METADATA, settings=CONFIG["settings"], permissions=only_new)


async def rows(site: Datasette, path: str) -> Any:
    answer = await site.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("query", DATABASE["queries"])
async def test_each_canned_query_has_rows_without_any_parameter(samples: Datasette, query: str) -> None:
    assert await rows(samples, f"/archive/{query}.json?_shape=array")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("table", FACETED)
async def test_each_facet_has_values(samples: Datasette, table: str) -> None:
    answer = await rows(samples, f"/archive/{table}.json?_size=1&_extra=facet_results")
    facets = answer["facet_results"].get("results", answer["facet_results"])
    assert len(facets) == len(FACETED[table])
    for name, facet in facets.items():
        assert [each for each in facet["results"] if each["value"]], name


@pytest.mark.asyncio(loop_scope="module")
async def test_an_entry_is_gone_from_its_feed_and_another_stands_in_two(samples: Datasette) -> None:
    [gone] = await rows(samples, "/archive/removed_entries.json?_shape=array")
    assert gone["title"] == "Wanted: a rowing boat, small"
    [twice] = await rows(samples, "/archive/crossposts.json?_shape=array")
    assert (twice["title"], twice["feeds"]) == ("Two digits", 2)
