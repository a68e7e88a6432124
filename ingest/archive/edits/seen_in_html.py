"""What a reader sees of sanitised HTML beside its words: where links lead, which pictures and files it has. Pure."""

import re
from html import unescape

from ingest.archive.edits.address_keys import file_key, link_key
from ingest.base.html_tokens import ATTRIBUTE, BLOCKS, TAG

_STRUCK = frozenset("del s strike ins".split())  # which say that words hold no more, or are new
_LINES = BLOCKS | {"br", "hr", "td", "th"}
_PIXEL = re.compile(r"[01](?:px)?")


def seen_in_html(html: str) -> list[str]:
    """What links lead to and what is shown, in their order, with the texts of pictures; without pictures of a pixel."""
    return [seen for tag in TAG.finditer(html) for seen in _seen(tag)]


def words_of_html(html: str) -> str:
    """Its words, the blocks on lines of their own: also those that the plain text of an entry leaves out."""
    lines = TAG.sub(lambda tag: "\n" if (tag["name"] or "").lower() in _LINES else "", html)
    return "\n".join(" ".join(line.split()) for line in unescape(lines).splitlines())


def _seen(tag: re.Match[str]) -> list[str]:
    name = (tag["name"] or "").lower()
    if tag["slash"] or not name:
        return []
    said = _attributes(tag["attributes"]) if "=" in tag["attributes"] else {}
    if name == "img" and any(_PIXEL.fullmatch(said.get(side, "")) for side in ("width", "height")):
        return []
    seen = [name] if name in _STRUCK else []
    if "href" in said:
        seen.append(f"to {link_key(said['href'])}")
    seen += [f"shows {file_key(said[one])}" for one in ("src", "poster") if one in said]
    if name == "img":
        seen += [" ".join(said[one].split()) for one in ("alt", "title") if said.get(one)]
    return seen


def _attributes(text: str) -> dict[str, str]:
    pairs = (one[0].partition("=") for one in ATTRIBUTE.finditer(text))
    return {name.strip().lower(): unescape(value.strip().strip("\"'")) for name, _, value in pairs}
