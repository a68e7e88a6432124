"""Signing in by password: the rate limit of attempts, Basic authentication, and the attributes of the cookie."""

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from datasette.app import Datasette

from ingest.web.server import login_throttle, passwords
from ingest.web.server.login_throttle import TooManyAttempts
from ingest.web.server.passwords import OWNER
from ingest.web.server.serve import password_settings
from ingest.web.server.site_files import merged
from tests.plugins.serving import serve_as_the_command_does

pytest.importorskip("datasette_auth_passwords", reason="datasette-auth-passwords is not installed")

PAGES = ["/", "/archive/entries.json", "/-/login", "/-/versions.json", "/static/reading.css", "/nothing"]
Site = Callable[..., Any]


@pytest.fixture
def serve(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    async def serve(password: str | None = "sesame", **own: Any) -> Datasette:
        folder = tmp_path_factory.mktemp("served")
        settings = password_settings(password, folder) if password else {}
        return await serve_as_the_command_does(archive, folder, merged(settings, own))

    return serve


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names for which a password's hash was computed, wherever."""
    import datasette_auth_passwords.utils as utils

    seen: list[str] = []
    real = utils.hash_password

    def hash_password(password: str, *rest: Any, **more: Any) -> str:
        seen.append(password)
        return str(real(password, *rest, **more))

    monkeypatch.setattr(utils, "hash_password", hash_password)
    return seen


async def sign_in(site: Datasette | httpx.AsyncClient, password: str, name: str = OWNER) -> Any:
    """By the page, as a browser does, which an httpx client is that keeps cookies itself."""
    client = site.client if isinstance(site, Datasette) else site
    page = await client.get("/-/login")
    kept = {"cookies": dict(page.cookies)} if isinstance(site, Datasette) else {}
    token = re.search(r'name="csrftoken" value="([^"]*)"', page.text)
    form = {"username": name, "password": password, "csrftoken": token[1] if token else ""}
    return await client.post("/-/login", data=form, **kept)


async def sign_in_at(site: Datasette, page: str) -> Any:
    """By the form of a page, and with all that is hidden in it."""
    shown = await site.client.get(page)
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', shown.text))
    form |= {"username": OWNER, "password": "sesame"}
    return await site.client.post("/-/login", data=form, cookies=dict(shown.cookies))


async def test_sign_in_leads_on_to_where_one_was_going(serve: Site) -> None:
    site = await serve()
    refused = await site.client.get("/manage?folder=News")
    assert refused.status_code == 403
    assert 'href="/-/login?next=%2Fmanage%3Ffolder%3DNews"' in refused.text
    signed_in = await sign_in_at(site, "/-/login?next=%2Fmanage%3Ffolder%3DNews")
    assert signed_in.headers["location"] == "/manage?folder=News"


async def test_the_way_on_is_kept_from_the_page_before_and_while_the_password_is_wrong(
    serve: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login_throttle, "SHORTEST", 0.0)
    site = await serve()
    assert 'href="/sign-in?next=%2Fentry%2F1"' in (await site.client.get("/entry/1")).text
    before = await site.client.get("/sign-in?next=%2Fentry%2F1")
    assert before.headers["location"] == "/-/login?next=%2Fentry%2F1"
    shown = await site.client.get(before.headers["location"])
    token = re.search(r'name="csrftoken" value="([^"]*)"', shown.text)
    form = {"username": OWNER, "password": "no", "next": "/entry/1", "csrftoken": token[1] if token else ""}
    wrong = await site.client.post("/-/login", data=form, cookies=dict(shown.cookies))
    assert 'name="next" value="/entry/1"' in wrong.text


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/%09/evil.example",
        "\\\\evil.example",
        "javascript:x",
    ],
)
async def test_nobody_is_led_to_another_site_by_signing_in(serve: Site, elsewhere: str) -> None:
    site = await serve()
    assert (await site.client.get(f"/sign-in?next={elsewhere}")).headers["location"] == "/-/login"
    assert (await sign_in_at(site, f"/-/login?next={elsewhere}")).headers["location"] == "/"


async def test_who_signs_out_is_at_home(serve: Site) -> None:
    site = await serve()
    cookies = {"ds_actor": site.sign({"a": {"id": OWNER}}, "actor")}
    page = await site.client.get("/-/logout", cookies=cookies)
    if token := page.cookies.get("ds_csrftoken"):
        cookies["ds_csrftoken"] = token
    out = await site.client.post("/-/logout", data={"csrftoken": token or ""}, cookies=cookies)
    assert out.headers["location"] == "/"
    assert ">Sign in<" in (await site.client.get("/")).text


def actor_cookie(answer: Any) -> str:
    [cookie] = [text for text in answer.headers.get_list("set-cookie") if text.startswith("ds_actor=")]
    return str(cookie)


def basic(credentials: str) -> dict[str, str]:
    return {"authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}"}


async def test_a_wrong_name_or_password_is_said_and_what_it_takes_is_the_same(
    serve: Site, verified: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login_throttle, "SHORTEST", 0.0)
    site = await serve()
    verified.clear()
    for name, password in [(OWNER, "simsim"), ("nobody", "guess"), (OWNER, "x" * 5000)]:
        answer = await sign_in(site, password, name)
        assert "Invalid username or password" in answer.text
        assert "ds_actor" not in answer.cookies
    assert verified == ["simsim", "guess", ""]


async def test_each_attempt_that_failed_makes_the_next_of_that_client_wait(
    serve: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    real = login_throttle.delay
    monkeypatch.setattr(login_throttle, "delay", lambda failures: waits.append(real(failures)) or 0.0)
    site = await serve()
    for _ in range(7):
        await sign_in(site, "simsim")
    assert (await sign_in(site, "sesame")).status_code == 302
    await sign_in(site, "sesame")
    assert waits == [0, 0.25, 0.5, 1, 2, 4, 5, 5, 0]


async def test_where_too_many_wait_it_is_said_and_when_to_come_back(
    serve: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def too_many(*_: Any) -> None:
        raise TooManyAttempts

    monkeypatch.setattr(login_throttle.Attempts, "check", too_many)
    answer = await sign_in(await serve(), "sesame")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert "Too many are trying to sign in just now." in answer.text


@pytest.mark.parametrize("credentials", [f"{OWNER}:sesame", f"{OWNER}:simsim", "nobody:x"])
async def test_a_password_in_a_header_is_refused_on_every_page_without_a_look(
    serve: Site, verified: list[str], credentials: str
) -> None:
    site = await serve()
    verified.clear()
    for path in PAGES:
        answer = await site.client.get(path, headers=basic(credentials))
        assert answer.status_code == 403, path
        assert "Sign in at /-/login" in answer.text and "must not hand that header on" in answer.text
    assert verified == []


@pytest.mark.parametrize("header", ["Basic", "Basic ", "basic x", "Basic é", "Basic /w==", "Basic a b"])
async def test_a_malformed_header_is_no_error_of_the_server_s(serve: Site, header: str) -> None:
    headers = {"authorization": header.encode("latin-1")}
    assert (await (await serve()).client.get("/", headers=headers)).status_code == 403
    without = await serve(password=None)
    assert (await without.client.get("/", headers=headers)).status_code == 200
    wanted = await serve(plugins={"datasette-auth-passwords": {"http_basic_auth": True}})
    assert (await wanted.client.get("/", headers=headers)).status_code == 401


async def test_where_it_is_wanted_a_password_in_the_header_is_taken_and_guesses_wait(
    serve: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    real = login_throttle.delay
    monkeypatch.setattr(login_throttle, "delay", lambda failures: waits.append(real(failures)) or 0.0)
    site = await serve(plugins={"datasette-auth-passwords": {"http_basic_auth": True}})
    assert (await site.client.get("/archive/entries.json")).status_code == 401
    for _ in range(3):
        wrong = await site.client.get("/archive/entries.json", headers=basic(f"{OWNER}:simsim"))
        assert (wrong.status_code, wrong.headers["www-authenticate"][:5]) == (401, "Basic")
    for _ in range(3):
        right = await site.client.get("/-/actor.json", headers=basic(f"{OWNER}:sesame"))
        assert right.json()["actor"] == {"id": OWNER}
    assert waits == [0, 0.25, 0.5, 1]


async def test_other_ways_to_sign_in_by_a_header_are_left_alone(serve: Site) -> None:
    answer = await (await serve()).client.get("/-/versions.json", headers={"authorization": "Bearer abc"})
    assert answer.status_code == 200


async def test_nobody_has_the_server_compute_hashes(serve: Site) -> None:
    site = await serve()
    assert (await site.client.get("/-/password-tool")).status_code == 404
    assert (await site.client.get("/-/password-tool?password=x")).status_code == 404


async def test_a_hash_that_is_none_lets_nobody_in_and_is_named_to_the_owner(
    serve: Site, caplog: pytest.LogCaptureFixture
) -> None:
    accounts = {"ada_password_hash": "md5$1$x$y", "eve_password_hash": "x"}
    site = await serve(password=None, plugins={"datasette-auth-passwords": accounts})
    assert "Invalid username or password" in (await sign_in(site, "x", "ada")).text
    assert "Invalid username or password" in (await sign_in(site, "x", "eve")).text
    assert "The password hash of “ada” is not one" in caplog.text


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_the_cookie_is_for_the_browser_alone_and_for_tls_where_there_is_tls(
    serve: Site, scheme: str
) -> None:
    site = await serve()
    transport = httpx.ASGITransport(app=site.app())
    async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://localhost") as browser:
        cookie = actor_cookie(await sign_in(browser, "sesame")).lower()
    assert "; httponly" in cookie and "; samesite=lax" in cookie
    assert ("; secure" in cookie) == (scheme == "https")


async def test_so_is_the_cookie_of_the_owner_s_link_and_that_of_signing_out(serve: Site) -> None:
    site = await serve()
    site._root_token = "a token"
    given = await site.client.get("/-/auth-token?token=a+token")
    cookies = dict(given.cookies)
    page = await site.client.get("/-/logout", cookies=cookies)
    token = re.search(r'name="csrftoken" value="([^"]*)"', page.text)
    form = {"csrftoken": token[1] if token else ""}
    taken = await site.client.post("/-/logout", data=form, cookies={**cookies, **dict(page.cookies)})
    for answer in (given, taken):
        assert "; httponly" in actor_cookie(answer).lower()
        assert actor_cookie(answer).lower().count("samesite") == 1


async def test_every_page_is_for_tls_where_that_is_set(archive: Path, tmp_path: Path) -> None:
    own = password_settings("sesame", tmp_path)
    site = await serve_as_the_command_does(archive, tmp_path, own, {"force_https_urls": True})
    assert "; secure" in actor_cookie(await sign_in(site, "sesame")).lower()


def test_credentials_are_known_again_only_while_the_hash_is_the_same() -> None:
    assert passwords.fingerprint({"a": "x"}, "c") == passwords.fingerprint({"a": "x"}, "c")
    assert passwords.fingerprint({"a": "x"}, "c") != passwords.fingerprint({"a": "y"}, "c")
