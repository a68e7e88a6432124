"""How often the garbage collector looks for cycles."""

import gc
import weakref

from ingest.workers.collecting import collecting_less_often


class Cycle:
    """Refers to itself."""

    def __init__(self) -> None:
        self.own = self


def test_it_looks_less_often_in_the_block_and_as_before_behind_it() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    with collecting_less_often():
        assert gc.get_threshold()[0] > 10 * before[0]
        assert gc.get_freeze_count() > frozen
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_cycles_do_not_gather_without_bound() -> None:
    with collecting_less_often():
        first = weakref.ref(Cycle())
        for _ in range(100_000):
            Cycle()
        assert first() is None
