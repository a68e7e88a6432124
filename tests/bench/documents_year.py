"""A simulated year of polling two hundred real feeds: how large does the folder of kept documents get?

    python -m tests.bench.documents_year [DAYS] [FEEDS] [SEED]

The feeds are documents of ../shared/feeds/collected. Each publishes on as its entries' dates say, over and over, and
its document has as many of the latest as it has now. It is polled when `next_poll` says. Where a document says that it
was built after its last entry, its server is taken to build one at each request, which differs by that alone; what
follows if none does is printed too. There are too many documents to write them all: of each feed some are kept, spread
over the year, in a folder as an archive has it, and the others count as much.
"""

import gzip
import re
import sys
import tempfile
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from random import Random
from statistics import median

from ingest.archive.documents.keep import keep_document
from ingest.archive.documents.warc.folder import warc_folder
from ingest.archive.documents.warc.pack import pack
from ingest.archive.file.opening import open_archive, transaction
from ingest.archive.save import save
from ingest.base.clock import DAY, timestamp
from ingest.base.models import CleanFeed, Hints, HttpExchange, NotAFeed, ReceivedDocument
from ingest.poll.schedule import Known, next_poll
from ingest.workers.parse_pool import parse_and_clean

COLLECTED = Path(__file__).parents[3] / "shared" / "feeds" / "collected"
START = datetime(2026, 1, 1, tzinfo=UTC)
MOST_A_DAY = 200  # entries; what publishes more was built for a test
SAMPLES = 12  # documents of a feed that are kept
_ENTRY = re.compile(rb"<(item|entry)[\s>].*?</\1>", re.DOTALL)
_BUILT = re.compile(rb"(?<=<lastBuildDate>)[^<]+|(?<=<updated>)[^<]+")
_SECONDS_LATER = 60  # than its last entry, that a document was built which says so at each request


@dataclass(frozen=True)
class RealFeed:
    """A document, in pieces, and when its entries were published: seconds from the oldest, which comes first."""

    url: str
    before: bytes
    entries: Sequence[bytes]
    after: bytes
    moments: Sequence[int]
    hints: Hints
    stamps: bool  # says at each request when it was built

    @property
    def cycle(self) -> int:
        """Seconds in which it publishes as many as its document has."""
        return round(self.moments[-1] * len(self.moments) / (len(self.moments) - 1))


@dataclass(frozen=True)
class Year:
    """A feed's year."""

    feed: RealFeed
    polls: int
    documents: int
    same_reading: int  # those between two documents that read the same, which pruning frees first
    readings: int  # documents, if it never said when it was built
    document_bytes: float  # of an average one
    kept_bytes: float  # in the folder


def real_feeds() -> Iterator[RealFeed]:
    """All that can be taken apart and whose entries are dated, each title once."""
    seen: set[str | None] = set()
    for path in sorted(path for path in COLLECTED.rglob("*") if path.is_file()):
        body = path.read_bytes()
        try:
            feed = parse_and_clean(body)
        except NotAFeed:
            continue
        if feed.title not in seen and (real := _taken_apart(str(path.relative_to(COLLECTED)), body, feed)):
            seen.add(feed.title)
            yield real


def _taken_apart(name: str, body: bytes, feed: CleanFeed) -> RealFeed | None:
    found = list(_ENTRY.finditer(body))
    dates = [entry.published or entry.updated for entry in feed.entries]
    if len(found) < 2 or len(found) != len(dates) or not all(dates):
        return None
    at = [round(datetime.fromisoformat(date).timestamp()) for date in dates if date]
    in_order = sorted(range(len(at)), key=at.__getitem__)
    span = at[in_order[-1]] - at[in_order[0]]
    if not span or len(at) * DAY / span > MOST_A_DAY:
        return None
    before = body[: found[0].start()]
    return RealFeed(
        f"https://{name.replace('/', '.')}/feed",
        before,
        [found[number][0] for number in in_order],
        body[found[-1].end() :],
        [at[number] - at[in_order[0]] for number in in_order],
        feed.hints,
        _built_later(before, at[in_order[-1]]),
    )


def _built_later(before: bytes, last: int) -> bool:
    """Whether the document says that it was built a good while after its last entry."""
    found = _BUILT.search(before)
    if not found:
        return False
    try:
        built = parse_and_clean(_EXAMPLE % found[0]).entries[0].published
    except NotAFeed:
        return False
    return built is not None and datetime.fromisoformat(built).timestamp() - last > _SECONDS_LATER


_EXAMPLE = b"<rss version='2.0'><channel><item><title>A</title><pubDate>%s</pubDate></item></channel></rss>"


def document(feed: RealFeed, last: int, seconds: int) -> bytes:
    """The feed's document when the entry of number `last` was its latest. Each entry has its number in its title."""
    count = len(feed.entries)
    entries = [
        feed.entries[number % count].replace(b"</", b" %d</" % number, 1)
        for number in range(last, last - count, -1)
    ]
    moment = START + timedelta(seconds=seconds)
    built = (
        format_datetime(moment).encode() if b"lastBuildDate" in feed.before else timestamp(moment).encode()
    )
    before = _BUILT.sub(built, feed.before, count=1) if feed.stamps else feed.before
    return b"\n".join([before, *entries, feed.after])


def simulate(feed: RealFeed, days: int, seed: str) -> Year:
    """Poll a feed for so many days, each time when `next_poll` says, and keep some of its documents."""
    end, window = days * DAY, len(feed.moments)
    phase = Random(f"{seed} {feed.url}").randrange(feed.cycle)
    cycles = range(-2, (end + phase) // feed.cycle + 1)
    posts = [cycle * feed.cycle + moment - phase for cycle in cycles for moment in feed.moments]
    moments = [timestamp(START + timedelta(seconds=post)) for post in posts]
    seen: list[tuple[str, str]] = []  # date and first_seen of each entry
    after = bisect_right(posts, 0) - window  # those before are not there
    came: list[tuple[int, int]] = []
    now, polls = 0, 0
    while now < end:
        polls += 1
        at = timestamp(START + timedelta(seconds=now))
        until = bisect_right(posts, now)
        seen += [(moments[post], at) for post in range(max(until - window, after), until)]
        after = until
        if feed.stamps or not came or came[-1][0] != until:
            came.append((until, now))
        known = Known(feed.url, timestamp(START), window, seen[-300:], feed.hints)
        due = datetime.fromisoformat(next_poll(known, START + timedelta(seconds=now)).at)
        now = int((due - START).total_seconds())
    samples = [came[number * len(came) // SAMPLES] for number in range(min(SAMPLES, len(came)))]
    readings = len({last for last, _ in came})
    return Year(feed, polls, len(came), _between_same(came), readings, *_measured(feed, samples))


def _between_same(came: Sequence[tuple[int, int]]) -> int:
    """Those before and after which stand others with the same last entry."""
    return sum(
        before == last == after
        for (before, _), (last, _), (after, _) in zip(came, came[1:], came[2:], strict=False)
    )


def _measured(feed: RealFeed, samples: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """Average bytes of a document, and of what is kept of it, as measured on these."""
    bodies = [document(feed, last, seconds) for last, seconds in samples]
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive.db"
        with closing(open_archive(archive, create=True)) as db:
            saved = save(db, parse_and_clean(bodies[0]), url=feed.url, now=timestamp(START))
            for (_, seconds), body in zip(samples, bodies, strict=True):
                received = answered(feed, body, timestamp(START + timedelta(seconds=seconds)))
                with transaction(db):
                    keep_document(db, saved.feed, pack(received, feed.url), None)
        kept = sum(path.stat().st_size for path in warc_folder(archive).iterdir())
    return sum(map(len, bodies)) / len(bodies), kept / len(bodies)


def answered(feed: RealFeed, body: bytes, at: str) -> ReceivedDocument:
    """A document as a server sends it: compressed with gzip, with a dozen headers."""
    request = (
        f"GET /feed HTTP/1.1\r\nHost: {feed.url.split('/')[2]}\r\nUser-Agent: Feedsette/0.1.0 (+https://example.org)\r\n"
        "Accept: application/atom+xml, application/rss+xml, */*;q=0.5\r\nAccept-Encoding: gzip, br, zstd\r\n"
        f'If-None-Match: W/"{sha256(body).hexdigest()}"\r\n\r\n'
    )
    packed = gzip.compress(body, 6)
    response = (
        f"HTTP/1.1 200 OK\r\nDate: {at}\r\nServer: nginx\r\nContent-Type: application/rss+xml; charset=utf-8\r\n"
        f"Content-Encoding: gzip\r\nContent-Length: {len(packed)}\r\nConnection: keep-alive\r\n"
        f'ETag: W/"{sha256(body).hexdigest()}"\r\nLast-Modified: {at}\r\nCache-Control: max-age=300\r\n'
        "Vary: Accept-Encoding\r\nStrict-Transport-Security: max-age=31536000\r\n\r\n"
    )
    http = HttpExchange(request.encode(), response.encode(), packed)
    return ReceivedDocument(body, at, feed.url, "poll", http=http)


def report(years: Sequence[Year], days: int) -> None:
    documents = sum(year.documents for year in years)
    folder = sum(year.documents * year.kept_bytes for year in years)
    sent = sum(year.documents * year.document_bytes for year in years)
    print(
        f"{len(years)} feeds, {days} days: {sum(year.polls for year in years):,} polls, {documents:,} documents"
    )
    print(f"documents: {sent / 1e9:.1f} GB; folder: {folder / 1e9:.2f} GB, {folder / sent:.0%} of that")
    sizes = sorted(year.documents * year.kept_bytes / 1e6 for year in years)
    print(
        f"a feed: median {median(sizes):.1f} MB, 95 % below {sizes[len(sizes) * 95 // 100]:.0f} MB, "
        f"the largest {sizes[-1]:.0f} MB"
    )
    freed = sum(year.same_reading * year.kept_bytes for year in years)
    print(
        f"between two that read the same: {sum(year.same_reading for year in years):,} documents, "
        f"{freed / 1e9:.2f} GB; without them {(folder - freed) / 1e9:.2f} GB"
    )
    stamping = [year for year in years if year.feed.stamps]
    fewer, smaller = (
        sum(year.readings for year in years),
        sum(year.readings * year.kept_bytes for year in years),
    )
    print(
        f"{len(stamping)} feeds say at each request when they were built; if none did: {fewer:,} documents, "
        f"{smaller / 1e9:.2f} GB"
    )
    for year in sorted(years, key=lambda year: -year.documents * year.kept_bytes)[:5]:
        print(
            f"  {year.documents * year.kept_bytes / 1e6:6.0f} MB  {year.polls / days:.1f} polls a day, "
            f"{year.documents:,} documents of {year.document_bytes / 1e3:,.0f} kB  {year.feed.url}"
        )


def main() -> None:
    days, count = int((sys.argv[1:2] or ["365"])[0]), int((sys.argv[2:3] or ["200"])[0])
    seed = (sys.argv[3:4] or ["feeds"])[0]
    feeds = list(real_feeds())
    chosen = Random(seed).sample(feeds, min(count, len(feeds)))
    with ProcessPoolExecutor() as processes:
        years = list(processes.map(partial(simulate, days=days, seed=seed), chosen))
    report(years, days)


if __name__ == "__main__":
    main()
