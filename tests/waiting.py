"""Waits for a condition in another process or a job, with a timeout for busy machines."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

LONGEST = 120  # seconds


def until(condition: Callable[[], object], seconds: int = LONGEST) -> None:
    """Return as soon as the condition holds, and fail where it does not come to that."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"it did not come to that within {seconds} seconds")
        time.sleep(0.1)


async def until_async(condition: Callable[[], Awaitable[object]], seconds: int = LONGEST) -> None:
    """As `until`, with the event loop going on."""
    end = time.monotonic() + seconds
    while not await condition():
        if time.monotonic() > end:
            pytest.fail(f"it did not come to that within {seconds} seconds")
        await asyncio.sleep(0.05)
