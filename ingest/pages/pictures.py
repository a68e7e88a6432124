"""Replaces pictures of other sites in sanitised HTML by links, so that a page loads nothing from there. Pure."""

import re
from html import escape, unescape

from ingest.base.html_tokens import TAG

_ATTRIBUTE = re.compile(r"""\s(src|alt|srcset)="([^"]*)\"""")


def without_pictures(html: str) -> str:
    """The HTML with a link in place of each picture, but for those that are written into it.

    All else stays as it is, as in ingest.pages.entry_html. Within a link a picture becomes its description.
    """
    pieces, end, in_link = [], 0, False
    for tag in TAG.finditer(html):
        pieces.append(html[end : tag.start()])
        end = tag.end()
        name = (tag["name"] or "").lower()
        in_link = not tag["slash"] if name == "a" else in_link
        if name == "img":
            attributes = dict(_ATTRIBUTE.findall(tag[0]))
            here = attributes.get("src", "").startswith("data:") and "srcset" not in attributes
            pieces.append(tag[0] if here else _in_its_place(attributes, in_link))
        elif not (name == "source" and "srcset" in dict(_ATTRIBUTE.findall(tag[0]))):
            pieces.append(tag[0])
    return "".join(pieces) + html[end:]


def _in_its_place(attributes: dict[str, str], in_link: bool) -> str:
    label = escape(f"Picture: {unescape(attributes.get('alt', '')).strip()}".removesuffix(": "), quote=False)
    if in_link or "src" not in attributes:
        return f"[{label}]"
    return f'<a href="{attributes["src"]}" rel="noopener noreferrer">[{label}]</a>'
