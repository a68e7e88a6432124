"""An entry's sanitised HTML without anything that another site would have to be asked for. Pure."""

import re
from html import escape, unescape

from ingest.base.html_tokens import TAG

_ATTRIBUTE = re.compile(r"""\s(src|alt|srcset)="([^"]*)\"""")


def without_pictures(html: str) -> str:
    """The HTML with a link in each picture's place, by which a user may look at it even so.

    As in ingest.pages.entry_html, what is between the tags stays as it is. Within a link a picture is its description.
    """
    pieces, end, in_link = [], 0, False
    for tag in TAG.finditer(html):
        pieces.append(html[end : tag.start()])
        end = tag.end()
        name = (tag["name"] or "").lower()
        in_link = not tag["slash"] if name == "a" else in_link
        if name == "img":
            pieces.append(_in_its_place(dict(_ATTRIBUTE.findall(tag[0])), in_link))
        elif not (name == "source" and "srcset" in dict(_ATTRIBUTE.findall(tag[0]))):
            pieces.append(tag[0])
    return "".join(pieces) + html[end:]


def _in_its_place(attributes: dict[str, str], in_link: bool) -> str:
    label = escape(f"Picture: {unescape(attributes.get('alt', '')).strip()}".removesuffix(": "), quote=False)
    if in_link or "src" not in attributes:
        return f"[{label}]"
    return f'<a href="{attributes["src"]}" rel="noopener noreferrer">[{label}]</a>'
