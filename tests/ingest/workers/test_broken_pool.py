"""A document that breaks its process is named, and no other with it."""

import asyncio
import os
import time
from contextlib import closing
from functools import partial

import pytest

from ingest.base.models import NotAFeed
from ingest.workers.parse_pool import ParsePool


def break_process() -> None:
    os._exit(1)


def slowly(seconds: float) -> str:
    time.sleep(seconds)
    return "read"


async def test_what_is_read_once_more_is_not_given_up_for_another_that_breaks_its_process_meanwhile() -> None:
    with closing(ParsePool()) as pool:
        innocent = asyncio.create_task(pool._run(partial(slowly, 2), 1))
        with pytest.raises(NotAFeed):
            await pool._run(break_process, 1)
        with pytest.raises(NotAFeed):
            await pool._run(break_process, 1)
        assert await innocent == "read"
