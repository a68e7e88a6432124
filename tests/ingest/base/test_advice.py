"""Error messages and their advice, for a feed that is followed and for one that is being added."""

import httpcore2 as httpcore
import pytest

from ingest.archive.subscriptions import PreviousPolls
from ingest.base.advice import Advice, Trouble, always
from ingest.fetch.errors import advise_higher_limit, fetch_error
from ingest.fetch.messages import FetchError, Limits, Response
from ingest.fetch.private_networks import AddressRefused
from ingest.poll.outcome import Outcome, outcome
from tests.ingest.poll.test_outcome import response

# What only holds of a feed that is polled again, and keeps what it published.
OF_FOLLOWED = ("is tried again", "is asked less", "stays in the archive", "If that lasts, look")
ANSWERS = [
    *(response(status) for status in (204, 304, 400, 401, 402, 403, 404, 407, 410, 418, 429, 451, 500, 503)),
    *(response(status, retry_after=7200) for status in (429, 503)),
    response(body=b""),
    fetch_error(AddressRefused("a loopback address"), Limits(), redirected=False),
    fetch_error(httpcore.ConnectTimeout(), Limits(), redirected=False),
]


def came_of(answer: Response | FetchError) -> Trouble:
    result: Outcome = outcome(answer, PreviousPolls())
    assert result.trouble
    return result.trouble


def test_advice_comes_after_what_happened_and_is_of_three_kinds() -> None:
    trouble = Trouble("It fails.", Advice("It is tried again.", "Use --option.", "Tick the box."))
    assert trouble.of_followed == "It fails. It is tried again."
    assert trouble.of_adding == "It fails. Use --option."
    assert trouble.of_adding_in_browser == "It fails. Tick the box."


def test_the_browser_says_what_commands_say_unless_it_is_told_otherwise() -> None:
    assert Trouble("It fails.", Advice(adding="Later.")).of_adding_in_browser == "It fails. Later."
    assert (
        Trouble("It fails.", Advice(adding="Use --option.", in_browser="")).of_adding_in_browser
        == "It fails."
    )
    assert Trouble("It fails.", always("Later.")).of_followed == "It fails. Later."


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_a_feed_that_could_not_be_added_is_not_said_to_be_polled_or_kept(
    answer: Response | FetchError,
) -> None:
    trouble = came_of(answer)
    for said in (trouble.of_adding, trouble.of_adding_in_browser):
        assert said.startswith(trouble.what)
        assert not [words for words in OF_FOLLOWED if words in said]


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_no_option_of_a_command_is_advised_in_the_browser_without_the_command(
    answer: Response | FetchError,
) -> None:
    said = came_of(answer).of_adding_in_browser
    assert "--" not in said or "feedsette " in said


def test_who_needs_a_password_is_told_how_to_give_it() -> None:
    trouble = came_of(response(401))
    assert "--secret env:NAME or --secret file:PATH" in trouble.of_adding
    assert "feedsette add ARCHIVE ADDRESS --secret" in trouble.of_adding_in_browser
    assert "feedsette add --secret" in trouble.of_followed and "unfollow" not in trouble.of_followed


def test_a_limit_is_named_to_who_can_raise_it() -> None:
    trouble = Trouble("It is too large.", advise_higher_limit("--max-size"))
    assert trouble.of_followed.endswith("raise the limit.")
    assert "limit: --max-size" in trouble.of_adding
    assert "feedsette serve ARCHIVE --max-size" in trouble.of_adding_in_browser
