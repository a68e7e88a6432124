"""That every entry and revision of an archive leads to the bytes that said it, as others than we find them."""

import subprocess
import sys
from pathlib import Path

from tests.independent_reader import untraced, untrue, warc_files


def assert_traced(archive: Path) -> None:
    assert untraced(archive) == []
    assert untrue(archive) == []  # no row without its bytes, no bytes without a row, no body twice
    for path in warc_files(archive):
        _check(path)


def _check(path: Path) -> None:
    command = [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout
    assert "digest pass" in checked.stdout
    assert "no digest to check" not in checked.stdout
