"""Our templates, and the variables that each gets beside the values of its page."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from datasette import hookimpl
from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup

from ingest.base.urls import is_clickable, is_web_url
from ingest.pages.ready_queries import counted_rows, query_field
from ingest.pages.shown_columns import is_narrow, shown_columns, shown_value
from ingest.web.access import is_owner, shows_pictures


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    """Find our templates without --template-dir too; the user's own of the same name come first.

    An address that is stored is made a link where it `is clickable`.
    """
    env.tests |= {"clickable": is_clickable, "web_url": is_web_url}
    env.filters["layered"] = _layered
    env.globals |= {
        "cells_of": _cells,
        "counted_rows": counted_rows,
        "is_narrow": is_narrow,
        "query_field": query_field,
        "shown_columns": shown_columns,
        "shown_value": shown_value,
    }
    env.loader = ChoiceLoader([env.loader, FileSystemLoader(Path(__file__).parent.parent / "templates")])


def _layered(html: str) -> Markup:
    """Markup with its plain `<style>` in the layer that Datasette's style is in. One with an attribute stays."""
    return Markup(
        re.sub(r"<style>(.*?)</style>", r"<style>@layer datasette {\1}</style>", str(html), flags=re.DOTALL)
    )


def _cells(rows: Iterable[Iterable[Mapping[str, Any]]]) -> list[list[str]]:
    """The values of Datasette's rows, of which a cell has more."""
    return [[cell["value"] for cell in row] for row in rows]


@hookimpl
def extra_template_vars(template: str | None, datasette: Any, request: Any) -> dict[str, Any]:
    """`is_owner` for every template; `pictures`, whether to load any from other sites, for ours."""
    shared: dict[str, Any] = {"is_owner": request is not None and is_owner(datasette, request.actor)}
    if (template or "").startswith("feedsette/"):
        shared["pictures"] = shows_pictures(datasette)
    return shared
