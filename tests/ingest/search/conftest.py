"""An archive to search."""

from collections.abc import Iterator

import pytest
from sqlite_utils import Database

from ingest.archive.file.opening import open_archive
from tests.ingest.search.searchable import add_entry, add_feed


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An archive with something for every operator; it is only read."""
    with open_archive(tmp_path_factory.mktemp("library") / "archive.db", create=True) as db:
        lesswrong = add_feed(db, "LessWrong", "https://www.lesswrong.com/feed.xml")
        podcast = add_feed(db, "Хабр 100%", "https://example.net/podcast")
        add_entry(
            db, lesswrong, title="Alignment", text="Inner optimizers and their agents.", date="2024-03-05T12:00:00Z",
            authors=["Jane Doe"], tags=["AI", "machine learning"], hosts=["en.wikipedia.org"], language="en",
        )  # fmt: skip
        add_entry(
            db, lesswrong, title="Review", text="On alignment, an optimizer’s view.", date="2024-02-29T23:59:59Z",
            authors=["Jane Doe", "Zoë Müller"], tags=["ai safety"], hosts=["wikipedia.org"], language="en-GB",
            html="<p>On alignment <math><mi>x</mi></math></p>", edited=True,
        )  # fmt: skip
        add_entry(
            db, podcast, title="Episode", text="A café, and agents.", date="2023-12-31T00:00:00Z",
            authors=["Mary Jane Doe"], tags=["Политика"], enclosures=["audio/mpeg", "image/png"], language="ru",
        )  # fmt: skip
        add_entry(
            db, podcast, title="機械学習入門", text="深層学習と用Python编程。", date="2025-01-01T00:00:00Z",
            authors=["山田太郎"], tags=["math", "maths"], removed="2025-02-01T00:00:00Z",
            hosts=["notwikipedia.org", "a.b.c.d.e.f.example"],
            html='<p><img src="https://example.org/x.png"></p>', language="ja",
        )  # fmt: skip
        add_entry(db, podcast, text="한국어 문장에서 agents", date="2022-05-05T05:05:05Z")
        yield db
