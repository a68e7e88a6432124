"""Our plugin as Datasette finds it: once, and without any part in what is no archive."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from datasette.database import Database
from datasette.utils import tilde_encode

from tests.empty_archive import empty_archive
from tests.plugins.asked import asked
from tests.plugins.conftest import ROOT, fill
from tests.plugins.installed import run
from tests.plugins.serving import IS_OLD, serve

HOOKS = set(
    """asgi_wrapper extra_template_vars filters_from_request forbidden handle_exception
    jinja2_environment_from_request prepare_connection prepare_jinja2_environment register_facet_classes
    register_output_renderer register_routes render_cell skip_csrf startup""".split()
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("own") / "search.db"
    db = empty_archive(path)
    fill(db)
    db.close()
    return path


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that is no archive, with tables called like some of an archive's."""
    path = tmp_path_factory.mktemp("other") / "notes.db"
    with sqlite3.connect(path) as db:
        db.executescript(
            """
            CREATE TABLE entries (id INTEGER PRIMARY KEY, title TEXT, feed INTEGER, host TEXT, date TEXT);
            CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, entry INTEGER REFERENCES entries (id));
            CREATE VIRTUAL TABLE found USING fts5 (text);
            INSERT INTO entries VALUES (1, 'One', 1, 'a.example', '2024-01-01'), (2, NULL, NULL, NULL, NULL);
            INSERT INTO notes VALUES (1, '<b>bold</b>', 1), (2, NULL, NULL);
            INSERT INTO found VALUES ('二三四 word');
            """
        )
    return path


def plugins(*options: str, entry_point: bool = True) -> list[dict[str, Any]]:
    listed = json.loads(run("-m", "datasette", "plugins", *options, entry_point=entry_point).stdout)
    return [plugin for plugin in listed if not plugin["name"].startswith("datasette-")]


@pytest.mark.parametrize("entry_point", [True, False])
@pytest.mark.parametrize("options", [(), ("--plugins-dir", str(ROOT / "plugins"))])
def test_it_is_listed_once_however_it_is_found(options: tuple[str, ...], entry_point: bool) -> None:
    if not options and not entry_point:
        return  # which is to be found by nothing
    [plugin] = plugins(*options, entry_point=entry_point)
    assert (plugin["name"], set(plugin["hooks"])) == ("feedsette", HOOKS)


def test_the_files_of_another_checkout_are_the_same_plugin(tmp_path: Path) -> None:
    for path in (ROOT / "plugins").glob("*.py"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert [plugin["name"] for plugin in plugins("--plugins-dir", str(tmp_path))] == ["feedsette"]


def test_a_file_of_the_users_own_among_ours_stays(tmp_path: Path) -> None:
    for path in (ROOT / "plugins").glob("*.py"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "own.py").write_text(
        "from datasette import hookimpl\n\n@hookimpl\ndef startup():\n    pass\n"
    )
    assert {plugin["name"] for plugin in plugins("--plugins-dir", str(tmp_path))} == {"feedsette", "own.py"}


def test_plugins_of_the_users_own_stay_beside_it(tmp_path: Path) -> None:
    (tmp_path / "home.py").write_text(
        "from datasette import hookimpl\n\n@hookimpl\ndef startup():\n    pass\n"
    )
    listed = plugins("--plugins-dir", str(tmp_path))
    assert {plugin["name"] for plugin in listed} == {"feedsette", "home.py"}


def test_the_command_of_datasette_alone_shows_our_pages(archive: Path) -> None:
    page = run("-m", "datasette", str(archive), "--get", "/archive/entries").stdout
    assert '<header class="masthead">' in page and "facet-tags" in page


PAGES = """
/ /search /search?q=x /feed/1 /feed /entry/1 /entry/1.bib /tag/x /health /manage /sign-in /feeds.opml
/-/login /-/websub/abc /static/feedsette.css /static/ /-/static/app.css /nothing /notes /notes/ /notes.json
/notes.db /notes/notes /notes/notes.json /notes/notes.csv /notes/notes?_facet=text
/notes/entries?_facet_many=tags&_facet_time=month&year=2024 /notes/entries?_tag=x
/notes/entries?_nofacet=1&_sort=nothing&_size=x /notes/entries.json?_sort=nothing /notes/notes/1
/notes/entries/2 /notes/nope /notes/notes/99 /notes/found?_search=word+%E4%BA%8C /notes?sql=select+null
/notes/-/query?sql=select+null+as+title,1+as+entry /notes?sql=select+escape_fts('')
/notes/-/query?sql=select+escape_fts('') /notes?sql=nonsense /notes/-/query?sql=nonsense /_memory
/-/metadata.json /-/config.json /-/databases.json /-/settings.json /-/logout /-/permissions /robots.txt
/-/patterns /archive/entries /favicon.ico
""".split()
MORE = ["POST /-/websub/abc", "POST /manage", "HEAD /notes/notes", "OPTIONS /"]


def test_without_an_archive_everything_is_as_without_us(notes: Path) -> None:
    paths = [*PAGES, *MORE]
    options: dict[str, Any] = {
        "memory": True,
        "metadata": {"plugins": {"other": {"key": 1}}, "title": "Notes"},
    }
    without = asked([notes], paths, ours=False, **options)
    with_us = asked([notes], paths, **options)
    for path in paths:
        assert with_us[path] == without[path], path


def test_without_any_database_everything_is_as_without_us() -> None:
    paths = ["/", "/_memory", "/search", "/-/settings.json"]
    assert asked([], paths) == asked([], paths, ours=False)


def test_beside_an_archive_another_database_is_left_alone(archive: Path, notes: Path) -> None:
    paths = [path for path in [*PAGES, "HEAD /notes/notes"] if "/notes" in path and path != "/notes/"]
    without, with_us = asked([notes], paths, ours=False), asked([archive, notes], paths)
    for path in paths:
        assert with_us[path] == without[path], path


def test_beside_another_database_our_pages_are_what_they_are(archive: Path, notes: Path) -> None:
    answers = asked([notes, archive], ["/", "/feed/1", "/archive/entries", "/static/reading.css"])
    assert {status for status, _, _ in answers.values()} == {200}
    assert "default-src 'none'" in dict(answers["/"][1])["content-security-policy"]


NAMES = ["search", "feeds", "entries", "feed", "a b", "größe"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_any_name_is_served_as_archive(archive: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.db"
    path.write_bytes(archive.read_bytes())
    former = tilde_encode(name)
    led = {
        f"/{former}/entries?_size=5": "/archive/entries?_size=5",
        f"/{former}/entries.json": "/archive/entries.json",
        f"/{former}/entries/12": "/archive/entries/12",
        f"/{former}/newest_entries?feed=1": "/archive/newest_entries?feed=1",
        f"/{former}.db": "/archive.db",
    }
    answers = asked(
        [path], [*led, "/archive/entries", "/archive/newest_entries", "/feed/1", "/search?q=river"]
    )
    for before, after in led.items():
        assert (answers[before][0], dict(answers[before][1])["location"]) == (302, after), before
    others = [status for path, (status, _, _) in answers.items() if path not in led]
    assert set(others) == {200}


def test_a_name_that_is_taken_stays_with_who_has_it(archive: Path, notes: Path, tmp_path: Path) -> None:
    taken = tmp_path / "archive.db"
    taken.write_bytes(notes.read_bytes())
    answers = asked([archive, taken], ["/search/entries", "/archive/notes", "/feed/1"])
    assert [status for status, _, _ in answers.values()] == [200, 200, 200]


def test_what_is_sent_to_a_former_address_is_sent_again(archive: Path) -> None:
    answers = asked([archive], ["POST /search/-/insert"])
    assert answers["POST /search/-/insert"][0] in (307, 403)  # 403: Datasette 0.65 wants its token first


def closed(name: str) -> dict[str, Any]:
    permissions = {"databases": {name: {"allow": {"id": "ada"}}}}
    return {"metadata": permissions} if IS_OLD else {"config": permissions}


@pytest.mark.parametrize("name", ["search", "archive"])
def test_who_may_read_is_said_by_either_name(archive: Path, name: str) -> None:
    answers = asked([archive], ["/", "/archive", "/archive/entries.json", "/feed/1"], **closed(name))
    assert {status for status, _, _ in answers.values()} == {403}


def test_our_metadata_and_queries_are_beneath_the_users(archive: Path) -> None:
    table = {"description": "My own", "columns": {"title": "My column"}}
    own: dict[str, Any] = {"title": "My reading", "databases": {"search": {"tables": {"entries": table}}}}
    queries = {"databases": {"archive": {"queries": {"languages": "select 42 as mine"}}}}
    both = {"metadata": {**own, "databases": {**own["databases"], **queries["databases"]}}}
    options = both if IS_OLD else {"metadata": own, "config": queries}
    paths = ["/", "/archive/entries", "/archive/languages.json?_shape=array", "/archive/newest_entries"]
    answers = asked([archive], paths, **options)
    assert "My reading" in answers["/"][2]
    page = answers["/archive/entries"][2]
    assert "My own" in page and "My column" in page and "Number of the entry" in page
    assert json.loads(answers["/archive/languages.json?_shape=array"][2]) == [{"mine": 42}]
    assert "The hundred newest" in answers["/archive/newest_entries"][2]


def test_the_users_template_goes_before_ours(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "feedsette").mkdir()
    (tmp_path / "feedsette" / "home.html").write_text("My home")
    (tmp_path / "table.html").write_text(
        '{% extends "default:table.html" %}{% block title %}My table{% endblock %}'
    )
    answers = asked([archive], ["/", "/archive/entries"], template_dir=str(tmp_path))
    assert answers["/"][2] == "My home"
    table = answers["/archive/entries"][2]
    assert "My table" in table and '<header class="masthead">' in table


def test_the_users_static_files_are_beside_ours(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "my.css").write_text("b {}")
    paths = ["/static/my.css", "/static/reading.css", "/static/none.css"]
    answers = asked([archive], paths, static_mounts=[("static", str(tmp_path))])
    assert [status for status, _, _ in answers.values()] == [200, 200, 404]


def test_the_owner_may_widen_what_datasettes_pages_run(archive: Path) -> None:
    setting = {"plugins": {"feedsette": {"csp": {"script-src": "'unsafe-eval'"}}}}
    options = {"metadata": setting} if IS_OLD else {"config": setting}
    answers = asked([archive], ["/archive/entries", "/entry/1"], **options)
    policies = [dict(headers)["content-security-policy"] for _, headers, _ in answers.values()]
    assert ["unsafe-eval" in policy for policy in policies] == [True, False]


async def test_an_empty_file_becomes_an_archive_while_it_is_served(archive: Path, tmp_path: Path) -> None:
    later = tmp_path / "later.db"
    later.touch()
    site = await serve(later)
    assert "Datasette" in (await site.client.get("/")).text
    with closing(sqlite3.connect(archive)) as full, closing(sqlite3.connect(later)) as filled:
        full.backup(filled)
    assert (await site.client.get("/feed/1")).status_code == 200


async def test_an_archive_that_is_added_while_datasette_runs_has_its_pages(
    archive: Path, notes: Path
) -> None:
    site = await serve(notes)
    assert (await site.client.get("/feed/1")).status_code == 404
    site.add_database(Database(site, path=str(archive), is_mutable=True))
    assert (await site.client.get("/feed/1")).status_code == 200


@pytest.mark.skipif(IS_OLD, reason="0.65 keeps no metadata")
async def test_what_users_edited_in_datasette_s_own_file_stays(archive: Path, tmp_path: Path) -> None:
    async def started() -> Datasette:
        site = Datasette(
            [str(archive)], plugins_dir=str(ROOT / "plugins"), internal=str(tmp_path / "internal.db")
        )
        await site.invoke_startup()
        return site

    site = await started()
    await site.set_database_metadata("archive", "title", "Mine")
    await site.set_column_metadata("archive", "entries", "title", "description", "My column")
    await site.add_query("archive", "languages", "select 42", source="user")
    site = await started()
    assert (await site.get_database_metadata("archive"))["title"] == "Mine"
    columns = await site.get_column_metadata("archive", "entries", "title")
    assert columns["description"] == "My column"
    assert (await site.get_query("archive", "languages")).sql == "select 42"
    assert (await site.get_query("archive", "newest_entries")).source == "config"


def test_the_settings_of_another_database_called_archive_are_its_own(
    archive: Path, notes: Path, tmp_path: Path
) -> None:
    taken = tmp_path / "archive.db"
    taken.write_bytes(notes.read_bytes())
    answers = asked([archive, taken], ["/search/entries", "/archive/notes"], **closed("search"))
    assert [status for status, _, _ in answers.values()] == [403, 200]


@pytest.mark.skipif(not IS_OLD, reason="1.0 does not start with such a file")
def test_beside_a_file_that_cannot_be_read_the_archive_is_shown(archive: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    assert asked([broken, archive], ["/feed/1"])["/feed/1"][0] == 200
