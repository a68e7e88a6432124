"""Convert plain text to HTML paragraphs and line breaks, and tell it from HTML."""

import html
import re

from ingest.base.html_tokens import KNOWN, is_markup

# "<" first, which is looked for at once, then what is to stand before it.
_GENERIC = re.compile(
    r"<(?<=[\w:]<)(?!(?:a|b|br|code|div|em|i|li|ol|p|pre|span|strong|ul)>)"
    r"([A-Za-z]\w{0,40}(?:, ?[A-Za-z]\w{0,40}){0,4})>"
)

_CLOSED = re.compile(r"</(\w+)")


def as_html(text: str) -> str:
    """Plain text, escaped, as HTML paragraphs."""
    return paragraphs(html.escape(text, quote=False))


def as_markup(text: str) -> str:
    """HTML of a text that may be HTML or plain text, as an RSS description: what is in it decides.

    Character references are HTML's in either, and plain text keeps its line breaks, which HTML would take for spaces.
    """
    if not ("<" in text or "\n" in text):
        return text
    return _with_generics(text) if is_markup(text) else as_plain_lines(text)


def as_plain_lines(text: str) -> str:
    """HTML of plain text in which character references may stand."""
    return paragraphs(text.replace("<", "&lt;").replace(">", "&gt;"))


def _with_generics(markup: str) -> str:
    """HTML in which what stands directly behind a word like a tag, of no known element, is text: Vec<T>."""
    closed: set[str] = set()

    def written(tag: re.Match[str]) -> str:
        if tag[1].lower() in KNOWN:
            return tag[0]
        if not closed:
            closed.update(("", *_CLOSED.findall(markup)))
        return tag[0] if tag[1] in closed else f"&lt;{tag[1]}&gt;"

    return _GENERIC.sub(written, markup)


def paragraphs(markup: str) -> str:
    """Escaped text as HTML: blank lines separate paragraphs, other line breaks become <br>."""
    parts = (
        part.strip()
        for part in re.split(r"\n[^\S\n]*\n\s*", markup.replace("\r\n", "\n").replace("\r", "\n"))
    )
    wrapped = [part.replace("\n", "<br>\n") for part in parts if part]
    return "\n".join(f"<p>{part}</p>" for part in wrapped)
