"""Datasette's own pages with our cells, facets and styles, in a real browser."""

from typing import Any

import pytest

from tests.browser.conftest import IS_OLD, barriers_in_both_schemes


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_the_rows_come_first_and_facets_are_folded_away(
    address: str, chromium: Any, scripts: bool
) -> None:
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=scripts, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"{address}/sample/entries")
    within = 740 if scripts else 740 * 1.5  # of the filters, which a script folds
    assert page.locator(".rows-and-columns tbody tr").first.bounding_box()["y"] < within
    assert page.locator("form.filters").is_visible() is not scripts
    assert not page.locator(".facet-results").is_visible()
    page.locator(".facets-fold > summary").click()
    assert page.locator(".facet-results a").first.is_visible()
    context.close()


def test_on_a_wide_screen_facets_are_there_at_once(address: str, page: Any) -> None:
    page.goto(f"{address}/sample/entries")
    assert page.locator(".facet-results a").first.is_visible()
    assert not page.locator(".facets-fold > summary").is_visible()


def test_on_a_wide_screen_the_rows_begin_on_the_first_screen_beside_the_facets(
    address: str, page: Any
) -> None:
    page.goto(f"{address}/sample/entries")
    row, facets = (
        page.locator(one).first.bounding_box() for one in (".rows-and-columns tbody tr", ".facet-results")
    )
    assert row["y"] < 900 - 200
    assert facets["x"] + facets["width"] <= row["x"]


def test_what_the_columns_mean_is_folded_away_until_asked_for(address: str, page: Any) -> None:
    page.goto(f"{address}/sample/entries")
    assert not page.get_by_text("Number of the entry", exact=True).is_visible()
    page.get_by_text("What the columns mean").click()
    assert page.get_by_text("Number of the entry", exact=True).is_visible()


def test_names_and_numbers_stay_a_table_on_a_phone(address: str, page: Any) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{address}/sample/tags_by_use")
    cells = page.locator(".rows-and-columns tbody tr").first.locator("td:visible")
    assert cells.count() == 3  # not the number of the tag, for which the name is a link
    assert len({cell.bounding_box()["y"] for cell in cells.all()}) == 1


def test_from_the_table_of_entries_to_a_tag_and_an_entry_by_mouse(address: str, page: Any) -> None:
    page.goto(address)
    page.get_by_role("navigation").get_by_role("link", name="Data", exact=True).first.click()
    page.locator(".db-table").get_by_role("link", name="entries", exact=True).click()
    page.locator("#facet-tags a[data-facet-value]").first.click()
    page.locator("td.col-title > a").first.click()
    page.wait_for_url("**/entry/*")


@pytest.mark.parametrize(("label", "page_of"), [("Feeds", "feed"), ("Tags", "tag"), ("Authors", "author")])
def test_the_ways_of_every_page_lead_on_to_pages_of_ours(
    address: str, page: Any, label: str, page_of: str
) -> None:
    page.goto(address)
    page.get_by_role("navigation").get_by_role("link", name=label, exact=True).first.click()
    page.locator(f".rows .name a[href^='/{page_of}/']").first.click()
    page.wait_for_url(f"**/{page_of}/*")


def test_the_first_key_leads_past_the_header(address: str, page: Any) -> None:
    page.goto(f"{address}/sample/entries")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    focus = page.locator(":focus")
    assert focus.evaluate("element => element.closest('main') !== null")


def test_the_archive_is_searched_from_a_table(address: str, page: Any) -> None:
    page.goto(f"{address}/sample/entries")
    page.get_by_role("combobox", name="Search the archive").fill("the")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=the")


def _by_mouse(page: Any, link: Any) -> None:
    link.click()


def _by_keyboard(page: Any, link: Any) -> None:
    """Tab until the link has the focus, as a reader does."""
    wanted = link.element_handle()
    for _ in range(200):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            return
    pytest.fail("The link cannot be reached by keyboard.")


@pytest.mark.parametrize("follow", [_by_mouse, _by_keyboard])
def test_from_home_to_a_search_to_a_facet_to_an_entry_to_its_history_and_back(
    address: str, page: Any, follow: Any
) -> None:
    page.goto(address)
    page.keyboard.press("/") if follow is _by_keyboard else page.locator("#q").click()
    page.keyboard.type("is:edited")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=is*")
    follow(page, page.locator(".filters .bars a").first)
    page.wait_for_load_state()
    assert page.locator("#q").input_value() != "is:edited"
    found = page.url
    follow(page, page.locator(".hits li a[data-open]").first)
    page.wait_for_url("**/entry/*")
    entry = page.url
    follow(page, page.get_by_role("link", name="earlier version").first)
    page.wait_for_url("**/history")
    follow(page, page.get_by_role("link", name="← "))
    page.wait_for_url(entry)
    page.go_back()
    page.go_back()
    page.go_back()
    page.wait_for_url(found)


def ground(page: Any) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_a_table_has_the_colours_of_our_pages_in_the_light_and_in_the_dark(address: str, page: Any) -> None:
    grounds = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(address)
        ours = ground(page)
        page.goto(f"{address}/sample/entries")
        assert ground(page) == ours
        assert page.evaluate("getComputedStyle(document.documentElement).filter") == "none"
        grounds.add(ours)
    assert len(grounds) == 2


def test_the_theme_is_chosen_on_a_page_of_datasettes_too(address: str, page: Any) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}/sample/entries")
    dark = ground(page)
    page.get_by_role("button", name="Theme: auto").click()
    assert ground(page) != dark
    page.goto(f"{address}/sample")
    assert ground(page) != dark
    page.goto(address)
    page.get_by_role("button", name="Theme: light").click()
    page.emulate_media(color_scheme="light")
    page.goto(f"{address}/sample/entries")
    assert ground(page) == dark


@pytest.mark.parametrize(
    "path", ["/sample", "/sample/entries", "/sample/entries/1", "/sample/tags_by_use", "/-/versions"]
)
def test_the_masthead_is_at_the_same_place_on_every_page(address: str, page: Any, path: str) -> None:
    def places() -> list[Any]:
        parts = page.locator(".masthead .name, .masthead #q, .masthead nav a, .masthead .switches button")
        return [(part.inner_text(), part.bounding_box()) for part in parts.all()]

    page.goto(address)
    ours = places()
    page.goto(address + path)
    assert places() == ours


def test_the_keys_of_our_pages_work_on_a_table(address: str, page: Any) -> None:
    page.goto(f"{address}/sample/entries")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('tbody tr').rowIndex") == 2
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.goto(f"{address}/sample/entries?_size=2")
    page.keyboard.press("n")
    page.wait_for_url("**_next=*")
    page.keyboard.press("h")
    page.wait_for_url(f"{address}/")


SQL = "/sample?sql=select+title,url,excerpt,date,words+from+entries"


@pytest.mark.parametrize(
    "path",
    [
        *("/sample/newest_entries?_show_sql=1", "/sample/edited_entries?_show_sql=1"),
        *("/sample/feed_health?_show_sql=1", "/sample/search?q=the&_show_sql=1"),
        *("/sample/links", "/sample/revisions", "/sample/polls", "/sample/feeds?_columns=all"),
        *("/-/versions", "/-/plugins", "/-/settings", "/-/databases", "/-/allow-debug", SQL, f"{SQL}+oops"),
    ],
)
def test_no_page_of_datasettes_scrolls_sideways_on_a_telephone(address: str, page: Any, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("path", ["/sample/entries", "/sample/newest_entries", "/sample/links"])
def test_on_a_telephone_a_row_is_its_title_and_a_line_or_two(address: str, page: Any, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address + path)
    row = page.locator(".rows-and-columns tbody tr").first
    assert row.bounding_box()["height"] < 120
    title, *beside = sorted(
        (cell.bounding_box() for cell in row.locator("td:visible").all()), key=lambda box: box["y"]
    )
    assert title["width"] > 300
    assert 1 <= len(beside) <= 5
    assert row.evaluate("row => getComputedStyle(row.querySelector('td'), '::before').content") == "none"


def test_numbers_stand_below_each_other_with_their_thousands_set_apart(address: str, page: Any) -> None:
    page.goto(f"{address}/sample?sql=select+'a'+as+name,+1234567+as+n+union+select+'b',+3")
    cells = page.locator("td.col-n").all()
    assert [cell.inner_text() for cell in cells] == ["1,234,567", "3"]
    assert {cell.evaluate("cell => getComputedStyle(cell).textAlign") for cell in cells} == {"end"}


def test_a_time_is_said_as_elsewhere_and_stands_in_its_title_as_it_is_stored(address: str, page: Any) -> None:
    page.goto(f"{address}/sample?sql=select+'x'+as+name,+'2024-05-07T12:34:56Z'+as+at")
    time = page.locator("td.col-at time")
    assert time.inner_text() == "7 May 2024, 08:34"  # where the reader is
    assert time.get_attribute("title") == "2024-05-07T12:34:56Z"


def test_a_ready_query_says_what_it_found_and_folds_its_sql_away(address: str, page: Any) -> None:
    page.goto(f"{address}/sample/entries_by_tag")
    assert page.get_by_role("heading", level=2).first.inner_text().endswith(" entries")
    assert not page.locator("pre.sql").is_visible()
    page.get_by_text("The SQL that finds them").click()
    assert page.locator("pre.sql").is_visible()
    page.get_by_label("Tag").fill("zzz")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**tag=zzz*")
    assert page.get_by_role("heading", level=2).first.inner_text() == "0 entries"


@pytest.mark.skipif(IS_OLD, reason="Datasette 0.65 has no such box")
def test_what_is_typed_into_the_box_of_datasettes_is_no_key_of_ours(address: str, page: Any) -> None:
    page.goto(f"{address}/sample/entries")
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("button", name="Jump to …").click()
    page.keyboard.type("hj")
    assert page.evaluate("document.activeElement.value") == "hj"


MORE = ["/-/versions", "/-/plugins", "/-/settings", "/-/allow-debug", "/-/login", f"{SQL}+oops"]
MORE += ["/sample/links", "/sample/newest_entries?_show_sql=1", "/sample/search?q=the", "/sample/entry_tags"]
NEWER = ["/-/api", "/sample/-/queries", "/sample/-/schema", "/sample/-/query"]


@pytest.mark.parametrize("path", MORE if IS_OLD else MORE + NEWER)
@pytest.mark.parametrize("width", [360, 1440])
def test_what_datasette_shows_of_itself_has_no_barrier_either(
    address: str, page: Any, path: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert barriers_in_both_schemes(page) == {"light": [], "dark": []}


def test_the_menu_of_a_column_opens_beside_its_heading(address: str, page: Any) -> None:
    page.goto(f"{address}/sample/entries")
    heading = page.locator("th.col-date")
    heading.locator(".dropdown-menu-icon").click()
    menu, at = page.locator(".dropdown-menu:visible").last.bounding_box(), heading.bounding_box()
    assert abs(menu["x"] - at["x"]) < 200
    assert 0 < menu["y"] - at["y"] < 80


@pytest.mark.parametrize("width", [360, 390])
def test_all_ways_stand_in_one_row_of_a_telephone(chromium: Any, address: str, width: int) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 844})
    page.goto(f"{address}/")
    tops = page.eval_on_selector_all(
        ".masthead nav a", "links => links.map(link => link.getBoundingClientRect().top)"
    )
    assert len(tops) == 6 and len(set(tops)) == 1
    page.close()
