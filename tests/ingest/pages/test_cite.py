import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pages.cite import CITATION_FORMATS, ArchivedCopy, bibtex, csl, plain, ris
from ingest.pages.entry import EntryRow, load_entry
from ingest.pages.json_ld import json_ld
from tests.empty_archive import empty_tables
from tests.ingest.pages.archives import add_entry, add_feed

NOW = "2024-12-24T00:00:00Z"
DATE = "2024-05-17T10:00:00Z"


def entry(
    title: str | None = "Rivers & {stones}", author: str = "Ada Quarry", published: str | None = DATE
) -> EntryRow:
    db = empty_tables()
    add_feed(db)
    add_entry(db, 17, title=title, author=author, published=published, text="They flow", language="en-GB")
    found = load_entry(db.conn, 17)
    db.close()
    assert found
    return found


def test_bibtex() -> None:
    assert bibtex(entry(), ["Ada Quarry", "Li 100%"], NOW) == (
        "@online{quarry2024-17,\n"
        "  title = {{Rivers \\& \\textbraceleft{}stones\\textbraceright{}}},\n"
        "  author = {{Ada Quarry} and {Li 100\\%}},\n"
        "  date = {2024-05-17},\n"
        "  year = {2024},\n"
        "  month = may,\n"
        "  url = {https://example.org/17},\n"
        "  urldate = {2024-12-24},\n"
        "  organization = {A feed},\n"
        "  langid = {en-GB},\n"
        "}\n"
    )


def test_ris() -> None:
    lines = ris(entry(), ["Ada Quarry"], NOW).split("\r\n")
    assert lines[0] == "TY  - BLOG"
    assert "DA  - 2024/05/17" in lines
    assert "AU  - Ada Quarry" in lines
    assert lines[-2] == "ER  - "


def test_csl_json() -> None:
    [item] = json.loads(csl(entry(), ["Ada Quarry"], NOW))
    assert item["issued"] == {"date-parts": [[2024, 5, 17]]}
    assert item["author"] == [{"literal": "Ada Quarry"}]


def test_what_nobody_dated_is_cited_without_a_date() -> None:
    undated = entry(published=None)
    assert "@online{quarry-17," in bibtex(undated, ["Ada Quarry"], NOW)
    assert "  date = " not in bibtex(undated, [], NOW) and "urldate = {2024-12-24}" in bibtex(
        undated, [], NOW
    )
    assert not re.search("^(PY|DA)", ris(undated, [], NOW), re.MULTILINE)
    assert "issued" not in json.loads(csl(undated, [], NOW))[0]
    assert "datePublished" not in json.loads(json_ld(undated, [], "https://example.org/"))


@given(st.text(), st.text())
def test_no_title_or_author_breaks_a_citation(title: str, author: str) -> None:
    strange = ENTRY.__class__(**{**ENTRY.__dict__, "title": title})
    written = bibtex(strange, [author], NOW)  # BibTeX counts braces whatever stands before them
    assert written.count("{") == written.count("}")
    assert all(line[2:6] == "  - " for line in ris(strange, [author], NOW).split("\r\n") if line)
    json.loads(csl(strange, [author], NOW))


@pytest.mark.parametrize("title", ["</script><script>", "<!--", "&lt;", "\u2028"])
def test_no_title_ends_the_script_that_holds_it(title: str) -> None:
    written = json_ld(entry(title), ["Ada"], "https://example.org/")
    assert not any(c in written for c in "<>&\u2028")
    assert json.loads(written)["headline"] == title


ENTRY = entry()


COPY = ArchivedCopy("https://kept.example/entry/17", "My archive", 2, "2024-06-01T08:00:00Z")


def test_in_words() -> None:
    assert plain(entry(), ["Ada Quarry", "Li Tarn"], NOW, COPY) == (
        "Ada Quarry, Li Tarn, “Rivers & {stones}”, A feed, 17 May 2024. https://example.org/17. "
        "Archived in My archive, version 2, seen 1 June 2024: https://kept.example/entry/17 "
        "(accessed 24 December 2024)."
    )


def test_what_nobody_dated_is_cited_in_words_without_a_date() -> None:
    assert ", A feed, no date. https://" in plain(entry(published=None), [], NOW, COPY)


def test_each_format_names_the_copy_and_its_version() -> None:
    written = bibtex(entry(), [], NOW, COPY)
    assert "  version = {2, seen 2024-06-01},\n" in written
    assert "  note = {Archived in My archive: \\url{https://kept.example/entry/17}},\n" in written
    lines = ris(entry(), [], NOW, COPY).split("\r\n")
    assert {
        "ET  - Version 2, seen 2024-06-01",
        "DB  - My archive",
        "AV  - https://kept.example/entry/17",
    } <= {*lines}
    [item] = json.loads(csl(entry(), [], NOW, COPY))
    assert (item["archive"], item["archive_location"]) == ("My archive", "https://kept.example/entry/17")
    assert item["version"] == "2, seen 2024-06-01"


@pytest.mark.parametrize("ending", CITATION_FORMATS)
def test_several_are_one_document(ending: str) -> None:
    format = CITATION_FORMATS[ending]
    written = format.document(format.write(entry(), [name], NOW, None) for name in ("Ada", "Li"))
    several = {"bib": "@online{", "ris": "TY  - ", "csl.json": '"type": '}[ending]
    assert written.count(several) == 2
    if ending == "csl.json":
        assert [item["author"][0]["literal"] for item in json.loads(written)] == ["Ada", "Li"]
        assert format.document([]) == "[\n\n]\n"
