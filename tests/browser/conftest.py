"""A real browser on the sample archive, served by the real command. Skipped where there is no Chromium."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
    None,
)
STARTED_IN = 60  # seconds


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the sample archive is served."""
    archive = tmp_path_factory.mktemp("sample") / "sample.db"
    with _running("demo", "--keep", str(archive)) as address:
        yield address


@pytest.fixture(scope="session")
def serve() -> Callable[[Path], AbstractContextManager[str]]:
    """An archive made of a feed document, served as long as it is needed."""

    @contextmanager
    def served(document: Path) -> Iterator[str]:
        archive = str(document.parent / "archive.db")
        subprocess.run(
            [sys.executable, "-m", "ingest", "import", archive, str(document)], check=True, timeout=60
        )
        with _running("serve", archive) as address:
            yield address

    return served


@contextmanager
def _running(*command: str) -> Iterator[str]:
    """A feedsette command that serves, and where it does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryFile() as log:
        full = [sys.executable, "-m", "ingest", *command, "--port", str(port)]
        server = subprocess.Popen(full, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait(f"http://127.0.0.1:{port}/", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(20)


def _wait(url: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTED_IN
    while time.monotonic() < until and server.poll() is None:
        try:
            urlopen(url, timeout=10).close()
            return
        except (URLError, ConnectionError):
            time.sleep(0.2)
    pytest.fail("The archive was not served.")


# Not for the whole session: while Playwright runs, no test can have an event loop of its own.
@pytest.fixture(scope="module")
def chromium() -> Iterator["sync_api.Browser"]:
    """Chromium, which finds nothing but what is served here."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium")
    arguments = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


class Seen:
    """What a page did while it was open."""

    def __init__(self, page: "sync_api.Page") -> None:
        self.errors: list[str] = []
        self.elsewhere: list[str] = []
        page.on(
            "console", lambda message: self.errors.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._request)

    def _request(self, request: "sync_api.Request") -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:")):
            self.elsewhere.append(f"{request.resource_type} {request.url}")


@pytest.fixture
def page(chromium: "sync_api.Browser") -> Iterator["sync_api.Page"]:
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900}, timezone_id="America/New_York", locale="en-US"
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


@pytest.fixture
def seen(page: "sync_api.Page") -> Seen:
    return Seen(page)
