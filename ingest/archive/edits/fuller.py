"""Whether a feed that had a full text now gives the beginning of it: the fuller stays the body. Pure."""

import re

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
