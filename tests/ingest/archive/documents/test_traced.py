"""Every entry and every revision leads to the bytes that said it. For real feeds test_commands.py holds this."""

from pathlib import Path

from click.testing import CliRunner

from ingest.cli.commands import main
from tests.traced import assert_traced

EDITED = [  # a document that comes in four editions, each with a word more, and once more as it was at first
    f"<rss version='2.0'><channel><title>A</title><link>https://a.example/</link><item><guid>1</guid>"
    f"<title>T</title><description>{'word ' * words}</description></item></channel></rss>"
    for words in (1, 2, 3, 4, 1)
]


def test_each_entry_and_revision_of_an_edited_feed_leads_to_bytes_that_others_find_right(
    tmp_path: Path,
) -> None:
    archive = tmp_path / "archive.db"
    for number, edition in enumerate(EDITED):
        (tmp_path / f"{number}.xml").write_text(edition)
        arguments = [
            "import",
            "--quiet",
            archive,
            tmp_path / f"{number}.xml",
            "--feed",
            "https://a.example/feed",
        ]
        result = CliRunner().invoke(main, list(map(str, arguments)))
        assert result.exit_code == 0, result.output
    assert_traced(archive)
