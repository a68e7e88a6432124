"""The Content-Security-Policy of pages (CSP 3): what the browser loads and runs there. Pure."""

import re
from collections.abc import Sequence
from typing import Any

_NONE = "'none'"
_DIRECTIVE = re.compile(r"[a-z]+(?:-[a-z]+)*")
_SOURCE = re.compile(r"[^\s;,]+")
_SHARED = {
    "media-src": "'self' https: http:",
    "object-src": _NONE,
    "frame-src": _NONE,
    "frame-ancestors": "'self'",
    "base-uri": _NONE,
    "form-action": "'self'",
}
# Datasette's own pages have inline scripts, hence 'unsafe-inline'; archived markup is sanitised and has none.
_THEIRS = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline'",
    "style-src": "'self' 'unsafe-inline'",
}
# Our pages have no inline scripts or styles.
_OURS = {"default-src": _NONE, "script-src": "'self'", "style-src": "'self'", "connect-src": "'self'"}


def policy(ours: bool, pictures: bool, widened: Any = None) -> str:
    """The policy of a page of ours or of Datasette's, with pictures from other sites or without.

    `widened` is what the owner allows besides on Datasette's pages, for plugins that need it: sources for directives,
    such as script-src: 'unsafe-eval'. What is nothing of the kind allows nothing.
    """
    directives = dict(_OURS if ours else _THEIRS)
    directives["img-src"] = "'self' data: https: http:" if pictures else "'self' data:"
    directives |= _SHARED
    if not ours:
        for name, sources in widened.items() if isinstance(widened, dict) else ():
            if is_widening(name, sources):
                directives[name] = _with(
                    directives.get(name, directives["default-src"]), source_list(sources)
                )
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def _with(before: str, added: Sequence[str]) -> str:
    """Both lists of sources as one. 'none' stands alone or not at all."""
    both = dict.fromkeys((*before.split(), *added))
    return " ".join([source for source in both if source != _NONE] or [_NONE])


def source_list(sources: Any) -> list[str]:
    """The sources, which are given as a list or as one text."""
    return sources.split() if isinstance(sources, str) else [str(source) for source in sources]


def is_widening(name: Any, sources: Any) -> bool:
    """Whether that is the name of a directive, with sources in which no other directive hides."""
    if not _DIRECTIVE.fullmatch(str(name)) or not isinstance(sources, str | list):
        return False
    listed = source_list(sources)
    return bool(listed) and all(_SOURCE.fullmatch(source) for source in listed)
