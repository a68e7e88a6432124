"""The words and parentheses of a query's text, as a tree. Pure.

A parenthesis groups where a word could begin: "NEAR(one" and "f(x)" are text, as is all within quotes. One that is
never closed is closed at the end; one that closes nothing is left out.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

MAX_DEPTH = 8  # of parentheses within others; those further within are left out

_OPENS = re.compile(r"(?P<negated>-)?(?:(?P<name>[A-Za-z]+)[:\uff1a](?P<exact>=)?)?[(]")
# A doubled quote inside of quotes stands for one, as in SQL and CSV.
_WORD = re.compile(
    r"""
    (?P<negated> - (?=[^\s(*-]) )?
    (?: (?P<name> [A-Za-z]+ ) [:\uff1a] (?P<exact> = )? )?
    (?: " (?P<quoted> (?: [^"] | "" )* ) " (?P<star> [*] )? | (?P<bare> [^\s"]* ) )
    """,
    re.VERBOSE,
)
_CLOSES = re.compile(r"(?P<run>[)]+)[.,;:!?]*$")
_SPACE = re.compile(r"\s*")


@dataclass(frozen=True)
class Word:
    """A word or a phrase, with the signs before and behind it. `name` is an operator's, or looks like one."""

    value: str
    negated: bool = False
    prefix: bool = False
    quoted: bool = False
    name: str | None = None
    exact: bool = False

    def is_bare(self, *words: str) -> bool:
        return self.value in words and self == Word(self.value)


@dataclass
class Parenthesis:
    """What stands between parentheses. `name` is the operator before them, which counts for each word within."""

    negated: bool = False
    name: str | None = None
    exact: bool = False
    parts: list["Word | Parenthesis"] = field(default_factory=list)
    too_deep: bool = False  # something in it stood within too many others


def tree_of(text: str, operators: Collection[str]) -> Parenthesis:
    """The text as the parts of one pair of parentheses around all of it."""
    whole = Parenthesis()
    opened, ignored = [whole], 0
    for part in _scanned(text, operators):
        if isinstance(part, Word):
            opened[-1].parts.append(part)
        elif isinstance(part, Parenthesis):
            if len(opened) > MAX_DEPTH:
                ignored += 1
                whole.too_deep = True
            else:
                opened[-1].parts.append(part)
                opened.append(part)
        elif ignored:
            ignored -= 1
        elif len(opened) > 1:
            opened.pop()
    return _without_empty(whole)


def _without_empty(parenthesis: Parenthesis) -> Parenthesis:
    kept = [part if isinstance(part, Word) else _without_empty(part) for part in parenthesis.parts]
    return replace(parenthesis, parts=[part for part in kept if isinstance(part, Word) or part.parts])


def _scanned(text: str, operators: Collection[str]) -> Iterator[Word | Parenthesis | None]:
    """Words, parentheses that open, and None for each that closes."""
    place, end = 0, len(text)
    while (place := _after(_SPACE, text, place)) < end:
        opens = _OPENS.match(text, place)
        if opens and (opens["name"] is None or opens["name"].lower() in operators):
            yield Parenthesis(opens["negated"] is not None, opens["name"], opens["exact"] is not None)
            place = opens.end()
            continue
        found = _WORD.match(text, place)
        if found is None or found.end() == place:  # a quotation mark that nothing closes
            place += 1
            continue
        word, closing, place = _read(found)
        if word:
            yield word
        yield from [None] * closing


def _after(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place


def _read(found: re.Match[str]) -> tuple[Word | None, int, int]:
    """A word, how many parentheses close behind it, and where it ends."""
    signs = Word("", found["negated"] is not None, name=found["name"], exact=found["exact"] is not None)
    if found["quoted"] is not None:
        value = found["quoted"].replace('""', '"')
        return replace(signs, value=value, prefix=found["star"] is not None, quoted=True), 0, found.end()
    bare, end = found["bare"], found.end()
    between = re.search(r"[)]+(?=-?[(])", bare)  # (one)(two)
    if between and _surplus(bare[: between.end()]):
        end -= len(bare) - between.end()
        bare = bare[: between.end()]
    closing = 0
    closes = _CLOSES.search(bare)
    if closes and (closing := min(len(closes["run"]), _surplus(bare))):
        bare = bare[: closes.end("run") - closing]
    if closing and not (bare or signs.name):
        return None, closing, end
    return replace(signs, value=bare.rstrip("*"), prefix=bare.endswith("*")), closing, end


def _surplus(text: str) -> int:
    """How many parentheses it closes that it does not open."""
    return max(0, text.count(")") - text.count("("))
