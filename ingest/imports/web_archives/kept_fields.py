"""The fields of Feedsette's own in a record of a web archive (see archive.documents.warc.pack). Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from ingest.archive.documents.warc.pack import DIGEST_FIELD, FEED_FIELD
from ingest.base.http_url import is_fetchable
from ingest.base.urls import LONGEST_URL, web_url

_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
_PART_OF = re.compile(rb"^isPartOf:[ \t]*([0-9a-f]{32})[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class KeptFields:
    """The fields of Feedsette's in a record, each None where it lacks, or is not well-formed."""

    feed_url: str | None = None  # a web address, or a file's without folders
    sha256: str | None = None  # of the body after decompression
    archive_id: str | None = None  # of the archive that the file belongs to

    @property
    def are_there(self) -> bool:
        return bool(self.feed_url or self.sha256)


NOT_KEPT = KeptFields()


def kept_fields(header: Callable[[str], str | None], archive_id: str | None) -> KeptFields:
    """The fields of a record, whose values are untrusted. `header` gives the value of one by its name."""
    digest = _DIGEST.fullmatch((header(DIGEST_FIELD) or "").strip())
    return KeptFields(_feed_url(header(FEED_FIELD) or ""), digest[1] if digest else None, archive_id)


def archive_id(warcinfo: bytes) -> str | None:
    """The number of the archive of Feedsette's that the block of a warcinfo record names."""
    found = _PART_OF.search(warcinfo)
    return found[1].decode().lower() if found else None


def without_folders(file_url: str) -> str | None:
    """`file:///NAME` of the address of a file; None where that has no name, or is too long."""
    path = unquote(file_url.partition(":")[2], errors="surrogateescape")
    name = path.rpartition("/")[2]
    if name in ("", ".", ".."):
        return None
    url = PurePosixPath("/", name).as_uri()
    return url if len(url) <= LONGEST_URL else None


def _feed_url(given: str) -> str | None:
    given = given.strip("<> ")
    if given[:5].lower() == "file:":
        return without_folders(given)
    url = web_url(given)
    return url if url and is_fetchable(url) else None
