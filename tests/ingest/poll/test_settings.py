"""Settings of polling by options and by the environment: the same result, or a message on what is wrong."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ingest.cli.polling.options import poll_options
from ingest.poll.settings import (
    POLL_OPTIONS,
    BadPollSetting,
    PollSettings,
    poll_settings_of_environment,
)


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for option in POLL_OPTIONS:
        monkeypatch.delenv(option.variable, raising=False)


def of_options(*arguments: str) -> PollSettings:
    found: list[PollSettings] = []
    command = click.command()(poll_options(lambda settings: found.append(settings)))
    assert CliRunner().invoke(command, arguments).exit_code == 0
    return found[0]


def test_without_variables_it_is_what_options_say_without_being_given() -> None:
    assert poll_settings_of_environment() == of_options()


def test_each_variable_is_as_good_as_its_option(monkeypatch: pytest.MonkeyPatch) -> None:
    given = dict.fromkeys(POLL_OPTIONS, "70")
    for option, text in given.items():
        monkeypatch.setenv(option.variable, text)
    settings = poll_settings_of_environment()
    monkeypatch.undo()
    assert settings == of_options(*(word for option, text in given.items() for word in (option.name, text)))
    assert settings != of_options()


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDSETTE_TIMEOUT", "")
    assert poll_settings_of_environment() == of_options()


@pytest.mark.parametrize(
    ("variable", "text", "said"),
    [
        ("FEEDSETTE_AT_ONCE", "many", "is to be a whole number, at least 1, not “many”"),
        ("FEEDSETTE_AT_ONCE", "0", "at least 1"),
        ("FEEDSETTE_AT_ONCE", "2.5", "a whole number"),
        ("FEEDSETTE_TIMEOUT", "nan", "is to be a number, at least 0.1"),
        ("FEEDSETTE_CONTACT", "a\nb", "a line of ASCII characters"),
        ("FEEDSETTE_MIN_WAIT", "9999", "--min-wait is longer than --max-wait."),
    ],
)
def test_what_is_wrong_with_a_variable_is_said(
    monkeypatch: pytest.MonkeyPatch, variable: str, text: str, said: str
) -> None:
    monkeypatch.setenv(variable, text)
    with pytest.raises(BadPollSetting, match=said):
        poll_settings_of_environment()


def test_every_variable_is_named_in_the_reference() -> None:
    reference = (Path(__file__).parents[3] / "docs" / "cli.md").read_text(encoding="utf-8")
    assert all(option.name in reference for option in POLL_OPTIONS)
