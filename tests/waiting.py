"""Waiting for what another process does."""

import time
from collections.abc import Callable

import pytest


def until(condition: Callable[[], object], seconds: int = 30) -> None:
    """Return as soon as the condition holds, and fail where it does not come to that."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"it did not come to that within {seconds} seconds")
        time.sleep(0.1)
