"""A visitor's heavy question waits for one of a few places, and is refused where too many wait already."""

from typing import Any

from datasette import hookimpl
from datasette.utils.asgi import Request

from ingest.web.access import unavailable
from ingest.web.admission import Busy
from ingest.web.server.asgi import App, Receive, Scope, Send
from ingest.web.sql_executor import NoRoom, current

WHY = (
    "Others are asking so much of this archive just now that there is no place for one more. Try again in a moment. "
    "The archive's own pages can be read meanwhile."
)


# The innermost of all: a refusal has the headers that every answer has.
@hookimpl(tryfirst=True)
def asgi_wrapper(datasette: Any) -> Any:
    def wrap(app: App) -> App:
        async def run(scope: Scope, receive: Receive, send: Send) -> None:
            request = current.get()
            place = request.place if request else None
            if place and not place.is_begun:
                try:
                    await place.begin()
                except Busy:
                    known = Request({"csrftoken": str, **scope}, receive)
                    response = await unavailable(datasette, known, WHY)
                    await response.asgi_send(send)
                    return
            await app(scope, receive, send)

        return run

    return wrap


# Before the page for what Datasette could not do.
@hookimpl(tryfirst=True)
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:
    """Where there is a place, but no room for another large answer."""
    return unavailable(datasette, request, WHY) if isinstance(exception, NoRoom) else None
