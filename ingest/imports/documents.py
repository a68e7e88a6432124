"""Saved documents: files, folders and web archives, one document after another."""

import gzip
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from stat import S_ISDIR

from ingest.archive.file.open_file import NoFile, open_file
from ingest.base.advice import Problem
from ingest.base.printable import printable_line
from ingest.imports.saved import Document, FileSource, SavedFile
from ingest.imports.single import SINGLE_DOCUMENT
from ingest.imports.web_archives.kept_bodies import KeptBodies
from ingest.imports.web_archives.warc import WEB_ARCHIVE, revisited_late

SOURCES: tuple[FileSource, ...] = (WEB_ARCHIVE, SINGLE_DOCUMENT)  # the first that recognises a file reads it


def documents(paths: Iterable[Path]) -> Iterator[Document | Problem]:
    """The documents in `paths`: a file is a document or a web archive (WARC), a folder all that it holds.

    Either may be compressed with gzip. Hidden files and folders are skipped. What is written to web archives
    meanwhile is not read: it may be by the import itself.
    """
    bodies = KeptBodies()
    for found in [found for path in paths for found in _listed(path)]:
        if isinstance(found, Problem):
            yield found
        else:
            yield from _file(*found, bodies)
    yield from revisited_late(bodies)


def count_files(paths: Iterable[Path]) -> int:
    """How many files `documents` will read, for a progress bar."""
    return sum(len(_files(path)) or 1 for path in paths)


def _listed(path: Path) -> Iterator[tuple[Path, int] | Problem]:
    """The file, or the files of the folder, with their sizes."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        yield Problem(printable_line(path), _missing(path))
    except OSError as error:
        yield Problem(printable_line(path), _unreadable(error))
    else:
        if S_ISDIR(found.st_mode):
            yield from _folder(path)
        else:
            yield path, found.st_size


def _folder(folder: Path) -> Iterator[tuple[Path, int] | Problem]:
    closed: list[OSError] = []
    files = _files(folder, closed)
    for error in closed:
        yield Problem(printable_line(error.filename), _unreadable(error))
    if not files and not closed:
        yield Problem(printable_line(folder), "the folder holds no files. Name one with saved feeds in it.")
    for path in files:
        yield path, _size(path)


def _files(folder: Path, closed: list[OSError] | None = None) -> list[Path]:
    """All files but hidden ones. Folders that cannot be read are noted in `closed`."""
    found = []
    for inside, folders, names in os.walk(folder, onerror=(closed if closed is not None else []).append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(inside) / name for name in names if not name.startswith(".")]
    return sorted(path for path in found if _may_be_file(path))


def _may_be_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # which opening it will say
        return True


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # likewise
        return 0


def _missing(path: Path) -> str:
    if re.match(r"https?:/", str(path)):  # a path has lost the second slash
        return "that is an address. `feedsette add` fetches the feed there; import takes saved documents."
    return "there is no such file or folder. Check its name."


def _unreadable(error: OSError) -> str:
    return f"it cannot be read: {error.strerror or error}. Check its permissions and those of its folders."


def _file(path: Path, size: int, bodies: KeptBodies) -> Iterator[Document | Problem]:
    name = printable_line(path)
    try:
        with open_file(path) as file:
            saved = SavedFile(path, file, file.peek(16), size, bodies)
            source = next(source for source in SOURCES if source.recognises(saved))
            yield from source.documents(saved)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        why = f"the compressed file is cut off or damaged: {error}."
        yield Problem(name, f"{why} What stands before that, if anything, was read.")
    except NoFile as error:
        yield Problem(name, str(error))
    except OSError as error:
        yield Problem(name, _unreadable(error))
