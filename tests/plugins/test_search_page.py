"""The search page and its other forms. The same under Datasette 0.65 and 1.0."""

import csv
import re
import sqlite3
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit
from xml.etree import ElementTree as ET

import pytest
import pytest_asyncio
from datasette.app import Datasette
from selectolax.lexbor import LexborHTMLParser, LexborNode
from sqlite_utils import Database

from ingest.search.hits import search
from ingest.search.parse import parse_query
from ingest.search.unparse import unparse
from ingest.web.plugin.registering import PLUGIN_FILES
from tests.ingest.search.test_parentheses import ALL as PARENTHESES
from tests.ingest.search.test_parse import ALL
from tests.plugins.serving import serve

pytestmark = pytest.mark.asyncio(loop_scope="session")

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(archive: Path, metadata: dict[str, Any], config: dict[str, Any]) -> Datasette:
    return await serve(archive, metadata, settings=config["settings"])


async def get(site: Datasette, form: str = "", **parameters: Any) -> Any:
    response = await site.client.get(f"/search{form}?{urlencode(parameters, doseq=True)}")
    assert response.status_code == 200, response.text
    return response


async def page(site: Datasette, **parameters: Any) -> LexborHTMLParser:
    return LexborHTMLParser((await get(site, **parameters)).text)


async def found(site: Datasette, **parameters: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await get(site, ".json", **parameters)).json()
    return answer


def texts(tree: LexborHTMLParser | LexborNode, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in tree.css(selector)]


def asked(link: LexborNode) -> dict[str, str]:
    """The parameters of a link to a search."""
    parts = urlsplit(link.attributes["href"] or "")
    assert parts.path == "/search"
    return {name: value for name, [value] in parse_qs(parts.query).items()}


# What is found, and how it is shown


async def test_results_are_ranked_with_their_words_marked(site: Datasette) -> None:
    tree = await page(site, q="violin OR unique37")
    assert texts(tree, "h1") == ["Entries with “violin” or “unique37”"]
    [best, *others] = tree.css(".hits > li")
    assert [link.attributes["href"] for link in best.css("h2 a")] == ["/entry/37"]
    assert set(texts(best, ".snippet mark")) == {"violin", "unique37"}
    assert others


async def test_titles_come_before_texts(site: Datasette) -> None:
    marked = [bool(hit.css("h2 mark")) for hit in (await page(site, q="lantern")).css(".hits > li")]
    assert marked == sorted(marked, reverse=True)
    assert marked[0]


async def test_markup_in_titles_is_text(site: Datasette) -> None:
    response = await get(site, q="lantern")
    assert "<b>" not in response.text
    assert "&lt;b&gt;" in response.text


@pytest.mark.parametrize("text", ['<script>alert(1)</script>"', '"><img src=x onerror=alert(1)>', "'\"&<>"])
async def test_markup_in_the_query_is_text(site: Datasette, text: str) -> None:
    tree = await page(site, q=text)
    assert not tree.css("img, script:not([src])")
    assert tree.css_first("#q").attributes["value"] == text


@pytest.mark.parametrize(("text", "meaning"), [*ALL, *PARENTHESES])
async def test_every_odd_query_has_a_page_that_says_what_it_means(
    site: Datasette, text: str, meaning: str
) -> None:
    response = await site.client.get(f"/search?q={quote(text, errors='surrogatepass')}")
    assert response.status_code == 200
    tree = LexborHTMLParser(response.text)
    assert len(tree.css("h1")) == 1
    shown_whole = len(meaning) < 200 and "feed" not in meaning  # a feed is named by its title
    is_unicode = not any("\ud800" <= character <= "\udfff" for character in text)
    if text.strip() and shown_whole and is_unicode:
        assert texts(tree, "h1") == [" ".join((meaning[0].upper() + meaning[1:]).split())]


@pytest.mark.parametrize("form", [".json", ".csv", ".atom", "/suggest"])
@pytest.mark.parametrize("text", ['"', "AND AND", "\0", "é" * 10_000, "🎉", "tag:", "a vs", "vs", "\x0b\x1b"])
async def test_every_form_answers_odd_queries(site: Datasette, form: str, text: str) -> None:
    response = await get(site, form, q=text)
    if form == ".atom":
        ET.fromstring(response.text)


async def test_without_a_query_operators_are_taught_with_names_of_the_archive(site: Datasette) -> None:
    examples = texts(await page(site), ".operators dt")
    assert 'author:"Ada Quarry"' in examples or "author:李明" in examples
    assert "tag:Geology" in examples
    assert "is:removed" in examples
    assert texts(await page(site, q="  "), ".operators dt") == examples


async def test_every_example_leads_to_its_search(site: Datasette) -> None:
    for link in (await page(site)).css(".operators a"):
        tree = await page(site, **asked(link))
        assert texts(tree, ".note") == []


async def test_several_parameters_are_one_query(site: Datasette) -> None:
    assert (await found(site, q=["feed:1", "river"]))["query"] == "feed:1 river"


async def test_what_was_not_understood_is_said(site: Datasette) -> None:
    assert texts(await page(site, q="river colour:red"), ".note") == [
        "There is no operator “colour:”, so it was read as a word."
    ]


async def test_a_misspelt_word_is_asked_about(site: Datasette) -> None:
    link = (await page(site, q="lanterm")).css_first(".meant a")
    assert asked(link) == {"q": "lantern"}


async def test_where_nothing_is_found_there_is_something_to_try(site: Datasette) -> None:
    tree = await page(site, q="lantern author:nobodyofthisname")
    assert texts(tree, ".hits > li") == []
    [link] = tree.css(".wider a")
    assert asked(link) == {"q": "lantern"}
    both = await page(site, q="lantern author:nobodyofthisname tag:Nowhere")
    assert [asked(link) for link in both.css(".wider a")] == [{"q": "lantern"}]


async def test_a_feed_is_named_where_the_query_has_its_number(site: Datasette) -> None:
    assert texts(await page(site, q="river feed:1"), "h1") == [
        "Entries with “river”, of the feed Stones & Rivers"
    ]


# Order and pages


async def test_results_are_sorted_by_time_when_asked(site: Datasette) -> None:
    newest = [hit["date"] for hit in (await found(site, q="river", sort="newest"))["hits"]]
    oldest = [hit["date"] for hit in (await found(site, q="river", sort="oldest"))["hits"]]
    assert newest == sorted(newest, reverse=True)
    assert oldest == sorted(oldest)
    assert newest != oldest


async def test_pages_together_have_every_result_once(site: Datasette) -> None:
    seen: list[int] = []
    link: dict[str, str] | None = {"q": "author:ada"}
    while link:
        tree = await page(site, **link)
        seen += [int((a.attributes["href"] or "").rpartition("/")[2]) for a in tree.css(".hits h2 a")]
        next = tree.css_first(".pager a[rel=next]")
        link = asked(next) if next else None
    assert len(seen) == len(set(seen)) == 65


async def test_a_page_beyond_the_last_is_the_last_with_a_note(site: Datasette) -> None:
    tree = await page(site, q="author:ada", page="999")
    assert texts(tree, ".note") == ["There is no page 999: this is the last one."]
    assert len(tree.css(".hits > li")) == 5


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", "9" * 400, "", "٣"])
async def test_what_is_no_page_is_the_first_or_the_last(site: Datasette, number: str) -> None:
    assert (await page(site, q="river", page=number, sort="sideways", of="7")).css(".hits > li")


async def test_a_parameter_that_is_passed_over_has_a_note(site: Datasette) -> None:
    tree = await page(site, q="river", page="abc", sort="sideways", of="9")
    assert texts(tree, ".note") == [
        "There is no page “abc”: this is the first one.",
        "There is no order “sideways”: there is relevance, newest and oldest.",
        "There is no query “9” here: these are the results of the first.",
    ]


# Facets


async def test_facets_count_as_the_query_they_lead_to_finds(site: Datasette) -> None:
    tree = await page(site, q="river")
    lines = tree.css(".filters .bars li")
    assert {"feed", "author", "tag", "source", "year", "language", "more"} == {
        (section.attributes["id"] or "").removeprefix("by-") for section in tree.css(".filters h2")
    }
    for line in lines:
        count = int(line.css_first(".count").text().replace(",", ""))
        assert (await found(site, **asked(line.css_first("a"))))["total"] == count


async def test_a_facet_shows_its_commonest_values_and_unfolds_to_more(many_names: Path) -> None:
    site = await serve(many_names)
    tree = await page(site, q="feed:1")
    assert len(tree.css("#by-tag + .bars li")) == 8
    assert texts(tree, "#by-tag ~ details summary") == ["42 more"]
    assert len(tree.css("#by-tag ~ details li")) == 42
    assert texts(tree, "#by-tag ~ details p") == ["and rarer ones"]


async def test_a_facet_that_is_shown_whole_does_not_speak_of_more(many_names: Path) -> None:
    tree = await page(await serve(many_names), q='tag:="name 1"')
    assert len(tree.css("#by-tag + .bars li")) == 8
    assert texts(tree, "#by-tag ~ details summary") == ["42 more"]
    assert texts(tree, "#by-tag ~ details p") == []
    assert tree.css("#by-author ~ details") == []


async def test_a_chosen_value_is_marked_and_leads_back(site: Datasette) -> None:
    tree = await page(site, q="river tag:=Water after:2023 before:2024")
    chosen = tree.css(".filters a[aria-current]")
    assert [parse_query(asked(link)["q"]) for link in chosen] == [
        parse_query("river after:2023 before:2024"),
        parse_query("river tag:=Water"),
    ]


async def test_each_part_of_a_query_can_be_taken_away(site: Datasette) -> None:
    chips = (await page(site, q="river tag:Water")).css(".asked .chips a")
    assert [asked(chip) for chip in chips] == [{"q": "tag:Water"}, {"q": "river"}]
    assert (await page(site, q="river")).css(".asked .chips a") == []


# Over time


async def test_the_months_of_one_query_are_drawn_as_bars_with_a_table(site: Datasette) -> None:
    tree = await page(site, q="river")
    assert tree.css(".over-time svg[role=img] path")
    counted = [int(cell) for cell in texts(tree, ".over-time td")]
    assert sum(counted) == (await found(site, q="river"))["total"]


async def test_queries_are_compared_with_vs(site: Datasette) -> None:
    tree = await page(site, q="river vs stone tag:Water")
    assert len(tree.css(".lines > .drawn polyline")) == 2
    assert [asked(link)["q"] for link in tree.css(".lines .legend a")] == ["river", "stone tag:Water"]
    columns = [[int(cell) for cell in texts(row, "td")] for row in tree.css(".lines tbody tr")]
    totals = [(await found(site, q=q))["total"] for q in ("river", "stone tag:Water")]
    assert [sum(column) for column in zip(*columns, strict=True)] == totals


async def test_of_compared_queries_one_is_listed(site: Datasette) -> None:
    [first, second] = (await page(site, q="unique37 vs unique38")).css("nav[aria-label^=Which] a")
    assert "of" not in asked(first)
    tree = await page(site, **asked(second))
    assert texts(tree, "h1") == ["Entries with “unique38”"]


async def test_a_facet_narrows_down_all_that_is_compared(site: Datasette) -> None:
    link = (await page(site, q="river vs stone")).css_first("#by-tag ~ .bars a")
    assert re.fullmatch(r"river tag:=(\w+) vs stone tag:=\1", asked(link)["q"])


@pytest.mark.parametrize("text", ['"river vs stone"', "vs", "river vs", "versus river"])
async def test_vs_is_a_word_within_quotes_or_where_a_side_is_empty(site: Datasette, text: str) -> None:
    assert (await page(site, q=text)).css(".lines") == []


async def test_more_queries_than_can_be_told_apart_are_not_compared(site: Datasette) -> None:
    tree = await page(site, q=" vs ".join(f"unique{n}" for n in range(20)))
    assert texts(tree, ".note") == ["Only the first 5 queries were compared."]


# Other forms


async def test_json_has_what_the_page_has(site: Datasette, archive: Path) -> None:
    text = "river OR stone OR cloud"
    answer = await found(site, q=text, sort="newest")
    expected = search(Database(archive), text, sort="newest")
    assert [hit["id"] for hit in answer["hits"]] == [hit.id for hit in expected.hits]
    assert (answer["total"], answer["meaning"]) == (expected.total, expected.meaning)
    assert [hit["title_parts"] for hit in answer["hits"]] == [
        [list(part) for part in hit.title_parts] for hit in expected.hits
    ]
    assert parse_qsl(urlsplit(answer["next"]).query) == [("q", text), ("sort", "newest"), ("page", "2")]
    assert {"feed", "author", "tag", "source", "year", "language", "more"} == set(answer["facets"])


async def test_csv_has_every_result(site: Datasette) -> None:
    response = await get(site, ".csv", q="author:ada", sort="oldest")
    rows = list(csv.DictReader(StringIO(response.text)))
    assert len(rows) == 65
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)
    assert response.headers["content-type"].startswith("text/csv")


async def test_all_of_it_is_the_one_csv_in_sight_and_the_rows_of_the_page_are_under_its_sql(
    site: Datasette,
) -> None:
    links = (await page(site, q="author:ada")).css("main a[href*='.csv']")
    folded = {link.text(): link.parent.parent.tag for link in links if ".svg" not in link.text()}  # type: ignore[union-attr]
    assert folded["CSV"] == "details"
    [whole] = [link for link in links if link.attributes["href"].startswith("/search.csv")]  # type: ignore[union-attr]
    assert whole.text() == "All as CSV"
    rows = [*csv.DictReader(StringIO((await site.client.get(whole.attributes["href"])).text))]
    assert len(rows) == (await found(site, q="author:ada"))["total"] > 20


@pytest.mark.parametrize("text", ["river", "nothinglikeit", "river vs lantern"])
async def test_a_search_can_be_followed(site: Datasette, text: str) -> None:
    [link] = [a for a in (await page(site, q=text)).css("main a") if a.text() == "Follow this search"]
    response = await site.client.get(link.attributes["href"])
    assert response.headers["content-type"].startswith("application/atom+xml")


async def test_atom_has_the_newest_results(site: Datasette) -> None:
    feed = ET.fromstring((await get(site, ".atom", q="river", sort="oldest")).text)
    dates = [entry.findtext(f"{ATOM}published") or "" for entry in feed.iter(f"{ATOM}entry")]
    assert dates == sorted(dates, reverse=True)
    assert feed.findtext(f"{ATOM}title") == "Search: river"
    links = [link.attrib["href"] for link in feed.findall(f"{ATOM}link")]
    assert all(link.startswith("http://localhost/search") for link in links)


async def test_the_sql_of_a_query_finds_the_same_in_datasette(site: Datasette) -> None:
    text = "river -unique37 tag:Water after:2022"
    tree = await page(site, q=text)
    [link] = [a for a in tree.css(".sources a") if "SQL" in a.text()]
    parts = urlsplit(link.attributes["href"] or "")
    assert "match" in dict(parse_qsl(parts.query))
    response = await site.client.get(f"{parts.path}.json?{parts.query}&_shape=array", follow_redirects=True)
    assert response.status_code == 200, response.text
    answer = await found(site, q=text)
    assert [row["id"] for row in response.json()][:20] == [hit["id"] for hit in answer["hits"]]


# Suggestions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("au", ["author:", "author:"]),
        ("river ta", ["river tag:"]),
        ("tag:g", ["tag:Geology "]),
        ("river -tag:wat", ["river -tag:Water "]),
        ("author:a", ['author:"Ada Quarry" ']),
        ("author:qua", ['author:"Ada Quarry" ']),
        ('author:"ada q', ['author:"Ada Quarry" ']),
        ("author:李", ["author:李明 "]),
        ("feed:harb", ['feed:"The Harbour Cast" ']),
        ("lang:z", ["lang:zh "]),
        ("host:ar", ["host:arxiv.org "]),
        ("has:a", ["has:audio "]),
        ("is:", ["is:edited ", "is:removed ", "is:undated "]),
        ("Geol", ["tag:Geology "]),
        ("%", []),
        ("nothing:so", []),
        ('"a phrase tag:g', []),
        ("", []),
    ],
)
async def test_suggestions_go_on_from_what_is_typed(site: Datasette, text: str, expected: list[str]) -> None:
    answer = (await get(site, "/suggest", q=text)).json()
    offered = [suggestion["text"] for suggestion in answer["suggestions"]]
    assert offered[: len(expected)] == expected[: len(offered)]
    assert bool(offered) == bool(expected)


async def test_a_suggestion_is_a_query_as_it_is_typed(site: Datasette) -> None:
    for text in ("tag:", "author:", "feed:", "host:", "lang:", "has:", "is:"):
        for suggestion in (await get(site, "/suggest", q=text)).json()["suggestions"]:
            assert unparse(parse_query(suggestion["text"])) == suggestion["text"].strip()


# Around it


async def test_the_page_has_no_inline_script_and_a_policy_that_allows_none(site: Datasette) -> None:
    response = await get(site, q="river vs stone")
    tree = LexborHTMLParser(response.text)
    assert not tree.css("script:not([src]), [style], [onclick], style")
    assert "'unsafe-inline'" not in response.headers["content-security-policy"]


async def test_addresses_keep_to_the_base_url(archive: Path) -> None:
    site = await serve(archive, settings={"base_url": "/feeds/"})
    response = await site.client.get("/search?q=river+vs+stone&sort=newest", follow_redirects=True)
    assert response.status_code == 200
    links = re.findall(r'(?:href|src|action)="(/[^"]*)"', response.text)
    assert links
    assert [link for link in links if not link.startswith("/feeds/")] == []


@pytest.mark.parametrize("closed", ["archive", "entry_tags"])
@pytest.mark.parametrize("form", ["", ".json", ".csv", ".atom", "/suggest"])
async def test_who_may_not_see_the_archive_finds_nothing(archive: Path, closed: str, form: str) -> None:
    rule: dict[str, Any] = {"allow": False}
    database = rule if closed == "archive" else {"tables": {closed: rule}}
    site = await serve(archive, permissions={"databases": {"archive": database}})
    response = await site.client.get(f"/search{form}?q=river")
    assert response.status_code == 403
    assert "unique" not in response.text


async def test_sql_is_not_linked_where_it_is_closed(site: Datasette, archive: Path) -> None:
    def links_to_sql(tree: LexborHTMLParser) -> list[str]:
        return [link.text() for link in tree.css("a") if "sql=" in (link.attributes["href"] or "")]

    assert links_to_sql(await page(site, q="river")) == ["SQL", "JSON", "CSV"]
    closed = await serve(archive, permissions={"allow_sql": False})
    assert links_to_sql(await page(closed, q="river")) == []


async def test_without_an_archive_there_is_nothing_to_search(tmp_path: Path) -> None:
    Database(tmp_path / "other.db")["things"].insert({"id": 1})
    site = await serve(tmp_path / "other.db")
    assert (await site.client.get("/search?q=river")).status_code == 404


@pytest.mark.parametrize(
    ("slow", "said"),
    [
        ("load_narrowing", "too much to count"),
        ("load_over_time", "took too long to look up: how often over time"),
    ],
)
async def test_what_takes_too_long_is_left_out_and_said(
    site: Datasette, monkeypatch: pytest.MonkeyPatch, slow: str, said: str
) -> None:
    def interrupted(*arguments: Any) -> None:
        raise sqlite3.OperationalError("interrupted")

    monkeypatch.setattr(PLUGIN_FILES["search"], slow, interrupted)
    assert said in (await get(site, q="river")).text


@pytest.mark.parametrize("form", ["", ".json", ".csv", ".atom"])
async def test_a_search_that_takes_too_long_is_answered_with_503_in_every_form(
    site: Datasette, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    def interrupted(*arguments: Any) -> None:
        raise sqlite3.OperationalError("interrupted")

    for slow in ("load_found", "result_ids"):
        monkeypatch.setattr(PLUGIN_FILES["search"], slow, interrupted)
    answer = await site.client.get(f"/search{form}?q=river")
    assert answer.status_code == 503 and answer.headers["retry-after"]
    assert "This search takes too long" in answer.text
    assert form or 'value="river"' in answer.text  # to be asked otherwise


async def test_an_export_that_takes_too_long_says_where_it_ends(
    site: Datasette, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: Any) -> None:
        raise sqlite3.OperationalError("interrupted")

    monkeypatch.setattr(PLUGIN_FILES["search"], "items_of", interrupted)
    header, last = (await get(site, ".csv", q="river", sort="newest")).text.splitlines()
    assert header.startswith("id,date,title")
    assert re.fullmatch(r"This export took too long: (\d+) of \1 are missing\.", last)


async def test_of_very_many_results_a_sample_is_counted_and_said(
    site: Datasette, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.pages.search.MOST_COUNTED", 10)
    monkeypatch.setattr("ingest.pages.search.SAMPLE", 8)
    tree = await page(site, q="river")
    assert "Counted among 8 of them" in tree.css_first(".filters").text()
    assert sum(int(count) for count in texts(tree, "#by-year ~ .bars .count")) == 8
