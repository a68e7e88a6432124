"""A document that breaks its process is named, and no other with it."""

import asyncio
import os
import sys
import time
from contextlib import closing
from functools import partial
from multiprocessing import forkserver
from typing import Any

import pytest

from ingest.base.models import NotAFeed
from ingest.workers import parse_pool
from ingest.workers.parse_pool import ParsePool, parse_and_clean
from ingest.workers.start import end_forks, start_process
from tests.ingest.documents_written_here import item, rss


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


def break_process_with(*_: Any) -> None:
    os._exit(1)


async def test_a_new_document_that_breaks_its_process_is_parsed_alone_before_it_is_cleaned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parse_pool, "parse_and_clean_new", break_process_with)
    with closing(ParsePool()) as pool:
        parsed = await pool.parse_new(rss(item("1"), item("2")))
        assert len(parsed.entries_but(())) == 2
        assert [entry.guid for entry in (await pool.clean(parsed)).entries] == ["1", "2"]


async def test_a_large_new_document_is_parsed_before_it_is_cleaned() -> None:
    with closing(ParsePool()) as pool:
        parsed = await pool.parse_new(rss(item("1", "word " * 250_000), item("2")))
        assert len(parsed.entries_but(())) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")
def test_a_forked_process_reads_as_others_do_and_ends_with_that_which_it_was_forked_from() -> None:
    executor = start_process(forks=True)
    read = executor.submit(parse_and_clean, rss(item("1"))).result()
    pid = executor.submit(os.getpid).result()
    executor.shutdown()
    end_forks()
    assert [entry.guid for entry in read.entries] == ["1"]
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")
def test_where_none_can_be_forked_a_process_begins_on_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_long() -> None:
        raise OSError("AF_UNIX path too long")

    monkeypatch.setattr(forkserver, "ensure_running", too_long)
    executor = start_process(forks=True)
    assert executor.submit(os.getppid).result() == os.getpid()
    executor.shutdown()
