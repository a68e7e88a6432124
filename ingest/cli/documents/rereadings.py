"""Totals of documents that were read again, and the lines of their summary."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.archive.documents.known import DocumentCounts
from ingest.base.advice import Problem
from ingest.cli.summary import exit_with_status, plural, say_problems
from ingest.cli.terminal import echo, table_lines
from ingest.imports.prove_removals import ProvenMarks
from ingest.imports.reparse import Reparsed


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
