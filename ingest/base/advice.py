"""Error messages with advice, which differs for a feed that is followed and one that is to be added. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Advice:
    """What to do, in a sentence or two, or nothing."""

    followed: str = ""  # of a feed that is followed, and goes on being polled
    adding: str = ""  # of one that was to be followed, and is not
    in_browser: str | None = None  # instead of `adding`, which may name options of commands


NONE = Advice()


def always(advice: str) -> Advice:
    return Advice(advice, advice)


@dataclass(frozen=True)
class Trouble:
    """`what` happened is a sentence, without the feed's address."""

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
    """What went wrong with one feed or document of several: its name, for messages, and why."""

    name: str
    why: str


def _joined(what: str, advice: str) -> str:
    return f"{what} {advice}" if advice else what
