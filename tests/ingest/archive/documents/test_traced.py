"""After the imports of real feeds, every entry and every revision leads to the bytes that said it."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from ingest.cli.commands import main
from tests.independent_reader import sizes, untraced, untrue, warc_files

FEEDS = Path(__file__).parents[5] / "shared" / "feeds"
EDITED = [  # a document that comes in four editions, each with a word more, and once more as it was at first
    f"<rss version='2.0'><channel><title>A</title><link>https://a.example/</link><item><guid>1</guid>"
    f"<title>T</title><description>{'word ' * words}</description></item></channel></rss>"
    for words in (1, 2, 3, 4, 1)
]


@pytest.mark.skipif(not FEEDS.exists(), reason="the shared feeds are not here")
def test_each_entry_and_revision_of_real_feeds_leads_to_bytes_that_others_find_right(tmp_path: Path) -> None:
    """In one test, since the import takes long."""
    archive = tmp_path / "archive.db"
    taken_in(archive, FEEDS)
    for number, edition in enumerate(EDITED):
        (tmp_path / f"{number}.xml").write_text(edition)
        taken_in(archive, tmp_path / f"{number}.xml", "--feed", "https://a.example/feed")

    assert untraced(archive) == []
    assert untrue(archive) == []  # no row without its bytes, no bytes without a row, no body twice
    for path in warc_files(archive):
        check(path)
    measured = sizes(archive)
    assert measured.documents > 300
    assert measured.folder < measured.bodies


def taken_in(archive: Path, *arguments: object) -> None:
    """Import; of the real feeds some are broken, which is said of each."""
    result = CliRunner().invoke(main, ["import", "--quiet", *map(str, [archive, *arguments])])
    assert result.exit_code in (0, 3), result.output


def check(path: Path) -> None:
    command = [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout
    assert "digest pass" in checked.stdout
    assert "no digest to check" not in checked.stdout
