import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pages.cite import bibtex, csl, ris
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
