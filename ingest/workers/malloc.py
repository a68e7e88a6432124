"""Have malloc return free memory to the system: glibc keeps blocks of up to 32 MB for later otherwise."""

import ctypes
from contextlib import suppress

_M_MMAP_THRESHOLD = -3  # mallopt(3)
_LARGE = 1_000_000  # bytes


def give_back_large_blocks() -> None:
    """From now on, in this process. Where the C library is another, nothing."""
    with suppress(OSError, TypeError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)
