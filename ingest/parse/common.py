"""Values that all formats of feeds share: guids for entries that have none, and language tags."""

import hashlib
import re

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


def derived_guid(url: str | None, title: str, date: str | None, body: str) -> str:
    """An identity that is the same at each poll: the link, else of title and date, else of all that there is."""
    if url:
        return url
    said = [title, date or ""] if title or date else [body]
    return "urn:sha256:" + hashlib.sha256("\n".join(said).encode("utf-8", "replace")).hexdigest()[:32]


def language(value: object) -> str | None:
    """A language tag as BCP 47 spells it ("pt-BR"), None where it is none."""
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
