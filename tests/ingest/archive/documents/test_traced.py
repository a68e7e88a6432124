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


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not FEEDS.exists():
        pytest.skip("the shared feeds are not there")
    folder = tmp_path_factory.mktemp("traced")
    archive = folder / "archive.db"
    taken_in(archive, FEEDS)
    for number, edition in enumerate(EDITED):
        (folder / f"{number}.xml").write_text(edition)
        taken_in(archive, folder / f"{number}.xml", "--feed", "https://a.example/feed")
    return archive


def taken_in(archive: Path, *arguments: object) -> None:
    """Import; of the real feeds some are broken, which is said of each."""
    result = CliRunner().invoke(main, ["import", "--quiet", *map(str, [archive, *arguments])])
    assert result.exit_code in (0, 3), result.output


def test_every_entry_and_revision_is_traced_to_a_document_with_bytes(archive: Path) -> None:
    assert untraced(archive) == []


def test_every_row_has_bytes_of_its_digest_no_bytes_are_without_a_row_and_no_body_is_there_twice(
    archive: Path,
) -> None:
    assert untrue(archive) == []


def test_warcio_finds_every_digest_right(archive: Path) -> None:
    assert warc_files(archive)
    for path in warc_files(archive):
        command = [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)]
        checked = subprocess.run(command, capture_output=True, text=True)
        assert checked.returncode == 0, checked.stdout
        assert "digest pass" in checked.stdout
        assert "no digest to check" not in checked.stdout


def test_the_folder_is_smaller_than_the_documents(archive: Path) -> None:
    measured = sizes(archive)
    assert measured.documents > 300
    assert measured.folder < measured.bodies
