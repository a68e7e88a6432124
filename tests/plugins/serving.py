"""Datasette with our plugins and templates, whichever of its versions is installed."""

import json
from copy import deepcopy
from importlib.metadata import version
from pathlib import Path
from typing import Any

from datasette.app import Datasette

from ingest.web.server.serve import datasette_arguments
from tests.plugins.conftest import ROOT

UNHURRIED = {"sql_time_limit_ms": 60_000, "facet_time_limit_ms": 60_000}  # whatever else the machine does
IS_OLD = version("datasette").startswith("0.")


async def serve(
    archive: Path,
    metadata: dict[str, Any] | None = None,
    *,
    permissions: dict[str, Any] | None = None,
    settings: dict[str, Any] | None = None,
) -> Datasette:
    """`permissions` is what 0.65 reads from metadata.yml and 1.0 from datasette.yml."""
    metadata = deepcopy(metadata or {})  # which Datasette writes into
    more: dict[str, Any] = {"metadata": {**metadata, **(permissions or {})}}
    if not IS_OLD:
        more = {"metadata": metadata, "config": permissions or {}}
    site = Datasette(
        [str(archive)],
        plugins_dir=str(ROOT / "plugins"),
        template_dir=str(ROOT / "templates"),
        settings=UNHURRIED | (settings or {}),
        **more,
    )
    await site.invoke_startup()
    return site


async def serve_as_the_command_does(
    archive: Path, folder: Path, own: dict[str, Any], settings: dict[str, Any] | None = None
) -> Datasette:
    """By the files that `feedsette serve` gives Datasette, which it writes into `folder`."""
    datasette_arguments(archive, folder, own)
    told = {"metadata": json.loads((folder / "metadata.json").read_text())}
    if not IS_OLD:
        told["config"] = json.loads((folder / "datasette.json").read_text())
    site = Datasette(
        [str(archive)],
        plugins_dir=str(ROOT / "plugins"),
        template_dir=str(ROOT / "templates"),
        settings=settings or {},
        **told,
    )
    await site.invoke_startup()
    return site
