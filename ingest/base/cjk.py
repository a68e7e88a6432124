"""The text as the full-text index has it, where FTS5's tokenizer falls short.

Scripts without spaces: it takes a whole run of Chinese, Japanese or Thai for one token. So a zero-width space is put
around each such character, in the index and in queries: a phrase of characters then finds any substring. Korean, where
particles are attached to words, is treated likewise; other scripts are indexed as they are.

Compatibility forms, which Unicode's NFKC and case folding make the same and the tokenizer does not: full-width and
mathematical letters and half-width kana are narrowed in place. Of a text with ß, ligatures and digraphs a second
copy follows, in which they are expanded, so that "Straße" and "Strasse" both find it, in plain FTS5 too.

The view that the index reads does the same in SQL (migration 16), so that it holds for every writer, the sqlite3
shell included, and nothing is stored twice. New entries are indexed with `index_text`, a tenth of the view's time or
less: both must make the same of any text, or what is deleted would not be forgotten.
"""

import re
import unicodedata
from collections.abc import Iterator

SPACE = "\u200b"  # zero width: a separator for FTS5, and invisible in a snippet

# Thai, Lao, Tibetan, Myanmar; Hangul letters; Khmer; and all from the CJK radicals up, but the letters below. The last
# includes what needs no spacing (Arabic presentation forms, emoji), where it does no harm. Migration 16 has the same
# ranges and letters: to change them needs another migration.
_RANGES = (
    ("\u0e00", "\u109f"), ("\u1100", "\u11ff"), ("\u1780", "\u17ff"), ("\u2e80", "\ufaff"), ("\ufb18", "\uff00"),
    ("\uff5f", "\U0001d3ff"), ("\U0001d6a4", "\U0001d7cd"), ("\U0001d800", "\U0010ffff"),
)  # fmt: skip
_CLASS = "".join(f"{first}-{last}" for first, last in _RANGES)
_BETWEEN = 2 * SPACE
_RUN = re.compile(f"[{_CLASS}]+")
_WORD = re.compile(f"[{_CLASS}]|[^\\W_{_CLASS}]+")

_WIDE = re.compile("[\uff01-\uff5e\uff65-\uff9f\U0001d400-\U0001d6a3\U0001d7ce-\U0001d7ff]")
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_NARROW = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **{code: _ALPHABET[(code - 0x1D400) % 52] for code in range(0x1D400, 0x1D6A4)},
    **{code: "0123456789"[(code - 0x1D7CE) % 10] for code in range(0x1D7CE, 0x1D800)},
}
_HALF_WIDTH = re.compile("[\uff65-\uff9f]+")
_VOICED = re.compile("[ｳｶ-ﾄﾊ-ﾎﾜｦ]ﾞ|[ﾊ-ﾎ]ﾟ")  # two characters, narrowed to one

_EXPANDED = {
    "ß": "ss", "ẞ": "ss", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
    "ĳ": "ij", "Ĳ": "ij", "ŀ": "l·", "Ŀ": "l·", "ŉ": "ʼn", "ǆ": "dž", "ǅ": "dž", "Ǆ": "dž", "ǉ": "lj", "ǈ": "lj",
    "Ǉ": "lj", "ǌ": "nj", "ǋ": "nj", "Ǌ": "nj", "ǳ": "dz", "ǲ": "dz", "Ǳ": "dz", "և": "եւ", "ﬓ": "մն", "ﬔ": "մե",
    "ﬕ": "մի", "ﬖ": "վն", "ﬗ": "մխ",
}  # fmt: skip
_LONG = re.compile(f"[{''.join(_EXPANDED)}]")
# All that is spaced, narrowed or expanded, in few ranges, which have more in them: most texts have none of it.
_ANY = re.compile(
    "[ß\u0132-\u0149\u01c4-\u01f3\u0587\u0e00-\u109f\u1100-\u11ff\u1780-\u17ff\u1e9e\u2e80-\U0010ffff]"
)


def is_unspaced(text: str) -> bool:
    """Whether the text has characters that are tokens of their own in the index."""
    return _RUN.search(text) is not None


def spaced(text: str) -> str:
    """The text with SPACE before and after each character that is to be a token of its own."""
    return _RUN.sub(lambda run: f"{SPACE}{_BETWEEN.join(run[0])}{SPACE}", text)


def unspaced(text: str) -> str:
    """The text, or a snippet of it, for display: without the spaces that `spaced` put in."""
    return text.replace(SPACE, "")


def narrowed(text: str) -> str:
    """The text with full-width and mathematical letters and half-width kana as the usual ones."""
    if not _WIDE.search(text):
        return text
    kana = _HALF_WIDTH.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text)
    return kana.translate(_NARROW)


def expanded(text: str) -> str:
    """The text with ß as ss, ligatures and digraphs as their letters."""
    return _LONG.sub(lambda letter: _EXPANDED[letter[0]], text)


def query_text(text: str) -> str:
    """Words of a query as they find all spellings that the index holds."""
    return spaced(expanded(narrowed(text)))


def index_text(text: str) -> str:
    """A column as the index has it: with its expanded copy, if that differs."""
    if text.isascii() or not _ANY.search(text):
        return text
    return spaced(narrowed(f"{text}\n{expanded(text)}" if _LONG.search(text) else text))


def narrowing_shifts(text: str) -> Iterator[tuple[int, int]]:
    """Where `narrowed` makes the text shorter: the offset behind each such place, and by how much."""
    return ((pair.end(), -1) for pair in _VOICED.finditer(text))


def expanding_shifts(text: str) -> Iterator[tuple[int, int]]:
    """Where `expanded` makes the text longer, likewise."""
    return ((letter.end(), len(_EXPANDED[letter[0]]) - 1) for letter in _LONG.finditer(text))


def word_ends(text: str) -> list[int]:
    """The index behind each token of the text, approximately: an accent may split what FTS5 takes for one token."""
    return [word.end() for word in words_in(text)]


def words_in(text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
    """Each token of the text, or of a part of it, likewise approximate."""
    return _WORD.finditer(text, start, len(text) if end is None else end)
