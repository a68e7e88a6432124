"""Write to the WARC files of an archive, so that none is harmed: not by a crash, not by what was planted there."""

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from stat import S_ISREG

from ingest.archive.documents.warc.folder import UNFINISHED, is_warc_name, next_name, warc_folder
from ingest.archive.documents.warc.pack import warcinfo_record
from ingest.archive.documents.warc.records import archive_id_in
from ingest.archive.file.errors import ArchiveError, DiskFull
from ingest.archive.file.fsync import fsync_path
from ingest.archive.file.in_use import belongs_to_open_archive
from ingest.base.clock import now

_FLAGS = ("O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_BINARY", "O_CLOEXEC")  # of which each system has some
_PERMISSIONS = (
    "Check the permissions of the folder and of its files, or keep no documents: --keep-documents none"
)


@dataclass(frozen=True)
class WarcFile:
    """A file of the archive's own that is open, to write at its end."""

    name: str
    file: FileIO
    end: int


@contextmanager
def explained_folder(archive: Path) -> Iterator[None]:
    """Turn OSError in the block, about the archive's folder, into ArchiveError."""
    try:
        yield
    except OSError as error:
        folder = warc_folder(archive)
        if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None)):
            raise DiskFull(
                f"{archive} was not changed further: the disk is full (the documents are kept in {folder}). "
                "Free some space and run the command again."
            ) from error
        if error.errno == errno.EIO:
            raise ArchiveError(
                f"{folder}, where the documents are kept, cannot be read or written: its disk reports an error. "
                "The document was not saved. Check the disk."
            ) from error
        if os.path.lexists(folder) and not folder.is_dir():
            raise ArchiveError(
                f"{folder} is not a folder, so documents cannot be kept there, and this one was not saved. "
                "Move it away, or keep no documents: --keep-documents none"
            ) from error
        raise ArchiveError(
            f"{error.filename or folder} cannot be written to ({error.strerror or error}), so the document was not "
            f"saved. {_PERMISSIONS}"
        ) from error


def open_last(folder: Path, name: str, end: int, archive_id: str) -> WarcFile | None:
    """Open the file to write at its end, which is `end`. None where it is missing, or another than it should be.

    Raises OSError.
    """
    try:
        file = _open(folder / name)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in (
            errno.ELOOP,
            errno.ENXIO,
            errno.EISDIR,
            errno.EMLINK,
        ):  # a link, pipe, socket or folder
            return None
        raise
    state = os.fstat(file.fileno())
    if S_ISREG(state.st_mode) and state.st_size == end and archive_id_in(file) == archive_id:
        return WarcFile(name, file, end)
    file.close()
    return None


def still_ends(path: Path, file: FileIO, end: int) -> bool:
    """Whether a file that was opened before is the one that stands there, and ends at `end`. Raises OSError."""
    try:
        stands = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return os.path.samestat(stands, os.fstat(file.fileno())) and stands.st_size == end


def begin_warc_file(archive: Path, archive_id: str, named: Iterable[str] = ()) -> WarcFile:
    """Begin a file in the archive's folder, which is made where it is missing: it sorts behind those that are there and
    those that are `named`. Raises OSError.
    """
    folder = warc_folder(archive)
    _make_folder(folder, archive)
    names = [*named, *(entry.name.removesuffix(UNFINISHED) for entry in os.scandir(folder))]
    moment = now()
    name = next_name([name for name in names if is_warc_name(name)], moment)
    draft = folder / (name + UNFINISHED)
    with open_draft(draft, archive) as file:
        write_all(file, warcinfo_record(name, archive_id, moment))
        os.fsync(file.fileno())
    draft.rename(folder / name)
    fsync_path(folder)
    file = _open(folder / name)
    return WarcFile(name, file, file.seek(0, os.SEEK_END))


def open_draft(path: Path, archive: Path) -> FileIO:
    """Make a file with the permissions of the archive, to be renamed when it is complete. Raises OSError."""
    file = _open(path, os.O_CREAT | os.O_EXCL)
    _permit(file.fileno(), archive)
    return file


def append(warc: WarcFile, data: bytes) -> None:
    """Write data at the end; where that fails, cut it off again. Raises OSError."""
    with _cut_off_again(warc):
        warc.file.seek(warc.end)
        write_all(warc.file, data)


def wait_for_disk(warc: WarcFile) -> None:
    """Wait until what was appended is on the disk; where that fails, cut it off again. Raises OSError."""
    with _cut_off_again(warc):
        os.fdatasync(warc.file.fileno())


@contextmanager
def _cut_off_again(warc: WarcFile) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with suppress(OSError):
            warc.file.truncate(warc.end)
        raise


def write_all(file: FileIO, data: bytes) -> None:
    """Write all of it: a raw file may take a part alone. Raises OSError."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) or 0 :]


def _open(path: Path, more: int = 0) -> FileIO:
    """Open a file to read and write it; no link is followed, nothing blocks."""
    if path.exists() and belongs_to_open_archive(path):
        raise OSError(errno.ELOOP, "it is the archive itself", str(path))
    flags = os.O_RDWR | more
    for name in _FLAGS:
        flags |= getattr(os, name, 0)
    return FileIO(os.open(path, flags, 0o600), "r+")


def _make_folder(folder: Path, archive: Path) -> None:
    with suppress(FileExistsError):
        folder.mkdir(0o700)
        mode = archive.stat().st_mode & 0o666
        folder.chmod(mode | (mode & 0o444) >> 2)  # who may read files may enter
        _own(folder, archive)
        fsync_path(folder.parent)


def _permit(number: int, archive: Path) -> None:
    """Give a new file the permissions of the archive."""
    os.fchmod(number, archive.stat().st_mode & 0o666)
    _own(number, archive)


def _own(made: Path | int, archive: Path) -> None:
    """Give what root has made to the archive's owner, as SQLite does with its files."""
    if os.geteuid() == 0:
        state = archive.stat()
        with suppress(OSError):
            os.chown(made, state.st_uid, state.st_gid)
