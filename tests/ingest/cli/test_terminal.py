"""Escape sequences in documents, answers, file names or an archive do not reach the terminal."""

import ast
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from ingest.base.printable import printable
from ingest.cli.commands import main
from ingest.cli.terminal import printable_json
from tests.ingest.imports.web_archives.test_webarchive import warc_record
from tests.server import Reply, Server, raw

ROOT = Path(__file__).parents[3]
NASTY = "\x1b]0;PWNED\x07\x1b[31m\x9b31m\r\x08\x7f\x00\x0b\u202e\u2066"
PLANTED = "word" + NASTY
ESCAPED = json.dumps(PLANTED)[1:-1]
REFERENCES = "word" + "".join(f"&#{ord(character)};" for character in NASTY)

# All but tab and newline; C1 as UTF-8 has it; what turns the direction of writing.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "feed_url": f"https://a.example/{PLANTED}",
    **dict.fromkeys(("title", "home_page_url", "description", "icon", "language"), PLANTED),
    "authors": [{"name": PLANTED}],
    "items": [
        {
            "id": PLANTED,
            "url": f"https://a.example/{PLANTED}",
            "title": PLANTED,
            "content_html": f"<p>{PLANTED} <a href='https://b.example/{PLANTED}' title='{PLANTED}'>{PLANTED}</a></p>",
            "summary": PLANTED,
            "date_published": PLANTED,
            "tags": [PLANTED],
            "authors": [{"name": PLANTED, "url": PLANTED}],
            "attachments": [{"url": f"https://a.example/{PLANTED}", "mime_type": PLANTED}],
        }
    ],
}
RSS = (
    "<rss version='2.0'><channel><title>%s</title><link>https://a.example/%s</link><description>%s</description>"
    "<item><title>%s</title><guid>%s</guid><description>%s</description><category>%s</category></item>"
    "<item><title>%s</title></item></channel></rss>"
).replace("%s", REFERENCES)
NO_FEEDS = {
    "element.xml": f"<word{NASTY} a='b'/>",
    "torn.xml": RSS[:-60],
    "ill-formed.xml": RSS.replace("<item>", f"<it:em {PLANTED}>"),
    "torn.json": json.dumps(JSON_FEED)[:-40],
    "opml.opml": f"<opml><head/><body><outline {NASTY}/></body></opml>",
}
OPML = (
    f"<opml version='2.0'><body><outline text='{REFERENCES}' title='{REFERENCES}' xmlUrl='%s'/>"
    f"<outline text='x' xmlUrl='http://[::1/{REFERENCES}'/></body></opml>"
)


def shown(*arguments: object) -> str:
    """All that a command prints, of which nothing is to control a terminal."""
    result = CliRunner().invoke(
        main, [str(argument) for argument in arguments], color=True
    )  # as on a terminal
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    output = re.sub(r"\x1b\[[01]m", "", result.output)  # our own, for what is found
    assert not CONTROLS.search(output), ascii(output)
    return output


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Documents of all kinds, in files whose names are as bad as a file system permits."""
    name = NASTY.replace("\x00", "")
    folder = tmp_path / f"folder{name}"
    folder.mkdir()
    (folder / f"a{name}.json").write_text(json.dumps(JSON_FEED))
    (folder / f"b{name}.xml").write_text(RSS)
    for kind, body in NO_FEEDS.items():
        (folder / f"c{name}{kind}").write_text(body)
    address, bad = f"http://a.example/{PLANTED}", f"http://[::1/{PLANTED}"
    (folder / f"d{name}.warc").write_bytes(
        b"".join(
            record.replace(b"here", planted.replace("\0", "").replace("\r", "").encode())
            for planted in (address, bad)
            for record in (
                warc_record("here", b"no feed", warc={"WARC-Date": "here"}),
                warc_record("here", b"x", http={"Content-Encoding": "here"}),
                warc_record("here", b"x", http={"Content-Type": "text/xml here"}),
            )
        )
        + NASTY.encode()
    )
    return folder


def test_what_imported_documents_and_their_names_hold_is_printable(tmp_path: Path, folder: Path) -> None:
    archive = tmp_path / "archive.db"
    assert "PWNED" in shown("import", archive, folder, tmp_path / f"missing{NASTY[1:5]}")
    assert "PWNED" in shown("feeds", archive)
    assert "word" in shown("search", archive, "word")
    for command in (["feeds", archive, "--json"], ["search", archive, "word", "--json"]):
        assert json.loads(shown(*command))
    shown("feeds", archive, "--opml")


def test_what_an_archive_holds_is_printable_whoever_wrote_it(tmp_path: Path, folder: Path) -> None:
    archive = tmp_path / "archive.db"
    shown("import", archive, folder)
    with sqlite3.connect(archive) as connection:
        for column in ("title", "last_error", "failing_since", "schedule", "next_poll", "folder", "note"):
            connection.execute(f"UPDATE feeds SET {column} = ?", [PLANTED])  # noqa: S608
        connection.execute("UPDATE feeds SET url = url || ?, last_polled = NULL, state = 'active'", [PLANTED])
        connection.execute("UPDATE entries SET title = ?, author = ?, url = ?", [PLANTED] * 3)
        connection.execute("UPDATE contents SET text = ?", [PLANTED + " needle " + PLANTED])
    shown("feeds", archive)
    shown("feeds", archive, "--opml")
    assert json.loads(shown("feeds", archive, "--json"))[0]["note"] == PLANTED
    shown("search", archive, "is:edited OR word")
    assert json.loads(shown("search", archive, "word", "--json"))[0]["title"] == PLANTED
    shown("update", archive, "--all")


def test_what_a_server_says_is_printable(tmp_path: Path, server: Server) -> None:
    archive, listed = tmp_path / "archive.db", tmp_path / f"list{NASTY[1:5]}.opml"
    nasty = NASTY.replace("\r", "").encode()
    paths = ("/reason", "/header", "/moved", "/nonsense", "/feed", "/page")
    server.on("/feed", Reply(body=json.dumps(JSON_FEED).encode()))
    server.on("/page", Reply(200, {"Content-Type": "text/html"}, f"<title>{PLANTED}</title>".encode() * 50))
    server.on("/reason", raw(b"HTTP/1.1 500 " + nasty + b"\r\n\r\n"))
    server.on("/header", raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: " + nasty + b"\r\n\r\nx"))
    server.on("/moved", raw(b"HTTP/1.1 301 Moved\r\nLocation: http://[::1/" + nasty + b"\r\n\r\n"))
    server.on("/nonsense", raw(nasty + b"\r\n\r\n"))
    for path in paths:
        listed.write_text(OPML % server.url(path))
        shown("add", archive, "--allow-private", listed)
        shown("add", archive, "--allow-private", server.url(path))
    shown("update", archive, "--all")
    shown("feeds", archive)


@pytest.mark.parametrize("command", ["add", "update", "search", "import", "feeds"])
def test_what_stands_in_arguments_is_printable(tmp_path: Path, command: str) -> None:
    text = NASTY.replace("\x00", "") + "\udcff"
    shown(command, tmp_path / f"x{text}" / "archive.db", text)
    archive = tmp_path / f"archive{text}.db"
    (tmp_path / "feed.json").write_text(json.dumps(JSON_FEED))
    shown("import", archive, tmp_path / "feed.json", "--feed", text)
    shown("import", archive, tmp_path / "feed.json")
    shown(command, archive, text)


def test_what_libraries_warn_of_is_printable() -> None:
    program = (
        "import logging, warnings; from ingest.base.printable import keep_libraries_printable as keep; keep();"
        f"warnings.warn({NASTY!r}); logging.getLogger('x').warning({NASTY!r})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=ROOT, check=True)
    assert done.stderr.decode().count("PWNED") == 2
    assert not CONTROLS.search(done.stderr.decode())


def test_what_a_client_says_of_its_address_is_printable_in_the_server_s_log() -> None:
    program = (
        "import logging, logging.config, uvicorn.config;"
        "from ingest.base.printable import keep_libraries_printable as keep;"
        "keep(); keep(); logging.config.dictConfig(uvicorn.config.LOGGING_CONFIG);"
        "log = logging.getLogger('uvicorn.access').info;"
        f"log('%s - \"%s %s HTTP/%s\" %d', {NASTY!r}, 'GET', '/', '1.1', 200)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=ROOT, check=True)
    assert '- "GET / HTTP/1.1" 200 OK' in done.stdout.decode()
    assert not CONTROLS.search(done.stdout.decode())


@pytest.mark.parametrize("text", ["a\tb\nc", "é “x” 日本 \u200d👍 \u200fעברית", ""])
def test_what_is_for_reading_stays(text: str) -> None:
    assert printable(text) == text


def test_json_says_the_same_in_escapes() -> None:
    written = printable_json([PLANTED, "\ud800", "é"])
    assert not CONTROLS.search(written)
    assert json.loads(written) == [PLANTED, "\ud800", "é"]
    assert "é" in written


def modules() -> Iterator[Path]:
    return (path for path in (ROOT / "ingest").rglob("*.py") if path.name != "terminal.py")


def imported(module: Path) -> set[str]:
    """The packages that a module imports, wherever in it that stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").partition(".")[0])
    return names


def test_only_the_command_knows_click() -> None:
    knowing = {path for path in modules() if "click" in imported(path)}
    assert knowing and all("cli" in path.parts for path in knowing)


def test_nothing_is_printed_by_another_way() -> None:
    direct = re.compile(r"\bclick\.s?echo\(|(?<![\w.])print\(|\bstd(?:out|err)\.write\(")
    assert [path.name for path in modules() if direct.search(path.read_text(encoding="utf-8"))] == []
