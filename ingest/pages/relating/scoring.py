"""How related two entries are: by their words, and by the tags and links that they share. Pure.

Words are weighed as in tf-idf and compared by the cosine: what is rare in the archive and frequent in both says most.
That a long text mentions a rare word once is no relation.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import log, sqrt

RELATED = 0.225  # from which score on a person would call two entries related
_OF_WORDS = 0.7  # of that must be by words: a link or a tag alone may be of the whole site
_PROFILE = 30  # words of a text that are compared, its most frequent
_SHARED = 3  # words, of an entry that has so many in common with any other
_A_LINK = 0.04
_A_TAG = 0.04
_MOST_SHARED = 0.12  # that links and tags add


@dataclass(frozen=True)
class Rarities:
    """How many entries there are, and in how many of them words are."""

    entries: int
    frequencies: Mapping[str, int]

    def of(self, word: str) -> float:
        return log(1 + self.entries / max(self.frequencies[word], 1))


def score(one: Counter[str], other: Counter[str], rarities: Rarities, links: int = 0, tags: int = 0) -> float:
    """From 0 to 1: of the words, and what `links` and `tags` they share that few others have. Of `one` all frequencies
    are known; a word of `other` alone is taken to be as rare as these are."""
    weights = {word: _weight(one, word) * rarities.of(word) for word in rarities.frequencies if word in one}
    shared = [word for word in weights if word in other]
    telling = [word for word in weights if rarities.frequencies[word] > 1]
    if not telling or len(shared) < min(_SHARED, len(telling)):
        return 0.0
    usual = sum(rarities.of(word) for word in telling) / len(telling)
    others = {
        word: _weight(other, word) * (rarities.of(word) if word in weights else usual)
        for word in {*(word for word, _ in other.most_common(_PROFILE)), *shared}
    }
    product = sum(weights[word] * others[word] for word in shared)
    alike = product / (_length(weights) * _length(others))
    if alike < RELATED * _OF_WORDS:
        return 0.0
    return min(1.0, alike + min(_MOST_SHARED, links * _A_LINK + tags * _A_TAG))


def _weight(counts: Counter[str], word: str) -> float:
    return 1 + log(counts[word])


def _length(weights: Mapping[str, float]) -> float:
    return sqrt(sum(weight * weight for weight in weights.values()))
