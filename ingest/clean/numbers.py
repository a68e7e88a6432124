"""Numbers of untrusted documents within sane bounds. Pure."""

import math

LARGEST_STORED = 2**63 - 1  # that SQLite stores as an integer
MOST_SECONDS = 10**8  # some three years


def number_within(value: float | None, least: float, most: float) -> float | None:
    """The number; None where it is none within the bounds. A whole one is an int, as SQLite gives it back."""
    if value is None or not math.isfinite(value) or not least <= value <= most:
        return None
    return int(value) if value == int(value) else value


def whole_within(value: float | None, least: int, most: int) -> int | None:
    """The same of a number of things: a whole one."""
    number = number_within(value, least, most)
    return None if number is None else int(number)
