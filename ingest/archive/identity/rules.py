"""By what a document's entry is a stored one though its guid is another. Pure.

Each rule is a key of what is said. An entry and a candidate are the same where they have the same key, and no other
entry of the document or other candidate has it: two that cannot be told apart by it are recognised by none.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ingest.archive.identity.spellings import guid_spelling, page_key, path_key
from ingest.archive.identity.values import IdentityRule


class Post(Protocol):
    """What both an entry of a document and a stored one say of themselves."""

    @property
    def guid(self) -> str: ...
    @property
    def url(self) -> str | None: ...
    @property
    def title(self) -> str | None: ...
    @property
    def published(self) -> str | None: ...
    @property
    def text(self) -> str: ...


Key = tuple[str, ...] | None

_COMPARED = 20_000  # characters of a text


@dataclass(frozen=True)
class Matching:
    """A rule and its key. `exact`: it says so much that it holds also where the document need not have the candidate;
    any other needs an address that is of one post alone, or posts that have none, `bare`.
    """

    rule: IdentityRule
    key: Callable[[Post], Key]
    exact: bool = False
    bare: bool = False


def name_of(post: Post) -> str:
    """The title, or of a post without one its words."""
    return " ".join((post.title or "").casefold().split()) or words_of(post)


def words_of(post: Post) -> str:
    return " ".join(re.findall(r"\w+", post.text[:_COMPARED].casefold()))


def _all(*parts: str | None) -> Key:
    """All of them, or None where one is missing."""
    found = tuple(part for part in parts if part)
    return found if len(found) == len(parts) else None


def _spelling(post: Post) -> Key:
    """Sites turn to https, lose their "www.", and tools of campaigns mark addresses, those in guids too."""
    return _all(guid_spelling(post.guid))


def _address_name_date(post: Post) -> Key:
    """All but the guid is as it was, as where guids are made anew for each document."""
    return _all(page_key(post.url), name_of(post), post.published)


def _address_name(post: Post) -> Key:
    """The page has the same name. Its date alone moves, as where feeds give that of the last edit."""
    return _all(path_key(post.url) and page_key(post.url), name_of(post))


def _address_date(post: Post) -> Key:
    """The page came at the same second: its title was mended."""
    return _all(path_key(post.url) and page_key(post.url), post.published)


def _name_date_path(post: Post) -> Key:
    """A site that moved to another host keeps its paths."""
    return _all(name_of(post), post.published, path_key(post.url))


def _title_date_text(post: Post) -> Key:
    """A site that changed all its addresses keeps what its posts say."""
    return _all(post.title and name_of(post), post.published, words_of(post))


def _title_text_alone(post: Post) -> Key:
    """Nothing else is said of them, as where guids are made anew for each document."""
    return None if post.url or post.published else _all(post.title and name_of(post), words_of(post))


MATCHINGS: Sequence[Matching] = (
    Matching("guid spelling", _spelling, exact=True),
    Matching("address", _address_name_date, exact=True),
    Matching("address", _address_name),
    Matching("address", _address_date),
    Matching("title and date", _name_date_path, exact=True),
    Matching("title and date", _title_date_text, exact=True),
    Matching("title and date", _title_text_alone, bare=True),
)
