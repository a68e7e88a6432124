import subprocess
import sys
from contextlib import closing

from ingest.poll.locks import FeedLocks

IMPORT = "import sys; from pathlib import Path; from ingest.poll.locks import FeedLocks\n"


def test_a_feed_is_locked_once_in_a_process(tmp_path):
    with closing(FeedLocks(tmp_path / "a.db")) as locks:
        with locks.lock(1) as mine, locks.lock(1) as again, locks.lock(2) as other:
            assert (mine, again, other) == (True, False, True)
        with locks.lock(1) as mine:
            assert mine


def test_a_feed_is_locked_once_in_a_process_by_however_many(tmp_path):
    with (
        closing(FeedLocks(tmp_path / "a.db")) as locks,
        closing(FeedLocks(tmp_path / "." / "a.db")) as others,
    ):
        with locks.lock(1) as mine, others.lock(1) as again, others.lock(2) as other:
            assert (mine, again, other) == (True, False, True)
        with others.lock(1) as now_theirs:
            assert now_theirs


def test_a_lock_outlasts_others_that_are_closed_in_the_same_process(tmp_path):
    ask = IMPORT + "\nwith FeedLocks(Path(sys.argv[1])).lock(1) as mine: print(mine)"
    with closing(FeedLocks(tmp_path / "a.db")) as locks, locks.lock(1):
        FeedLocks(tmp_path / "a.db").close()
        during = subprocess.check_output([sys.executable, "-c", ask, str(tmp_path / "a.db")], text=True)
    assert during.strip() == "False"


def test_another_process_cannot_lock_it_meanwhile(tmp_path):
    ask = IMPORT + "\nwith FeedLocks(Path(sys.argv[1])).lock(1) as mine: print(mine)"
    with closing(FeedLocks(tmp_path / "a.db")) as locks:
        with locks.lock(1):
            during = subprocess.check_output([sys.executable, "-c", ask, str(tmp_path / "a.db")], text=True)
        after = subprocess.check_output([sys.executable, "-c", ask, str(tmp_path / "a.db")], text=True)
    assert (during.strip(), after.strip()) == ("False", "True")


def test_a_killed_process_leaves_no_lock(tmp_path):
    hold = IMPORT + "\nwith FeedLocks(Path(sys.argv[1])).lock(1): print('held', flush=True); sys.stdin.read()"
    child = subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path / "a.db")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout and child.stdin
    child.stdout.readline()
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()
    with closing(FeedLocks(tmp_path / "a.db")) as locks, locks.lock(1) as mine:
        assert mine
