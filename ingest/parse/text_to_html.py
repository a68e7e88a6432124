"""Convert plain text to HTML paragraphs and line breaks."""

import html
import re


def as_html(text: str) -> str:
    """Plain text, escaped, as HTML paragraphs."""
    return paragraphs(html.escape(text, quote=False))


def paragraphs(markup: str) -> str:
    """Escaped text as HTML: blank lines separate paragraphs, other line breaks become <br>."""
    parts = (
        part.strip()
        for part in re.split(r"\n[^\S\n]*\n\s*", markup.replace("\r\n", "\n").replace("\r", "\n"))
    )
    wrapped = [part.replace("\n", "<br>\n") for part in parts if part]
    return "\n".join(f"<p>{part}</p>" for part in wrapped)
