"""Each query in docs/schema.md finds what it says in an archive that has it."""

import pytest
from sqlite_utils import Database

from docs.schema_examples import EXAMPLES
from ingest.archive.file.migrations import migrations
from ingest.archive.save import save
from ingest.base.models import Credit, Enclosure, Media, Source, StoredExtra
from tests.ingest.values import NOW, clean_entry, clean_feed

URL = "https://example.org/feed.xml"


@pytest.fixture(scope="module")
def archive() -> Database:
    episode = clean_entry(
        summary="<p>In short.</p>",
        summary_text="In short.",
        published=None,
        published_text="in spring",
        enclosures=(Enclosure("https://example.org/1.mp3"),),
        media=(
            Media("image", "https://example.org/1.png", description="A harbour"),
            Media("chapter", title="Start", start=0),
        ),
        credits=(Credit("Ada", "guest"),),
        source=Source("A blog", "https://blog.example/"),
        external_url="https://example.net/",
        license="CC0",
        duration=4000,
        latitude=1.5,
        longitude=2,
        extra=StoredExtra('[{"itunes:subtitle": "Sub"}]'),
    )
    db = Database(memory=True)
    migrations.apply(db)
    save(db, clean_feed(episode, extra=StoredExtra('[{"itunes:type": "serial"}]')), url=URL, now=NOW)
    return db


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.finds)
def test_a_query_finds_what_it_says(archive: Database, example: tuple[str, str]) -> None:
    assert archive.execute(example[1]).fetchall()


def test_a_query_for_an_element_finds_its_value(archive: Database) -> None:
    [query] = [sql for finds, sql in EXAMPLES if "no column" in finds]
    assert archive.execute(query).fetchall() == [(1, "Sub")]
