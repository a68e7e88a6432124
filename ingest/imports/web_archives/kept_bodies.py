"""Records that refer to the body of another (`revisit`), and where the bodies of web archives stand."""

from dataclasses import dataclass, field
from pathlib import Path

from ingest.archive.file.open_file import open_file
from ingest.imports.web_archives.kept_fields import KeptFields
from ingest.imports.web_archives.warc_records import Http, Record, record_at


@dataclass(frozen=True)
class BodyPlace:
    """Where a record with a body stands."""

    path: Path
    packed: bool
    place: tuple[int, int]  # see `record_at`

    def record(self, largest: int) -> Record | None:
        """The record; None where it cannot be read again."""
        try:
            with open_file(self.path) as file:
                return record_at(file, self.packed, self.place, largest)
        except OSError:
            return None


@dataclass(frozen=True)
class Revisit:
    """A document that Feedsette kept, with the same body as another. Its fields are as those of a saved Document."""

    name: str
    address: str
    captured: str | None
    file: str
    kept: KeptFields
    protocol: str | None
    request: bytes | None = field(repr=False)  # a whole one
    response: Http | None  # without body; None where it did not come by HTTP


@dataclass(frozen=True)
class KeptBodies:
    """The places of the bodies that Feedsette kept, by sha256, and the revisits whose bodies were not seen yet."""

    places: dict[str, BodyPlace] = field(default_factory=dict)
    waiting: list[Revisit] = field(default_factory=list)
