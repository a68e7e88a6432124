"""Ending work early: of a request whose client disconnects, and of all requests when the server shuts down.

Without this, Datasette would go on to compute and to send.
"""

import asyncio
import logging
import os
import signal
import threading
import time

import uvicorn

from ingest.web.server.asgi import App, AsgiScope, Message, Receive, Send
from ingest.web.server.client_connection import Client
from ingest.web.sql_executor import Executor, RequestWork, current_request

GRACE_SECONDS = 1  # for requests in progress when the server shuts down
END_SECONDS = 2.0  # until SQL that is interrupted has ended
WITHOUT_BODY = ("GET", "HEAD", "OPTIONS")


async def answer_request(
    app: App, scope: AsgiScope, receive: Receive, send: Send, executor: Executor, heavy: bool
) -> None:
    """Let `app` answer a request, and cancel it when the client disconnects. `heavy` is of admission.is_heavy."""
    request = executor.begin(heavy, as_csv=scope["path"].endswith(".csv"))
    client = Client(receive, send, request.slot)
    context = current_request.set(request)
    try:
        if scope["method"] in WITHOUT_BODY:
            tasks = [_answered(app, scope, client, client.received, request), client.watch()]
        else:  # a change is made even where the client has gone
            tasks = [_answered(app, scope, client, client.receive, request)]
        await _until_either_ends([asyncio.create_task(task) for task in tasks], request)
    except asyncio.CancelledError:
        if not executor.is_shutting_down():  # else the server cancelled it, which is no error
            raise
    finally:
        executor.done(request)
        current_request.reset(context)


async def _answered(
    app: App, scope: AsgiScope, client: Client, receive: Receive, request: RequestWork
) -> None:
    slot = request.slot
    try:
        await app(scope, receive, client.send)
        request.release_large_answer()
        if slot:
            slot.pause()
        await client.finish()
    finally:
        request.end()
        try:
            while request.is_busy:  # its thread is not free for other requests yet
                await asyncio.sleep(0.01)
        finally:
            if slot:
                slot.release()


async def _until_either_ends(tasks: list[asyncio.Task[None]], request: RequestWork) -> None:
    """Run the answer, the first of these, until it is done or its client gone. Raises what it raises."""
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        request.end()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        request.release_large_answer()
    if not tasks[0].cancelled():
        tasks[0].result()


async def run_lifespan(app: App, scope: AsgiScope, receive: Receive, send: Send, executor: Executor) -> None:
    """Handle ASGI's lifespan, so that the server shuts down within seconds, whatever requests are in progress."""

    async def heard() -> Message:
        message = await receive()
        if message["type"] == "lifespan.startup":
            server = _server()
            if server:
                executor.is_shutting_down = lambda: server.should_exit
                if server.config.timeout_graceful_shutdown is None:
                    server.config.timeout_graceful_shutdown = GRACE_SECONDS
        elif message["type"] == "lifespan.shutdown":
            await _end_all(executor)
        return message

    await app(scope, heard, send)


def _server() -> uvicorn.Server | None:
    """The uvicorn server of this process: the one that handles SIGTERM."""
    handler_of = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return handler_of if isinstance(handler_of, uvicorn.Server) else None


async def _end_all(executor: Executor) -> None:
    """Interrupt all SQL; end the process where it cannot be, as within one function of SQLite on a large value."""
    until = time.monotonic() + END_SECONDS
    executor.end()
    while executor.requests and time.monotonic() < until:
        await asyncio.sleep(0.02)
    if any(request.is_busy for request in executor.requests):
        logging.getLogger("uvicorn.error").warning("SQL that cannot be interrupted is left to itself.")
        last = threading.Timer(1.0, os._exit, [0])
        last.daemon = True
        last.start()
