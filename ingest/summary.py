"""What a run did, for its last lines."""

from collections import Counter
from dataclasses import dataclass, field

from ingest.importing import Imported
from ingest.terminal import echo
from ingest.update import Polled


@dataclass
class Tally:
    """Of documents that were imported."""

    documents: int = 0
    feeds: set[int] = field(default_factory=set)
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[str] = field(default_factory=list)

    def add(self, imported: Imported) -> None:
        if imported.problem:
            self.problems.append(f"{imported.name}: {imported.problem}")
        if imported.saved:
            self.documents += 1
            self.feeds.add(imported.saved.feed)
            self.new += imported.saved.new
            self.changed += imported.saved.changed
            self.unchanged += imported.saved.unchanged

    def report(self) -> None:
        """Say it, and end with exit code 1 where anything failed."""
        failed = f", {len(self.problems):,} with problems" if self.problems else ""
        _end(
            self.problems,
            f"{plural(self.documents, 'document')} of {plural(len(self.feeds), 'feed')}{failed}: "
            f"{plural(self.new, 'entry', 'entries')} new, {self.changed:,} changed, {self.unchanged:,} unchanged",
        )


@dataclass
class Polls:
    """Of feeds that were polled."""

    kinds: Counter[str] = field(default_factory=Counter)
    new: int = 0
    changed: int = 0
    removed: int = 0
    wire_bytes: int = 0
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add(self, polled: Polled) -> None:
        self.kinds[polled.kind] += 1
        self.new += polled.saved.new
        self.changed += polled.saved.changed
        self.removed += polled.saved.removed
        self.wire_bytes += polled.wire_bytes
        if polled.message:
            said = self.notes if polled.kind == "held" else self.problems
            said.append(f"{polled.feed.url}: {polled.message}")

    def report(self) -> None:
        """Say it, and end with exit code 1 where anything failed."""
        for note in self.notes:
            echo(note, err=True)
        parts = [f"{self.kinds['unchanged']:,} unchanged"]
        parts += [f"{self.kinds[kind]:,} {kind}" for kind in ("failing", "gone", "held") if self.kinds[kind]]
        removed = f", {self.removed:,} gone from their feed" if self.removed else ""
        _end(
            self.problems,
            f"{plural(self.kinds.total(), 'feed')} polled ({', '.join(parts)}): "
            f"{plural(self.new, 'entry', 'entries')} new, {self.changed:,} changed{removed}; "
            f"{size(self.wire_bytes)} received",
        )


def say_poll(polled: Polled) -> None:
    """A line on a poll that brought something, or failed."""
    if polled.message:
        echo(f"{polled.feed.url}: {polled.message}", err=True)
    saved = polled.saved
    if saved.new or saved.changed or saved.removed:
        gone = f", {saved.removed:,} gone" if saved.removed else ""
        echo(f"{polled.feed.name}: {saved.new:,} new, {saved.changed:,} changed{gone}")


def plural(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1e6 else f"{count / 1e3:,.0f} kB"


def _end(problems: list[str], line: str) -> None:
    for problem in problems:
        echo(problem, err=True)
    echo(line)
    if problems:
        raise SystemExit(1)
