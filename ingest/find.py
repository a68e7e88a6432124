"""The feed that someone means by an address: the feed itself, or one of a page's."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ingest.address import entered, known_feeds
from ingest.discover import Candidate, candidates
from ingest.exchange import FetchError, Response
from ingest.fetch import Fetcher
from ingest.models import CleanFeed
from ingest.outcome import Outcome
from ingest.readers import Readers
from ingest.redirects import BadAddress
from ingest.subscriptions import Subscription
from ingest.update import ask, judge


class NotFound(Exception):
    """There is no feed to be had. A sentence or two for the user, without the address."""


@dataclass(frozen=True)
class Found:
    """A feed that was just received."""

    url: str
    answer: Response
    outcome: Outcome
    document: CleanFeed

    @property
    def title(self) -> str:
        return self.document.title or self.url


async def find(
    text: str,
    fetcher: Fetcher,
    readers: Readers,
    *,
    first: bool = False,
    allow_private: bool = False,
    secret: str | None = None,
) -> list[Found]:
    """The feeds behind what someone entered: one, or all that a page names, unless the `first` is enough.

    Raises NotFound.
    """
    try:
        url, credentials = entered(text)
    except BadAddress as error:
        raise NotFound(str(error)) from error
    if credentials:
        raise NotFound(
            "The address holds a password, which would be stored. Put NAME:PASSWORD into an environment variable or "
            "a file, and say which: --secret env:VARIABLE or --secret file:PATH"
        )
    asked = Subscription(0, url, url, allow_private=allow_private, secret=secret)
    answer = await ask(fetcher, asked)
    result, document = await judge(answer, asked, readers)
    if document and isinstance(answer, Response):
        return [Found(answer.moved_to or url, answer, result, document)]
    for candidates_ in _groups(url, answer):
        if found := await _feeds(candidates_, asked, fetcher, readers, first):
            return found
    page = isinstance(answer, Response) and answer.status == 200
    raise NotFound(
        "No feed was found there, nor on the page or in the usual places." if page else str(result.message)
    )


def _groups(url: str, answer: Response | FetchError) -> Iterable[tuple[Iterable[Candidate], bool]]:
    """Candidates, the likely ones first, and whether all of them are of interest or any is enough."""
    if isinstance(answer, FetchError) or answer.status != 200:
        yield [Candidate(feed) for feed in known_feeds(url)], True
        return
    page = candidates(answer.body or b"", answer.url, answer.content_type)
    yield page.named, True
    yield page.linked, False
    yield page.usual, False


async def _feeds(
    group: tuple[Iterable[Candidate], bool],
    asked: Subscription,
    fetcher: Fetcher,
    readers: Readers,
    first: bool,
) -> list[Found]:
    tried, all_of_them = group
    found: list[Found] = []
    for candidate in tried:
        feed = replace(
            asked, url=candidate.url, secret=None
        )  # a page may name another's, who must not get it
        answer = await ask(fetcher, feed)
        result, document = await judge(answer, feed, readers)
        if document and isinstance(answer, Response):
            found.append(Found(answer.moved_to or candidate.url, answer, result, document))
            if first or not all_of_them:
                break
    return found
