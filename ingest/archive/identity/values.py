"""What is compared to tell which entry is which, and what was found."""

from dataclasses import dataclass
from typing import Literal

from ingest.base.models import Enclosure

# By which rule an entry was recognised, in the order in which they are tried; "merge" and "split" are said by hand.
IdentityRule = Literal["guid", "alias", "guid spelling", "address", "title and date", "merge", "split"]


@dataclass(frozen=True)
class StoredPost:
    """A stored entry of a feed, as far as it may be one that a document has under another guid.

    `last_shown`: whether the last document of the feed had it.
    """

    id: int
    guid: str
    url: str | None = None
    title: str | None = None
    published: str | None = None
    text: str = ""
    last_shown: bool = False
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True)
class Recognition:
    """The id of the stored entry that an entry of a document is, and by which rule; None for one that is new."""

    entry: int | None = None
    rule: IdentityRule | None = None
