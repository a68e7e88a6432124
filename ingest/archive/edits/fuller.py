"""Whether a feed that had a full text now gives less than that: the fuller stays the body. Pure.

Less is the beginning of it, or nothing at all. A short text of other words is so only where all entries of a document
have one at once, as a feed that turns to summaries has: alone it may be an edit, such as one that takes back the rest.
"""

import re

from ingest.archive.edits.seen_in_html import seen_in_html

_FEWEST_WORDS = 10  # of a beginning, below which it may be any text
# Of the full text, above which the rest was rather taken out by an edit; less where nothing says that more follows.
_SHARE, _UNMARKED_SHARE = 0.8, 0.5
# What programs put after a beginning: "[…]", "Continue reading", "The post … appeared first on …".
_END = re.compile(
    r"(?:\s*(?:\[?(?:…|\.\.\.|&hellip;)\]?"
    r"|(?:read (?:more|on|the rest)|continue reading|keep reading|weiterlesen|mehr lesen|lire la suite|leer más"
    r"|seguir leyendo|continua a leggere|leia mais|lees (?:meer|verder)|читать далее|czytaj (?:dalej|więcej)"
    r"|続きを読む|阅读全文|閱讀更多|더 보기)\b[^\n]{0,120}"
    r"|the post\b[^\n]{0,300}\bappeared first on\b[^\n]{0,120}|[→»›>]))+\s*\Z",
    re.IGNORECASE,
)
_MOST_OF_END = 600  # characters
_FEWEST_OF_FULL = 20  # words of a text that a summary can be of
_SHARE_OF_SUMMARY = 0.5  # of that, at most


def is_less_of(shorter: str, html: str, fuller: str) -> bool:
    """Whether an entry with this text and HTML says nothing but a part of the text `fuller`."""
    return is_beginning_of(shorter, fuller) or (bool(fuller) and not shorter and not seen_in_html(html))


def is_summary_length(shorter: str, fuller: str) -> bool:
    """Whether one text may be a summary of the other, in words of its own: by their lengths."""
    words = len(fuller.split())
    return words >= _FEWEST_OF_FULL and len(shorter.split()) <= _SHARE_OF_SUMMARY * words


def is_beginning_of(shorter: str, fuller: str) -> bool:
    """Whether the text `shorter` is no more than the beginning of `fuller`, as summaries are."""
    beginning = _without_end(shorter)
    share = _UNMARKED_SHARE if beginning == shorter else _SHARE
    words, all_words = beginning.split(), fuller.split()
    if not _FEWEST_WORDS <= len(words) <= share * len(all_words):
        return False
    *whole, last = words
    return all_words[: len(whole)] == whole and all_words[len(whole)].startswith(last)


def _without_end(text: str) -> str:
    cut = max(0, len(text) - _MOST_OF_END)
    return text[:cut] + _END.sub("", text[cut:])
