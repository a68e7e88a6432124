"""What goes with an entry, for its page: files to play with their chapters, pictures, transcripts, other files."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from ingest.base.urls import is_clickable, is_web_url, url_host
from ingest.pages.rows import value_of
from ingest.pages.tables import has_table

MOST_SHOWN = 300  # rows of an entry: a talk of three hours has a hundred chapters
_ENDINGS = {
    **dict.fromkeys(("mp3", "m4a", "m4b", "ogg", "oga", "opus", "flac", "wav", "aac"), "audio"),
    **dict.fromkeys(("mp4", "m4v", "webm", "mov", "ogv"), "video"),
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "webp", "avif"), "image"),
}
_PLAYED = re.compile(r"(?:audio|video)/|application/(?:ogg|vnd\.apple\.mpegurl|x-mpegurl)", re.IGNORECASE)
_SIZE = re.compile(
    r"-\d{2,5}x\d{2,5}(?=\.\w{3,4}$)"
)  # of the smaller copies that WordPress makes of a picture


@dataclass(frozen=True)
class MediaRow:
    """A row of `media`, or an enclosure where an archive has no such rows."""

    kind: str
    url: str | None
    type: str | None = None
    length: int | None = None  # bytes
    start: float | None = None  # seconds, of a chapter
    duration: float | None = None
    width: int | None = None
    height: int | None = None
    title: str | None = None
    description: str | None = None
    credit: str | None = None
    language: str | None = None

    @property
    def link(self) -> str | None:
        """Its address, where it is one that may be a link."""
        return self.url if is_clickable(self.url) else None

    @property
    def is_played(self) -> bool:
        """Whether a browser may be able to play it."""
        return is_web_url(self.url) and (not self.type or bool(_PLAYED.match(self.type)))

    @property
    def starts(self) -> str:
        """Where a chapter starts: "1:02:03"."""
        return clock(self.start or 0)

    @property
    def clock(self) -> str | None:
        """How long it is."""
        return clock(self.duration) if self.duration and self.duration > 0 else None

    @property
    def fragment(self) -> str:
        """The seconds at which a chapter starts, as a media fragment (W3C Media Fragments, 4.2.1) wants them."""
        return f"{max(self.start or 0, 0):.3f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Player:
    """A sound or film, and the same in other forms; `chapters` of the first one alone."""

    file: MediaRow
    alternates: tuple[MediaRow, ...] = ()
    chapters: tuple[MediaRow, ...] = ()

    @property
    def address(self) -> str:
        """What the fragment of a chapter is added to."""
        return (self.file.url or "").partition("#")[0]

    @property
    def sources(self) -> tuple[MediaRow, ...]:
        """What a browser chooses from, the file itself first."""
        return tuple(row for row in (self.file, *self.alternates) if row.is_played)


@dataclass(frozen=True)
class ShownMedia:
    """All that goes with an entry, as its page is laid out."""

    players: tuple[Player, ...] = ()
    chapters: tuple[MediaRow, ...] = ()  # where there is nothing to play
    pictures: tuple[MediaRow, ...] = ()  # that are not in the text
    files: tuple[MediaRow, ...] = ()  # to be linked: transcripts, lists of chapters, the rest

    @property
    def has_played_chapters(self) -> bool:
        return any(player.chapters for player in self.players)


def load_media(connection: sqlite3.Connection, id: int) -> tuple[MediaRow, ...]:
    """The rows of an entry in their order, and enclosures that are not among them, as those of older releases."""
    rows = has_table(connection, "media") and connection.execute(
        """
        SELECT kind, url, type, length, start, duration, width, height, title, description, credit, language
        FROM media WHERE entry = ? ORDER BY id LIMIT ?
        """,
        [id, MOST_SHOWN],
    )
    found = tuple(value_of(MediaRow, row) for row in rows or ())
    known = {row.url for row in found}
    return found + tuple(
        value_of(MediaRow, (enclosure_kind(url, type), url, type, length))
        for url, type, length in connection.execute(
            "SELECT url, type, length FROM enclosures WHERE entry = ? ORDER BY id LIMIT ?", [id, MOST_SHOWN]
        )
        if url not in known
    )


def enclosure_kind(url: object, type: object) -> str:
    """audio, video, image, or file."""
    kind = str(type or "").partition("/")[0].lower()
    if kind in ("audio", "video", "image"):
        return kind
    ending = str(url).lower().partition("?")[0].rpartition(".")[2]
    return _ENDINGS.get(ending, "file")


def arranged(rows: Sequence[MediaRow], html: str) -> ShownMedia:
    """The rows as the page of an entry with the text `html` shows them."""
    played = [row for row in rows if row.kind in ("audio", "video") and row.is_played]
    alternates = [row for row in rows if row.kind == "alternate"]
    chapters = tuple(sorted((row for row in rows if row.kind == "chapter"), key=lambda row: row.start or 0))
    players = [Player(row) for row in played]
    if players:
        # Other forms are those of the entry's own file.
        players[0] = Player(played[0], tuple(alternates), chapters)
    shown = {id(row) for row in (*played, *chapters, *(alternates if players else ()))}
    shown |= {id(row) for row in rows if row.kind == "image" and is_web_url(row.url)}
    return ShownMedia(
        tuple(players),
        () if players else chapters,
        tuple(_pictures([row for row in rows if row.kind == "image"], html)),
        tuple(row for row in rows if id(row) not in shown and row.url),
    )


def _pictures(rows: Sequence[MediaRow], html: str) -> list[MediaRow]:
    """Those that the text does not show, each once, in the largest form that there is of it."""
    in_text = {_picture_key(unescape(url)) for url in re.findall(r"""\s(?:src|href)="([^"]*)\"""", html)}
    best: dict[str, MediaRow] = {}
    for row in rows:
        if is_web_url(url := row.url or "") and (key := _picture_key(url)) not in in_text:
            best[key] = max(best.get(key, row), row, key=lambda one: one.width or 0)
    return list(best.values())


def _picture_key(url: str) -> str:
    return _SIZE.sub("", url.partition("?")[0].partition("#")[0].removeprefix("https:").removeprefix("http:"))


def clock(seconds: float) -> str:
    """ "41:02", "1:02:03"."""
    whole = int(min(max(seconds, 0), 10**9))
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def license_name(license: str) -> str:
    """A licence as people call it: "CC BY-SA 4.0" for its address, or the host of another address."""
    found = re.match(
        r"https?://(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/([a-z+-]{1,20})/([\d.]{1,5})",
        license,
        re.IGNORECASE,
    )
    if found:
        kind = {"zero": "CC0", "mark": "Public Domain Mark"}.get(found[1].lower(), f"CC {found[1].upper()}")
        return f"{kind} {found[2].rstrip('.')}"
    return url_host(license) if is_web_url(license) else license
