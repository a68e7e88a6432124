"""Revisions: earlier versions of entries, and former readings of a version, which are no edits."""

import json
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from ingest.archive.changes import EntryVersion
from ingest.archive.documents.said_by import SaidBy, time_of

RevisionKind = Literal["edit", "reading"]

# Of those before and after a time, and of those with one fingerprint, how many a version is compared with: an entry may
# have thousands, and a document a thousand versions of one entry.
NEIGHBOURS = 8
_SAME_TEXTS = 32  # the latest, among which a text is looked for

_KINDS = ("edit", "reading")
_LIKE = f"""
SELECT * FROM (
    SELECT id FROM revisions WHERE entry = :entry AND fingerprint = :{{0}} ORDER BY id DESC LIMIT {NEIGHBOURS}
)
"""  # noqa: S608
_BEFORE = f"""
SELECT * FROM (
    SELECT id FROM revisions WHERE entry = :entry AND kind = '{{0}}' AND seen <= :seen
    ORDER BY seen DESC, replaced DESC, id DESC LIMIT {NEIGHBOURS}
)
"""  # noqa: S608
_AFTER = f"""
SELECT * FROM (
    SELECT id FROM revisions WHERE entry = :entry AND kind = '{{0}}' AND seen > :seen
    ORDER BY seen, replaced, id LIMIT {NEIGHBOURS}
)
"""  # noqa: S608
_OF_DOCUMENT = """
SELECT * FROM (SELECT id FROM revisions WHERE document = :document AND +entry = :entry LIMIT 1)
UNION ALL SELECT * FROM (SELECT id FROM revisions WHERE last_document = :document AND +entry = :entry LIMIT 1)
"""
_COMPARED = " UNION ALL ".join(
    [
        *(_LIKE.format(name) for name in ("fingerprint", "stored")),
        *(side.format(kind) for side in (_BEFORE, _AFTER) for kind in _KINDS),
        _OF_DOCUMENT,
    ]
)
# As the view `versions` has them, which SQLite would make of all revisions of the entry.
_LOAD = """
SELECT own.id, own.fingerprint, own.title, own.url, own.author, coalesce(own.html, same.html, contents.html), own.other,
    own.seen, coalesce(own.text, same.text, contents.text, ''), first.at, own.document, last.at, own.last_document
FROM revisions AS own
LEFT JOIN revisions AS same ON same.id = own.text_from
LEFT JOIN contents ON contents.entry = own.entry AND own.text_from = 0
LEFT JOIN documents AS first ON first.id = own.document
LEFT JOIN documents AS last ON last.id = own.last_document
"""
# Which has this html and text: 0 where that is the present version.
_TEXT_FROM = f"""
SELECT coalesce(
    (SELECT 0 FROM contents WHERE entry = :entry AND html = :html AND text = :text),
    (
        SELECT max(id) FROM revisions
        WHERE text_from IS NULL AND html = :html AND text = :text AND id IN (
            SELECT coalesce(nullif(text_from, 0), id) FROM (
                SELECT id, text_from FROM revisions WHERE entry = :entry ORDER BY id DESC LIMIT {_SAME_TEXTS}
            )
            UNION ALL SELECT coalesce(nullif(text_from, 0), id) FROM (
                SELECT id, text_from FROM revisions WHERE entry = :entry AND fingerprint = :fingerprint
                ORDER BY id DESC LIMIT {NEIGHBOURS}
            )
        )
    )
)
"""  # noqa: S608
_INSERT = """
INSERT INTO revisions (
    entry, seen, replaced, title, url, author, html, text, other, fingerprint, kind, document, last_document,
    text_from, guid
) VALUES (
    ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
    (
        SELECT nullif(coalesce(?, said.guid, entries.guid), entries.guid)
        FROM entries LEFT JOIN entry_documents AS said ON said.entry = entries.id WHERE entries.id = ?
    )
)
"""


@dataclass(frozen=True)
class Revision:
    """A revision as it is stored."""

    id: int
    version: EntryVersion
    said_by: SaidBy


def compared_revisions(
    db: Database, entry_id: int, incoming: EntryVersion, stored: EntryVersion, document: int | None
) -> list[Revision]:
    """Those revisions of an entry, of either kind, with which the version `incoming` is compared, as they were stored.

    Those that have its fingerprint or that of the version `stored`, those that were seen next before and after it, and
    one that `document`, which is read again, began or ended.
    """
    values = {
        "entry": entry_id,
        "fingerprint": incoming.fingerprint,
        "stored": stored.fingerprint,
        "seen": incoming.seen,
        "document": document,
    }
    rows = db.execute(f"{_LOAD} WHERE own.id IN ({_COMPARED}) ORDER BY own.id", values)
    return [_revision(*row) for row in rows]


def load_edits(db: Database, entry_id: int) -> list[Revision]:
    """The edits of an entry, without former readings, in order of time."""
    rows = db.execute(
        f"{_LOAD} WHERE own.entry = :entry AND own.kind = 'edit' ORDER BY own.seen, own.id",
        {"entry": entry_id},
    )
    return [_revision(*row) for row in rows]


def _revision(
    number: int,
    fingerprint: str,
    title: str | None,
    url: str | None,
    author: str | None,
    html: str,
    other: str,
    seen: str,
    text: str,
    *documents: Any,
) -> Revision:
    version = EntryVersion(fingerprint, title, url, author, html, json.loads(other), seen, text)
    return Revision(number, version, SaidBy(time_of(*documents[:2]), time_of(*documents[2:])))


def insert_revision(
    db: Database,
    entry_id: int,
    was: EntryVersion,
    replaced: str,
    kind: RevisionKind,
    said_by: SaidBy,
    under: str | None = None,
) -> None:
    """Insert a version of an entry that was replaced at the time `replaced`.

    Its text is not copied where the present version, or another revision, has the same: `text_from` names that.
    It came under the guid `under`, by default that of the present version.
    """
    first, last = said_by.first, said_by.last
    said = {"entry": entry_id, "html": was.html, "text": was.text, "fingerprint": was.fingerprint}
    [(text_from,)] = db.execute(_TEXT_FROM, said).fetchall()
    copied = text_from is None
    db.execute(
        _INSERT,
        (
            entry_id,
            was.seen,
            replaced,
            was.title,
            was.url,
            was.author,
            was.html if copied else None,
            was.text if copied else None,
            json.dumps(was.other, ensure_ascii=False),
            was.fingerprint,
            kind,
            first and first.id,
            last and last.id,
            text_from,
            under,
            entry_id,
        ),
    )


def insert_older_revision(
    db: Database,
    entry_id: int,
    older: EntryVersion,
    present_since: str,
    kind: RevisionKind,
    said_by: SaidBy,
    under: str | None = None,
) -> None:
    """Insert a version that was captured before the present one, as replaced when the next was seen.

    The edit before it now ends when this one was seen. `present_since` is when the present version was seen. Readings
    are no versions of their publisher's, so that they end none and no other ends them.
    """
    if kind == "edit":
        db.execute(
            """
            UPDATE revisions SET replaced = :seen
            WHERE replaced > :seen AND id IN (
                SELECT id FROM revisions WHERE entry = :entry AND kind = 'edit' AND seen < :seen
                ORDER BY seen DESC, replaced DESC LIMIT :some
            )
            """,
            {"entry": entry_id, "seen": older.seen, "some": NEIGHBOURS},
        )
    [(following,)] = db.execute(
        "SELECT min(seen) FROM revisions WHERE entry = ? AND kind = 'edit' AND seen > ?",
        (entry_id, older.seen),
    ).fetchall()
    insert_revision(
        db, entry_id, older, following or max(older.seen, present_since), kind, said_by, under or ""
    )


def store_revision_said_by(db: Database, revision: Revision, said_by: SaidBy) -> None:
    """Store which documents said a revision, where that differs from before."""
    first, last = said_by.first, said_by.last
    if (first, last) != (revision.said_by.first, revision.said_by.last):
        db.execute(
            "UPDATE revisions SET document = ?, last_document = ? WHERE id = ?",
            (first and first.id, last and last.id, revision.id),
        )
