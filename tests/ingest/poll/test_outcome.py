import hashlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.archive.documents.known import KnownDocument
from ingest.archive.subscriptions import Move, PreviousPolls
from ingest.base.http_url import Redirect
from ingest.base.models import READER
from ingest.fetch.messages import FetchError, Response
from ingest.poll.outcome import Outcome, outcome, rejected

FEED = b'<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title></channel></rss>'
OLD, NEW = "https://example.com/old", "https://example.com/new"


def response(status: int = 200, body: bytes | None = None, **values: Any) -> Response:
    everything: dict[str, Any] = {
        "url": OLD,
        "status": status,
        "body": FEED if body is None and status == 200 else body,
        "version": "HTTP/1.1",
        "wire_bytes": 0,
        "ms": 0,
        "redirects": (),
        "moved_to": None,
    } | values
    rest = Response.__dataclass_fields__.keys() - everything.keys()
    return Response(**everything, **dict.fromkeys(rest))


def moved(status: int = 200, code: int = 301) -> Response:
    to = NEW if code in (301, 308) else None
    return response(status, redirects=(Redirect(code, NEW),), moved_to=to)


HASH = hashlib.sha256(b"<rss/>").hexdigest()
LAST = KnownDocument(7, 1, "2026-01-01T00:00:00Z", HASH, READER, None, None)
KNOWN = PreviousPolls(failures=2, body_hash=HASH, confirmed=7, document=LAST)


def after(outcome: Outcome) -> PreviousPolls:
    return PreviousPolls(outcome.failures, outcome.body_hash, outcome.move)


def test_a_document_is_to_be_parsed_and_ends_the_failures() -> None:
    result = outcome(response(), KNOWN)
    assert (result.kind, result.message, result.failures) == ("document", None, 0)
    assert result.body_hash not in (None, KNOWN.body_hash)


def test_304_is_nothing_new() -> None:
    result = outcome(response(304), KNOWN)
    assert (result.kind, result.failures, result.body_hash) == ("unchanged", 0, KNOWN.body_hash)
    assert result.document == 7


def test_the_same_bytes_again_are_nothing_new() -> None:
    result = outcome(response(body=b"<rss/>"), KNOWN)
    assert (result.kind, result.document) == ("unchanged", 7)


@pytest.mark.parametrize(
    "before",
    [
        replace(KNOWN, document=replace(LAST, reader=READER - 1)),
        replace(KNOWN, body_hash="another"),  # it came by a push, which does not tell what is gone
        replace(KNOWN, body_hash=None),  # it was imported
    ],
    ids=["reader", "push", "import"],
)
def test_the_same_bytes_are_read_but_not_kept_again_where_no_poll_was_read_so(before: PreviousPolls) -> None:
    result = outcome(response(body=b"<rss/>"), before)
    assert (result.kind, result.document, result.body_hash) == ("document", 7, HASH)


@pytest.mark.parametrize("last", [None, replace(LAST, sha256="another")], ids=["none", "another"])
def test_the_same_bytes_are_new_where_they_were_not_kept_last(last: KnownDocument | None) -> None:
    result = outcome(response(body=b"<rss/>"), replace(KNOWN, document=last))
    assert (result.kind, result.document) == ("document", None)


def test_the_same_bytes_that_could_not_be_read_cannot_be_again() -> None:
    before = replace(KNOWN, document=replace(LAST, error="It is a site map."))
    result = outcome(response(body=b"<rss/>"), before)
    assert (result.kind, result.message, result.failures) == ("failing", "It is a site map.", 3)
    assert (result.document, result.body_hash) == (7, KNOWN.body_hash)


def test_304_without_a_document_before_is_a_failure() -> None:
    assert outcome(response(304), PreviousPolls()).kind == "failing"


def test_a_permanent_redirect_moves_the_feed_at_the_third_poll() -> None:
    before, moves = PreviousPolls(), []
    for _ in range(3):
        result = outcome(moved(), before)
        moves.append(result.moved_to)
        before = after(result)
    assert moves == [None, None, NEW]


def test_a_move_may_be_confirmed_by_polls_that_bring_nothing_new() -> None:
    before = PreviousPolls(body_hash="known", move=Move(NEW, 2))
    assert outcome(moved(304, 308), before).moved_to == NEW


@pytest.mark.parametrize("answer", [response(), moved(code=302)])
def test_a_poll_without_a_permanent_redirect_begins_the_count_anew(answer: Response) -> None:
    assert outcome(answer, PreviousPolls(move=Move(NEW, 2))).move is None


def test_another_target_begins_the_count_anew() -> None:
    assert outcome(moved(), PreviousPolls(move=Move("https://example.com/newer", 2))).move == Move(NEW, 1)


@pytest.mark.parametrize("answer", [moved(404), FetchError("slow", "Too slow."), moved(429)])
def test_a_failure_neither_moves_a_feed_nor_forgets_where_it_was_moving(
    answer: Response | FetchError,
) -> None:
    result = outcome(answer, PreviousPolls(move=Move(NEW, 3)))
    assert (result.move, result.moved_to) == (Move(NEW, 3), None)


def test_a_move_to_a_page_that_is_no_feed_does_not_count() -> None:
    assert rejected("it is a site map, not a feed.", PreviousPolls(move=Move(NEW, 2))).move == Move(NEW, 2)


def test_410_is_gone_for_good() -> None:
    result = outcome(response(410), KNOWN)
    assert result.kind == "gone" and "stays in the archive" in (result.message or "")


def test_410_behind_a_permanent_redirect_is_gone_too() -> None:
    assert outcome(moved(410), KNOWN).kind == "gone"


def test_410_behind_a_temporary_redirect_is_only_a_failure() -> None:
    assert outcome(moved(410, code=302), KNOWN).kind == "failing"


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_says_when_to_come_again_is_no_failure(status: int) -> None:
    result = outcome(response(status, retry_after=7200), KNOWN)
    assert (result.kind, result.wait, result.failures) == ("held", 7200, KNOWN.failures)
    assert "2 hours" in (result.message or "")


def test_a_host_that_is_held_for_another_feed_is_no_failure() -> None:
    result = outcome(FetchError("held", "Its host asked to be left alone.", 90.4), KNOWN)
    assert (result.kind, result.wait, result.failures) == ("held", 90, KNOWN.failures)


@pytest.mark.parametrize("status", [204, 206, 300, 400, 401, 403, 404, 429, 451, 500, 503, 599])
def test_any_other_status_is_a_failure_with_its_number(status: int) -> None:
    result = outcome(response(status), KNOWN)
    assert (result.kind, result.failures, result.body_hash) == ("failing", 3, KNOWN.body_hash)
    assert f"({status})" in (result.message or "") or f"status {status}" in (result.message or "")


def test_no_answer_is_a_failure_with_its_message() -> None:
    result = outcome(FetchError("dns", "Its host's name was not found."), KNOWN)
    assert (result.kind, result.failures) == ("failing", 3)
    assert result.message == "Its host's name was not found."


def test_what_parse_says_is_a_sentence_for_the_user() -> None:
    assert (
        rejected("it is a site map, not a feed.", PreviousPolls()).message == "It is a site map, not a feed."
    )


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<!DOCTYPE html><title>Home</title>", "web page"),
        (b"\xef\xbb\xbf\n<!-- hello --><HTML><body>Home", "web page"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"></html>', "web page"),
        ("<!doctype html><p>Home".encode("utf-16"), "web page"),
        (b'<html><form><input name=p type="password"></form></html>', "login"),
        (b"<html><title>Just a moment...</title></html>", "captcha"),
        (b'<html><div class="g-recaptcha"></div></html>', "captcha"),
    ],
)
def test_a_page_in_the_place_of_a_feed_is_a_failure(body: bytes, word: str) -> None:
    result = outcome(response(body=body), KNOWN)
    assert (result.kind, result.failures, result.body_hash) == ("failing", 3, KNOWN.body_hash)
    assert word in (result.message or "")


@pytest.mark.parametrize(
    "body",
    [
        FEED,
        b"<feed xmlns='http://www.w3.org/2005/Atom'><title>On captcha</title></feed>",
        b"<rss><channel><description>&lt;html&gt; <![CDATA[<html><input type=password>]]></description>",
        b'<br /><b>Warning</b>: <html> <?xml version="1.0"?><rss version="2.0"><channel/></rss>',
        b'{"version": "https://jsonfeed.org/version/1.1", "title": "<html>", "items": []}',
        b'<rdf:RDF xmlns="http://purl.org/rss/1.0/"></rdf:RDF>',
        b'<?xml version="1.0"?><urlset></urlset>',
    ],
)
def test_what_may_be_a_feed_is_left_to_the_parser(body: bytes) -> None:
    assert outcome(response(body=body), KNOWN).kind == "document"


@given(st.integers(200, 599), st.none() | st.binary(), st.none() | st.integers(0, 10**6), st.booleans())
def test_whatever_comes_there_is_an_outcome(
    status: int, body: bytes | None, wait: int | None, seen: bool
) -> None:
    result = outcome(response(status, body, retry_after=wait), KNOWN if seen else PreviousPolls())
    assert (result.message is None) == (result.kind in ("document", "unchanged"))
    assert result.kind != "failing" or result.failures > 0
