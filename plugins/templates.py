"""Our templates, and the variables that each gets beside the values of its page."""

from pathlib import Path
from typing import Any

from datasette import hookimpl
from jinja2 import ChoiceLoader, FileSystemLoader

from ingest.base.urls import is_clickable, is_web_url
from ingest.web.access import is_owner, shows_pictures


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    """Find our templates without --template-dir too; the user's own of the same name come first.

    An address that is stored is made a link where it `is clickable`.
    """
    env.tests |= {"clickable": is_clickable, "web_url": is_web_url}
    env.loader = ChoiceLoader([env.loader, FileSystemLoader(Path(__file__).parent.parent / "templates")])


@hookimpl
def extra_template_vars(template: str | None, datasette: Any, request: Any) -> dict[str, Any]:
    """`is_owner` for every template; `pictures`, whether to load any from other sites, for ours."""
    shared: dict[str, Any] = {"is_owner": request is not None and is_owner(datasette, request.actor)}
    if (template or "").startswith("feedsette/"):
        shared["pictures"] = shows_pictures(datasette)
    return shared
