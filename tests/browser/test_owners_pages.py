"""The owner's pages and the ways in, as a browser shows them."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from ingest.importing import SAMPLES
from ingest.serve import own_settings
from tests.browser.conftest import barriers, owner_cookie, width_of

SECRET = "as good as any"
OWNERS = {"manage": "/manage", "modify": "/feed/1/modify", "home": "/"}
GUESTS = {"forbidden": "/manage", "sign-in": "/sign-in", "login": "/-/login"}
WIDTHS = (360, 1440)


@pytest.fixture(scope="module")
def site(serve: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An archive with a password, of a feed that nobody can poll: the browser tests are without a network."""
    pytest.importorskip("datasette_auth_passwords", reason="datasette-auth-passwords is not installed")
    folder = tmp_path_factory.mktemp("owner")
    (folder / "own.yml").write_text(yaml.safe_dump(own_settings([], password="a good password")))
    options = ["--config", str(folder / "own.yml"), "--root", "--secret", SECRET]
    with serve(SAMPLES / "5-podcast.xml", archive=folder / "archive.db", options=options) as address:
        yield address


@pytest.fixture
def owner(site: str, page: Any) -> Any:
    page.context.add_cookies([owner_cookie(site, SECRET)])
    return page


def looked_at(page: Any, address: str, name: str) -> None:
    """A page fits its window and has no barrier, in both schemes."""
    for width in WIDTHS:
        assert width_of(page, address, f"owner-{name}", width) <= width
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(address)
        assert barriers(page) == []


@pytest.mark.parametrize("name", OWNERS)
def test_an_owners_page_is_in_order(site: str, owner: Any, seen: Any, name: str) -> None:
    looked_at(owner, site + OWNERS[name], name)
    assert (seen.errors, seen.elsewhere) == ([], [])


@pytest.mark.parametrize("name", GUESTS)
def test_a_guests_way_in_is_in_order(site: str, page: Any, seen: Any, name: str) -> None:
    looked_at(page, site + GUESTS[name], name)
    # the browser itself notes an answer of 403
    assert [error for error in seen.errors if "403" not in error] == []
    assert seen.elsewhere == []


def test_a_job_shows_how_far_it_is_and_is_in_order(site: str, owner: Any, seen: Any) -> None:
    owner.goto(f"{site}/manage")
    owner.get_by_label("Address of a feed").fill("http://127.0.0.1:9/feed")
    owner.get_by_role("button", name="Follow").click()
    owner.wait_for_url("**/manage/job/*")
    owner.get_by_text("Done.").wait_for()
    looked_at(owner, owner.url, "job")
    assert (seen.errors, seen.elsewhere) == ([], [])
