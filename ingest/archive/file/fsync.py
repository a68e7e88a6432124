"""fsync of files and folders: what was written outlasts a loss of power."""

import os
import sys
from pathlib import Path


def fsync_path(path: Path) -> None:
    """fsync a file or folder."""
    if sys.platform == "win32":  # which cannot fsync folders, nor files that are open for reading
        return
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
