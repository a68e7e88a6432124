"""Each page of ours is known to be light, or named here as one whose cost depends on what a visitor asks."""

import re
from collections.abc import Iterator

from datasette.app import Datasette

from ingest.web.admission import LIGHT
from tests.plugins.conftest import ROOT
from tests.plugins.serving import routes_of_files

# All hits, however many; what may be 64 MB
HEAVY = {"search.csv", "search.bib", "search.ris", "search.csl.json", "document"}


def first_parts(route: str) -> Iterator[str]:
    """What the paths that a route's pattern is for may begin with, up to the first slash."""
    group, plain = re.match(r"\^/(?:\(\?P<\w+>([^)]*)\)|((?:[\w-]|\\.)*))", route).groups()
    yield from [plain.replace("\\", "")] if group is None else group.split("|")


def test_whoever_adds_a_page_says_whether_it_is_light() -> None:
    datasette = Datasette(memory=True, plugins_dir=str(ROOT / "plugins"))
    routes = [pattern for pattern in routes_of_files(datasette) if isinstance(pattern, str)]
    parts = {part for route in routes for part in first_parts(route)}
    assert {"", "search", "entry", "tag"} <= parts
    assert parts - LIGHT == HEAVY
