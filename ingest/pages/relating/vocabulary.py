"""How often the telling words come in a text. Pure."""

import re
from collections import Counter

from ingest.base.cjk import is_unspaced

IN_A_TITLE = 3  # times a word of a title counts
# Not the commands of formulas: \mathcal.
_WORD = re.compile(r"(?<![\w\\])[^\W\d_][\w'’-]{3,30}")
_CHARACTERS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")
_EMPTY = frozenset(
    "about above after again against also although always another because been before being below between both came"
    " cannot could does doing don't down during each either else enough even every from further have having here into"
    " it's just know like likely made make makes many maybe might more most much must need never only other over"
    " people perhaps quite rather really same should since some something still such than that that's their them then"
    " there these they thing things think this those though through time under until very want well were what when"
    " where whether which while will with within without would your yours".split()
)


def vocabulary(title: str, text: str) -> Counter[str]:
    """The words of a text with how often they come; those of the title count three times, and empty ones not at all."""
    counts = Counter(_words(text))
    for word in _words(title):
        counts[word] += IN_A_TITLE
    return counts


def _words(text: str) -> list[str]:
    written = (found[0].lower().replace("’", "'") for found in _WORD.finditer(text))
    words = [_singular(word) for word in written if word not in _EMPTY and not is_unspaced(word)]
    pairs = [run[0][i : i + 2] for run in _CHARACTERS.finditer(text) for i in range(len(run[0]) - 1)]
    return [word for word in words if len(word) > 3 and word not in _EMPTY] + pairs


def _singular(word: str) -> str:
    """agents and agent's as agent: the index knows all of them as one."""
    word = re.sub(r"'s?$", "", word)
    return (
        word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
    )
