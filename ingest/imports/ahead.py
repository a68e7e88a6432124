"""Documents of an import that are parsed and cleaned in the parse pool while those before them are saved.

What is known is looked up before the documents ahead are saved, so that it is a guess: entries that one of them has are
taken for known too, and what turns out not to be is cleaned when the document's turn has come.
"""

import asyncio
import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from ingest.archive.known.known_entries import skippable
from ingest.base.advice import Problem
from ingest.base.models import CleanFeed, DateOrder, KnownEntry
from ingest.imports.saved import Document
from ingest.workers.parse_pool import ParsePool
from ingest.workers.parsed_feed import ParsedFeed

_AHEAD = 64  # documents that are read while one is saved: one may take as long as so many others
_AHEAD_BYTES = 64_000_000  # of their bodies, which limits the memory that they take; one may be larger


@dataclass(frozen=True)
class PartlyCleaned:
    """A document that was parsed; in `feed` it is cleaned but for the entries that were taken for known."""

    parsed: ParsedFeed
    feed: CleanFeed

    @property
    def taken_for_known(self) -> set[str]:
        """The fingerprints of those entries."""
        return {entry.fingerprint for entry in self.feed.entries if isinstance(entry, KnownEntry)}


@dataclass(frozen=True)
class DocumentAhead:
    """A document whose turn comes. `task` is None where it need not be read, as far as can be told before."""

    number: int
    document: Document
    sha256: str
    task: asyncio.Task[PartlyCleaned] | None
    fingerprints: list[tuple[str, str]] = field(
        default_factory=list
    )  # that it has, each with its feed's address


class DocumentsAhead:
    """Takes documents from `waiting`, and reads them in the order in which they are to be saved.

    `is_known` tells whether bytes of this digest were read before, `known` which entries the archive has, and
    `address` that of the feed of which a document is; `all_is_new` that the archive had nothing when the import began.
    """

    def __init__(
        self,
        waiting: Iterator[Document | Problem],
        pool: ParsePool,
        is_known: Callable[[str], bool],
        known: Callable[[str, CleanFeed], frozenset[str]],
        address: Callable[[Document, str, CleanFeed], str],
        all_is_new: bool = False,
    ) -> None:
        self._waiting, self._pool, self._is_known = waiting, pool, is_known
        self._known, self._address, self._all_is_new = known, address, all_is_new
        self._ahead: deque[DocumentAhead | Problem] = deque()
        self._number = self._bytes = 0
        self._owners: dict[
            tuple[str, str], int
        ] = {}  # of a fingerprint, by feed: the first document that has it

    def next(self) -> DocumentAhead | Problem | None:
        """The document whose turn it is, with more being read after it; None at the end."""
        while len(self._ahead) <= _AHEAD and self._bytes < _AHEAD_BYTES:
            document = next(self._waiting, None)
            if document is None:
                break
            self._ahead.append(document if isinstance(document, Problem) else self._start(document))
        first = self._ahead.popleft() if self._ahead else None
        if isinstance(first, DocumentAhead):
            self._bytes -= len(first.document.body)
        return first

    def forget(self, done: DocumentAhead) -> None:
        """The document is saved, or is not going to be."""
        if done.task:  # which need not have been waited for
            done.task.add_done_callback(_take_its_error)
            done.task.cancel()
        for fingerprint in done.fingerprints:
            if self._owners.get(fingerprint) == done.number:
                del self._owners[fingerprint]

    async def read(self, one: DocumentAhead, order: DateOrder | None = None) -> PartlyCleaned:
        """Read a document whose turn it is, whole where its dates are to be read in this `order`. Raises NotAFeed."""
        return await (self._in_order(one, order) if order else one.task or self._read(one))

    async def _in_order(self, one: DocumentAhead, order: DateOrder) -> PartlyCleaned:
        document = one.document
        parsed = await self._pool.parse(document.body, document.content_type, document.address, order)
        return PartlyCleaned(parsed, await self._pool.clean(parsed))

    async def clean_but(self, partly: PartlyCleaned, known: frozenset[str]) -> CleanFeed:
        """The document with all entries cleaned that are not `known`. Raises NotAFeed."""
        missing = partly.taken_for_known - known
        if not missing:
            return partly.feed
        others = {entry.fingerprint for entry in partly.feed.entries} - missing
        return _merged(partly.feed, await self._pool.clean(partly.parsed, others))

    async def close(self) -> None:
        tasks = [one.task for one in self._ahead if isinstance(one, DocumentAhead) and one.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, document: Document) -> DocumentAhead:
        self._number += 1
        self._bytes += len(document.body)
        sha256 = hashlib.sha256(document.body).hexdigest()
        one = DocumentAhead(self._number, document, sha256, None)
        waits = any(isinstance(other, DocumentAhead) and other.sha256 == sha256 for other in self._ahead)
        return (
            one
            if waits or self._is_known(sha256)
            else replace(one, task=asyncio.create_task(self._read(one)))
        )

    async def _read(self, one: DocumentAhead) -> PartlyCleaned:
        document = one.document
        parse = self._pool.parse_new if self._all_is_new else self._pool.parse
        parsed = await parse(document.body, document.content_type, document.address)
        url = self._address(document, one.sha256, parsed.feed)
        known = self._known(url, parsed.feed) | self._of_earlier(one, url, skippable(parsed.feed.entries))
        return PartlyCleaned(parsed, await self._pool.clean(parsed, known))

    def _of_earlier(self, one: DocumentAhead, url: str, fingerprints: set[str]) -> set[str]:
        """Those of a document's fingerprints that another one before it has, which is not saved yet."""
        keys = [(url, fingerprint) for fingerprint in fingerprints]
        earlier = {
            fingerprint
            for _, fingerprint in keys
            if self._owners.get((url, fingerprint), one.number) < one.number
        }
        for key in keys:
            self._owners[key] = min(self._owners.get(key, one.number), one.number)
        one.fingerprints.extend(keys)
        return earlier


def _take_its_error(task: asyncio.Task[PartlyCleaned]) -> None:
    if not task.cancelled():
        task.exception()


def _merged(feed: CleanFeed, more: CleanFeed) -> CleanFeed:
    """The document with each entry that is cleaned in one of the two."""
    pairs = zip(feed.entries, more.entries, strict=True)
    return replace(feed, entries=tuple(b if isinstance(a, KnownEntry) else a for a, b in pairs))
