"""The page for what Datasette could not do, such as SQL that is none: within the frame of its pages, with the SQL."""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import Response, hookimpl
from datasette.views.base import DatasetteError
from markupsafe import Markup

from ingest.web import Unanswered, is_for_programs


@hookimpl
def handle_exception(
    datasette: Any, request: Any, exception: Exception
) -> Callable[[], Awaitable[Response]] | None:
    if not isinstance(exception, DatasetteError) or isinstance(exception, Unanswered):
        return None
    if is_for_programs(request.path):
        return None
    told_with_its_sql = exception.message_is_html  # as where it took too long

    async def page() -> Response:
        said = {
            "title": exception.title or f"Error {exception.status}",
            "error": Markup(exception.message) if told_with_its_sql else exception.message,
            "sql": None if told_with_its_sql else request.args.get("sql"),
        }
        html = await datasette.render_template("error.html", said, request=request)
        return Response.html(html, status=exception.status)

    return page
