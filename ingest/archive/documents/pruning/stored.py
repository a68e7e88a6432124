"""The documents of an archive as they are stored: which may go, and what there is by feed."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from ingest.archive.documents.pruning.plan import PrunableDocument, PrunePlan, plan_pruning
from ingest.archive.documents.pruning.totals import (
    DOCUMENTS,
    FILES,
    IS_THERE,
    SIZE,
    BoundScope,
    document_limits,
    folder_files,
    totals_above,
)
from ingest.archive.documents.pruning.unmet import is_worth_trying, unmet_bounds
from ingest.archive.documents.warc.folder import file_sizes, folder_of, named_ends
from ingest.archive.file.opening import transaction

# Whether a row of `documents` is the first or last of an entry or revision, or what an entry was read from, or the
# last of its feed.
CITED = """(
    EXISTS (SELECT 1 FROM entry_documents WHERE document = documents.id)
    OR EXISTS (SELECT 1 FROM entry_documents WHERE last_document = documents.id)
    OR EXISTS (SELECT 1 FROM entry_documents WHERE read_from = documents.id)
    OR EXISTS (SELECT 1 FROM revisions WHERE document = documents.id)
    OR EXISTS (SELECT 1 FROM revisions WHERE last_document = documents.id)
    OR documents.feed IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM documents AS later
        WHERE later.feed = documents.feed AND (later.at, later.id) > (documents.at, documents.id)
    )
)"""
_OF_THESE = "(feed IN (SELECT value FROM json_each(:feeds)) OR :and_of_none AND feed IS NULL)"
_ELSEWHERE = f"""EXISTS (
    SELECT 1 FROM documents AS same WHERE same.sha256 = documents.sha256 AND same.file IS NOT NULL
    AND NOT coalesce({_OF_THESE.replace("feed ", "same.feed ")}, 0)
)"""  # noqa: S608


def document_rows(
    db: Database, feeds: Collection[int] | None = None, and_of_none: bool = True, left: Collection[str] = ()
) -> list[PrunableDocument]:
    """The documents of these feeds, or of all, by feed, time and id; those of no feed where it is deleted.

    Counted as cited are those whose bytes are missing, which may come back, those in files that are `left` as they
    are, and those whose body another feed's document has.
    """
    elsewhere = "0" if feeds is None else _ELSEWHERE
    if feeds is None:
        feeds = [feed for (feed,) in db.execute("SELECT id FROM feeds")]
    rows: Iterable[tuple[Any, ...]] = db.execute(
        f"""
        WITH {FILES}
        SELECT id, feed, at, sha256, bytes, reading, {SIZE}, file, CASE
            WHEN file IS NULL THEN 0
            WHEN NOT {IS_THERE} OR file IN (SELECT value FROM json_each(:left)) OR {CITED} THEN 1
            ELSE {elsewhere}
        END
        FROM {DOCUMENTS} WHERE {_OF_THESE} ORDER BY feed, at, id
        """,  # noqa: S608
        {
            "files": folder_files(db),
            "feeds": json.dumps(list(feeds)),
            "and_of_none": and_of_none,
            "left": json.dumps(list(left)),
        },
    )
    return [PrunableDocument(*row) for row in rows]


def prune_plan(db: Database, feeds: Collection[int] = (), again: bool = True) -> PrunePlan:
    """What goes by the bounds, of these feeds or all.

    It is not tried `again` where it was in vain, and little has come since. Only the rows of what is above its bound
    are read. Raises ArchiveError.
    """
    limits = document_limits(db)
    above, unmet = totals_above(db, limits), {} if again else unmet_bounds(db)
    tried = [scope for scope, total in above.items() if is_worth_trying(unmet, scope, limits[scope], total)]
    if not tried:
        return PrunePlan(waiting=tuple(above))
    left = _files_that_differ(db)
    concerned = None if len(tried) == len(limits) else _feeds_of(db, tried, limits)
    documents = document_rows(db, concerned, None in tried, left)
    plan = plan_pruning(documents, {scope: limits[scope] for scope in tried})
    plan = replace(
        plan,
        left=sorted(left & {one.file for one in documents if one.file}),
        waiting=tuple(scope for scope in above if scope not in tried),
    )
    return plan.of_feeds(feeds) if feeds else plan


def _feeds_of(
    db: Database, scopes: Collection[BoundScope], limits: Mapping[BoundScope, int | None]
) -> list[int]:
    if None not in scopes:
        return [scope for scope in scopes if scope is not None]
    feeds = [feed for (feed,) in db.execute("SELECT id FROM feeds")]
    return [feed for feed in feeds if feed in scopes or feed not in limits]


def _files_that_differ(db: Database) -> set[str]:
    """The files that are longer or shorter than rows say, which are left as they are."""
    if found := _differing(db):
        with transaction(db):  # in which nobody appends to one
            found = _differing(db)
    return found


def _differing(db: Database) -> set[str]:
    sizes = file_sizes(folder_of(db))
    return {name for name, end in named_ends(db).items() if sizes.get(name, end) != end}


@dataclass(frozen=True)
class FeedDocuments:
    """The documents of a feed: how many; of those that are kept the bytes of their bodies, and on disk; which go."""

    feed: int
    title: str
    url: str
    documents: int
    kept: int
    missing: int  # that are to be kept, but are not there
    bytes: int
    on_disk: int
    first: str  # times
    last: str
    would_go: int
    would_free: int
    keep_documents: str | None  # the feed's own bounds
    max_documents: int | None


def documents_by_feed(db: Database, plan: PrunePlan) -> list[FeedDocuments]:
    """The documents, and what goes of them, by feed in the order of their titles."""
    going: dict[int | None, list[int]] = {}
    for document in plan.documents:
        going.setdefault(document.feed, []).append(document.size)
    rows: Iterable[tuple[Any, ...]] = db.execute(
        f"""
        WITH {FILES}, of_feeds AS MATERIALIZED (
            SELECT feed, count(*) AS documents, sum({IS_THERE}) AS kept,
                count(file) - sum({IS_THERE}) AS missing, sum(iif({IS_THERE}, bytes, 0)) AS bytes,
                sum({SIZE}) AS on_disk, min(at) AS first, max(at) AS last
            FROM {DOCUMENTS} WHERE feed IS NOT NULL GROUP BY feed
        )
        SELECT feed, coalesce(title, url), url, documents, kept, missing, bytes, on_disk, first, last,
            keep_documents, max_documents
        FROM of_feeds JOIN feeds ON feeds.id = feed ORDER BY coalesce(title, url) COLLATE NOCASE, feed
        """,  # noqa: S608
        {"files": folder_files(db)},
    )
    return [_feed_documents(row, going.get(row[0], ())) for row in rows]


def _feed_documents(row: Sequence[Any], going: Sequence[int]) -> FeedDocuments:
    feed, title, url, documents, kept, missing, size, on_disk, first, last, keep, at_most = row
    return FeedDocuments(
        feed,
        str(title),
        str(url),
        documents,
        kept=kept,
        missing=missing,
        bytes=size,
        on_disk=on_disk,
        first=first,
        last=last,
        would_go=len(going),
        would_free=sum(going),
        keep_documents=keep,
        max_documents=at_most,
    )
