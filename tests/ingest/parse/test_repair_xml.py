import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.xml_root import root, trim_to_root
from ingest.parse.repair_xml import Refused, Truncation, repair

DOCTYPE = "<!DOCTYPE rss [{}]><rss><channel><title>&x;</title></channel></rss>"


def repaired(text: str) -> str:
    return repair(text)[0]


@pytest.mark.parametrize(
    "before",
    ["", "\n\n", '<?xml version="1.0"?>', "<!-- <html> -->", '<?xml-stylesheet href="a.xsl"?><!DOCTYPE rss>'],
)
def test_the_root_is_the_first_element_whatever_stands_before_it(before: str) -> None:
    assert root(before + "<rss/>") == "rss"


def test_a_warning_of_php_s_before_the_document_is_passed_over() -> None:
    text = '<br />\n<b>Warning</b>: mysql_connect()<?xml version="1.0"?><rss version="2.0"></rss>'
    assert trim_to_root(text) == '<rss version="2.0"></rss>'


def test_a_feed_that_a_page_was_wrapped_around_is_found() -> None:
    feed = '<feed xmlns="http://www.w3.org/2005/Atom"><entry/></feed>'
    assert trim_to_root(f"<html><body>{feed}</body></html>") == feed


def test_a_bare_ampersand_is_escaped() -> None:
    assert repaired("<rss><link>http://e.org/?a=1&b=2</link>AT&T &</rss>") == (
        "<rss><link>http://e.org/?a=1&amp;b=2</link>AT&amp;T &amp;</rss>"
    )


def test_a_character_s_name_from_html_is_written_out() -> None:
    assert repaired("<rss>caf&eacute;&nbsp;&lt;&amp;&hellip;</rss>") == "<rss>café\xa0&lt;&amp;…</rss>"


def test_cdata_and_comments_stay_as_they_are() -> None:
    text = "<rss><![CDATA[a & b &nbsp; <item>]]><!-- & <item> --></rss>"
    assert repaired(text) == text


def test_a_reference_to_what_is_no_character_is_left_out() -> None:
    assert repaired("<rss>a&#0;b&#x8;c&#xD800;d&#x1F600;</rss>") == "<rss>abcd&#x1F600;</rss>"


def test_a_short_entity_of_the_document_s_own_is_written_out() -> None:
    assert "<title>ACME &amp; Co</title>" in repaired(DOCTYPE.format('<!ENTITY x "ACME &#38; Co">')).replace(
        "&#38;", "&amp;"
    )


@pytest.mark.parametrize("stray", ["<br>", "a < b ", "<?x?>", "<img src='x'>"])
def test_what_opens_no_element_is_not_counted_as_nesting(stray: str) -> None:
    assert stray in repaired(
        f"<rss><channel><item><description>{stray * 2000}</description></item></channel></rss>"
    )


def test_netscape_s_document_type_and_xhtml_s_sets_of_characters_are_passed_over() -> None:
    for inside in (
        "",
        '<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN" "xhtml-lat1.ent">',
    ):
        assert "DOCTYPE" not in repaired(DOCTYPE.format(inside))


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "aa"><!ENTITY x "&a;&a;">',
        f'<!ENTITY x "{"a" * 100}">',
        '<!ENTITY x SYSTEM "file:///etc/passwd">',
        '<!ENTITY % p "q"><!ENTITY x "%p;">',
        '<!ENTITY x "&x;">',
    ],
)
def test_an_entity_that_is_nested_long_or_elsewhere_is_refused(declared: str) -> None:
    with pytest.raises(Refused, match="entity"):
        repair(DOCTYPE.format(declared))


def test_an_entity_used_too_often_is_refused() -> None:
    with pytest.raises(Refused, match="megabyte"):
        repair(f'<!DOCTYPE rss [<!ENTITY x "{"a" * 60}">]><rss>{"&x;" * 20_000}</rss>')


def test_a_tag_of_a_thousand_attributes_is_refused() -> None:
    with pytest.raises(Refused, match="attributes"):
        repair("<rss " + " ".join(f'a{n}=">"' for n in range(1000)) + "/>")


def test_a_whole_document_is_not_torn() -> None:
    assert repair("<rss><channel><item></item></channel></rss>\n<!-- made today -->")[1] is None


def test_a_document_that_stops_in_an_entry_ends_after_the_one_before() -> None:
    text = "<rss><channel><item>1</item><item>2</item><item>3</it"
    assert repair(text) == ("<rss><channel><item>1</item><item>2</item></channel></rss>", Truncation(2, True))


def test_a_document_that_stops_between_entries_keeps_all() -> None:
    assert repair("<feed><entry>1</entry>\n") == ("<feed><entry>1</entry></feed>", Truncation(1, False))


def test_a_document_that_stops_in_its_first_entry_keeps_its_head() -> None:
    assert repair("<feed><title>T</title><entry>1") == ("<feed><title>T</title></feed>", Truncation(0, True))


def test_an_end_tag_in_a_text_is_no_end() -> None:
    text = "<rss><channel><item>1</item><item><![CDATA[</item></rss>]]> 2"
    assert repair(text)[1] == Truncation(1, True)


@given(st.text())
def test_any_text_is_mended_or_refused(text: str) -> None:
    with contextlib.suppress(Refused):
        repair(trim_to_root("<rss>" + text))
