import re

from hypothesis import given
from hypothesis import strategies as st

from ingest.clean.sanitise import sanitise
from ingest.pages.entry_html import Heading, body


def test_headings_get_identifiers_and_make_a_table_of_contents() -> None:
    shown = body("<h2>One</h2><p>…</p><h3>Two <em>&amp; a half</em></h3>", "s7-")
    assert shown.html == '<h2 id="s7-1">One</h2><p>…</p><h3 id="s7-2">Two <em>&amp; a half</em></h3>'
    assert shown.headings == (Heading(1, "s7-1", "One"), Heading(2, "s7-2", "Two & a half"))


def test_what_has_an_identifier_keeps_it_apart_from_that_of_another_entry_on_the_page() -> None:
    shown = body('<h2 class="x" id="e01234567-here">One</h2><a href="#e01234567-here">Up</a>', "s7-")
    assert shown.html == '<h2 class="x" id="s7-e01234567-here">One</h2><a href="#s7-e01234567-here">Up</a>'
    assert shown.headings[0].anchor == "s7-e01234567-here"


def test_what_a_text_says_of_identifiers_stays() -> None:
    html = '<p>id="e01234567-here" and href="#e01234567-here"</p>'
    assert body(html, "s7-").html == html


def test_headings_are_moved_so_that_the_highest_stands_below_the_pages_own() -> None:
    assert body("<h1>One</h1><h3>Two</h3>", "s").html == '<h2 id="s1">One</h2><h4 id="s2">Two</h4>'
    assert body("<h4>One</h4><h6>Two</h6>", "s").html == '<h2 id="s1">One</h2><h4 id="s2">Two</h4>'
    assert body("<h1>One</h1><h6>Two</h6>", "s", top=4).html == '<h4 id="s1">One</h4><h6 id="s2">Two</h6>'


def test_a_heading_without_text_is_not_listed() -> None:
    assert body("<h2><img src='https://example.org/1.png'></h2>", "s").headings == ()


def test_the_outermost_table_stands_in_a_box_that_scrolls() -> None:
    html = body("<table><tr><td><table></table></td></tr></table>", "s").html
    assert html.count('class="scroll"') == 1
    assert html.startswith("<div") and html.endswith("</table></div>")


def test_keys_reach_code_and_formulas_that_may_be_wider_than_the_page() -> None:
    html = '<pre class="x">a</pre><math display="block"></math><math></math>'
    shown = '<pre class="x" tabindex="0">a</pre><math display="block" tabindex="0"></math><math></math>'
    assert body(html, "s").html == shown


def test_a_link_of_which_nothing_is_to_be_read_is_none() -> None:
    empty = '<a href="https://example.org/" rel="noopener">{}</a>'
    assert body(f"<p>a{empty.format('&nbsp;')}b{empty.format('')}</p>", "s").html == "<p>a&nbsp;b</p>"
    for kept in (empty.format("x"), empty.format('<img src="x" alt="x">'), '<a href="#x" id="y"></a>'):
        assert body(kept, "s").html == kept


def test_an_item_that_is_but_a_list_is_told_from_one_that_has_words() -> None:
    html = body("<ul><li id='a'> <ol><li>1</li></ol></li><li>Words<ul><li>2</li></ul></li></ul>", "s").html
    assert html == (
        "<ul><li id='a' data-of-lists> <ol><li>1</li></ol></li><li>Words<ul><li>2</li></ul></li></ul>"
    )


def test_what_looks_like_a_tag_within_an_attribute_is_left_alone() -> None:
    html = '<p title="<h2>no</h2><table>">text</p>'
    assert body(html, "s").html == html


@given(
    st.lists(
        st.sampled_from(
            [
                "<h1>",
                "</h1>",
                "<h4 title='>'>",
                "</h4>",
                "<table>",
                "</table>",
                "<p>",
                "<pre>",
                "</pre>",
                "a<b",
                "&lt;",
            ]
        )
    )
)
def test_what_was_safe_stays_safe_and_no_text_is_lost(pieces: list[str]) -> None:
    safe = sanitise("".join(pieces))
    shown = body(safe, "s").html
    assert text_of(shown) == text_of(safe)
    assert text_of(sanitise(shown)) == text_of(safe)


def text_of(html: str) -> str:
    return re.sub(r"<(?:\"[^\"]*\"|'[^']*'|[^>])*>", "", html)
