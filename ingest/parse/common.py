"""What all feed formats share: derived guids, language tags, and a message on damaged documents."""

import hashlib
import re

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


def derived_guid(url: str | None, title: str, date: str | None, body: str) -> str:
    """A guid for an entry without one, the same at each poll: its link, or a hash of title and date, or of the body."""
    if url:
        return url
    parts = [title, date or ""] if title or date else [body]
    return "urn:sha256:" + hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def kept_before_damage(entries: int) -> str:
    """What to say of a document that is broken after so many entries."""
    kept = f"{entries or 'no'} {'entry' if entries == 1 else 'entries'}"
    return f"What stands before that was kept: {kept}. Download it again for the rest."


def language(value: object) -> str | None:
    """The language tag in BCP 47 spelling ("pt-BR"); None where it is malformed."""
    if not isinstance(value, str):
        return None
    tag = value.strip().replace("_", "-")
    if len(tag) > 35 or not _LANGUAGE.fullmatch(tag):
        return None
    first, *rest = tag.split("-")
    return "-".join([first.lower(), *(_subtag(part) for part in rest)])


def _subtag(part: str) -> str:
    return (
        part.upper()
        if len(part) == 2
        else part.title()
        if len(part) == 4 and part.isalpha()
        else part.lower()
    )
