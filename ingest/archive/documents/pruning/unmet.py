"""Bounds that could not be met: they are noted, so that not every run tries to, until more has come."""

import json
from collections.abc import Mapping

from sqlite_utils import Database

from ingest.archive.documents.pruning.totals import BoundScope
from ingest.archive.file.opening import transaction

GROWTH = 101  # per cent of what was kept, above which it is tried again
_NAME = "unmet_bounds"

Unmet = Mapping[
    BoundScope, tuple[int, int]
]  # the bound, and the bytes that were kept when it could not be met


def is_worth_trying(unmet: Unmet, scope: BoundScope, limit: int | None, total: int) -> bool:
    """Whether something may be freed of what takes `total` bytes, or its bound is another than was tried."""
    noted = unmet.get(scope)
    return noted is None or noted[0] != limit or total * 100 > noted[1] * GROWTH


def unmet_bounds(db: Database) -> Unmet:
    """Those that are noted."""
    row = db.execute("SELECT value FROM settings WHERE name = ?", (_NAME,)).fetchone()
    try:
        noted = [(scope, int(limit), int(total)) for scope, limit, total in json.loads(row[0])] if row else []
        return {scope: (limit, total) for scope, limit, total in noted}
    except (ValueError, TypeError):  # which another program wrote
        return {}


def note_unmet_bounds(db: Database, unmet: Unmet) -> None:
    """Note these instead of those that are noted."""
    if unmet == unmet_bounds(db):
        return
    with transaction(db):
        if unmet:
            value = json.dumps([[scope, *sizes] for scope, sizes in unmet.items()])
            db.execute("REPLACE INTO settings (name, value) VALUES (?, ?)", (_NAME, value))
        else:
            db.execute("DELETE FROM settings WHERE name = ?", (_NAME,))
