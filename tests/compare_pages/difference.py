"""Names what differs between two recordings."""

import difflib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tests.compare_pages.recording import Answer, read

WIDEST = 300  # characters of a line that is shown
AROUND = 80  # characters before the place where it differs
MANY = 3000  # lines: more, as of a table, are compared without their order, which takes no time
MOST = 60  # addresses that are listed in a row


def compare(before: Path, after: Path, lines: int) -> int:
    """Print each difference, the same at several addresses once. 1 where there is any, 0 where there is none."""
    old, new = read(before), read(after)
    if not old or not new:
        print(f"Nothing is recorded in {before if not old else after}.")
        return 2
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for address in sorted(old.keys() & new.keys()):
        if old[address] != new[address]:
            alike[tuple(changed(old[address], new[address]))].append(address)
    for difference, addresses in sorted(alike.items(), key=lambda both: -len(both[1])):
        _show(difference, addresses, lines)
    for name, only in ((before, old.keys() - new.keys()), (after, new.keys() - old.keys())):
        if only:
            print(f"\nOnly in {name}, {len(only)}:")
            _list(sorted(only))
    differ = sum(map(len, alike.values()))
    print(f"\n{len(old.keys() & new.keys()) - differ} the same, {differ} differ in {len(alike)} ways", end="")
    print(f", {len(old.keys() - new.keys())} only before, {len(new.keys() - old.keys())} only after")
    return int(bool(alike) or old.keys() != new.keys())


def changed(old: Answer, new: Answer) -> list[str]:
    """The lines of a unified diff without its places, so that the same change of two pages is the same."""
    before, after = _lines(old), _lines(new)
    if max(len(before), len(after)) > MANY:
        gone, come = Counter(before) - Counter(after), Counter(after) - Counter(before)
        lines = [f"-{line}" for line in gone.elements()] + [f"+{line}" for line in come.elements()]
    else:
        found = list(difflib.unified_diff(before, after, n=0, lineterm=""))[2:]
        lines = [line for line in found if not line.startswith("@@")]
    return lines or ["(white space or order alone, or bytes that are no text)"]


def _lines(answer: Answer) -> list[str]:
    head = [
        f"status {answer.status}",
        *(f"{name}: {value}" for name, value in sorted(answer.headers.items())),
    ]
    text = answer.body.decode("utf-8", "backslashreplace")
    if answer.kind == "application/json":
        with suppress(ValueError):
            text = json.dumps(json.loads(text), indent=1, ensure_ascii=False)
    elif answer.kind == "text/html":
        text = re.sub(r"(>)(<)", r"\1\n\2", text)
    return [*head, *text.splitlines()]


def _show(difference: Sequence[str], addresses: list[str], most: int) -> None:
    print(f"\nDiffers, at {len(addresses)}:" if len(addresses) > 1 else "\nDiffers:")
    _list(addresses)
    for line in difference[:most]:
        print(line if len(line) <= WIDEST else _part(line, difference))
    if len(difference) > most:
        print(f"… {len(difference) - most} more lines")


def _part(line: str, difference: Sequence[str]) -> str:
    """Of a long line, what is around the place where it begins to differ from the one most like it."""
    others = (other[1:] for other in difference if other[0] != line[0])
    alike = max((_alike(line[1:], other) for other in others), default=0)
    start = max(0, alike - AROUND) + 1
    left = len(line) - start - WIDEST
    return f"{line[0]}{'…' * (start > 1)}{line[start : start + WIDEST]}{'…' * (left > 0)}"


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))


def _list(addresses: list[str]) -> None:
    for address in addresses[:MOST]:
        print(f"    {address[:WIDEST]}")
    if len(addresses) > MOST:
        print(f"    … {len(addresses) - MOST} more")
