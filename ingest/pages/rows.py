"""Rows as dataclasses, each value converted to the type of its field: SQLite columns hold any type. Pure."""

from collections.abc import Callable, Iterable
from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_type_hints

Value = TypeVar("Value")


def value_of(kind: Callable[..., Value], row: Iterable[Any]) -> Value:
    """A dataclass from the columns of a row, in the order of its fields, each of the type that its field has."""
    values = [*row]
    return kind(*(fitted(value, types) for value, types in zip(values, _types(kind), strict=False)))


@cache
def _types(kind: Any) -> tuple[frozenset[type], ...]:
    hints = get_type_hints(kind).values()
    return tuple(
        frozenset(get_args(hint)) if isinstance(hint, UnionType) else frozenset({hint}) for hint in hints
    )


def text_of(value: Any) -> str:
    """A value as text, whatever it is."""
    return str(fitted(value, frozenset({str})))


def fitted(value: Any, types: frozenset[type]) -> Any:
    """A value, or what comes nearest to it among these types. What is none of ours is left as it is."""
    if type(value) in types or (value is None and not types & {str, int, float}):
        return value
    if value is None:
        return "" if str in types else 0
    if str in types:
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    if bool in types:
        return bool(value)
    if types & {int, float}:
        return _number(value, float in types)
    return value


def _number(value: Any, fraction: bool) -> float | int:
    try:
        return float(value) if fraction else int(value)
    except (ValueError, OverflowError, TypeError):  # a word, bytes; more than there can be
        return 0
