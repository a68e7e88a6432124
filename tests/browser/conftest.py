"""A real browser on the sample archive, served by the real command. Skipped where there is no Chromium."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from itsdangerous import URLSafeSerializer

from tests.ports import free_port
from tests.waiting import LONGEST

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

# The first has no windows to draw, which takes half the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((found for name in BROWSERS if (found := shutil.which(name))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--js-flags=--min-semi-space-size=16",  # axe leaves much to collect
]
sync_api.expect.set_options(timeout=LONGEST * 1000)  # 5 seconds by default
SHOTS = Path(__file__).parents[2] / "artefacts" / "screenshots" / version("datasette")
TALLEST = 12_000  # pixels of a page that a screenshot shows
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Our own pages are the same HTML on either version of Datasette: what they look like is seen on 0.65.
IS_OLD = version("datasette").startswith("0.")
ALL_RULES = {"type": "tag", "values": LEVELS}
COLOUR_RULES = {
    "type": "rule",
    "values": ["color-contrast", "link-in-text-block"],
}  # axe's "cat.color" of LEVELS


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the sample archive is served."""
    archive = tmp_path_factory.mktemp("sample") / "sample.db"
    with _running("demo", "--keep", str(archive)) as address:
        yield address


@pytest.fixture(scope="session")
def serve() -> Callable[..., AbstractContextManager[str]]:
    """An archive made of feed documents, served with options as long as it is needed."""

    @contextmanager
    def served(*documents: Path, archive: Path, options: Sequence[str] = ()) -> Iterator[str]:
        made = [sys.executable, "-m", "ingest", "import", str(archive), *map(str, documents)]
        subprocess.run(made, check=True, timeout=LONGEST)
        with _running("serve", str(archive), options=options) as address:
            yield address

    return served


@contextmanager
def _running(*command: str, options: Sequence[str] = ()) -> Iterator[str]:
    """A feedsette command that serves, and where it does."""
    port = free_port()
    with tempfile.TemporaryFile() as log:
        full = [sys.executable, "-m", "ingest", *command, "--port", str(port), *options]
        server = subprocess.Popen(full, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait(f"http://127.0.0.1:{port}/", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(LONGEST)


def _wait(url: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + LONGEST
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
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


MARK_ALIKE = (Path(__file__).parent / "mark_alike.js").read_text(encoding="utf-8")


def barriers(page: Any, rules: dict[str, Any] = ALL_RULES) -> list[tuple[str, list[str]]]:
    """What axe finds of level A and AA, everything unfolded."""
    for details in page.query_selector_all("details"):
        details.evaluate("element => { element.open = true }")
    # An element of Datasette 1.0's own, with a property `matches` that is no function, which axe stumbles over.
    page.evaluate("document.querySelector('navigation-search')?.remove()")
    if not page.evaluate("'axe' in window"):
        reason = "axe is not installed"
        page.evaluate(pytest.importorskip("axe_playwright_python.base", reason=reason).AXE_SCRIPT)
    page.evaluate(MARK_ALIKE)
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found]


def barriers_in_both_schemes(page: Any) -> dict[str, list[tuple[str, list[str]]]]:
    """Everything in the light, and in the dark again what depends on colours; which differ in nothing else."""
    found = {}
    for scheme, rules in (("light", ALL_RULES), ("dark", COLOUR_RULES)):
        page.emulate_media(color_scheme=scheme)
        found[scheme] = barriers(page, rules)
    return found


@pytest.fixture
def screenshot(request: pytest.FixtureRequest) -> Callable[[Any, str], None]:
    """Keep what a page shows as artefacts/screenshots/VERSION/NAME.png, where pytest has --screenshots."""

    def shot(page: Any, name: str) -> None:
        if request.config.getoption("screenshots"):
            size = page.viewport_size
            tall = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
            clip = {"x": 0, "y": 0, "width": size["width"], "height": tall}
            page.screenshot(path=SHOTS / f"{name}.png", full_page=True, clip=clip)

    return shot


@pytest.fixture
def width_of(screenshot: Callable[[Any, str], None]) -> Callable[[Any, str, str, int], int]:
    """How wide a page is in a window of a width."""

    def measure(page: Any, address: str, name: str, width: int) -> int:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        screenshot(page, f"{name}-{width}")
        return content_width(page, width)

    return measure


def content_width(page: Any, width: int) -> int:
    """How wide a page that is there is in a window of another width."""
    page.set_viewport_size({"width": width, "height": 900})
    return int(page.evaluate("document.documentElement.scrollWidth"))


def owner_cookie(address: str, secret: str) -> dict[str, Any]:
    """By which Datasette, served with the secret, knows its root."""
    signed = URLSafeSerializer(secret, "actor").dumps({"a": {"id": "root"}})
    return {"name": "ds_actor", "value": signed, "url": address}


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

    def forget(self) -> None:
        self.errors.clear()
        self.elsewhere.clear()


@contextmanager
def new_page(chromium: "sync_api.Browser") -> Iterator["sync_api.Page"]:
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900}, timezone_id="America/New_York", locale="en-US"
    )
    context.set_default_timeout(LONGEST * 1000)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


@pytest.fixture
def page(chromium: "sync_api.Browser") -> Iterator["sync_api.Page"]:
    with new_page(chromium) as page:
        yield page


@dataclass(frozen=True)
class Window:
    """In which pages are looked at, one after the other, where nothing is done that the next would know of."""

    page: "sync_api.Page"
    seen: Seen

    def open(self, address: str, width: int) -> int:
        """Load a page as it is to who comes to it, in a window of a width. Returns its status."""
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": width, "height": 900})
        self.seen.forget()
        response = self.page.goto(address, wait_until="load")
        assert response
        return response.status

    def content_width(self, width: int) -> int:
        return content_width(self.page, width)


@pytest.fixture(scope="module")
def window(chromium: "sync_api.Browser") -> Iterator[Window]:
    with new_page(chromium) as page:
        yield Window(page, Seen(page))


@pytest.fixture
def seen(page: "sync_api.Page") -> Seen:
    return Seen(page)
