"""Have the garbage collector look for cycles less often where many objects are made that have none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS = 20_000  # made and not freed, before it looks at them: a few megabytes


def collect_less_often() -> None:
    """Also that it never looks at what is there now: modules, which stay until the end."""
    gc.freeze()
    gc.set_threshold(_OBJECTS, *gc.get_threshold()[1:])


@contextmanager
def collecting_less_often() -> Iterator[None]:
    """In the block."""
    before = gc.get_threshold()
    collect_less_often()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
