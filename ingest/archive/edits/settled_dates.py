"""The date by which an entry is sorted stays what it was first, unless its feed corrects it by more than a day. Pure.

Feeds stamp all entries with the time of their build, or move a time at each poll: lists would never come to rest.
"""

from datetime import datetime, timedelta

from ingest.archive.changes import EntryDate, StoredDate

_OF_ITSELF = ("published", "updated")
_DAY = timedelta(days=1)


def settled_date(stored: StoredDate, found: EntryDate, corrected: bool) -> tuple[EntryDate, bool]:
    """The date of an entry whose feed now says `found`, and whether it was corrected: once, which is all."""
    if stored.date_from not in _OF_ITSELF or found.date == stored.date:
        return found, corrected
    if not corrected and _is_correction(stored, found):
        return found, True
    return EntryDate(stored.date, stored.date_from), corrected


def _is_correction(stored: StoredDate, found: EntryDate) -> bool:
    """Whether another date of its own is more than a day from the one that is stored."""
    if stored.date_from not in _OF_ITSELF or found.date_from not in _OF_ITSELF:
        return False
    return abs(_time(found.date) - _time(stored.date)) > _DAY


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
