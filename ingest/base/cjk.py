"""Scripts that put no space between words, made findable: each of their characters becomes a word of the index.

FTS5's tokenizer takes a whole run of Chinese, Japanese or Thai for one word. Here the index is given such text with
a zero-width space around every character, and a query is given the same, so that a phrase of characters finds any
substring; Korean, where particles cling to words, gains as much. Text in other scripts is indexed as it is.

The view that the index reads (migration 4) does this in plain SQL, so that it holds for every writer, the sqlite3 shell
included, and nothing is stored twice.
"""

import re

SPACE = "\u200b"  # zero width: FTS5 separates words by it, and people do not see it in a snippet

# Thai, Lao, Tibetan, Myanmar; Hangul letters; Khmer; and all from the CJK radicals up. The last includes what needs
# no spacing (Arabic presentation forms, emoji): there it does no harm, as queries are treated alike. The index has the
# same ranges: others need a migration.
_RANGES = (("\u0e00", "\u109f"), ("\u1100", "\u11ff"), ("\u1780", "\u17ff"), ("\u2e80", "\U0010ffff"))
_CLASS = "".join(f"{first}-{last}" for first, last in _RANGES)
_RUN = re.compile(f"[{_CLASS}]+")
_WORD = re.compile(f"[{_CLASS}]|[^\\W_{_CLASS}]+")


def is_unspaced(text: str) -> bool:
    """Whether there are characters in the text that are words of their own in the index."""
    return _RUN.search(text) is not None


def spaced(text: str) -> str:
    """The text as the index sees it: SPACE before and after each character that is a word of its own."""
    return _RUN.sub(lambda run: "".join(f"{SPACE}{character}{SPACE}" for character in run[0]), text)


def unspaced(text: str) -> str:
    """What people see: the text, or a snippet of it, without the spaces that `spaced` put in."""
    return text.replace(SPACE, "")


def word_ends(text: str) -> list[int]:
    """Where each word of the index ends in the text, more or less: an accent may divide what FTS5 keeps whole."""
    return [word.end() for word in _WORD.finditer(text)]
