"""Records what a checkout shows: its sample archive, what it stores of documents, its commands, all it serves."""

import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.compare_pages import roots
from tests.compare_pages.commands import COMMANDS, LONGEST, Checkout, command_names
from tests.compare_pages.crawl import Limits, crawl
from tests.compare_pages.recording import write
from tests.compare_pages.stored import record_tables
from tests.compare_pages.visitor import Visitor
from tests.compare_pages.volatile import Volatile, days_of


@dataclass(frozen=True)
class Sources:
    """A checkout and its interpreter; an archive to serve and documents to import, where there are any."""

    checkout: Path
    python: Path
    archive: Path | None
    documents: Path | None


def record(sources: Sources, out: Path, limits: Limits) -> int:
    if out.exists() and any(out.iterdir()):
        print(f"{out} holds something already: name a new folder.")
        return 2
    with tempfile.TemporaryDirectory(prefix="compare-") as temporary:
        folder = Path(temporary)
        days = days_of([sources.archive] if sources.archive else [])
        places = [
            (folder, "FOLDER"),
            (sources.checkout, "CHECKOUT"),
            (sources.python.parent.parent, "PYTHON"),
        ]
        volatile = Volatile(tuple((str(path).encode(), name.encode()) for path, name in places), days)
        checkout = Checkout(sources.checkout, sources.python, volatile)
        if not checkout.is_meant():
            print(f"{sources.python} runs another `ingest` than that of {sources.checkout}.")
            return 2
        sample = folder / "sample.db"
        checkout.make_sample(sample)
        record_tables(sample, out / "sample", volatile)
        _record_documents(checkout, sources.documents, folder, out)
        archive = folder / "archive.db"
        _copy(sources.archive or sample, archive)
        _record_commands(checkout, archive, folder, out / "commands")
        _record_visits(checkout, archive, out, limits)
    print(f"Recorded on {datetime.now(UTC):%Y-%m-%d}: what it is compared with should be of the same day.")
    return 0


def _copy(archive: Path, to: Path) -> None:
    """As it is now, whatever stands in the log beside it."""
    with (
        closing(sqlite3.connect(f"file:{archive.resolve()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(to)) as target,
    ):
        source.backup(target)


def _record_documents(checkout: Checkout, documents: Path | None, folder: Path, out: Path) -> None:
    if documents is None:
        return
    imported = folder / "imported.db"
    write(
        out / "imported",
        "import",
        checkout.run(["import", str(imported), str(documents.resolve())], longest=10 * LONGEST),
    )
    record_tables(imported, out / "imported", checkout.volatile)
    imported.unlink()


def _record_commands(checkout: Checkout, archive: Path, folder: Path, out: Path) -> None:
    """On a copy, in a folder with files that are no archives."""
    place = folder / "commands"
    place.mkdir()
    shutil.copy(archive, place / "archive.db")
    (place / "text.db").write_text("This is no archive.\n" * 100)
    (place / "broken.xml").write_text("<rss><channel><title>Torn")
    (place / "page.html").write_text("<!doctype html><title>A page</title><p>No feed.")
    commands: list[Sequence[str]] = [[name, "--help"] for name in command_names(checkout)]
    for command in [*commands, *COMMANDS]:
        write(out, " ".join(["feedsette", *command]), checkout.run(command, place))
    print(f"commands: {len(commands) + len(COMMANDS)}")


def _record_visits(checkout: Checkout, archive: Path, out: Path, limits: Limits) -> None:
    with checkout.serve(archive, []) as server:
        visitor = Visitor(server.port, server.volatile)
        print("guest:", crawl(visitor, out / "guest", roots.ALL, limits))
    with checkout.serve(archive, ["--private", "--password", "env:SECRET"]) as server:
        visitor = Visitor(server.port, server.volatile)
        print("shut out:", crawl(visitor, out / "shut-out", roots.ALL, limits.few()))
    with checkout.serve(archive, ["--root"]) as server:
        visitor = Visitor(server.port, server.volatile)
        _sign_in(visitor, server.output())
        print("owner:", crawl(visitor, out / "owner", [*roots.ALL, *roots.OWNERS], limits.few()))
        _act(visitor, out / "owner-acts")


def _sign_in(visitor: Visitor, output: str) -> None:
    [link] = [word for word in output.split() if "/-/auth-token?token=" in word]
    answer, _ = visitor.get("/-/auth-token" + link.partition("/-/auth-token")[2])
    if answer.status != 302:
        raise SystemExit(f"signing in as root was answered with {answer.status}")


def _act(visitor: Visitor, folder: Path) -> None:
    """What the owner's forms answer, and what is shown afterwards. Nothing here asks the network."""
    for number, (address, form) in enumerate(roots.ACTS):
        told = f"{number:02d} POST {address} {form}"
        if number == 0:
            write(folder, f"{told} from elsewhere", visitor.post(address, form))
        write(folder, told, visitor.post(address, form, token_from=roots.WITH_FORM))
        write(folder, f"{number:02d} afterwards", visitor.get(roots.AFTERWARDS)[0])
