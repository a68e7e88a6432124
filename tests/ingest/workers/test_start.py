"""Processes of the parse pool, while they start."""

import os
import signal
import sys

import pytest

from ingest.workers.start import begin_forks, end_forks, start_process


@pytest.mark.skipif(sys.platform != "linux", reason="forks where it may")
def test_ctrl_c_does_not_end_the_process_that_still_loads_what_others_are_forked_from() -> None:
    from multiprocessing import forkserver

    end_forks()
    with begin_forks(True):
        os.kill(forkserver._forkserver._forkserver_pid, signal.SIGINT)  # type: ignore[attr-defined]
        with start_process(forks=True) as pool:
            assert pool.submit(abs, -1).result() == 1
