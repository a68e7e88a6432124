"""The memory that an update needs whose documents are all large."""

import gzip
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from ingest.archive.file.opening import open_archive
from ingest.follow.follow import follow
from tests.ingest.documents_written_here import item, rss
from tests.server import Reply, Server

FEEDS, SIZE = 5, 20_000_000
MOST = 200  # megabytes

UPDATE = """
import sys
from pathlib import Path
from ingest.cli.commands import main
if __name__ == "__main__":
    main(["update", sys.argv[1]], standalone_mode=False)
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(int(peak.split()[1]) // 1024)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peak memory is read from /proc")
def test_many_large_feeds_are_not_in_memory_all_at_once(tmp_path: Path) -> None:
    script = tmp_path / "update.py"
    script.write_text(UPDATE)
    with Server() as server, closing(open_archive(tmp_path / "a.db", create=True)) as db:
        text = ("word" * 15 + " ") * (SIZE // 10 // 61)
        for number in range(FEEDS):
            document = rss(*(item(f"{number}-{part}", text) for part in range(10)), url=None)
            reply = Reply(200, {"Content-Encoding": "gzip"}, gzip.compress(document, 1))
            url = server.on(f"/{number}", reply)
            follow(db, url, "2025-01-01T00:00:00Z", allow_private=True)
        command = [sys.executable, str(script), str(tmp_path / "a.db")]
        root = Path(__file__).parents[3]
        run = subprocess.run(
            command, capture_output=True, text=True, timeout=120, cwd=root, env={"PYTHONPATH": str(root)}
        )
    said, peak = run.stdout.splitlines()
    assert f"{FEEDS} feeds polled (0 unchanged): {FEEDS * 10} entries new" in said, run.stderr
    print(f"peak memory {peak} MB")
    assert int(peak) < MOST
