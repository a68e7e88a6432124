"""Error messages with advice on what to do, which depends on whether the feed is already followed. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Advice:
    """What the user can do, in a sentence or two; "" where there is nothing to do."""

    followed: str = ""  # where the feed is followed, and goes on being polled
    adding: str = ""  # where the feed was to be added, and was not
    in_browser: str | None = None  # instead of `adding` on a page: `adding` may name command-line options


NONE = Advice()


def always(advice: str) -> Advice:
    """The same advice for a feed that is followed and one that is being added."""
    return Advice(advice, advice)


@dataclass(frozen=True)
class Trouble:
    """What went wrong with a request. `what` is a sentence that does not name the feed."""

    what: str
    advice: Advice = NONE

    @property
    def of_followed(self) -> str:
        return _joined(self.what, self.advice.followed)

    @property
    def of_adding(self) -> str:
        return _joined(self.what, self.advice.adding)

    @property
    def of_adding_in_browser(self) -> str:
        instead = self.advice.in_browser
        return self.of_adding if instead is None else _joined(self.what, instead)


@dataclass(frozen=True)
class Problem:
    """One feed or document of several that failed: its name and the reason, both for messages."""

    name: str
    why: str


def _joined(what: str, advice: str) -> str:
    return f"{what} {advice}" if advice else what
