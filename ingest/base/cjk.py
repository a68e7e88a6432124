"""Full-text search in scripts that put no space between words: each of their characters is a token of the index.

FTS5's tokenizer takes a whole run of Chinese, Japanese or Thai for one token. So a zero-width space is put around each
such character, in the index and in queries: a phrase of characters then finds any substring. Korean, where particles
are attached to words, is treated likewise; other scripts are indexed as they are.

For the index, the view that it reads does the same in SQL (migration 4), so that it holds for every writer, the sqlite3
shell included, and nothing is stored twice.
"""

import re

SPACE = "\u200b"  # zero width: a separator for FTS5, and invisible in a snippet

# Thai, Lao, Tibetan, Myanmar; Hangul letters; Khmer; and all from the CJK radicals up. The last includes what needs
# no spacing (Arabic presentation forms, emoji), where it does no harm. Migration 4 has the same ranges: to change them
# needs another migration.
_RANGES = (("\u0e00", "\u109f"), ("\u1100", "\u11ff"), ("\u1780", "\u17ff"), ("\u2e80", "\U0010ffff"))
_CLASS = "".join(f"{first}-{last}" for first, last in _RANGES)
_RUN = re.compile(f"[{_CLASS}]+")
_WORD = re.compile(f"[{_CLASS}]|[^\\W_{_CLASS}]+")


def is_unspaced(text: str) -> bool:
    """Whether the text has characters that are tokens of their own in the index."""
    return _RUN.search(text) is not None


def spaced(text: str) -> str:
    """The text as it is indexed: with SPACE before and after each character that is a token of its own."""
    return _RUN.sub(lambda run: "".join(f"{SPACE}{character}{SPACE}" for character in run[0]), text)


def unspaced(text: str) -> str:
    """The text, or a snippet of it, for display: without the spaces that `spaced` put in."""
    return text.replace(SPACE, "")


def word_ends(text: str) -> list[int]:
    """The index behind each token of the text, approximately: an accent may split what FTS5 takes for one token."""
    return [word.end() for word in _WORD.finditer(text)]
