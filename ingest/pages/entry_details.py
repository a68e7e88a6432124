"""What an entry says beside its text: numbers, its source, persons with a role, what it is about."""

import sqlite3
from dataclasses import dataclass

from ingest.base.urls import url_host
from ingest.pages.media import clock, license_name
from ingest.pages.rows import value_of
from ingest.pages.tables import has_table


@dataclass(frozen=True)
class Details:
    """Plain texts, but for `summary`, which is safe HTML. All is None in an archive of an older release."""

    summary: str = ""
    published_text: str | None = None
    external_url: str | None = None
    license: str | None = None
    duration: float | None = None  # seconds
    season: float | None = None
    episode: float | None = None
    comments: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    source: int | None = None
    source_title: str | None = None
    source_url: str | None = None
    has_extra: bool = False

    @property
    def external_host(self) -> str:
        return url_host(self.external_url or "")

    @property
    def source_name(self) -> str:
        return self.source_title or url_host(self.source_url or "") or self.source_url or ""

    @property
    def license_name(self) -> str:
        return license_name(self.license or "")

    @property
    def clock(self) -> str | None:
        return clock(self.duration) if self.duration and self.duration > 0 else None

    @property
    def episode_label(self) -> str:
        """ "Season 2, episode 12"."""
        parts = (("season", self.season), ("episode", self.episode))
        said = ", ".join(f"{name} {number:.10g}" for name, number in parts if number is not None)
        return said[:1].upper() + said[1:]

    @property
    def map_url(self) -> str | None:
        """Where it is on OpenStreetMap."""
        if self.latitude is None or self.longitude is None:
            return None
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            return None
        at = f"{self.latitude:.5f}", f"{self.longitude:.5f}"
        return f"https://www.openstreetmap.org/?mlat={at[0]}&mlon={at[1]}#map=12/{at[0]}/{at[1]}"

    @property
    def position(self) -> str:
        """ "45.256° N, 71.920° W"."""
        latitude, longitude = self.latitude or 0, self.longitude or 0
        sides = "S" if latitude < 0 else "N", "W" if longitude < 0 else "E"
        return f"{abs(latitude):.3f}° {sides[0]}, {abs(longitude):.3f}° {sides[1]}"


@dataclass(frozen=True)
class CreditRow:
    """A person with the part that they had in an entry. `id` is that of the author."""

    role: str
    name: str
    id: int


def load_details(connection: sqlite3.Connection, id: int) -> Details:
    if not has_table(connection, "media"):
        return Details()
    row = connection.execute(
        """
        SELECT coalesce(contents.summary, ''), entries.published_text, entries.external_url, entries.license,
            entries.duration, entries.season, entries.episode, entries.comments, entries.latitude, entries.longitude,
            sources.id, sources.title, sources.url, EXISTS (SELECT 1 FROM extra WHERE extra.entry = entries.id)
        FROM entries LEFT JOIN contents ON contents.entry = entries.id LEFT JOIN sources ON sources.id = entries.source
        WHERE entries.id = ?
        """,
        [id],
    ).fetchone()
    return value_of(Details, row) if row else Details()


def load_credits(connection: sqlite3.Connection, id: int) -> dict[str, list[CreditRow]]:
    """The persons of an entry by their roles: hosts and guests first, all others in the order of their numbers."""
    by_role: dict[str, list[CreditRow]] = {}
    if has_table(connection, "entry_credits"):
        rows = connection.execute(
            """
            SELECT entry_credits.role, authors.name, authors.id
            FROM entry_credits JOIN authors ON authors.id = entry_credits.author
            WHERE entry_credits.entry = ?
            ORDER BY entry_credits.role != 'host', entry_credits.role != 'guest', authors.id, entry_credits.role
            """,
            [id],
        )
        for row in rows:
            credit = value_of(CreditRow, row)
            by_role.setdefault(credit.role, []).append(credit)
    return by_role
