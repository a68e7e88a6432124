"""Which entries are related: pairs picked by hand from real feeds, and what decides."""

import re
from collections import Counter
from html import unescape
from pathlib import Path

import pytest

from ingest.pages.relating.scoring import RELATED, Rarities, score
from ingest.pages.relating.vocabulary import vocabulary
from ingest.parse.document import parse

FEEDS = Path(__file__).parents[5] / "shared" / "feeds"
OLSHANSK = "collected/Olshansk__rss-feeds/feeds"
DOCUMENTS = (
    f"{OLSHANSK}/feed_timaeus.xml",
    f"{OLSHANSK}/feed_the_batch.xml",
    f"{OLSHANSK}/feed_openai_research.xml",
    "collected/rubycocos__feedparser/feeds/misc/daringfireball.atom",
    "lesswrong/lesswrong-bestof-2018.reconstructed.rss",
    "lesswrong/lesswrong-bestof-2019.reconstructed.rss",
)
LEARNING_THEORY = (
    "Compressibility Measures Complexity: Minimum Description Length Meets Singular Learning Theory"
)
STARCRAFT = (
    "The Batch: DeepMind Masters StarCraft 2, AI Attacks on Amazon, A Career in Robot Management,"
    " Banks Embrace Bots"
)
_READ = 12_000


@pytest.fixture(scope="module")
def texts() -> dict[str, Counter[str]]:
    if not FEEDS.is_dir():
        pytest.skip("the shared feeds are not here")
    feeds = [parse((FEEDS / name).read_bytes()) for name in DOCUMENTS]
    entries = [entry for feed in feeds for entry in feed.entries if entry.title]
    return {str(entry.title): vocabulary(str(entry.title), _text(entry.html)) for entry in entries}


def _text(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", html[:_READ]))


def _score(texts: dict[str, Counter[str]], one: str, other: str) -> float:
    words = [word for word, _ in texts[one].most_common(30)]
    frequencies = {word: sum(word in text for text in texts.values()) for word in words}
    return score(texts[one], texts[other], Rarities(len(texts), frequencies))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LEARNING_THEORY, "The Local Learning Coefficient: A Singularity-Aware Complexity Measure"),
        ("Understanding “Deep Double Descent”", "Deep double descent"),
        ("Babble", "Prune"),
        ("Babble", "More Babble"),
        (
            "Birth order effect found in Nobel Laureates in Physics",
            "Historical mathematicians exhibit a birth order effect too",
        ),
        ("Evolution of Modularity", "Book Review: Design Principles of Biological Circuits"),
        ("Learning with opponent-learning awareness", "Learning to model other minds"),
    ],
)
def test_what_a_person_would_call_related_is(texts: dict[str, Counter[str]], one: str, other: str) -> None:
    assert _score(texts, one, other) >= RELATED


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LEARNING_THEORY, STARCRAFT),
        (LEARNING_THEORY, "Deep double descent"),
        ("Babble", "Evolution of Modularity"),
        ("The Intelligent Social Web", STARCRAFT),
        ("Unconscious Economics", "Learning to model other minds"),
        ("Steelmanning Divination", "Evolution of Modularity"),
        ("Towards a New Impact Measure", "Birth order effect found in Nobel Laureates in Physics"),
        ("Research: Rescuers during the Holocaust", STARCRAFT),
    ],
)
def test_what_a_person_would_not_call_related_is_not(
    texts: dict[str, Counter[str]], one: str, other: str
) -> None:
    assert _score(texts, one, other) < RELATED
    assert _score(texts, other, one) < RELATED


RARITIES = Rarities(1000, {"glacier": 5, "moraine": 3, "valley": 20, "stone": 100, "winter": 200})
GLACIERS = Counter({"glacier": 6, "moraine": 3, "valley": 3, "stone": 2, "winter": 1})


def test_the_same_words_are_related_and_other_words_are_not() -> None:
    assert score(GLACIERS, GLACIERS, RARITIES) == pytest.approx(1)
    assert score(GLACIERS, Counter({"bread": 3, "butter": 2}), RARITIES) == 0


def test_two_words_are_too_few_where_an_entry_has_more_in_common_with_others() -> None:
    assert score(GLACIERS, Counter({"glacier": 6, "moraine": 3}), RARITIES) == 0


def test_a_rare_word_said_once_in_a_long_text_is_no_relation() -> None:
    long = Counter({f"word{n}": 9 for n in range(30)} | {"glacier": 1, "moraine": 1, "valley": 1})
    assert score(GLACIERS, long, RARITIES) < RELATED


def test_links_and_tags_add_to_what_words_say_and_are_nothing_alone() -> None:
    some = Counter({"glacier": 1, "valley": 1, "stone": 1} | {f"word{n}": 2 for n in range(8)})
    alone = score(GLACIERS, some, RARITIES)
    assert alone < score(GLACIERS, some, RARITIES, links=1) < score(GLACIERS, some, RARITIES, links=1, tags=2)
    assert score(GLACIERS, Counter({"bread": 3}), RARITIES, links=9, tags=9) == 0


def test_what_links_and_tags_add_is_bounded() -> None:
    assert score(GLACIERS, GLACIERS, RARITIES, links=50, tags=50) == 1


def test_an_entry_without_words_is_related_to_none() -> None:
    assert score(Counter(), GLACIERS, Rarities(10, {})) == 0
