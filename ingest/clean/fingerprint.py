"""By what an entry is known again: its guid as it is stored, and the hash of all that its document says. Pure."""

import hashlib
import json
from dataclasses import asdict, fields

from ingest.base.models import Entry
from ingest.base.plain_text import without_surrogates
from ingest.base.url_spelling import without_credentials
from ingest.clean.extra import shallow

_LONGEST_GUID = 2000
# Fields since the second reader: the fingerprint of an entry that has none of them is as it was.
_LATER = frozenset(
    "published_text media credits source external_url license duration season episode comments latitude longitude "
    "extra".split()
)
_NAMES = tuple(
    field.name for field in fields(Entry) if field.name != "guid_derived"
)  # which follows from the rest


def clean_guid(guid: str) -> str:
    guid = without_surrogates(guid).replace("\0", "")
    if "//" in guid:
        guid = without_credentials(guid)
    if len(guid) <= _LONGEST_GUID:
        return guid
    return "urn:sha256:" + hashlib.sha256(guid.encode()).hexdigest()


def entry_fingerprint(entry: Entry) -> str:
    """The hash of all that the document says of an entry."""
    values = {name: getattr(entry, name) for name in _NAMES}
    values["extra"] = shallow(entry.extra)
    said = {
        name: value for name, value in values.items() if name not in _LATER or value not in (None, (), [])
    }
    raw = json.dumps(said, sort_keys=True, default=asdict)
    return hashlib.sha256(raw.encode("ascii")).hexdigest()[:32]
