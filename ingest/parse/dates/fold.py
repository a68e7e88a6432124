"""Write dates in one way for comparison: without case, accents, marks of direction and odd digits."""

import unicodedata

_MARKS = (  # accents, the points of Hebrew, the vowels and hamzas of Arabic, the nukta, marks of direction
    *range(0x0300, 0x0370), *range(0x0591, 0x05C8), *range(0x064B, 0x0656), 0x093C,
    *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0x00AD, 0xFEFF,
)  # fmt: skip
_OTHERWISE: dict[int, str | None] = {
    **dict.fromkeys(_MARKS),
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
    **dict.fromkeys(map(ord, "،、"), ","),
    **dict.fromkeys(map(ord, "।॰。"), "."),
    **{ord(letter): plain for letter, plain in {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae"}.items()},
}


def fold_date(text: str) -> str:
    """The text in lower case, without accents and marks of direction, with ASCII digits and single spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_OTHERWISE)
    digits = (str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in plain)
    return " ".join(unicodedata.normalize("NFC", "".join(digits)).split())
