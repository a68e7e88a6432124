"""Shared by all tests. None asserts a timing: they run in parallel, on machines of any speed."""

import multiprocessing
import os
import ssl
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import cache

import pytest
from hypothesis import HealthCheck, settings

from ingest.archive.file import opening
from ingest.fetch import client
from ingest.web import sql_limits
from ingest.workers import parse_pool, process
from tests import empty_archive

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", settings.get_profile("unhurried"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "unhurried"))


def pytest_addoption(parser: pytest.Parser) -> None:
    what = "keep a picture of each page that is opened, in artefacts/screenshots"
    parser.addoption("--screenshots", action="store_true", help=what)


@pytest.fixture(scope="session", autouse=True)
def no_wait_for_the_disk() -> Iterator[None]:
    """What this process keeps need not survive a power failure; each document would else wait for the disk."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("fsync", "fdatasync"):
            patch.setattr(os, name, lambda file: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def memory_for_many_servers() -> Iterator[None]:
    """SQLite's limit is the process's, and here many servers are in one. Once set, it can only be lowered."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sql_limits, "HEAP", 20 * sql_limits.HEAP)
        yield


@pytest.fixture(scope="session", autouse=True)
def shared_certificates() -> Iterator[None]:
    """The system's certificates are read once, and where a test names others: each command reads them all."""

    @cache
    def made(*_: str | None) -> ssl.SSLContext:
        return tls_context()

    def shared() -> ssl.SSLContext:
        return made(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))

    tls_context = client.tls_context
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "tls_context", shared)
        yield


@pytest.fixture(scope="session", autouse=True)
def copied_archives() -> Iterator[None]:
    """A new archive is a copy of one that was made as any other: to make the tables takes a twentieth of a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "migrate", empty_archive.migrate)
        yield


class KeptProcesses(ProcessPoolExecutor):
    """Outlives those who end it, so that the next need not start processes of their own."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        pass

    def works(self) -> bool:
        with suppress(BrokenProcessPool):
            self.submit(int)
            return True
        return False


@pytest.fixture(scope="session", autouse=True)
def shared_processes() -> Iterator[None]:
    """What tests have read in other processes is read by the same ones each time: to start some takes half a second."""
    kept: list[KeptProcesses] = []

    def start(_: bool) -> ProcessPoolExecutor:
        if not kept or not kept[-1].works():
            context = multiprocessing.get_context("spawn")
            kept.append(KeptProcesses(os.cpu_count(), context, initializer=process.prepare_worker))
        return kept[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parse_pool, "start_processes", start)
        yield
    for processes in kept:
        ProcessPoolExecutor.shutdown(processes, cancel_futures=True)
