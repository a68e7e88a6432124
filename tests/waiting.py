"""Waiting for what another process does."""

import time
from collections.abc import Callable

import pytest

SECONDS = 30


def until(condition: Callable[[], object]) -> None:
    """Return as soon as the condition holds, and fail where it does not come to that."""
    end = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"it did not come to that within {SECONDS} seconds")
        time.sleep(0.1)
