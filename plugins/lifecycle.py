"""Cancels a request when its client disconnects, and all requests when the server shuts down."""

from typing import Any

from datasette import hookimpl
from datasette.utils import tilde_encode

from ingest.web import compat
from ingest.web.admission import is_heavy
from ingest.web.server.asgi import App, AsgiScope, Receive, Send
from ingest.web.server.lifecycle import answer_request, run_lifespan
from ingest.web.sql_executor import Executor, current_request

compat.ignore_never_awaited()


# The outermost wrapper: whatever others do for a request ends with it.
@hookimpl(trylast=True)
def asgi_wrapper(datasette: Any) -> Any:
    def wrap(app: App) -> App:
        async def run(scope: AsgiScope, receive: Receive, send: Send) -> None:
            executor = Executor.of(datasette)
            if executor and scope["type"] == "lifespan":
                await run_lifespan(app, scope, receive, send, executor)
            elif executor and scope["type"] == "http" and current_request.get() is None:
                databases = {tilde_encode(database.route) for database in datasette.databases.values()}
                heavy = is_heavy(scope["path"], datasette.setting("base_url"), databases)
                await answer_request(app, scope, receive, send, executor, heavy)
            else:  # an internal request of a page belongs to that page
                await app(scope, receive, send)

        return run

    return wrap
