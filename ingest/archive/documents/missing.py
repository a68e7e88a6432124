"""Which documents' bytes are missing: sentences for the user."""

import json
from collections.abc import Collection, Mapping

from sqlite_utils import Database

from ingest.archive.documents.warc.folder import file_sizes, folder_of, named_ends
from ingest.base.clock import counted

_NAMED = 3  # files or feeds, in a sentence


def missing_documents(db: Database) -> list[str]:
    """A sentence where files that rows name are not there, or cut off."""
    folder = folder_of(db)
    ends, sizes = named_ends(db), file_sizes(folder)
    short = {name: sizes.get(name, 0) for name, end in ends.items() if sizes.get(name, 0) < end}
    if not short:
        return []
    feeds = _missing_by_feed(db, short)
    count, of = counted(sum(feeds.values()), "document"), f"They are of {named_with_counts(feeds)}."
    if not folder.is_dir():
        return [
            f"{folder} is missing, where the bytes of {count} are kept. Put it back beside the archive. Until then "
            f"they cannot be read, and new documents are kept in a new folder of that name. {of}"
        ]
    are = "is" if len(short) == 1 else "are"
    advice = "Put the folder back from a backup."
    if not any(short.values()):
        advice = (
            f"If the folder was moved away, move its files back into {folder.name}; else put them there from a "
            "backup."
        )
    return [
        f"The bytes of {count} are missing: {listed(sorted(short))} in {folder} {are} missing or cut off. "
        f"{advice} {of}"
    ]


def _missing_by_feed(db: Database, sizes: Mapping[str, int]) -> dict[str, int]:
    """How many documents' records stand behind these ends of files, by the name of their feed, most first."""
    rows = db.execute(
        """
        SELECT coalesce(feeds.title, feeds.url, 'feeds that were deleted'), count(*) AS documents
        FROM json_each(?) AS short JOIN documents ON file = short.key AND offset + length > short.value
        LEFT JOIN feeds ON feeds.id = feed
        GROUP BY feed ORDER BY documents DESC, feed
        """,
        (json.dumps(dict(sizes)),),
    ).fetchall()
    found: dict[str, int] = {}
    for name, count in rows:
        found[str(name)] = found.get(str(name), 0) + count
    return found


def documents_by_feed_in(
    db: Database, name: str, behind: int = 0, offsets: Collection[int] | None = None
) -> dict[str, int]:
    """How many documents' records end in a file behind a place, or stand at `offsets`, by the name of their feed."""
    rows = db.execute(
        """
        SELECT coalesce(feeds.title, feeds.url, 'feeds that were deleted') AS name, count(*) AS documents
        FROM documents LEFT JOIN feeds ON feeds.id = feed
        WHERE file = :file AND offset + length > :behind
        AND (:offsets IS NULL OR offset IN (SELECT value FROM json_each(:offsets)))
        GROUP BY 1 ORDER BY documents DESC, 1
        """,
        {"file": name, "behind": behind, "offsets": None if offsets is None else json.dumps(sorted(offsets))},
    ).fetchall()
    return {str(feed): count for feed, count in rows}


def named_with_counts(counts: Mapping[str, int]) -> str:
    """Up to three names, each with how many: "A blog (3), Another (1) and 2 more feeds"."""
    named = [f"{name} ({count:,})" for name, count in list(counts.items())[:_NAMED]]
    more = len(counts) - _NAMED
    return ", ".join(named) + (f" and {counted(more, 'more feed')}" if more > 0 else "")


def listed(names: list[str]) -> str:
    """Up to three names of files, and how many more."""
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
