"""Validation of a settings file for `feedsette serve`: a setting of another type would fail every page. Pure.

Only those settings are checked whose type Datasette, or our plugins, take for granted.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ingest.web.server.content_security_policy import is_widening

# A validator gets a value and its key, and returns the value without empty settings. Raises BadSetting.
_Validator = Callable[[Any, str], Any]


class BadSetting(ValueError):
    """The message says which key, what it is to hold, and what it holds."""

    def __init__(self, key: str, expected: str, value: Any) -> None:
        shown = str(value) if len(str(value)) <= 40 else f"{str(value)[:40]}…"
        super().__init__(f"“{key}” is to {expected}, but holds: {shown}")


def validated_settings(own: Mapping[str, Any]) -> dict[str, Any]:
    """The settings; a name without anything, such as “databases:” alone, says nothing. Raises BadSetting."""
    settings: dict[str, Any] = _FILE(own, "")
    return settings


def _anything(value: Any, _: str) -> Any:
    return value


def _names(known: Mapping[str, _Validator] | None = None, others: _Validator = _anything) -> _Validator:
    validators = known or {}
    such_as = next(iter(validators), None)

    def validate(value: Any, key: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            such = f", such as “{such_as}:”" if such_as else ""
            raise BadSetting(key, f"hold names{such}", value)
        return {
            name: validators.get(name, others)(held, f"{key}.{name}".removeprefix("."))
            for name, held in value.items()
            if held is not None or (name not in validators and others is _anything)
        }

    return validate


def _one_of(kinds: type | tuple[type, ...], expected: str) -> _Validator:
    def validate(value: Any, key: str) -> Any:
        if not isinstance(value, kinds):
            raise BadSetting(key, expected, value)
        return value

    return validate


def _list_of(kinds: type | tuple[type, ...], expected: str) -> _Validator:
    def validate(value: Any, key: str) -> Any:
        if not isinstance(value, list) or not all(isinstance(one, kinds) for one in value):
            raise BadSetting(key, expected, value)
        return value

    return validate


def _widening(value: Any, key: str) -> Any:
    if not is_widening(key.rpartition(".")[2], value):
        raise BadSetting(
            key, "be a directive of a Content-Security-Policy, and hold sources, such as 'unsafe-eval'", value
        )
    return value


_allow = _one_of((dict, bool), "be true, false, or names such as “id:”")
_list = _list_of((str, dict), "be a list, such as [a, b]")
_PLUGINS = _names(
    {
        "feedsette": _names(
            {
                "hosts": _list_of(str, "be a list of names, such as [feeds.example.org]"),
                # of dict: where Datasette is to get it from, as {"$env": NAME}
                "owners": _list_of((str, int, dict), "be a list of names, such as [ada]"),
                "pictures": _one_of(bool, "be true or false"),
                "csp": _names(others=_widening),
            }
        )
    }
)
_EVERYWHERE = {"plugins": _PLUGINS, "allow": _allow, "permissions": _names(others=_allow)}
_PAGES = {"extra_css_urls": _list, "extra_js_urls": _list}
_TABLE = _names({"columns": _names(), "facets": _list, "sortable_columns": _list, **_EVERYWHERE})
_QUERY = _one_of((str, dict), "be SQL, or names such as “sql:”")
_DATABASE = _names(
    {
        "tables": _names(others=_TABLE),
        "queries": _names(others=_QUERY),
        "allow_sql": _allow,
        **_EVERYWHERE,
        **_PAGES,
    }
)
_SETTING = _one_of((str, int, float), "be a text, a number, true or false")
_FILE = _names(
    {
        "databases": _names(others=_DATABASE),
        "settings": _names(others=_SETTING),
        "allow_sql": _allow,
        **_EVERYWHERE,
        **_PAGES,
    }
)
