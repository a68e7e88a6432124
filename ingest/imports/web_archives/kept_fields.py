"""The fields of Feedsette's own in a record of a web archive (see archive.documents.warc.pack). Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from ingest.archive.documents.warc.pack import DIGEST_FIELD, FEED_FIELD
from ingest.base.http_url import is_fetchable
from ingest.base.urls import LONGEST_URL, web_url, without_folders

_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
_PART_OF = re.compile(rb"^isPartOf:[ \t]*([0-9a-f]{32})[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
_HASHED = re.compile(r"(.*?)(#[0-9a-f]{12})?", re.DOTALL)  # see ingest.base.urls.folderless_feed


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


def _feed_url(given: str) -> str | None:
    given = given.strip("<> ")
    if given[:5].lower() == "file:":
        url, end = _HASHED.fullmatch(given).groups(default="")  # type: ignore[union-attr]
        name = without_folders(url)
        return name and name + end
    address = _printable(web_url(given) or "")
    return address if len(address) <= LONGEST_URL and is_fetchable(address) else None


def _printable(url: str) -> str:
    """An address with its invisible characters escaped, which is the same to a server."""
    return url if url.isprintable() else "".join(one if one.isprintable() else quote(one) for one in url)
