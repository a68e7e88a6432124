"""The status of the feeds: which fail, are slow, or no longer publish, and what polling costs."""

import re
import sqlite3
from dataclasses import dataclass

from ingest.archive.names import FEED_NAME
from ingest.base.clock import DAY, HOUR, duration_in_words
from ingest.pages.rows import value_of

MOST_LISTED = 200  # feeds of each kind
SLOW_MS = 5000
# Of the last polls and entries of each feed: enough to judge by, and little to read.
RECENT_POLLS, RECENT_ENTRIES = 20, 20
SILENT_GAPS, SILENT_DAYS = 5, 14  # silent is who published nothing for both, and used to

FEED_HEALTH = f"""
WITH
lately AS (
    SELECT feeds.id, (
        SELECT avg(ms) FROM (SELECT ms FROM polls WHERE feed = feeds.id ORDER BY at DESC LIMIT :polls)
    ) AS ms
    FROM feeds
),
rhythm AS (
    SELECT feeds.id, count(date) AS entries, max(date) AS seen, max(date) FILTER (WHERE month IS NOT NULL) AS last,
        (julianday(max(date)) - julianday(min(date))) / nullif(count(date) - 1, 0) AS gap
    FROM feeds LEFT JOIN entries ON entries.id IN (
        SELECT id FROM entries WHERE feed = feeds.id ORDER BY date DESC, id LIMIT :entries
    )
    GROUP BY feeds.id
)
SELECT feeds.id, {FEED_NAME} AS title, feeds.state, feeds.failures, feeds.failing_since,
    feeds.last_error, feeds.last_polled, feeds.next_poll, feeds.schedule, lately.ms, rhythm.last, rhythm.gap,
    julianday(:now) - julianday(rhythm.seen) AS silence, rhythm.entries
FROM feeds JOIN lately USING (id) JOIN rhythm USING (id)
"""
# Those that the page names, and in which of its lists.
LISTED_FEEDS = f"""
WITH health AS ({FEED_HEALTH}),
judged AS (
    SELECT *, state = 'active' AND failures > 0 AS failing, state = 'gone' AS gone,
        state = 'active' AND entries > 2 AND coalesce(silence > max(gap * :silent_gaps, :silent_days), 0) AS silent,
        state = 'active' AND coalesce(ms > :slow_ms, 0) AS slow
    FROM health
)
SELECT * FROM judged WHERE failing OR gone OR silent OR slow ORDER BY id
"""

# What an answer without a body saved: the size of the feed's last body, less what came instead.
POLL_TOTALS = """
WITH bodies AS (
    SELECT feed, bytes, max(at) FROM polls WHERE status = 200 AND error IS NULL AND bytes > 0 GROUP BY feed
)
SELECT count(DISTINCT polls.feed), count(*), coalesce(sum(polls.error IS NOT NULL), 0),
    coalesce(sum(polls.status IS 304), 0),
    coalesce(sum(polls.bytes), 0),
    coalesce(sum(CASE WHEN polls.status = 304 THEN max(bodies.bytes - coalesce(polls.bytes, 0), 0) END), 0)
FROM polls LEFT JOIN bodies USING (feed)
"""


@dataclass(frozen=True)
class FeedHealth:
    """A feed with how it is doing. Times as in ingest.base.models; gap and silence in days."""

    id: int
    title: str
    state: str
    failures: int
    failing_since: str | None
    last_error: str | None
    last_polled: str | None
    next_poll: str | None
    schedule: str | None
    ms: float | None
    last: str | None
    gap: float | None
    silence: float | None
    entries: int
    failing: bool
    gone: bool
    silent: bool
    slow: bool

    @property
    def silent_for(self) -> str:
        return duration_in_words((self.silence or 0) * DAY)

    @property
    def published_every(self) -> str:
        """A gap as of "every 1 week". Entries that all have one time tell of no shorter one than an hour."""
        seconds = (self.gap or 0) * DAY
        return duration_in_words(seconds) if seconds > HOUR else "hour, or more often"


@dataclass(frozen=True)
class Health:
    feeds: int
    failing: tuple[FeedHealth, ...]
    gone: tuple[FeedHealth, ...]
    silent: tuple[FeedHealth, ...]
    slow: tuple[FeedHealth, ...]
    sql: str  # that finds the feeds of these lists
    polled: int  # feeds that were ever asked for
    requests: int
    failed: int
    not_modified: int
    received: int  # bytes
    saved: int  # bytes, by conditional requests

    @property
    def saved_share(self) -> float:
        """Of the bytes that all requests would have cost without conditions, those that were not sent."""
        return self.saved / (self.received + self.saved) if self.saved else 0.0


def health_sql(now: str) -> str:
    """The feeds that the page names as one SELECT without parameters, for people to read, change and run."""
    numbers = {
        "polls": RECENT_POLLS,
        "entries": RECENT_ENTRIES,
        "silent_gaps": SILENT_GAPS,
        "silent_days": SILENT_DAYS,
        "slow_ms": SLOW_MS,
        "now": f"'{now}'",
    }
    return re.sub(r":([a-z_]+)", lambda name: str(numbers[name[1]]), LISTED_FEEDS).strip()


def load_health(connection: sqlite3.Connection, now: str) -> Health:
    """How the feeds are doing at `now`."""
    feeds = [value_of(FeedHealth, row) for row in connection.execute(health_sql(now))]
    [(count,)] = connection.execute("SELECT count(*) FROM feeds")
    [totals] = connection.execute(POLL_TOTALS).fetchall()
    failing = [feed for feed in feeds if feed.failing]
    silent = [feed for feed in feeds if feed.silent]
    slow = [feed for feed in feeds if feed.slow]
    return Health(
        count,
        tuple(sorted(failing, key=lambda feed: feed.failing_since or "")[:MOST_LISTED]),
        tuple([feed for feed in feeds if feed.gone][:MOST_LISTED]),
        tuple(sorted(silent, key=lambda feed: -(feed.silence or 0))[:MOST_LISTED]),
        tuple(sorted(slow, key=lambda feed: -(feed.ms or 0))[:MOST_LISTED]),
        health_sql(now),
        *totals,
    )
