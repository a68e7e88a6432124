"""Tell in which code page a text in the Latin alphabet is, by what its letters would be in each. Pure.

The pages share most bytes: what is "è" in one is "č" in another. Of each language it is known which letters beyond
ASCII are common in it, and some of its commonest words; a page is as likely as the language of it that fits best.
Without much to tell by it is windows-1252, as most are, and as browsers take it.
"""

import re
from collections import Counter
from dataclasses import dataclass
from math import log
from unicodedata import normalize


@dataclass(frozen=True)
class _Language:
    common: str  # letters beyond ASCII: together some 60 of 100 of those in a text
    less: str  # 30 of 100
    rare: str  # 10 of 100
    words: str  # common ones, in ASCII
    likelier: float = 0.0  # than others of its page, before the text is looked at


_WESTERN = {
    "en": _Language("é", "èáíóñüçöäï", "àâêëîôúûåøæœßãõìòùýðþ", "the and of to in is that with for was"),
    "de": _Language("üä", "öß", "éèàáçô", "der die und das ist nicht mit ein von den"),
    "fr": _Language("é", "èàêç", "âîôûùœëïæüÿ", "le la les des une est dans pour que et"),
    "es": _Language("óíá", "éñú", "üçèà", "el los las una del que por con para se"),
    "pt": _Language("ãçáé", "íóêõàâú", "ôüñ", "os um uma do da dos das que foi para"),
    "it": _Language("èà", "ùòìé", "îóíúâ", "il gli della che una non per sono del di"),
    "nl": _Language("é", "ëïóèö", "üçáêäà", "het een van de niet dat zijn met voor ook"),
    "sv": _Language("äå", "ö", "éàüøæ", "och att det som en inte den med till av"),
    "da": _Language("åø", "æ", "éöäüàèòô", "og det som ikke til af der den med jeg"),
    "no": _Language("åø", "æ", "éöäüàèòô", "og det som ikke til av er den med jeg"),
    "fi": _Language("ä", "ö", "åéšžü", "ja on ei se oli mutta kun joka niin ovat"),
    "is": _Language("áíðéó", "þæöú", "ý", "og er sem ekki til um var hann hefur en", -2),
    "ca": _Language("óàéè", "íçúò", "ïüñ", "els les amb una del que per dels va el", -1),
    "ga": _Language("áíé", "óú", "àèìòù", "an na agus is ar ag go le sin bh", -2),
}
_CENTRAL = {
    "pl": _Language("ąęłó", "śżć", "ńźéüöáä", "w i na nie z do jest od oraz za"),
    "cs": _Language("áíéě", "čřšžýů", "úťňďóöüä", "v na je se to ale jako bylo jsem pro"),
    "sk": _Language("áíéčšž", "ýúľťôä", "ňďóĺŕöü", "v na je sa to ale ako bolo som pre"),
    "hu": _Language("áéő", "óöíü", "űúä", "az egy nem hogy is volt meg csak de mint"),
    "ro": _Language("ăţş", "îâ", "éöüáó", "de cu din pe nu la care este mai sunt"),
    "hr": _Language("čšž", "ćđ", "éöüá", "je u na da se za su od nije kako"),
    "sl": _Language("čšž", "ćđ", "éöüá", "je v na da se za so od ni tudi"),
}
_BALTIC = {
    "lt": _Language("ėšųžį", "ąčūę", "éöüäó", "ir yra kad su tai bet apie kaip buvo iki"),
    "lv": _Language("āīē", "šņļūž", "čģķéöüäó", "un ir par no ka ar bet vai tas bija"),
    "et": _Language("äõü", "ö", "šžé", "ja on ei see oma kui ning oli ka et"),
}
_TURKISH = {"tr": _Language("ıüşğ", "çöİ", "âîûé", "ve bir bu ile da de olan daha gibi ama")}
# How much likelier a page is before its text is looked at, and its languages.
_PAGES = {
    "cp1252": (2.0, _WESTERN),
    "cp1250": (0.0, _CENTRAL),
    "cp1254": (0.0, _TURKISH),
    "cp1257": (-1.0, _BALTIC),
    "iso8859-2": (-1.0, _CENTRAL),
    "iso8859-15": (-2.0, _WESTERN),
}
_ALIASES = {"nb": "no", "nn": "no", "bs": "hr", "sr": "hr", "sh": "hr", "mo": "ro", "gl": "pt", "fo": "is"}

_UNLIKELY, _PUNCTUATION = log(0.0001), log(0.05)
_PUNCTUATION_MARKS = frozenset("“”‘’«»„‚‹›–—…•·€£©®™°§¿¡½¼ºª²\xa0\xad")
_CAPITALS = "".join(filter(str.isupper, map(chr, range(0xC0, 0x180))))
_SIGNS = "±×÷µ¢†‡"
# What stands in no word: punctuation between letters, signs beside letters, capitals behind small letters.
_ODD = re.compile(
    r"(?:(?<=[^\W\d_])[^\w\s\x00-\x7f’‘·–—…\xad]|[©®¼½±])(?=[^\W\d_])"
    rf"|(?<=[^\W\d_])[{_SIGNS}]|(?<=[a-z])[{_CAPITALS}]"
)
# A letter with that before and behind it.
_AMONG_LETTERS = re.compile(r"([\xc0-\u017f])(?<=([^\W\d_])[\xc0-\u017f])(?=([^\W\d_]))")
_VOWELS = frozenset("aeiouyæøœıAEIOUYÆØŒ")
_THREE_VOWELS, _THREE_CONSONANTS = -2.0, -1.0
# For each word of a language, up to so many, and for a language that the feed says.
_WORD_COUNTS, _WORDS_AT_MOST = 0.8, 10
_LANGUAGE_COUNTS = 8.0
# The letters of a text in the Latin alphabet are this likely, and stand among those of ASCII.
_LIKELY_ENOUGH, _LONGEST_RUN = -4.2, 2.5

_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_RUN, _LETTERS = re.compile(rb"[\x80-\xff]+"), re.compile(rb"[\xa1-\xff]+")
_TAG = re.compile(rb"<[^<>]{0,2000}>")
_WORD = re.compile(rb"(?<![\w\x80-\xff])[A-Za-z]{1,6}(?![\w\x80-\xff])")
_SAID = re.compile(
    rb"""(?:<(?:dc:)?language>\s*|\bxml:lang\s*=\s*["']|"language"\s*:\s*")([A-Za-z]{2})\b""", re.IGNORECASE
)


def latin_page(body: bytes) -> str | None:
    """The code page of a text in the Latin alphabet; None where it seems to be in no such page."""
    if body.isascii() or _is_in_long_runs(_RUN.findall(body)) or _is_in_long_runs(_LETTERS.findall(body)):
        return None
    known = _by_words_and_declaration(body)
    (_, by_letters), page = max((_fit(body, page, known), page) for page in _PAGES)
    return page if by_letters >= _LIKELY_ENOUGH * len(_NOT_ASCII.findall(body)) else None


def _is_in_long_runs(runs: list[bytes]) -> bool:
    return sum(map(len, runs)) > len(runs) * _LONGEST_RUN


def _by_words_and_declaration(body: bytes) -> dict[str, float]:
    """How likely each language is by its words and by what the feed says.

    English that a feed says is a default of software, which says nothing.
    """
    found = Counter(word.decode().lower() for word in _WORD.findall(_TAG.sub(b" ", body)))
    counts = {
        name: sum(found[word] for word in language.words.split())
        for _, languages in _PAGES.values()
        for name, language in languages.items()
    }
    most = max(counts.values())
    words = _WORD_COUNTS * min(most, _WORDS_AT_MOST) / (most or 1)
    said = _SAID.search(body)
    language = said[1].decode().lower() if said else "en"
    language = _ALIASES.get(language, language)
    return {
        name: words * count + (_LANGUAGE_COUNTS if name == language != "en" else 0)
        for name, count in counts.items()
    }


def _fit(body: bytes, page: str, known: dict[str, float]) -> tuple[float, float]:
    """How likely the text is in that page: with all that is known, and by its letters alone."""
    try:
        text = body.decode(page)
    except UnicodeDecodeError:
        return float("-inf"), float("-inf")
    likelier, languages = _PAGES[page]
    likely = likelier + _fit_of_sounds(text)
    letters = Counter(re.findall(r"[^\x00-\x7f]", text))
    odd = Counter(_ODD.findall(text))
    fits = []
    for name, language in languages.items():
        by_letters = _fit_of_letters(language, letters, odd)
        fits.append((likely + language.likelier + known[name] + by_letters, by_letters))
    return max(fits)


def _fit_of_sounds(text: str) -> float:
    """Vowels and consonants alternate: "unièen" is less likely than "uničen", and "rřdgrřd" than "rødgrød"."""
    among = Counter(_AMONG_LETTERS.findall(text))
    total = 0.0
    for (letter, before, after), count in among.items():
        sounds = {_is_vowel(letter), _is_vowel(before), _is_vowel(after)}
        total += count * (0 if len(sounds) == 2 else _THREE_VOWELS if True in sounds else _THREE_CONSONANTS)
    return total


def _is_vowel(letter: str) -> bool:
    return normalize("NFD", letter)[0] in _VOWELS


def _fit_of_letters(language: _Language, letters: Counter[str], odd: Counter[str]) -> float:
    total = 0.0
    for letter, count in letters.items():
        total += odd[letter] * _UNLIKELY + (count - odd[letter]) * _likelihood(language, letter)
    return total


def _likelihood(language: _Language, letter: str) -> float:
    if letter in _PUNCTUATION_MARKS or letter in _SIGNS:
        return _PUNCTUATION
    for share, of_that_share in ((0.6, language.common), (0.3, language.less), (0.1, language.rare)):
        if letter in of_that_share or letter.lower() in of_that_share:
            return log(share / len(of_that_share))
    return _UNLIKELY
