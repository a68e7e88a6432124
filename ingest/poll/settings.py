"""Settings of polling: limits, concurrency, contact and intervals, from command-line options or the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ingest.fetch.client import Fetcher, user_agent
from ingest.fetch.messages import Limits
from ingest.fetch.rate_limits import Budget
from ingest.poll.schedule import Bounds

_MEGABYTE = 1_000_000
_USUAL = Limits()


class BadPollSetting(ValueError):
    """A setting is not valid. The message is a sentence for the user."""


@dataclass(frozen=True)
class PollSettings:
    """With which limits feeds are polled, how many at once, and how often."""

    limits: Limits
    at_once: int  # requests
    contact: str | None  # for the header User-Agent
    bounds: Bounds

    def fetcher(self) -> Fetcher:
        name = user_agent(self.contact) if self.contact else user_agent()
        return Fetcher(self.limits, user_agent=name, budget=Budget(self.at_once))


@dataclass(frozen=True)
class PollOption:
    """An option of the commands that poll, which is also an environment variable."""

    name: str  # "--max-size"
    default: float | None
    help: str
    least: float | None = None  # of a number, an int where that must be whole; None: the option is text

    @property
    def key(self) -> str:
        return self.name.removeprefix("--").replace("-", "_")

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"FEEDSETTE_{self.key.upper()}"

    @property
    def is_whole(self) -> bool:
        return isinstance(self.least, int)


POLL_OPTIONS = (
    PollOption("--at-once", 20, "Requests at the same time.", 1),
    PollOption("--contact", None, "Where publishers can complain: a page or an e-mail address."),
    PollOption("--timeout", _USUAL.total_seconds, "Seconds for a feed, from first to last.", 0.1),
    PollOption("--connect-timeout", _USUAL.connect_seconds, "Seconds to connect.", 0.1),
    PollOption("--answer-timeout", _USUAL.first_byte_seconds, "Seconds until the answer begins.", 0.1),
    PollOption("--max-download", _USUAL.wire_bytes // _MEGABYTE, "Megabytes of a feed as it is sent.", 1),
    PollOption("--max-size", _USUAL.body_bytes // _MEGABYTE, "Megabytes of a feed after decompression.", 1),
    PollOption("--max-redirects", _USUAL.redirects, "Redirects in a row.", 0),
    PollOption("--min-wait", 15, "Minutes between polls, at least.", 1),
    PollOption("--max-wait", 1440, "Minutes between polls, at most.", 1),
)


def poll_settings(values: Mapping[str, Any]) -> PollSettings:
    """The settings with these values, by the options' keys. Raises BadPollSetting."""
    if values["min_wait"] > values["max_wait"]:
        raise BadPollSetting("--min-wait is longer than --max-wait.")
    limits = Limits(
        wire_bytes=values["max_download"] * _MEGABYTE,
        body_bytes=values["max_size"] * _MEGABYTE,
        redirects=values["max_redirects"],
        connect_seconds=values["connect_timeout"],
        first_byte_seconds=values["answer_timeout"],
        total_seconds=values["timeout"],
    )
    bounds = Bounds(values["min_wait"] * 60, values["max_wait"] * 60)
    return PollSettings(limits, values["at_once"], values["contact"], bounds)


def poll_settings_of_environment() -> PollSettings:
    """The settings by environment variables, or else the defaults. Raises BadPollSetting."""
    return poll_settings({option.key: _of_environment(option) for option in POLL_OPTIONS})


def is_contact(text: str) -> bool:
    """Whether the text can be sent in the header User-Agent."""
    return bool(re.fullmatch(r"[\x20-\x7e]{1,500}", text))


def _of_environment(option: PollOption) -> Any:
    text = os.environ.get(option.variable)
    if not text:
        return option.default
    if option.least is None:
        if not is_contact(text):
            raise BadPollSetting(f"{option.variable} is to be a line of ASCII characters.")
        return text
    kind = "a whole number" if option.is_whole else "a number"
    try:
        value = int(text) if option.is_whole else float(text)
    except ValueError:
        value = float("nan")
    if not value >= option.least:
        raise BadPollSetting(f"{option.variable} is to be {kind}, at least {option.least}, not “{text}”.")
    return value
