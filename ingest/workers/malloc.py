"""Have malloc return freed memory to the system: by default glibc may keep blocks of up to 32 MB."""

import ctypes
from contextlib import suppress

_M_MMAP_THRESHOLD = -3  # mallopt(3)
_LARGE = 1_000_000  # bytes


def give_back_large_blocks() -> None:
    """Have this process allocate blocks of a megabyte and more by mmap. Does nothing without glibc."""
    with suppress(OSError, TypeError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)
