"""What is written of a response, as decided without a database."""

from dataclasses import replace
from typing import Any

import pytest

from ingest.archive.subscriptions import Move, PollRecord, PreviousPolls, Subscription
from ingest.fetch.messages import FetchError
from ingest.poll.outcome import outcome
from ingest.poll.record import poll_record
from tests.ingest.poll.test_outcome import NEW, OLD, response
from tests.ingest.values import clean_feed

FEED = Subscription(
    1, OLD, "A feed", etag='"1"', last_modified="yesterday", last_polled="2026-01-01T00:00:00Z"
)
KNOWN = replace(FEED, previous=PreviousPolls(body_hash="known"))


def recorded(feed: Subscription, answer: Any) -> PollRecord:
    return poll_record(feed, answer, outcome(answer, feed.previous), None)


def test_a_confirmation_need_not_repeat_the_validators() -> None:
    poll = recorded(KNOWN, response(304)).poll
    assert (poll.etag, poll.last_modified, poll.body_hash, poll.error) == ('"1"', "yesterday", "known", None)


def test_a_document_without_validators_takes_them_away() -> None:
    poll = recorded(KNOWN, response(200)).poll
    assert (poll.status, poll.etag, poll.last_modified) == (200, None, None)
    assert poll.body_hash not in (None, "known")


def test_a_document_is_handed_on() -> None:
    answer, read = response(200), clean_feed()
    record = poll_record(FEED, answer, outcome(answer, FEED.previous), read, 7)
    assert (record.clean_feed, record.document) == (read, 7)


@pytest.mark.parametrize(
    ("status", "hub"), [(200, "https://hub.example"), (304, "https://hub.example"), (500, None)]
)
def test_headers_name_a_hub_where_the_feed_was_received_or_confirmed(status: int, hub: str | None) -> None:
    answer = response(status, hub_url="https://hub.example", self_url="javascript:alert(1)")
    assert recorded(KNOWN, answer).hub_url == hub
    assert recorded(KNOWN, answer).self_url is None


@pytest.mark.parametrize(
    ("feed", "answer", "public"),
    [
        (replace(KNOWN, last_polled=None), response(200), True),  # the first poll
        (FEED, response(200), True),  # the first document
        (KNOWN, response(200), False),
        (KNOWN, response(304), False),
        (FEED, response(200, own_network=True), False),
        (FEED, FetchError("dns", "It is not there."), False),
    ],
)
def test_a_feed_that_is_first_received_from_elsewhere_is_public(
    feed: Subscription, answer: Any, public: bool
) -> None:
    assert recorded(feed, answer).public is public


def test_a_feed_that_moves_is_public_where_it_is_then() -> None:
    moving = replace(KNOWN, previous=PreviousPolls(body_hash="known", move=Move(NEW, 2)))
    record = recorded(moving, response(200, moved_to=NEW))
    assert (record.public, record.move) == (True, Move(NEW, 3))


def test_what_is_gone_for_good_is_so_and_a_host_that_asks_to_wait_is_no_failure() -> None:
    gone, held = recorded(KNOWN, response(410)), recorded(KNOWN, response(429, retry_after=60))
    assert (gone.gone, held.gone) == (True, False)
    assert (gone.poll.held, held.poll.held) == (False, True)


def test_no_answer_is_recorded_with_what_it_cost() -> None:
    error = FetchError("slow", "It took too long.")
    error.wire_bytes, error.ms = 100, 20
    poll = recorded(KNOWN, error).poll
    assert (poll.status, poll.bytes, poll.ms, poll.error) == (None, 100, 20, "It took too long.")
