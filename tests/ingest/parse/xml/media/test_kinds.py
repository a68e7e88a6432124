import pytest

from ingest.parse.xml.media.kinds import file_kind


@pytest.mark.parametrize(
    ("url", "type", "medium", "kind"),
    [
        ("https://e.example/x", "image/png", "", "image"),
        ("https://e.example/x", "image/png", "video", "video"),
        ("https://e.example/x", "audio/mpeg", "executable", "audio"),
        ("https://e.example/A.MP3?x=1#t=2", "", "", "audio"),
        ("https://e.example/a.mp4", "application/octet-stream", "", "video"),
        ("https://e.example/a", "application/x-shockwave-flash", "", "video"),
        ("https://e.example/a", "text/vtt; charset=utf-8", "", "transcript"),
        ("https://e.example/a.pdf", "application/pdf", "document", "file"),
        ("https://mp3/", "", "", "file"),
        ("", "", "", "file"),
    ],
)
def test_a_file_is_known_by_its_medium_its_type_or_its_ending(
    url: str, type: str, medium: str, kind: str
) -> None:
    assert file_kind(url, type, medium) == kind
