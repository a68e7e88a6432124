"""Open files for reading so that none can block: pipes, devices and sockets are refused."""

import errno
import os
from io import BufferedReader, FileIO
from pathlib import Path
from stat import S_ISREG
from typing import Any

from ingest.archive.file.in_use import belongs_to_open_archive

NO_FILE = "it is neither a file nor a folder."
IN_USE = "it is the archive itself, or belongs to it."
NO_END = "it is no saved document: the system goes on writing it. Name a file that is complete."
_FLAGS = ("O_NONBLOCK", "O_NOCTTY", "O_BINARY", "O_CLOEXEC")  # of which each system has some


class NoFile(OSError):
    """The path is not a regular file, or one that never ends. The message is a sentence for the user."""


class _NonBlocking(FileIO):
    """Raises NoFile instead of waiting: a file of the kernel's, such as /proc/kmsg, may never end."""

    def readinto(self, buffer: Any) -> int:
        count = super().readinto(buffer)
        if count is None:
            raise NoFile(NO_END)
        return count


def open_file(path: Path) -> BufferedReader:
    """Open the regular file at `path`; neither this nor reading blocks. Raises OSError; NoFile for what is no file, or
    belongs to an archive that this process has open."""
    if belongs_to_open_archive(path):
        raise NoFile(IN_USE)
    flags = os.O_RDONLY
    for name in _FLAGS:
        flags |= getattr(os, name, 0)
    try:
        number = os.open(path, flags)
    except OSError as error:
        if error.errno in (errno.ENXIO, errno.EOPNOTSUPP):  # a socket
            raise NoFile(NO_FILE) from error
        raise
    if not S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise NoFile(NO_FILE)
    return BufferedReader(_NonBlocking(number, "rb"))
