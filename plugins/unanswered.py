"""503 where the archive gave no answer, because it took too long or cannot be read: as a page, JSON or text."""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import Response, hookimpl

from ingest.web.access import TookTooLong, Unanswered, is_interrupted, unavailable


@hookimpl(tryfirst=True)
def handle_exception(
    datasette: Any, request: Any, exception: Exception
) -> Callable[[], Awaitable[Response]] | None:
    answered = TookTooLong() if is_interrupted(exception) else exception
    if not isinstance(answered, Unanswered):
        return None

    async def page() -> Response:
        return await unavailable(datasette, request, answered.message)

    return page
