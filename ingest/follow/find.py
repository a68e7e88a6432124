"""Find the feeds behind what someone typed: the feed itself, or those of a page (autodiscovery), over the network."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ingest.archive.subscriptions import Subscription
from ingest.base.advice import Advice, Trouble, always
from ingest.base.http_url import BadAddress, shares_secrets
from ingest.base.models import CleanFeed
from ingest.base.url_spelling import typed_url, typed_url_over_http
from ingest.fetch.client import Fetcher
from ingest.fetch.messages import FetchError, Response
from ingest.follow.discover import Candidate, candidates
from ingest.follow.known_sites import known_feeds
from ingest.poll.judge import Judged, judge, read_judged
from ingest.poll.outcome import CAPTCHA, SECRET_BY_COMMAND
from ingest.poll.update import request_feed
from ingest.workers.parse_pool import ParsePool

_NO_HTTPS = frozenset({"connect", "tls", "slow", "protocol"})
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|link|a)\b", re.IGNORECASE)


_HOLDS_A_PASSWORD = Trouble(
    "The address holds a password, which would be stored.",
    Advice(
        adding="Put NAME:PASSWORD into an environment variable or a file, and say which: "
        "feedsette add --secret env:VARIABLE or --secret file:PATH",
        in_browser=SECRET_BY_COMMAND,
    ),
)
_NAMES_NONE = Trouble(
    "The page names no feed, and none is in the usual places.",
    always("If you know where its feed is, give that address."),
)


class NotFound(Exception):
    """No feed was found; `trouble` says why and what to do."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.of_adding)
        self.trouble = trouble


@dataclass(frozen=True)
class Found:
    """A feed that was just received, not yet followed."""

    url: str
    asked: str  # the same, unless this one redirects there permanently
    answer: Response
    judged: Judged  # the answer, with its bytes
    clean_feed: CleanFeed
    guessed: bool = False  # nothing names it: it is where feeds often are
    secret: str | None = field(default=None, repr=False)  # where it is, if it was asked for with one
    note: str | None = None  # for the user

    @property
    def title(self) -> str:
        return self.clean_feed.title or self.url


async def find(
    text: str,
    fetcher: Fetcher,
    pool: ParsePool,
    *,
    first: bool = False,
    allow_private: bool = False,
    secret: str | None = None,
) -> list[Found]:
    """The feeds behind an address that a user entered: one, or all that a page names, unless the `first` is enough.

    Raises NotFound.
    """
    try:
        url, credentials = typed_url(text)
    except BadAddress as error:
        raise NotFound(Trouble(str(error))) from error
    if credentials:
        raise NotFound(_HOLDS_A_PASSWORD)
    asked = Subscription(0, url, url, allow_private=allow_private, secret=secret)
    asked, answer = await _entered(text, asked, fetcher)
    url = asked.url
    judged = await _judged(answer, asked, pool)
    if one := _found(asked, judged):
        return [one]
    own = isinstance(answer, Response) and answer.own_network
    page = replace(asked, allow_private=asked.allow_private and (own or isinstance(answer, FetchError)))
    for group in _groups(url, answer):
        if found := await _feeds(group, page, fetcher, pool, first):
            return found
    is_page = (
        isinstance(answer, Response) and answer.status == 200 and _PAGE.search((answer.body or b"")[:100_000])
    )
    trouble = judged.outcome.trouble
    assert trouble
    raise NotFound(_NAMES_NONE if is_page and trouble is not CAPTCHA else trouble)


async def address_that_answers(text: str, fetcher: Fetcher, *, allow_private: bool = False) -> str:
    """The URL for an address without scheme: http where https does not answer, and http does. Raises BadAddress."""
    url, _ = typed_url(text)
    asked, _ = await _entered(text, Subscription(0, url, url, allow_private=allow_private), fetcher)
    return asked.url


async def _judged(answer: Response | FetchError, asked: Subscription, pool: ParsePool) -> Judged:
    return await read_judged(judge(answer, asked, datetime.now(UTC)), asked, pool)


def _found(asked: Subscription, judged: Judged, guessed: bool = False) -> Found | None:
    """The feed at the address that permanent redirects lead to, unless that must not get the secret."""
    answer, clean_feed = judged.answer, judged.clean_feed
    if clean_feed is None or isinstance(answer, FetchError):
        return None
    moved = answer.moved_to
    if moved and asked.secret and not shares_secrets(asked.url, moved):
        note = (
            f"It redirects to {moved}, which does not get the password or token: it is followed where it was."
        )
        return Found(asked.url, asked.url, answer, judged, clean_feed, guessed, asked.secret, note)
    return Found(moved or asked.url, asked.url, answer, judged, clean_feed, guessed, asked.secret)


async def _entered(
    text: str, asked: Subscription, fetcher: Fetcher
) -> tuple[Subscription, Response | FetchError]:
    """The answer over https; over http where the text has no scheme and https fails, but then with no secret."""
    answer = await request_feed(fetcher, asked)
    plain = typed_url_over_http(text)
    if plain and not asked.secret and isinstance(answer, FetchError) and answer.kind in _NO_HTTPS:
        over = replace(asked, url=plain, name=plain)
        second = await request_feed(fetcher, over)
        if isinstance(second, Response):
            return over, second
    return asked, answer


@dataclass(frozen=True)
class _Group:
    """Candidates of one kind: all of them are wanted, or any is enough."""

    candidates: Iterable[Candidate]
    all_of_them: bool
    guessed: bool = False


def _groups(url: str, answer: Response | FetchError) -> Iterable[_Group]:
    """Candidates by kind, the likeliest first; none where the answer is no HTML page."""
    if isinstance(answer, FetchError) or answer.status != 200:
        yield _Group([Candidate(feed) for feed in known_feeds(url)], True)
    elif _PAGE.search((answer.body or b"")[:100_000]):
        page = candidates(answer.body or b"", answer.url, answer.content_type)
        yield _Group(page.named, True)
        yield _Group(page.linked, False)
        yield _Group(page.usual, False, guessed=True)


async def _feeds(
    group: _Group,
    page: Subscription,
    fetcher: Fetcher,
    pool: ParsePool,
    first: bool,
) -> list[Found]:
    found: list[Found] = []
    for candidate in group.candidates:
        feed = replace(page, url=candidate.url)
        if not shares_secrets(page.url, feed.url):  # a page may name another's, who must not get it
            feed = replace(feed, secret=None)
        answer = await request_feed(fetcher, feed)
        if one := _found(feed, await _judged(answer, feed, pool), group.guessed):
            found.append(one)
            if first or not group.all_of_them:
                break
    return found
