"""Invented publishers, for tests of properties: what each of their documents holds, in order of time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from hypothesis import strategies as st

from tests.ingest.documents_written_here import rss

WINDOW = 6  # a document's entries at most
FIRST = datetime(2025, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Post:
    number: int
    text: str
    address: str
    guid: str

    def item(self) -> str:
        """Its date is its number's day, which no edit changes."""
        day = format_datetime(FIRST + timedelta(days=self.number), usegmt=True)
        return (
            f"<item><title>Number {self.number} of many</title><link>{self.address}</link>"
            f'<guid isPermaLink="false">{self.guid}</guid><pubDate>{day}</pubDate>'
            f"<description>{self.text}</description></item>"
        )


@dataclass(frozen=True)
class Edition:
    """A document: its time, and the posts in it, newest first."""

    at: str
    posts: tuple[Post, ...]

    def body(self) -> bytes:
        """Each with bytes of its own, so that none is taken for another that says the same."""
        return rss(f"<!-- {self.at} -->", *(post.item() for post in self.posts), url=None)

    def timed(self) -> tuple[str, bytes]:
        return self.at, self.body()


ACTIONS = st.one_of(
    st.just(("come", 0)),
    *(st.tuples(st.just(what), st.integers(0, 20)) for what in ("change", "move", "vanish", "return")),
)


@st.composite
def editions(draw: st.DrawFn) -> list[Edition]:
    """Documents of a well-behaved feed: entries come, change, move to another address, vanish and return."""
    posts: list[Post] = []
    hidden: set[int] = set()
    made: list[Edition] = []
    for hour, actions in enumerate(draw(st.lists(st.lists(ACTIONS, min_size=1, max_size=3), max_size=8))):
        for action in [("come", 0), *actions] if not posts else actions:
            act(posts, hidden, *action)
        at = (FIRST + timedelta(days=400, hours=2 * hour)).strftime("%Y-%m-%dT%H:%M:%SZ")
        there = [post for post in reversed(posts) if post.number not in hidden]
        made.append(Edition(at, tuple(there[:WINDOW])))
    return made


def act(posts: list[Post], hidden: set[int], what: str, which: int) -> None:
    """Change what the publisher has."""
    number = which % len(posts) if posts else 0
    if what == "come":
        new = len(posts)
        posts.append(Post(new, f"Words {new} one.", f"https://blog.example.org/{new}", f"guid-{new}"))
    elif what == "change":
        posts[number] = replace(posts[number], text=posts[number].text + " More was said.")
    elif what == "move":
        posts[number] = replace(posts[number], address=posts[number].address + "/moved")
    elif what == "vanish":
        hidden.add(number)
    else:
        hidden.discard(number)


def with_new_guids(made: Sequence[Edition]) -> list[Edition]:
    """The same documents as of a feed whose guids are new in each."""
    return [
        replace(
            edition, posts=tuple(replace(post, guid=f"{edition.at} {post.guid}") for post in edition.posts)
        )
        for edition in made
    ]
