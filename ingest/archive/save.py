"""The one writer: a cleaned document into the archive, in one transaction."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlite_utils import Database

from ingest.archive.changes import (
    OTHER,
    Stored,
    Verdict,
    Version,
    decide,
    identify,
    is_last,
    qualified_guid,
    vanished,
    version,
)
from ingest.archive.feeds import find_feed
from ingest.archive.file.opening import transaction
from ingest.base.models import CleanEntry, CleanFeed, Enclosure
from ingest.base.urls import feed_key, url_key


@dataclass(frozen=True)
class Poll:
    """One request for a feed: what is recorded of it, and what the next one needs."""

    status: int | None = None
    bytes: int | None = None
    ms: int | None = None
    error: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    held: bool = False  # put off by the server, which is no failure of the feed's


@dataclass(frozen=True)
class Saved:
    """What a document brought."""

    feed: int
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0


def save(
    db: Database,
    feed: CleanFeed,
    *,
    url: str,
    now: str,
    poll: Poll | None = None,
    state: str = "paused",
) -> Saved:
    """Put a document of the feed at `url` into the archive: all of it, or, if anything fails, nothing.

    `now` is a time as in ingest.base.models. `poll` is given when the document was fetched just now; without it the
    document may be of any time, and the same document twice writes nothing. `state` is that of a feed which is not
    yet in the archive.
    """
    with transaction(db):
        feed_id = _save_feed(db, feed, url, now, state, live=poll is not None)
        before = _previous_window(db, feed_id)
        verdicts = _save_entries(db, feed_id, feed.entries, now, live=poll is not None)
        removed = 0
        if poll:
            _mark_seen(db, feed_id, verdicts, now)
            if not feed.damage:  # what a broken document lacks need not be gone
                removed = _mark_removed(db, before, verdicts, now)
        saved = _count(feed_id, verdicts.values(), removed)
        if poll:
            _record(db, feed_id, poll, now, saved)
        return saved


def record_poll(db: Database, feed_id: int, poll: Poll, now: str) -> None:
    """Note a request that brought no document: nothing new since the last (304, or the same body), or an error."""
    with transaction(db):
        _record(db, feed_id, poll, now, Saved(feed_id))


# From the least to the most that can be said of an entry which a document has more than once.
_NEWS = [Verdict.UNCHANGED, Verdict.TOUCHED, Verdict.OLDER, Verdict.CHANGED, Verdict.NEW]


def _count(feed_id: int, verdicts: Iterable[Verdict], removed: int) -> Saved:
    verdicts = list(verdicts)
    new = verdicts.count(Verdict.NEW)
    changed = verdicts.count(Verdict.CHANGED) + verdicts.count(Verdict.OLDER)
    return Saved(feed_id, new, changed, len(verdicts) - new - changed, removed)


def _save_feed(db: Database, feed: CleanFeed, url: str, now: str, state: str, live: bool) -> int:
    """The feed's row, made or brought up to date. A document that is silent on something takes nothing away, and one
    that is older than what is there only adds."""
    feed_id = find_feed(db, url)
    if feed_id is None:
        db.execute(
            "INSERT INTO feeds (url, url_key, state, added) VALUES (?, ?, ?, ?)",
            (url, feed_key(url), state, now),
        )
        [(feed_id,)] = db.execute("SELECT id FROM feeds WHERE url = ?", (url,)).fetchall()
    db.execute("UPDATE feeds SET added = :now WHERE id = :id AND added > :now", {"id": feed_id, "now": now})
    latest = live or _is_latest(db, feed_id, feed, now)
    db.execute(
        """
        UPDATE feeds SET
            title = coalesce(own_title, iif(:latest, :title, title), title, :title),
            site_url = coalesce(iif(:latest, :site_url, site_url), site_url, :site_url),
            description = coalesce(iif(:latest, :description, description), description, :description),
            icon_url = coalesce(iif(:latest, :icon_url, icon_url), icon_url, :icon_url),
            language = coalesce(iif(:latest, :language, language), language, :language),
            format = coalesce(iif(:latest, :format, format), format, :format)
        WHERE id = :id
        """,
        {
            "id": feed_id,
            "latest": latest,
            "title": feed.title,
            "site_url": feed.site_url,
            "description": feed.description,
            "icon_url": feed.icon_url,
            "language": feed.language,
            "format": feed.format,
        },
    )
    return int(feed_id)


def _is_latest(db: Database, feed_id: int, feed: CleanFeed, now: str) -> bool:
    """Whether a saved document is none from before what the archive has of its feed: by its newest entry, and where
    that is the same, by when it was captured."""
    stored = db.execute(
        "SELECT date, last_seen FROM entries WHERE feed = ? ORDER BY date DESC, id LIMIT 1", (feed_id,)
    ).fetchone()
    newest = max((entry.published or entry.updated or now for entry in feed.entries), default=now)
    return stored is None or (newest, now) >= stored


def _known_guids(db: Database, feed_id: int, entries: Sequence[CleanEntry]) -> dict[str, Stored]:
    known: dict[str, Stored] = {}
    for entry in entries:
        rows = db.execute(
            "SELECT guid, url, title, published FROM entries WHERE feed = ? AND guid IN (?, ?)",
            (feed_id, entry.guid, qualified_guid(entry)),
        )
        known.update((guid, Stored(*said)) for guid, *said in rows)
    return known


def _shared(db: Database, feed_id: int, entries: Sequence[CleanEntry]) -> set[str]:
    """The addresses in place of guids under which, with more behind them, entries are stored already."""
    beneath = "SELECT 1 FROM entries WHERE feed = ? AND guid > ? || '#' AND guid < ? || '$' LIMIT 1"
    derived = {entry.guid for entry in entries if entry.guid_derived}
    return {guid for guid in derived if db.execute(beneath, (feed_id, guid, guid)).fetchone()}


def _save_entries(
    db: Database, feed_id: int, entries: Sequence[CleanEntry], now: str, live: bool
) -> dict[int, Verdict]:
    """Each entry of a document that was stored or recognised, by its id, with the most that happened to it."""
    guids = identify(entries, _known_guids(db, feed_id, entries), _shared(db, feed_id, entries))
    verdicts: dict[int, Verdict] = {}
    for entry, guid, last in zip(entries, guids, is_last(guids), strict=True):
        entry_id, verdict = _save_entry(db, feed_id, replace(entry, guid=guid), now, current=live and last)
        verdicts[entry_id] = max(verdicts.get(entry_id, verdict), verdict, key=_NEWS.index)
    return verdicts


def _save_entry(
    db: Database, feed_id: int, entry: CleanEntry, now: str, current: bool
) -> tuple[int, Verdict]:
    row = db.execute(
        "SELECT id, fingerprint, first_seen FROM entries WHERE feed = ? AND guid = ?", (feed_id, entry.guid)
    ).fetchone()
    if row is None:
        return _insert(db, feed_id, entry, now), Verdict.NEW
    entry_id, fingerprint, first_seen = row
    verdict = _save_version(db, entry_id, fingerprint, entry, now, current)
    if now < first_seen:
        db.execute(
            "UPDATE entries SET first_seen = :now, date = coalesce(published, updated, :now) WHERE id = :id",
            {"id": entry_id, "now": now},
        )
    return entry_id, verdict


def _save_version(
    db: Database, entry_id: int, fingerprint: str, entry: CleanEntry, now: str, current: bool
) -> Verdict:
    if fingerprint == entry.fingerprint:  # as nearly always: no need to read the rest
        return Verdict.UNCHANGED
    stored, incoming = _stored_version(db, entry_id), version(entry, now)
    verdict = decide(incoming, stored, _revisions(db, entry_id), current)
    if verdict is Verdict.CHANGED:
        [(text,)] = db.execute("SELECT text FROM contents WHERE entry = ?", (entry_id,)).fetchall()
        _keep(db, entry_id, stored, text, now)
        _update(db, entry_id, entry)
    elif verdict is Verdict.OLDER:
        _keep(db, entry_id, incoming, entry.text, _make_room(db, entry_id, incoming.seen, stored.seen))
    elif verdict is Verdict.TOUCHED:
        db.execute("UPDATE entries SET fingerprint = ? WHERE id = ?", (entry.fingerprint, entry_id))
    return verdict


def _insert(db: Database, feed_id: int, entry: CleanEntry, now: str) -> int:
    entry_id = db.execute(
        """
        INSERT INTO entries (
            feed, guid, url, title, author, published, posted, updated, first_seen, last_seen, date, excerpt, words,
            comments_url, image_url, language, url_key, fingerprint
        ) VALUES (
            :feed, :guid, :url, :title, :author, :published, :posted, :updated, :now, :now,
            coalesce(:published, :updated, :now), :excerpt, :words,
            :comments_url, :image_url, :language, :url_key, :fingerprint
        )
        """,
        {**_columns(entry), "feed": feed_id, "guid": entry.guid, "now": now},
    ).lastrowid
    assert entry_id is not None
    db.execute(
        "INSERT INTO contents (entry, html, text) VALUES (?, ?, ?)", (entry_id, entry.html, entry.text)
    )
    _insert_lists(db, entry_id, entry)
    _resolve_links_to(db, entry_id, entry)
    return entry_id


def _update(db: Database, entry_id: int, entry: CleanEntry) -> None:
    db.execute(
        """
        UPDATE entries SET
            url = :url, title = :title, author = :author, published = :published, posted = :posted,
            updated = :updated, date = coalesce(:published, :updated, first_seen), excerpt = :excerpt,
            words = :words, comments_url = :comments_url, image_url = :image_url, language = :language,
            url_key = :url_key, fingerprint = :fingerprint
        WHERE id = :id
        """,
        {**_columns(entry), "id": entry_id},
    )
    db.execute("UPDATE contents SET html = ?, text = ? WHERE entry = ?", (entry.html, entry.text, entry_id))
    db.execute("DELETE FROM entry_authors WHERE entry = ?", (entry_id,))
    db.execute("DELETE FROM entry_tags WHERE entry = ?", (entry_id,))
    db.execute("DELETE FROM enclosures WHERE entry = ?", (entry_id,))
    db.execute("DELETE FROM links WHERE entry = ?", (entry_id,))
    _insert_lists(db, entry_id, entry)
    _resolve_links_to(db, entry_id, entry)


def _columns(entry: CleanEntry) -> dict[str, Any]:
    return {
        "url": entry.url,
        "title": entry.title,
        "author": entry.author,
        "published": entry.published,
        "posted": entry.posted,
        "updated": entry.updated,
        "excerpt": entry.excerpt,
        "words": entry.words,
        "comments_url": entry.comments_url,
        "image_url": entry.image_url,
        "language": entry.language,
        "url_key": url_key(entry.url) if entry.url else None,
        "fingerprint": entry.fingerprint,
    }


def _insert_lists(db: Database, entry_id: int, entry: CleanEntry) -> None:
    """What an entry has several of: authors, tags, enclosures, links."""
    many = db.conn.executemany
    many("INSERT INTO authors (name) VALUES (?) ON CONFLICT DO NOTHING", [(name,) for name in entry.authors])
    many(
        "INSERT OR IGNORE INTO entry_authors (entry, author) SELECT ?, id FROM authors WHERE name = ?",
        [(entry_id, name) for name in entry.authors],
    )
    many("INSERT INTO tags (name) VALUES (?) ON CONFLICT DO NOTHING", [(name,) for name in entry.tags])
    many(
        "INSERT OR IGNORE INTO entry_tags (entry, tag) SELECT ?, id FROM tags WHERE name = ?",
        [(entry_id, name) for name in entry.tags],
    )
    many(
        "INSERT INTO enclosures (entry, url, type, length) VALUES (?, ?, ?, ?)",
        [(entry_id, enclosure.url, enclosure.type, enclosure.length) for enclosure in entry.enclosures],
    )
    many(
        """
        INSERT INTO links (entry, url, host, text, url_key, target)
        SELECT :entry, :url, :host, :text, :key,
            (SELECT min(id) FROM entries WHERE url_key = :key AND id != :entry)
        """,
        [
            {
                "entry": entry_id,
                "url": link.url,
                "host": link.host,
                "text": link.text,
                "key": url_key(link.url),
            }
            for link in entry.links
        ],
    )


def _resolve_links_to(db: Database, entry_id: int, entry: CleanEntry) -> None:
    """Point the links that stand in the archive already at an entry which has only now come, or moved."""
    key = url_key(entry.url) if entry.url else None
    db.execute("UPDATE links SET target = NULL WHERE target = ? AND url_key IS NOT ?", (entry_id, key))
    db.execute(
        "UPDATE links SET target = ? WHERE url_key = ? AND target IS NULL AND entry != ?",
        (entry_id, key, entry_id),
    )


def _stored_version(db: Database, entry_id: int) -> Version:
    """An entry as the archive has it, in the form in which changes are decided on."""
    cursor = db.execute(
        """
        SELECT fingerprint, title, url, author, html, published, posted, updated, comments_url, image_url, language,
            coalesce((SELECT max(replaced) FROM revisions WHERE entry = entries.id), first_seen) AS seen
        FROM entries JOIN contents ON contents.entry = entries.id WHERE entries.id = ?
        """,
        (entry_id,),
    )
    [row] = cursor.fetchall()
    values = dict(zip([column[0] for column in cursor.description], row, strict=True))
    lists = {
        "authors": _names(
            db, "SELECT name FROM entry_authors JOIN authors ON id = author WHERE entry = ?", entry_id
        ),
        "tags": _names(db, "SELECT name FROM entry_tags JOIN tags ON id = tag WHERE entry = ?", entry_id),
        "enclosures": [
            asdict(Enclosure(*row))
            for row in db.execute(
                "SELECT url, type, length FROM enclosures WHERE entry = ? ORDER BY id", (entry_id,)
            )
        ],
    }
    return Version(
        values["fingerprint"],
        values["title"],
        values["url"],
        values["author"],
        values["html"],
        {name: lists[name] if name in lists else values[name] for name in OTHER},
        values["seen"],
    )


def _names(db: Database, query: str, entry_id: int) -> list[str]:
    return [name for (name,) in db.execute(query, (entry_id,))]


def _revisions(db: Database, entry_id: int) -> list[Version]:
    rows = db.execute(
        "SELECT fingerprint, title, url, author, html, other FROM revisions WHERE entry = ?", (entry_id,)
    )
    return [
        Version(fingerprint, title, url, author, html, json.loads(other))
        for fingerprint, title, url, author, html, other in rows
    ]


def _keep(db: Database, entry_id: int, was: Version, text: str, replaced: str) -> None:
    db.execute(
        """
        INSERT INTO revisions (entry, seen, replaced, title, url, author, html, text, other, fingerprint)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            entry_id,
            was.seen,
            replaced,
            was.title,
            was.url,
            was.author,
            was.html,
            text,
            json.dumps(was.other, ensure_ascii=False),
            was.fingerprint,
        ),
    )


def _make_room(db: Database, entry_id: int, seen: str, present_since: str) -> str:
    """When the version that was captured at `seen` was replaced by the next; the one before it ends where it begins."""
    db.execute(
        "UPDATE revisions SET replaced = :seen WHERE entry = :entry AND seen < :seen AND replaced > :seen",
        {"entry": entry_id, "seen": seen},
    )
    [(following,)] = db.execute(
        "SELECT min(seen) FROM revisions WHERE entry = ? AND seen > ?", (entry_id, seen)
    ).fetchall()
    return following or max(seen, present_since)


def _previous_window(db: Database, feed_id: int) -> dict[int, str]:
    """The ids and dates of the entries that the last fetched document of a feed had."""
    rows = db.execute(
        """
        SELECT entries.id, entries.date FROM entries JOIN feeds ON feeds.id = entries.feed
        WHERE feeds.id = ? AND entries.last_seen = feeds.last_document
        """,
        (feed_id,),
    )
    return dict(rows.fetchall())


def _mark_seen(db: Database, feed_id: int, ids: Collection[int], now: str) -> None:
    db.conn.executemany(
        "UPDATE entries SET last_seen = ?, removed = NULL WHERE id = ?", [(now, entry_id) for entry_id in ids]
    )
    db.execute("UPDATE feeds SET last_document = ? WHERE id = ?", (now, feed_id))


def _mark_removed(db: Database, before: Mapping[int, str], ids: Collection[int], now: str) -> int:
    dates = db.execute(
        "SELECT min(date) FROM entries WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    )
    [(oldest,)] = dates.fetchall()
    removed = vanished(before, set(ids), oldest)
    db.conn.executemany(
        "UPDATE entries SET removed = ? WHERE id = ?", [(now, entry_id) for entry_id in removed]
    )
    return len(removed)


def _record(db: Database, feed_id: int, poll: Poll, now: str, saved: Saved) -> None:
    db.execute(
        """
        INSERT INTO polls (feed, at, status, bytes, ms, new, changed, removed, error)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            feed_id,
            now,
            poll.status,
            poll.bytes,
            poll.ms,
            saved.new,
            saved.changed,
            saved.removed,
            poll.error,
        ),
    )
    if poll.held:
        db.execute("UPDATE feeds SET last_polled = ? WHERE id = ?", (now, feed_id))
    elif poll.error:
        db.execute(
            "UPDATE feeds SET last_polled = ?, failures = failures + 1, last_error = ? WHERE id = ?",
            (now, poll.error, feed_id),
        )
    else:
        db.execute(
            """
            UPDATE feeds SET
                last_polled = ?, failures = 0, last_error = NULL,
                etag = ?, last_modified = ?, body_hash = coalesce(?, body_hash)
            WHERE id = ?
            """,
            (now, poll.etag, poll.last_modified, poll.body_hash, feed_id),
        )
