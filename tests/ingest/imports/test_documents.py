import gzip
import io
import os
import random
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from ingest.base.advice import Problem
from ingest.base.models import HttpExchange
from ingest.cli.commands import main
from ingest.imports import documents as module
from ingest.imports import saved
from ingest.imports.documents import count_files, documents
from ingest.imports.saved import Document, FileSource
from tests.ingest.documents_written_here import item, rss


def test_a_file_is_a_document_that_comes_from_its_path(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_bytes(b"<rss/>")
    assert list(documents([path])) == [Document(str(path), b"<rss/>", path.as_uri(), file="feed.xml")]


def test_a_folder_is_read_with_its_folders_in_the_order_of_names(tmp_path):
    for name in ("b.xml", "a/2.xml", "a/1.xml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    assert [document.name for document in documents([tmp_path])] == [
        str(tmp_path / name) for name in ("a/1.xml", "a/2.xml", "b.xml")
    ]
    assert count_files([tmp_path]) == 3


def test_hidden_files_and_folders_are_passed_over(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").touch()
    (tmp_path / ".DS_Store").touch()
    assert [type(document) for document in documents([tmp_path])] == [Problem]


def test_an_empty_folder_is_a_problem(tmp_path):
    [problem] = documents([tmp_path])
    assert "holds no files" in problem.why


def test_a_path_that_does_not_exist_is_a_problem_and_the_rest_goes_on(tmp_path):
    (tmp_path / "feed.xml").write_text("x")
    problem, document = documents([tmp_path / "nothing.xml", tmp_path / "feed.xml"])
    assert "there is no such file" in problem.why
    assert document.body == b"x"


def test_a_gzipped_file_is_unpacked(tmp_path):
    path = tmp_path / "feed.xml.gz"
    path.write_bytes(gzip.compress(b"<rss/>"))
    assert [document.body for document in documents([path])] == [b"<rss/>"]


def test_a_gzipped_file_that_is_cut_off_gives_what_stands_before(tmp_path):
    path = tmp_path / "feed.xml.gz"
    packed = gzip.compress(random.Random(1).randbytes(40_000).hex().encode())
    path.write_bytes(packed[: len(packed) // 2])
    document, problem = documents([path])
    assert 10_000 < len(document.body) < 80_000
    assert "cut off or damaged" in problem.why


def test_a_gzipped_file_of_which_nothing_is_left_is_a_problem(tmp_path):
    path = tmp_path / "feed.xml.gz"
    path.write_bytes(gzip.compress(b"<rss/>" * 100)[:8])
    [problem] = documents([path])
    assert "cut off or damaged" in problem.why


def test_a_file_that_is_too_large_is_a_problem_however_it_is_packed(tmp_path, monkeypatch):
    monkeypatch.setattr(saved, "LARGEST_DOCUMENT", 1000)
    (tmp_path / "a.xml").write_bytes(b" " * 1001)
    (tmp_path / "b.xml.gz").write_bytes(gzip.compress(b" " * 1001))
    assert ["larger than" in problem.why for problem in documents([tmp_path])] == [True, True]


def warc(*responses, compressed=True, date="2020-02-02T02:02:02Z"):
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=compressed)
    for address, status, content_type, body in responses:
        headers = StatusAndHeaders(status, [("Content-Type", content_type)], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(
                address,
                "response",
                payload=io.BytesIO(body),
                http_headers=headers,
                warc_headers_dict={"WARC-Date": date},
            )
        )
    return stream.getvalue()


def test_a_web_archive_gives_the_responses_that_may_be_feeds(tmp_path):
    feed = rss(item("1"))
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(
        warc(
            ("https://blog.example.org/", "200 OK", "text/html", b"<html>"),
            ("https://blog.example.org/feed", "200 OK", "application/rss+xml", feed),
            ("https://blog.example.org/old", "404 Not Found", "application/rss+xml", b"no"),
        )
    )
    assert list(documents([path])) == [
        Document(
            f"{path}: https://blog.example.org/feed",
            feed,
            "https://blog.example.org/feed",
            "application/rss+xml",
            "2020-02-02T02:02:02Z",
            "crawl.warc.gz",
            HttpExchange(None, b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n", feed),
        )
    ]


def test_a_web_archive_without_compression_is_read_too(tmp_path):
    path = tmp_path / "crawl.warc"
    path.write_bytes(warc(("https://a.example/feed", "200 OK", "text/xml", b"<rss/>"), compressed=False))
    assert [document.body for document in documents([path])] == [b"<rss/>"]


def test_a_web_archive_without_feeds_is_a_problem(tmp_path):
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(warc(("https://a.example/", "200 OK", "text/html", b"<html>")))
    [problem] = documents([path])
    assert "holds no response that could be a feed" in problem.why


def test_a_web_archive_that_is_cut_off_gives_what_stands_before(tmp_path):
    path = tmp_path / "crawl.warc.gz"
    whole = warc(
        ("https://a.example/feed", "200 OK", "text/xml", b"<rss/>" * 1000),
        ("https://b.example/feed", "200 OK", "text/xml", b"<rss/>" * 1000),
    )
    path.write_bytes(whole[:-20])
    results = list(documents([path]))
    assert results[0].address == "https://a.example/feed"
    assert "cut off or damaged" in results[-1].why


def test_a_path_that_cannot_be_looked_at_is_a_problem_and_the_rest_goes_on(tmp_path):
    (tmp_path / "feed.xml").write_text("x")
    paths = [tmp_path / ("x" * 300), tmp_path / "feed.xml"]
    assert count_files(paths) == 2
    problem, document = documents(paths)
    assert "it cannot be read: File name too long. Check" in problem.why
    assert document.body == b"x"


@pytest.mark.parametrize(
    "date, captured",
    [
        ("garbage", None),
        ("", None),
        ("2024-01-01", "2024-01-01T00:00:00Z"),
        ("2024-01-01T10:20:30.123456Z", "2024-01-01T10:20:30Z"),
    ],
)
def test_the_time_of_capture_is_a_time_as_the_archive_has_them_or_none(tmp_path, date, captured):
    path = tmp_path / "crawl.warc"
    path.write_bytes(warc(("https://a.example/feed", "200 OK", "text/xml", b"<rss/>"), date=date))
    [document] = documents([path])
    assert document.captured == captured


def test_an_address_in_place_of_a_path_leads_to_add():
    [problem] = documents([Path("https://x.example/feed.xml")])
    assert "`feedsette add`" in problem.why


def test_a_pipe_does_not_hold_up_the_rest(tmp_path):
    os.mkfifo(tmp_path / "a.xml")
    (tmp_path / "b.xml").write_text("x")
    problem, document = documents([tmp_path / "a.xml", tmp_path / "b.xml"])
    assert problem == Problem(str(tmp_path / "a.xml"), "it is neither a file nor a folder.")
    assert document.body == b"x"


def test_a_file_that_becomes_a_pipe_before_it_is_opened_does_not_either(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "a.xml")
    monkeypatch.setattr(module, "_may_be_file", lambda _: True)
    assert [result.why for result in documents([tmp_path])] == ["it is neither a file nor a folder."]


def test_a_socket_and_a_device_are_no_files(tmp_path):
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s"))
        results = documents([tmp_path / "s", Path("/dev/zero")])
        assert [result.why for result in results] == ["it is neither a file nor a folder."] * 2


@pytest.mark.parametrize("folder", [False, True])
def test_a_file_that_the_system_goes_on_writing_does_not_block(tmp_path, folder):
    kernel = Path("/proc/kmsg")
    try:
        os.close(os.open(kernel, os.O_RDONLY | os.O_NONBLOCK))
    except OSError:
        pytest.skip("only root may read the kernel's messages, and only on Linux")
    (tmp_path / "a.xml").symlink_to(kernel)
    results = list(documents([tmp_path if folder else tmp_path / "a.xml"]))
    assert [result.why for result in results] == [
        "it is no saved document: the system goes on writing it. Name a file that is complete."
    ]
    added = CliRunner().invoke(main, ["add", str(tmp_path / "archive.db"), str(tmp_path / "a.xml")])
    assert "a.xml: It is no saved document: the system goes on writing it. Name" in added.stderr


def test_a_new_kind_of_file_is_a_source_in_the_list(tmp_path, monkeypatch):
    """Such as the history in another reader's database, which is not told by its name."""

    def recognises(file):
        return file.begins.startswith(b"READER")

    def histories(file):
        for line in file.unpacked().read().split()[1:]:
            yield Document(f"{file.name}: {line.decode()}", line, "https://a.example/feed")

    monkeypatch.setattr(module, "SOURCES", (FileSource(recognises, histories), *module.SOURCES))
    (tmp_path / "a.db").write_bytes(b"READER one two")
    (tmp_path / "b.xml").write_bytes(b"three")
    assert [document.body for document in documents([tmp_path])] == [b"one", b"two", b"three"]
