"""Totals of a run of imports or polls, its summary lines, and its exit code."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.archive.documents.bounds import human_size
from ingest.base.advice import Problem
from ingest.cli.terminal import echo

if TYPE_CHECKING:
    from ingest.imports.importing import Imported
    from ingest.poll.update import Polled

FAILED, SOME_FAILED = 1, 3  # exit codes; click's own for wrong usage is 2


@dataclass
class Tally:
    """Totals of imported documents. `stopped` is a sentence on what ended the run early."""

    documents: int = 0
    feeds: set[int] = field(default_factory=set)
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    known: int = 0  # of the documents, which were not read
    damaged: int = 0  # of the documents, each with a problem
    problems: list[Problem] = field(default_factory=list)
    stopped: str | None = None
    quiet: bool = False

    def add(self, imported: "Imported") -> None:
        if imported.problem:
            self.problems.append(Problem(imported.name, imported.problem))
        if imported.saved:
            self.documents += 1
            self.known += imported.known
            self.damaged += bool(imported.problem)
            self.feeds.add(imported.saved.feed)
            self.new += imported.saved.new
            self.changed += imported.saved.changed
            self.unchanged += imported.saved.unchanged

    def report(self, also_failed: bool = False) -> None:
        """Print the summary, and exit with a status where anything failed, or `also_failed`."""
        say_problems(self.problems, "documents")
        failed = len(self.problems) - self.damaged
        if failed and not self.documents:
            self._say(f"Nothing was taken in: {plural(failed, 'document')} with problems")
            exit_with_status(True, False, self.stopped)
        taken_in = f"{plural(self.documents, 'document')} of {plural(len(self.feeds), 'feed')}"
        damaged = f", {self.damaged:,} of them damaged" if self.damaged else ""
        besides = f", {failed:,} with problems" if failed else ""
        self._say(f"{taken_in}{damaged}{besides}: {self._result()}")
        exit_with_status(bool(self.problems) or also_failed, self.documents > 0, self.stopped)

    def _result(self) -> str:
        result = f"{plural(self.new, 'entry', 'entries')} new, {self.changed:,} changed"
        if not self.known:
            return f"{result}, {self.unchanged:,} unchanged"
        if self.known == self.documents:
            return f"{result} (known already, byte for byte)"
        known = f"{self.known:,} of the documents known already, byte for byte"
        return f"{result}, {self.unchanged:,} unchanged ({known})"

    def _say(self, line: str) -> None:
        if not self.quiet:
            echo(line)


@dataclass
class Polls:
    """Totals of polled feeds. `stopped` is a sentence on what ended the run early."""

    kinds: Counter[str] = field(default_factory=Counter)
    new: int = 0
    changed: int = 0
    otherwise: int = 0  # read by another version
    removed: int = 0
    wire_bytes: int = 0
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    stopped: str | None = None
    quiet: bool = False

    def add(self, polled: "Polled") -> None:
        self.kinds[polled.kind] += 1
        self.new += polled.saved.new
        self.changed += polled.saved.changed
        self.otherwise += polled.saved.otherwise
        self.removed += polled.saved.removed
        self.wire_bytes += polled.wire_bytes
        if polled.message and polled.kind == "held":
            self.notes.append(f"{polled.feed.url}: {polled.message}")
        elif polled.message:
            self.problems.append(Problem(polled.feed.url, polled.message))

    def report(self, also_failed: bool = False) -> None:
        """Print the summary, and exit with a status where anything failed, or `also_failed`."""
        self.say()
        exit_with_status(bool(self.problems) or also_failed, self.kinds.total() > 0, self.stopped)

    def say(self) -> None:
        say_problems(self.problems, "feeds")
        if self.quiet:
            return
        for note in self.notes:
            echo(note, err=True)
        parts = [f"{self.kinds['unchanged']:,} unchanged"]
        parts += [f"{self.kinds[kind]:,} {kind}" for kind in ("failing", "gone", "held") if self.kinds[kind]]
        otherwise = f"; {plural(self.otherwise, 'entry', 'entries')} read otherwise" if self.otherwise else ""
        removed = f", {self.removed:,} gone from their feed" if self.removed else ""
        echo(
            f"{plural(self.kinds.total(), 'feed')} polled ({', '.join(parts)}): "
            f"{plural(self.new, 'entry', 'entries')} new, {self.changed:,} changed{removed}; "
            f"{human_size(self.wire_bytes)} received{otherwise}"
        )


def say_poll(polled: "Polled") -> None:
    """A line on a poll that brought something, or failed."""
    if polled.message:
        echo(f"{polled.feed.url}: {polled.message}", err=True)
    saved = polled.saved
    if saved.new or saved.changed or saved.removed:
        gone = f", {saved.removed:,} gone" if saved.removed else ""
        echo(f"{polled.feed.name}: {saved.new:,} new, {saved.changed:,} changed{gone}")


def plural(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def say_problems(problems: Iterable[Problem], many: str) -> None:
    """Print problems, grouped by reason. `many` is the plural of what they are of, such as "feeds"."""
    for line in problem_lines(problems, many):
        echo(line, err=True)


def problem_lines(problems: Iterable[Problem], many: str) -> Iterator[str]:
    names: dict[str, list[str]] = {}
    for problem in problems:
        names.setdefault(problem.why, []).append(problem.name)
    for why, of in names.items():
        if len(of) == 1:
            yield f"{of[0]}: {why}"
        else:
            yield f"{len(of):,} {many}: {why}"
            yield from (f"  {name}" for name in of)


def exit_with_status(failed: bool, done: bool, stopped: str | None = None) -> None:
    """Exit with 1 where the run was `stopped`, or all failed; with 3 where something `failed` and something was `done`.

    Returns where nothing failed.
    """
    if stopped:
        echo(stopped, err=True)
    if stopped or (failed and not done):
        raise SystemExit(FAILED)
    if failed:
        raise SystemExit(SOME_FAILED)
