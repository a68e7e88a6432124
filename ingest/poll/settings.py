"""How to ask: options of the commands that fetch, which are environment variables too (FEEDSETTE_TIMEOUT)."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from ingest.fetch.client import Fetcher, user_agent
from ingest.fetch.messages import Limits
from ingest.fetch.rate_limits import Budget
from ingest.poll.schedule import Bounds

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Manners:
    """How to ask: within which limits, how many at once, under which name."""

    limits: Limits
    at_once: int
    contact: str | None
    bounds: Bounds

    def fetcher(self) -> Fetcher:
        name = user_agent(self.contact) if self.contact else user_agent()
        return Fetcher(self.limits, user_agent=name, budget=Budget(self.at_once))


def _option(name: str, **attributes: Any) -> Callable[..., Any]:
    variable = f"FEEDSETTE_{name.removeprefix('--').replace('-', '_').upper()}"
    return click.option(name, envvar=variable, **attributes)


def _contact(_: click.Context, __: click.Parameter, contact: str | None) -> str | None:
    if contact is not None and not re.fullmatch(r"[\x20-\x7e]{1,500}", contact):
        raise click.BadParameter("is to be a line of ASCII characters: it is sent with every request.")
    return contact


def hand_on(context: click.Context) -> None:
    """Let the processes and plugins that this command starts ask as it was told to."""
    for option in context.command.params:
        value = context.params.get(option.name or "")
        if isinstance(option.envvar, str) and value is not None:
            os.environ[option.envvar] = str(value)


def manners_of_environment() -> Manners:
    """What was handed on, or else the defaults. Raises click.ClickException."""
    asked: Manners = click.command()(fetching(lambda manners: manners)).main(
        [], "feedsette", standalone_mode=False
    )
    return asked


def fetching(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of what fetches, handed on as `manners`."""
    usual = Limits()

    @wraps(command)
    def with_manners(
        *args: Any,
        max_download: int,
        max_size: int,
        max_redirects: int,
        connect_timeout: float,
        answer_timeout: float,
        timeout: float,
        at_once: int,
        contact: str | None,
        min_wait: int,
        max_wait: int,
        **values: Any,
    ) -> Any:
        limits = Limits(
            wire_bytes=max_download * MEGABYTE,
            body_bytes=max_size * MEGABYTE,
            redirects=max_redirects,
            connect_seconds=connect_timeout,
            first_byte_seconds=answer_timeout,
            total_seconds=timeout,
        )
        if min_wait > max_wait:
            raise click.UsageError("--min-wait is longer than --max-wait.")
        manners = Manners(limits, at_once, contact, Bounds(min_wait * 60, max_wait * 60))
        return command(*args, manners=manners, **values)

    seconds, whole = click.FloatRange(min=0.1), click.IntRange(min=1)
    options: list[Callable[..., Any]] = [
        _option("--at-once", type=whole, default=20, show_default=True, help="Requests at the same time."),
        _option("--contact", metavar="URL", callback=_contact,
                     help="Where publishers can complain: a page or an e-mail address."),
        _option("--timeout", type=seconds, default=usual.total_seconds, show_default=True,
                     help="Seconds for a feed, from first to last."),
        _option("--connect-timeout", type=seconds, default=usual.connect_seconds, show_default=True,
                     help="Seconds to connect."),
        _option("--answer-timeout", type=seconds, default=usual.first_byte_seconds, show_default=True,
                     help="Seconds until the answer begins."),
        _option("--max-download", type=whole, default=usual.wire_bytes // MEGABYTE, show_default=True,
                     help="Megabytes of a feed as it is sent."),
        _option("--max-size", type=whole, default=usual.body_bytes // MEGABYTE, show_default=True,
                     help="Megabytes of a feed after decompression."),
        _option("--max-redirects", type=click.IntRange(min=0), default=usual.redirects, show_default=True,
                     help="Redirects in a row."),
        _option("--min-wait", type=whole, default=15, show_default=True, help="Minutes between polls, at least."),
        _option("--max-wait", type=whole, default=1440, show_default=True, help="Minutes between polls, at most."),
    ]  # fmt: skip
    decorated: Callable[..., Any] = with_manners
    for option in reversed(options):
        decorated = option(decorated)
    return decorated
