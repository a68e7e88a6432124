"""`feedsette serve`: who may read, who is the owner, what is loaded from elsewhere. By the files it gives Datasette."""

import json
import re
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from datasette.app import Datasette

from ingest.cli.commands import main
from ingest.web.server.passwords import OWNER
from ingest.web.server.serve import CannotServe, own_settings, password_settings, served_at
from ingest.web.server.site_files import config, merged, metadata
from tests.ingest.documents_written_here import item, rss
from tests.plugins.serving import serve_as_the_command_does

PICTURE = '<img src="https://pictures.example/gull.png" alt="A gull">'
PATHS = ["/", "/feed/1", "/entry/1", "/search?q=x", "/archive/entries.json", "/feeds.opml", "/health"]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    (tmp_path / "feed.xml").write_bytes(rss(item("1", f"&lt;p&gt;{PICTURE.replace('<', '&lt;')}"), url=None))
    CliRunner().invoke(main, ["import", str(tmp_path / "archive.db"), str(tmp_path / "feed.xml")])
    return tmp_path / "archive.db"


Serve = Callable[..., Any]


@pytest.fixture
def serve(archive: Path, tmp_path: Path) -> Serve:
    async def serve(files: dict[str, Any] | None = None, **values: Any) -> Datasette:
        named = []
        if files is not None:
            (tmp_path / "own.json").write_text(json.dumps(files))
            named = [tmp_path / "own.json"]
        password = values.pop("password", None)
        own = own_settings(named, **values)
        if password is not None:
            own = merged(own, password_settings(password, tmp_path))
        return await serve_as_the_command_does(archive, tmp_path, own)

    return serve


async def sign_in(site: Datasette, password: str) -> dict[str, str]:
    """The cookies of who signs in as owner, if that is the password."""
    page = await site.client.get("/-/login")
    token = re.search(r'name="csrftoken" value="([^"]*)"', page.text)
    form = {"username": OWNER, "password": password, "csrftoken": token[1] if token else ""}
    answer = await site.client.post("/-/login", data=form, cookies=dict(page.cookies))
    return dict(answer.cookies)


@pytest.mark.parametrize("files", [None, {"title": "Mine", "plugins": {"datasette-vega": {}}}])
@pytest.mark.parametrize("path", PATHS)
async def test_what_is_private_is_shown_to_no_guest(serve: Serve, files: Any, path: str) -> None:
    site = await serve(files, private=True)
    assert (await site.client.get(path)).status_code == 403


async def test_who_knows_the_password_reads_what_is_private_and_is_the_owner(serve: Serve) -> None:
    site = await serve(private=True, password="sesame")
    assert "ds_actor" not in await sign_in(site, "simsim")
    cookies = await sign_in(site, "sesame")
    for path in [*PATHS, "/manage"]:
        assert (await site.client.get(path, cookies=cookies)).status_code == 200, path


async def test_without_a_password_nobody_signs_in_by_one(serve: Serve) -> None:
    assert "ds_actor" not in await sign_in(await serve(), "")


async def test_a_file_of_one_s_own_adds_to_what_there_is(serve: Serve) -> None:
    site = await serve({"title": "My reading", "plugins": {"feedsette": {"owners": ["ada"]}}})
    assert "My reading" in (await site.client.get("/")).text
    assert (await site.client.get("/archive/newest_entries.json")).status_code == 200
    cookies = {"ds_actor": site.sign({"a": {"id": "ada"}}, "actor")}
    assert (await site.client.get("/manage", cookies=cookies)).status_code == 200
    assert (await site.client.get("/manage")).status_code == 403


def test_two_words_on_who_may_read_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / "own.yml").write_text("allow: true")
    with pytest.raises(CannotServe, match="Leave one out"):
        own_settings([tmp_path / "own.yml"], private=True)


@pytest.mark.parametrize("text", ["a: [", "- a", "\xff"])
def test_a_file_that_holds_no_settings_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "own.yml").write_text(text, encoding="latin-1")
    with pytest.raises(CannotServe, match=r"own\.yml"):
        own_settings([tmp_path / "own.yml"])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("plugins: 5", "plugins"),
        ("plugins: [feedsette]", "plugins"),
        ("plugins: {feedsette: 5}", "plugins.feedsette"),
        ("plugins: {feedsette: {hosts: 5}}", "plugins.feedsette.hosts"),
        ("plugins: {feedsette: {hosts: feeds.example}}", "plugins.feedsette.hosts"),
        ("plugins: {feedsette: {hosts: [{a: b}]}}", "plugins.feedsette.hosts"),
        ("plugins: {feedsette: {owners: 5}}", "plugins.feedsette.owners"),
        ("plugins: {feedsette: {owners: ada}}", "plugins.feedsette.owners"),
        ("plugins: {feedsette: {owners: [[ada]]}}", "plugins.feedsette.owners"),
        ("plugins: {feedsette: {pictures: sometimes}}", "plugins.feedsette.pictures"),
        ("settings: 5", "settings"),
        ("settings: {base_url: [feeds]}", "settings.base_url"),
        ("databases: [1]", "databases"),
        ("databases: {a: 5}", "databases.a"),
        ("databases: {a: {tables: 5}}", "databases.a.tables"),
        ("databases: {a: {tables: {entries: 5}}}", "databases.a.tables.entries"),
        ("databases: {a: {tables: {entries: {columns: 5}}}}", "databases.a.tables.entries.columns"),
        ("databases: {a: {tables: {entries: {facets: 5}}}}", "databases.a.tables.entries.facets"),
        ("databases: {a: {queries: 5}}", "databases.a.queries"),
        ("databases: {a: {queries: {mine: 5}}}", "databases.a.queries.mine"),
        ("databases: {a: {allow_sql: [1]}}", "databases.a.allow_sql"),
        ("allow: [1]", "allow"),
        ("extra_css_urls: 5", "extra_css_urls"),
    ],
)
def test_a_setting_of_another_shape_is_named_with_its_file(tmp_path: Path, text: str, key: str) -> None:
    (tmp_path / "own.yml").write_text(text)
    with pytest.raises(CannotServe, match=rf"own\.yml: “{key}” is to .*, but holds: "):
        own_settings([tmp_path / "own.yml"])


@pytest.mark.parametrize(
    "text",
    [
        "databases:\n  archive:\n",
        "databases: {archive: {tables: }}",
        "databases: {archive: {tables: {entries: }}}",
        "plugins:",
        "plugins: {feedsette: }",
        "plugins: {feedsette: {hosts: , owners: }}",
        "settings:",
        "databases:",
    ],
)
def test_a_name_without_anything_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "own.yml").write_text(text)
    own = own_settings([tmp_path / "own.yml"])
    for whole in (metadata(), config()):
        assert {key: merged(whole, own).get(key) for key in whole} == whole


def test_what_datasette_understands_is_left_as_it_is(tmp_path: Path) -> None:
    own = {
        "title": "Mine",
        "allow": {"id": ["ada", "bob"]},
        "extra_css_urls": ["/a.css", {"url": "/b.css", "sri": "x"}],
        "plugins": {
            "another": [1],
            "feedsette": {"owners": ["ada", 7, {"$env": "OWNER"}], "hosts": ["feeds.example"]},
        },
        "settings": {"sql_time_limit_ms": 500, "base_url": "/feeds/", "allow_download": False},
        "databases": {
            "archive": {"allow": False, "queries": {"mine": "select 1", "all": {"sql": "select 2"}}}
        },
    }
    (tmp_path / "own.yml").write_text(json.dumps(own))
    assert own_settings([tmp_path / "own.yml"]) == own


def test_what_is_merged_has_both_and_the_second_word() -> None:
    ours = {"a": 1, "b": {"c": 1, "d": 1}}
    assert merged(ours, {"b": {"c": 2}, "e": 3}) == {"a": 1, "b": {"c": 2, "d": 1}, "e": 3}
    for whole in (metadata(), config()):
        assert merged(whole, {}) == whole


async def test_pictures_of_other_sites_can_be_left_out(serve: Serve) -> None:
    shown, hidden = await serve(), await serve(pictures=False)
    entry = "/entry/1"
    assert PICTURE[:40] in (await shown.client.get(entry)).text
    page = await hidden.client.get(entry)
    assert "<img" not in page.text
    assert (
        '<a href="https://pictures.example/gull.png" rel="noopener noreferrer">[Picture: A gull]</a>'
        in page.text
    )
    for path in (entry, "/archive/contents"):
        policy = (await hidden.client.get(path)).headers["content-security-policy"]
        assert "img-src 'self' data:;" in policy
    assert "img-src 'self' data: https:" in (await shown.client.get(entry)).headers["content-security-policy"]


def test_the_password_is_read_from_its_place(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OWNER_PASSWORD", raising=False)
    result = CliRunner().invoke(main, ["serve", str(archive), "--password", "env:OWNER_PASSWORD"])
    assert result.exit_code == 1
    said = "The owner's password should be in the environment variable OWNER_PASSWORD, which is not set."
    assert said in result.stderr
    result = CliRunner().invoke(main, ["serve", str(archive), "--password", "sesame"])
    assert result.exit_code == 2
    assert "sesame" not in result.stderr


async def test_who_may_not_read_is_led_to_where_the_password_is_asked_for(serve: Serve) -> None:
    site = await serve(private=True, password="sesame")
    assert 'href="/-/login?next=%2Ffeed%2F1"' in (await site.client.get("/feed/1")).text
    assert (await site.client.get("/sign-in")).headers["location"] == "/-/login"


@pytest.mark.parametrize(
    ("options", "files", "said"),
    [
        (["--private"], {}, True),
        (["--private"], {"plugins": {"datasette-vega": {}}}, True),
        (["--private"], {"plugins": {"datasette-auth-github": {}}}, False),
        (["--private", "--root"], {}, False),
        (["--private", "--password"], {}, False),
        ([], {}, False),
    ],
)
def test_what_is_private_without_a_way_to_sign_in_is_said_to_be_so(
    archive: Path, tmp_path: Path, options: list[str], files: dict[str, Any], said: bool
) -> None:
    (tmp_path / "own.json").write_text(json.dumps(files))
    (tmp_path / "password").write_text("sesame")
    place = [f"file:{tmp_path / 'password'}"] if "--password" in options else []
    with socket.create_server(("127.0.0.1", 0)) as taken:  # so that it does not serve
        port = str(taken.getsockname()[1])
        command = ["serve", str(archive), "--port", port, "-m", str(tmp_path / "own.json"), *options, *place]
        result = CliRunner().invoke(main, command)
    assert ("nobody can read this archive. Add --password or --root." in result.stderr) == said


@pytest.mark.parametrize("name", [OWNER, "ada"])
async def test_the_name_to_sign_in_with_is_said_where_the_password_is_asked_for(
    serve: Serve, name: str
) -> None:
    accounts = {"plugins": {"datasette-auth-passwords": {f"{name}_password_hash": "x"}}}
    page = (await (await serve(accounts)).client.get("/-/login")).text
    assert ('value="owner"' in page) == ("The owner’s name is “owner”" in page) == (name == OWNER)


def test_where_to_browse_is_not_said_before_the_options_are_judged(archive: Path) -> None:
    result = CliRunner().invoke(main, ["serve", str(archive), "--nonsense"])
    assert result.exit_code == 2
    assert "No such option" in result.stderr and "Browse" not in result.output


def test_demo_adds_nothing_to_an_archive_that_is_there_already(archive: Path) -> None:
    before = list(sqlite3.connect(archive).iterdump())
    with socket.create_server(("127.0.0.1", 0)) as taken:  # so that it does not serve
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(main, ["demo", "--keep", str(archive), "--port", port])
    assert "nothing is added to it" in result.stderr
    assert list(sqlite3.connect(archive).iterdump()) == before


@pytest.mark.parametrize(
    ("base_url", "address"),
    [
        (None, "http://127.0.0.1:8001/"),
        ("/", "http://127.0.0.1:8001/"),
        ("/feeds/", "http://127.0.0.1:8001/feeds/"),
        ("https://example.org/feeds", "http://127.0.0.1:8001/feeds/"),
    ],
)
def test_the_address_that_is_named_has_base_url(base_url: str | None, address: str) -> None:
    assert served_at("127.0.0.1", 8001, base_url) == address


def test_the_address_of_ipv6_has_brackets() -> None:
    assert served_at("::1", 8001, None) == "http://[::1]:8001/"
