"""A visitor's question ends when the visitor has gone, and there are a few places for heavy ones."""

import warnings
from typing import Any

from datasette import hookimpl
from datasette.utils import tilde_encode
from datasette.utils.asgi import Request

from ingest.answering import answer, live
from ingest.client import App, Message, Receive, Send
from ingest.places import Busy, is_heavy
from ingest.running import Executor, current
from ingest.web import unavailable

WHY = (
    "Others are asking so much of this archive just now that there is no place for one more. Try again in a moment. "
    "The archive's own pages can be read meanwhile."
)

# Datasette 0.65 makes all facets of a page and awaits one after another, so those behind the one that is cancelled
# never are: Python warns of that, but nothing is lost.
warnings.filterwarnings("ignore", r"coroutine '\S*[Ff]acet\S*' was never awaited", RuntimeWarning)


@hookimpl
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:
    """Where there is a place but no room for another large answer."""
    return unavailable(datasette, request, WHY) if isinstance(exception, Busy) else None


# The outermost of all: whatever the others do for a request ends with it.
@hookimpl(trylast=True)
def asgi_wrapper(datasette: Any) -> Any:
    def wrap(app: App) -> App:
        async def refuse(scope: Message, receive: Receive, send: Send) -> None:
            response = await unavailable(datasette, Request(scope, receive), WHY)
            await response.asgi_send(send)

        async def run(scope: Message, receive: Receive, send: Send) -> None:
            executor = Executor.of(datasette)
            if executor and scope["type"] == "lifespan":
                await live(app, scope, receive, send, executor)
            elif executor and scope["type"] == "http" and current.get() is None:
                databases = {tilde_encode(database.route) for database in datasette.databases.values()}
                heavy = is_heavy(scope["path"], datasette.setting("base_url"), databases)
                await answer(app, scope, receive, send, executor, heavy, refuse)
            else:
                await app(scope, receive, send)

        return run

    return wrap
