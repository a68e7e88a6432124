"""Convert plain text to HTML paragraphs and line breaks, and tell it from HTML."""

import html
import re

from ingest.base.html_tokens import is_markup


def as_html(text: str) -> str:
    """Plain text, escaped, as HTML paragraphs."""
    return paragraphs(html.escape(text, quote=False))


def as_markup(text: str) -> str:
    """HTML of a text that may be HTML or plain text, as an RSS description: what is in it decides.

    Character references are HTML's in either, and plain text keeps its line breaks, which HTML would take for spaces.
    """
    if not ("<" in text or "\n" in text) or is_markup(text):
        return text
    return paragraphs(text.replace("<", "&lt;").replace(">", "&gt;"))


def paragraphs(markup: str) -> str:
    """Escaped text as HTML: blank lines separate paragraphs, other line breaks become <br>."""
    parts = (
        part.strip()
        for part in re.split(r"\n[^\S\n]*\n\s*", markup.replace("\r\n", "\n").replace("\r", "\n"))
    )
    wrapped = [part.replace("\n", "<br>\n") for part in parts if part]
    return "\n".join(f"<p>{part}</p>" for part in wrapped)
