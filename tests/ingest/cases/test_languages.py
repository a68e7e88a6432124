"""Of contents in several languages the fullest is the body; the others are kept whole, with their language."""

from pathlib import Path

from ingest.parse.document import parse


def test_both_are_kept() -> None:
    (entry,) = parse(Path(__file__).with_name("languages.atom").read_bytes()).entries
    assert entry.language == "en"
    assert entry.html == "<p>The sea is high, and the moon is full, as it should be.</p>"
    assert '<div lang="fr"><p>La mer est haute.</p></div>' in entry.summary
    assert "An announcement." in entry.summary
