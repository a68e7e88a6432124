"""Words as texts write them, found as people type them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from ingest.archive.file.opening import open_archive
from ingest.search.hits import search
from tests.ingest.imports.importing_here import take_in

TEXTS = {
    "languages": "Use C++ and C# well, in node.js and snake_case_name.",
    "hyphens": "A state-of-the-art e-mail, and to co-operate.",
    "quotes": "don’t panic, says O’Reilly of “hello world”.",
    "blocks": "&lt;p&gt;inner&lt;/p&gt;&lt;p&gt;optimizer&lt;/p&gt; &lt;b&gt;bold&lt;/b&gt;face",
    "breaks": "super&lt;wbr&gt;califragilistic and co&amp;shy;opera&amp;shy;tion",
    "below": "H&lt;sub&gt;2&lt;/sub&gt;O",
    "accents": "Zürich Straße résumé",
    "forms": "Ｆｕｌｌｗｉｄｔｈ and oﬀice",
    "Japanese": "これは機械学習について。",
    "Chinese": "我们在北京学习。",
    "Korean": "기계학습은 재미있다",
    "Russian": "Ёлка в Москве",
    "endings": "studies of universities",
}


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("words")
    items = "".join(
        f"<item><title>{title}</title><guid isPermaLink='false'>{title}</guid><description>{text}</description></item>"
        for title, text in TEXTS.items()
    )
    document = Path(folder, "words.xml")
    document.write_text(f"<rss version='2.0'><channel><title>Words</title>{items}</channel></rss>", "utf-8")
    with open_archive(folder / "archive.db", create=True) as db:
        take_in(db, document)
        yield db


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("C++", "languages"),
        ("node.js", "languages"),
        ("snake_case_name", "languages"),
        ("state-of-the-art", "hyphens"),
        ("don't", "quotes"),
        ('"hello world"', "quotes"),
        ('"inner optimizer"', "blocks"),
        ("boldface", "blocks"),
        ("supercalifragilistic", "breaks"),
        ("cooperation", "breaks"),
        ("H2O", "below"),
        ("zurich strasse resume", "accents"),
        ("fullwidth office", "forms"),
        ("機械学習", "Japanese"),
        ("学习", "Chinese"),
        ("기계학습", "Korean"),
        ("ёлка", "Russian"),
        ("study university", "endings"),
    ],
)
def test_a_text_is_found(words: Database, typed: str, title: str) -> None:
    assert [hit.title for hit in search(words, typed).hits] == [title]
