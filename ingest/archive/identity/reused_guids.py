"""Guids that a feed gives to other posts than before, such as places in the document: they identify none. Pure.

Who edits a post leaves something of it. In doubt a guid is trusted.
"""

from collections.abc import Mapping, Sequence

from ingest.archive.identity.guids import Stored
from ingest.archive.identity.rules import Post, words_of
from ingest.archive.identity.spellings import page_key

_OF_ONE_POST = 0.5  # of the different words of the text with fewer that the other has too


def differs_in_all(one: Post | Stored, other: Post | Stored) -> bool:
    """Whether address, title and date are there, and all of them others."""
    said = [(of.url, of.title, of.published) for of in (one, other)]
    if not all(part for of in said for part in of):
        return False
    (url, title, date), (other_url, other_title, other_date) = said
    return page_key(url) != page_key(other_url) and title != other_title and date != other_date


def reused_guids(entries: Sequence[Post], stored: Mapping[str, Post]) -> set[str]:
    """The guids of a document that are of other posts now than those that are `stored` under them.

    Nothing of such a post is as it was; and either of the two has another guid in the document, or had, or their texts
    differ as well.
    """
    shown, had = {*map(_name, entries)}, {*map(_name, stored.values())}
    return {
        entry.guid
        for entry in entries
        if (was := stored.get(entry.guid))
        and differs_in_all(entry, was)
        and (_name(was) in shown or _name(entry) in had or not _share_words(entry, was))
    }


def _name(post: Post) -> tuple[str | None, str | None]:
    return page_key(post.url), post.title


def _share_words(one: Post, other: Post) -> bool:
    words, others = _words(one), _words(other)
    fewer = min(len(words), len(others))
    return fewer > 0 and len(words & others) >= _OF_ONE_POST * fewer


def _words(post: Post) -> set[str]:
    return {*words_of(post).split()}
