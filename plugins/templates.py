"""Our templates, and the variables that each gets beside the values of its page."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from datasette import hookimpl
from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from markupsafe import Markup

from ingest.base.urls import is_clickable, is_web_url
from ingest.pages.ready_queries import counted_rows, query_field
from ingest.pages.shown_columns import is_narrow, shown_columns, shown_value
from ingest.web import compat
from ingest.web.access import is_owner, shows_pictures
from ingest.web.plugin.shown import is_our_page, our_page
from ingest.web.server.site_files import site_folder

_environments: WeakKeyDictionary[Any, Environment] = WeakKeyDictionary()  # of each Datasette


# After other plugins, so that what they add is in our environment too.
@hookimpl(trylast=True)
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """For our pages, our templates go before Datasette's and other plugins', and after the user's own of the same name.

    An address that is stored is made a link where it `is clickable`.
    """
    folder = site_folder() / "templates"
    own = [FileSystemLoader(datasette.template_dir)] if datasette.template_dir else []
    ours = env.overlay(loader=ChoiceLoader([*own, FileSystemLoader(folder), env.loader]))
    if datasette.template_dir and Path(datasette.template_dir).resolve() == folder.resolve():
        env.loader = without_folder(
            env.loader, datasette.template_dir
        )  # our templates are for our pages alone
    ours.tests = {**env.tests, "clickable": is_clickable, "web_url": is_web_url}
    ours.filters = {**env.filters, "layered": _layered}
    ours.globals = {**env.globals, **_GLOBALS}
    _environments[datasette] = ours
    compat.use_templates(datasette, ours, our_page.get)


def without_folder(loader: ChoiceLoader, folder: str) -> ChoiceLoader:
    """Datasette's loader, without the folder of --template-dir."""
    others = [
        FileSystemLoader([path for path in one.searchpath if path != folder])
        if isinstance(one, FileSystemLoader)
        else one
        for one in loader.loaders
    ]
    return ChoiceLoader(others)


def page_templates(datasette: Any) -> Environment | None:
    """What our pages take their templates from."""
    return _environments.get(datasette)


@hookimpl
def jinja2_environment_from_request(datasette: Any, request: Any) -> Environment | None:
    """Datasette 1.0 asks for each request."""
    return page_templates(datasette) if is_our_page(datasette, request.path) else None


def _layered(html: str) -> Markup:
    """Markup with its plain `<style>` in the layer that Datasette's style is in. One with an attribute stays."""
    return Markup(
        re.sub(r"<style>(.*?)</style>", r"<style>@layer datasette {\1}</style>", str(html), flags=re.DOTALL)
    )


def _cells(rows: Iterable[Iterable[Mapping[str, Any]]]) -> list[list[str]]:
    """The values of Datasette's rows, of which a cell has more."""
    return [[cell["value"] for cell in row] for row in rows]


_GLOBALS = {
    "cells_of": _cells,
    "counted_rows": counted_rows,
    "is_narrow": is_narrow,
    "query_field": query_field,
    "shown_columns": shown_columns,
    "shown_value": shown_value,
}


@hookimpl
def extra_template_vars(template: str | None, datasette: Any, request: Any) -> dict[str, Any]:
    """`is_owner` for every template; `pictures`, whether to load any from other sites, for ours."""
    shared: dict[str, Any] = {"is_owner": request is not None and is_owner(datasette, request.actor)}
    if (template or "").startswith("feedsette/"):
        shared["pictures"] = shows_pictures(datasette)
    return shared
