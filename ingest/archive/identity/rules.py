"""By what a document's entry is a stored one though its guid is another. Pure.

Each rule is a key of what is said. An entry and a candidate are the same where they have the same key, and no other
entry of the document or other candidate has it: two that cannot be told apart by it are recognised by none.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ingest.archive.identity.spellings import exact_page, guid_spelling, page_key, path_key, untracked_guid
from ingest.archive.identity.values import IdentityRule
from ingest.base.models import Enclosure
from ingest.base.urls import is_web_url


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
    @property
    def enclosures(self) -> tuple[Enclosure, ...]: ...


Key = tuple[str, ...] | None

_COMPARED = 20_000  # characters of a text
_TELLING_WORDS = 8


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


def _second(date: str | None) -> str | None:
    """A date that says more than a day: midnight anywhere is a whole hour, and but for an ocean's, not noon."""
    whole_hour = date and date.endswith(":00:00Z") and not date.endswith("T12:00:00Z")
    return None if whole_hour else date


def _spelling(post: Post) -> Key:
    """Sites turn to https, lose their "www."."""
    return _all(guid_spelling(post.guid))


def _untracked_name_date(post: Post) -> Key:
    """Tools of campaigns mark addresses, those in guids too."""
    return _all(untracked_guid(post.guid), name_of(post), post.published)


def _untracked_text(post: Post) -> Key:
    return _all(untracked_guid(post.guid), words_of(post))


def _untracked_second(post: Post) -> Key:
    return _all(untracked_guid(post.guid), _second(post.published))


def _untracked_name(post: Post) -> Key:
    return _all(untracked_guid(post.guid), name_of(post))


def _address_name_date(post: Post) -> Key:
    """All but the guid is as it was, as where guids are made anew for each document."""
    return _all(exact_page(post.url), name_of(post), post.published)


def _page_name_second(post: Post) -> Key:
    """As that, but for sessions and campaigns in the address."""
    return _all(page_key(post.url), name_of(post), _second(post.published))


def _page_name_date_text(post: Post) -> Key:
    return _all(page_key(post.url), name_of(post), post.published, words_of(post))


def _address_name(post: Post) -> Key:
    """The page has the same name. Its date alone moves, as where feeds give that of the last edit."""
    return _all(path_key(post.url) and exact_page(post.url), name_of(post))


def _page_name_text(post: Post) -> Key:
    return _all(path_key(post.url) and page_key(post.url), name_of(post), words_of(post))


def _address_date(post: Post) -> Key:
    """The page came at the same second: its title was mended."""
    return _all(path_key(post.url) and page_key(post.url), _second(post.published))


def _name_date_path(post: Post) -> Key:
    """A site that moved to another host keeps its paths."""
    path = path_key(post.url) and (exact_page(post.url) or "").partition("/")[2]
    return _all(name_of(post), post.published, path)


def _title_date_text(post: Post) -> Key:
    """A site that changed all its addresses keeps what its posts say: "Click for details." many of a day say."""
    words = words_of(post)
    telling = _second(post.published) or len(words.split()) >= _TELLING_WORDS
    return _all(post.title and name_of(post), post.published, words) if telling else None


def _title_date_text_slug(post: Post) -> Key:
    """A post that moved to another section of its site keeps the words at the end of its address."""
    slug = (path_key(post.url) or "").split("/")[-1]
    name = post.title and name_of(post)
    return _all(name, post.published, words_of(post), slug if "-" in slug else None)


def _title_text_alone(post: Post) -> Key:
    """Nothing else is said of them, as where guids are made anew for each document."""
    return None if post.url or post.published else _all(post.title and name_of(post), words_of(post))


MATCHINGS: Sequence[Matching] = (
    Matching("guid spelling", _spelling, exact=True),
    Matching("guid spelling", _untracked_name_date, exact=True),
    Matching("guid spelling", _untracked_text, exact=True),
    Matching("guid spelling", _untracked_second, exact=True),
    Matching("guid spelling", _untracked_name),
    Matching("address", _address_name_date, exact=True),
    Matching("address", _page_name_second, exact=True),
    Matching("address", _page_name_date_text, exact=True),
    Matching("address", _address_name),
    Matching("address", _page_name_text),
    Matching("address", _address_date),
    Matching("title and date", _name_date_path, exact=True),
    Matching("title and date", _title_date_text, exact=True),
    Matching("title and date", _title_date_text_slug, exact=True),
    Matching("title and date", _title_text_alone, bare=True),
)

# What the last document showed and this one does not, and nothing but its guid and its date is another.
SHOWN_AGAIN = Matching("address", _page_name_text, exact=True)


def tells_apart(one: Post, other: Post) -> bool:
    """Whether they are two whatever else agrees: by the fragments of their guids or addresses, or their files."""
    pairs = ((one.guid, other.guid), (one.url or "", other.url or ""))
    if any(_fragment(a) != _fragment(b) for a, b in pairs if is_web_url(a) and is_web_url(b)):
        return True
    files, others = ([file.url for file in post.enclosures] for post in (one, other))
    return bool(files and others) and not any(_is_file(a, b) for a in files for b in others)


def _fragment(address: str) -> str:
    return address.partition("#")[2]


def _is_file(url: str, other: str) -> bool:
    """Whether they are one file: at one place, or of one name at another host, as where a site moves."""
    (host, path), (other_host, other_path) = map(_place, (url, other))
    return path == other_path or (host != other_host and path.split("/")[-1] == other_path.split("/")[-1])


def _place(url: str) -> tuple[str, str]:
    host, _, path = (page_key(url) or url).partition("?")[0].partition("/")
    return host, path
