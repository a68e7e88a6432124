"""Plain text to HTML, with its paragraphs and line breaks."""

import html
import re


def as_html(text: str) -> str:
    """HTML of a plain text."""
    return paragraphs(html.escape(text, quote=False))


def paragraphs(markup: str) -> str:
    """HTML of markup that has no tags: a blank line parts paragraphs, a line break is one."""
    parts = (
        part.strip()
        for part in re.split(r"\n[^\S\n]*\n\s*", markup.replace("\r\n", "\n").replace("\r", "\n"))
    )
    wrapped = [part.replace("\n", "<br>\n") for part in parts if part]
    return "\n".join(f"<p>{part}</p>" for part in wrapped)
