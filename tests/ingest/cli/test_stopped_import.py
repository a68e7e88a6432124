"""`feedsette import`, stopped by Ctrl-C: what it says, and that the same command goes on."""

import signal
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ingest.archive.file.opening import open_archive
from ingest.cli.commands import main
from ingest.cli.progress import Bar
from tests.ingest.documents_written_here import item, rss


def run_import(folder: Path) -> Result:
    return CliRunner().invoke(main, ["import", str(folder / "an.db"), str(folder / "saved")])


def test_it_says_that_what_was_taken_in_is_kept_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "saved").mkdir()
    for number in range(3):
        address = f"https://{number}.example.org/feed"
        (tmp_path / "saved" / f"{number}.xml").write_bytes(rss(item(str(number)), url=address))
    with monkeypatch.context() as patched:
        patched.setattr(Bar, "step", lambda *_: signal.raise_signal(signal.SIGINT))
        stopped = run_import(tmp_path)
    assert (stopped.exit_code, stopped.stderr) == (
        1,
        "It was stopped before all were taken in: what came until then is kept. The same command goes on.\n",
    )
    assert run_import(tmp_path).exit_code == 0
    with closing(open_archive(tmp_path / "an.db")) as db:
        assert db.execute("SELECT count(*) FROM entries").fetchone() == (3,)
