"""By what an entry is known again: its guid as it is stored, and the hash of all that its document says. Pure."""

import hashlib
import json
from dataclasses import fields

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
_ALWAYS = tuple(
    field.name for field in fields(Entry) if field.name not in _LATER and field.name != "guid_derived"
)  # which follows from the rest
_NOTHING: tuple[object, ...] = (None, (), [])
# `vars` of the values in an entry, which hold no others, nor themselves.
_ENCODER = json.JSONEncoder(sort_keys=True, default=vars, check_circular=False)


def clean_guid(guid: str) -> str:
    guid = without_surrogates(guid).replace("\0", "")
    if "//" in guid and "@" in guid:
        guid = without_credentials(guid)
    if len(guid) <= _LONGEST_GUID:
        return guid
    return "urn:sha256:" + hashlib.sha256(guid.encode()).hexdigest()


def entry_fingerprint(entry: Entry) -> str:
    """The hash of all that the document says of an entry."""
    values = vars(entry)
    said = {name: values[name] for name in _ALWAYS}
    said |= {name: value for name in _LATER if (value := values[name]) not in _NOTHING}
    if entry.extra and (extra := shallow(entry.extra)):
        said["extra"] = extra
    else:
        said.pop("extra", None)
    return hashlib.sha256(_ENCODER.encode(said).encode("ascii")).hexdigest()[:32]
