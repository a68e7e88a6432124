"""What stands beside the core of a page, such as counts: where it takes too long, the page does without and says so."""

from collections.abc import Callable
from typing import Any

from ingest.web.access import Answer, ask_within
from ingest.web.cache import remember

OPTIONAL_MS = 1500


class OptionalParts:
    """The optional parts of one page. `left_out` names, for the reader, those that took too long."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self.left_out: list[str] = []

    async def ask(
        self, called: str, question: Callable[..., Answer], *arguments: Any, limit_ms: int = OPTIONAL_MS
    ) -> Answer | None:
        """The answer to a question, as of ingest.web.access.ask; None where it takes too long."""
        return self._noted(called, await ask_within(self._database, limit_ms, question, *arguments))

    async def remember(self, called: str, question: Callable[..., Answer], *arguments: Any) -> Answer | None:
        """The answer to a slow question, as of ingest.web.cache; None where it takes too long."""
        return self._noted(called, await remember(self._database, question, *arguments))

    def _noted(self, called: str, answer: Answer | None) -> Answer | None:
        if answer is None:
            self.left_out.append(called)
        return answer
