"""What kind of medium a file is, by what is said of it: its medium, its type, or else its ending. Pure."""

from typing import cast

from ingest.base.models import MediaKind

_MEDIA = frozenset({"image", "audio", "video"})
_TYPES: dict[str, MediaKind] = {
    "application/ogg": "audio",
    "application/x-shockwave-flash": "video",
    "application/vnd.apple.mpegurl": "video",
    "application/x-mpegurl": "video",
    "text/vtt": "transcript",
    "text/srt": "transcript",
    "application/srt": "transcript",
    "application/x-subrip": "transcript",
    "application/ttml+xml": "transcript",
    "application/json+chapters": "chapters",
}
_ENDINGS: dict[str, MediaKind] = {
    **dict.fromkeys("mp3 m4a m4b ogg oga opus flac wav aac wma".split(), "audio"),
    **dict.fromkeys("mp4 m4v webm mov ogv avi mkv wmv flv".split(), "video"),
    **dict.fromkeys("jpg jpeg png gif webp avif svg".split(), "image"),
    **dict.fromkeys("vtt srt".split(), "transcript"),
}


def file_kind(url: str, type: str = "", medium: str = "") -> MediaKind:
    for said in (medium, type):
        start = said.strip().lower().partition("/")[0]
        if start in _MEDIA:
            return cast(MediaKind, start)
    said = type.strip().lower().partition(";")[0].strip()
    if said in _TYPES:
        return _TYPES[said]
    ending = url.partition("#")[0].partition("?")[0].rpartition("/")[2].rpartition(".")[2].lower()
    return _ENDINGS.get(ending, "file")


def says_kind(medium: str) -> bool:
    """Whether a medium is one of the kinds, so that a row says it."""
    return medium.strip().lower() in _MEDIA
