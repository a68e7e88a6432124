"""The concurrency limit for heavy requests: each waits for a worker slot; where too many wait, it gets a 503."""

from typing import Any

from datasette import hookimpl
from datasette.utils.asgi import Request

from ingest.web.admission import ServerBusy
from ingest.web.render import unavailable
from ingest.web.server.asgi import App, AsgiScope, Receive, Send
from ingest.web.sql_executor import AnswerMemoryFull, current_request

WHY = (
    "Others are asking so much of this archive just now that there is no place for one more. Try again in a moment. "
    "The archive's own pages can be read meanwhile."
)


# The innermost wrapper, so that a refusal gets the headers that the others add.
@hookimpl(tryfirst=True)
def asgi_wrapper(datasette: Any) -> Any:
    def wrap(app: App) -> App:
        async def run(scope: AsgiScope, receive: Receive, send: Send) -> None:
            request = current_request.get()
            slot = request.slot if request else None
            if slot and not slot.is_started:
                try:
                    await slot.acquire()
                except ServerBusy:
                    known = Request({"csrftoken": str, **scope}, receive)
                    response = await unavailable(datasette, known, WHY)
                    await response.asgi_send(send)
                    return
            await app(scope, receive, send)

        return run

    return wrap


# Before the plugin error_page.
@hookimpl(tryfirst=True)
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:
    """503 where another large answer does not fit into memory."""
    return unavailable(datasette, request, WHY) if isinstance(exception, AnswerMemoryFull) else None
