import subprocess
import sys
from contextlib import closing

from ingest.poll.locks import Claims

CLAIM = "import sys; from pathlib import Path; from ingest.poll.locks import Claims\n"


def test_a_feed_is_claimed_once_in_a_process(tmp_path):
    with closing(Claims(tmp_path / "a.db")) as claims:
        with claims.claim(1) as mine, claims.claim(1) as again, claims.claim(2) as other:
            assert (mine, again, other) == (True, False, True)
        with claims.claim(1) as mine:
            assert mine


def test_a_feed_is_claimed_once_in_a_process_by_however_many(tmp_path):
    with closing(Claims(tmp_path / "a.db")) as claims, closing(Claims(tmp_path / "." / "a.db")) as others:
        with claims.claim(1) as mine, others.claim(1) as again, others.claim(2) as other:
            assert (mine, again, other) == (True, False, True)
        with others.claim(1) as now_theirs:
            assert now_theirs


def test_a_claim_outlasts_others_that_are_closed_in_the_same_process(tmp_path):
    ask = CLAIM + "\nwith Claims(Path(sys.argv[1])).claim(1) as mine: print(mine)"
    with closing(Claims(tmp_path / "a.db")) as claims, claims.claim(1):
        Claims(tmp_path / "a.db").close()
        during = subprocess.check_output([sys.executable, "-c", ask, str(tmp_path / "a.db")], text=True)
    assert during.strip() == "False"


def test_another_process_cannot_claim_it_meanwhile(tmp_path):
    ask = CLAIM + "\nwith Claims(Path(sys.argv[1])).claim(1) as mine: print(mine)"
    with closing(Claims(tmp_path / "a.db")) as claims:
        with claims.claim(1):
            during = subprocess.check_output([sys.executable, "-c", ask, str(tmp_path / "a.db")], text=True)
        after = subprocess.check_output([sys.executable, "-c", ask, str(tmp_path / "a.db")], text=True)
    assert (during.strip(), after.strip()) == ("False", "True")


def test_a_killed_process_leaves_no_claim(tmp_path):
    hold = CLAIM + "\nwith Claims(Path(sys.argv[1])).claim(1): print('held', flush=True); sys.stdin.read()"
    child = subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path / "a.db")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout and child.stdin
    child.stdout.readline()
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()
    with closing(Claims(tmp_path / "a.db")) as claims, claims.claim(1) as mine:
        assert mine
