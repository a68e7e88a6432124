"""Totals of a run of imports, polls or rereadings, its summary lines, and its exit code."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ingest.archive.documents.bounds import human_size
from ingest.archive.documents.known import DocumentCounts
from ingest.base.advice import Problem
from ingest.cli.terminal import echo, table_lines
from ingest.imports.importing import Imported
from ingest.imports.prove_removals import ProvenMarks
from ingest.imports.reparse import Reparsed
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

    def add(self, imported: Imported) -> None:
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

    def add(self, polled: Polled) -> None:
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


@dataclass
class Rereadings:
    """Totals of documents that were read again, of those that were wanted. `stopped` as in Tally.

    Each entry counts once, however many documents say it: in a dry run each of these finds it as it was.
    """

    wanted: DocumentCounts
    since: str | None = None  # when those were received that are wanted
    wanted_feeds: Sequence[int] | None = None
    documents: int = 0
    new: set[tuple[int, str]] = field(default_factory=set)  # by feed and guid
    edited: set[int] = field(default_factory=set)
    kept: set[int] = field(default_factory=set)  # whose former text is kept
    filled: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))  # by field
    changed: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    marks: ProvenMarks = field(default_factory=ProvenMarks)  # of removals
    problems: list[Problem] = field(default_factory=list)
    stopped: str | None = None
    dry_run: bool = False
    quiet: bool = False

    def add(self, result: Reparsed) -> None:
        if result.problem:
            self.problems.append(result.problem)
        if not (reread := result.reread):
            return
        self.documents += 1
        self.new |= {(result.feed, guid) for guid in reread.new}
        self.edited |= reread.edited
        self.kept |= reread.kept
        for all_of_them, of_this in ((self.filled, reread.filled), (self.changed, reread.changed)):
            for name, entries in of_this.items():
                all_of_them[name] |= entries

    def report(self) -> None:
        """Print a table of what changed and the summary, and exit with a status where anything failed."""
        say_problems(self.problems, "documents")
        for line in () if self.quiet else self._lines():
            echo(line)
        exit_with_status(bool(self.problems), self.documents > 0, self.stopped)

    def _lines(self) -> Iterator[str]:
        if names := sorted(self.filled.keys() | self.changed.keys()):
            rows = [(name, len(self.filled[name]), len(self.changed[name])) for name in names]
            yield from table_lines(("field", "filled in", "changed"), rows)
        if self.documents:
            failed = f", {len(self.problems):,} with problems" if self.problems else ""
            otherwise = set().union(*self.filled.values(), *self.changed.values())
            yield (
                f"{plural(self.documents, 'document')} read again{failed}: "
                f"{plural(len(self.new), 'entry', 'entries')} new, {len(self.edited):,} changed, "
                f"{len(otherwise):,} read otherwise, {plural(len(self.kept), 'former text')} kept"
            )
        elif not (self.problems or self.stopped):
            yield _why_nothing(self.wanted, self.since)
        if self.marks.marks:
            yield (
                f"Of {plural(self.marks.marks, 'removal')} that an earlier release found, "
                f"{self.marks.proven:,} {'is' if self.marks.proven == 1 else 'are'} proven by the documents."
            )
        if self.dry_run:
            yield "This was a dry run: nothing was changed."


def _why_nothing(counts: DocumentCounts, since: str | None) -> str:
    """Why no document was read again."""
    if not counts.documents and since:
        return f"Nothing to read again: no document was received since {since}."
    if not counts.documents:
        return "Nothing to read again: there are no documents."
    documents = plural(counts.documents, "document")
    if counts.without_bytes:
        left = f"the bytes of {counts.without_bytes:,}, which another version read, are not kept"
        return f"Nothing to read again: of {documents}, {left}."
    which = "the one document was" if counts.documents == 1 else f"all {documents} were"
    return f"Nothing to read again: {which} read by this version."


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
