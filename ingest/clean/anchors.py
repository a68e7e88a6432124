"""Where the links of a body lead: to a place within it, or to an absolute URL. Imports base. Pure."""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser

from ingest.base.urls import link_url, url_key, web_url

_ANCHOR = re.compile(r"\S{1,200}")


def ids_of(tree: LexborHTMLParser) -> set[str]:
    found = (node.attributes for node in tree.css("[id], a[name]"))
    return {value for names in found for value in (names.get("id"), names.get("name")) if value}


class Anchors:
    """The ids of a body, all with `prefix`. `url` is where the body is published: its fragments are these ids."""

    def __init__(self, ids: Callable[[], set[str]], prefix: str, url: str | None) -> None:
        self._ids = ids
        self._prefix = prefix
        self._url = url

    @cached_property
    def _known(self) -> set[str]:
        return self._ids()

    @cached_property
    def _key(self) -> str | None:
        return url_key(self._url) if self._url else None

    def id_of(self, tag: str, attributes: Mapping[str, str | None]) -> str | None:
        """The id that an element gets, if it has one."""
        anchor = attributes.get("id") or (attributes.get("name") if tag == "a" else None)
        return self._prefix + anchor if anchor and _ANCHOR.fullmatch(anchor) else None

    def target(self, address: str | None, base: str | None) -> str | None:
        """The target of a link: an id in this body, where it is one, else an absolute URL."""
        address = (address or "").strip()
        if address.startswith("#"):
            return self._within(address[1:]) or (web_url(address, self._url) if self._url else None)
        target = link_url(address, base)
        page, _, fragment = (target or "").partition("#")
        if target and fragment and self._key and url_key(page) == self._key:
            return self._within(fragment) or target
        return target

    def _within(self, fragment: str) -> str | None:
        for name in (fragment, unquote(fragment)):
            if name in self._known and _ANCHOR.fullmatch(name):
                return f"#{self._prefix}{name}"
        return None
