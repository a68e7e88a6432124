"""What has no other place is in `extra`, and what has one is not."""

import pytest

from ingest.base.models import Entry, Extra, Feed
from ingest.parse.document import parse

NAMESPACES = (
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:podcast="https://podcastindex.org/namespace/1.0"'
)


def feed(head: str, item: str = "") -> Feed:
    document = f'<rss version="2.0" {NAMESPACES}><channel>{head}<item>{item}</item></channel></rss>'
    return parse(document.encode())


def entry(item: str) -> Entry:
    return feed("", item).entries[0]


def extra(item: str) -> tuple[Extra, ...]:
    return entry(f"<guid>1</guid>{item}").extra


def test_a_text_is_a_string_and_attributes_stand_beside_it() -> None:
    assert extra("<itunes:explicit>yes</itunes:explicit>") == ({"itunes:explicit": "yes"},)
    assert extra('<media:rating scheme="urn:simple">nonadult</media:rating>') == (
        {"media:rating": {"@scheme": "urn:simple", "#": "nonadult"}},
    )


def test_elements_within_stand_in_their_order_with_the_text_between() -> None:
    assert extra("<x>one<y>two</y>three</x>") == ({"x": {"#": ["one", {"y": "two"}, "three"]}},)


def test_a_second_title_is_there_unless_it_says_the_same() -> None:
    assert extra("<title>A</title><itunes:title>B</itunes:title>") == ({"itunes:title": "B"},)
    assert extra("<title>A</title><itunes:title>A</itunes:title>") == ()


def test_what_belongs_together_stays_together() -> None:
    assert extra('<category domain="urn:d">sea</category>') == (
        {"category": {"@domain": "urn:d", "#": "sea"}},
    )


def test_an_author_s_mail_stands_with_the_name() -> None:
    assert extra("<author>ada@e.example (Ada)</author>") == ({"author": "ada@e.example (Ada)"},)
    assert extra("<author>Ada</author>") == ()


def test_a_name_that_is_cut_is_there_whole() -> None:
    name = "a " * 150
    assert extra(f"<dc:creator>{name}</dc:creator>") == ({"dc:creator": name.strip()},)


def test_attributes_that_say_how_a_value_is_written_are_not() -> None:
    assert entry('<guid isPermaLink="false">1</guid>').extra == ()


def test_an_unknown_namespace_is_said_once_of_the_feed() -> None:
    found = feed("", '<my:x xmlns:my="urn:my">1</my:x><my:y xmlns:my="urn:my">2</my:y>')
    assert found.extra == ({"xmlns:my": "urn:my"},)
    assert found.entries[0].extra == ({"my:x": "1"}, {"my:y": "2"})


def test_the_addresses_of_the_feed_and_its_hub_are_not() -> None:
    links = "".join(
        f'<atom:link rel="{rel}" href="https://e.example/{rel}"/>' for rel in ("self", "hub", "next")
    )
    assert feed(f'{links}<atom:link rel="payment" href="https://e.example/pay"/>').extra == (
        {"atom:link": {"@rel": "payment", "@href": "https://e.example/pay"}},
    )


def test_attributes_of_the_same_name_in_different_namespaces_are_all_there() -> None:
    assert extra('<itunes:e itunes:a="1" a="2" ITUNES="3"/>') == (
        {"itunes:e": {"@a": "2", "@ITUNES": "3", "@{http://www.itunes.com/dtds/podcast-1.0.dtd}a": "1"}},
    )


def test_what_an_element_of_rdf_is_about_is_there_unless_it_is_an_address_that_is_said() -> None:
    document = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:cc="http://web.resource.org/cc/"><channel rdf:about="https://e.example/feed"><title>T</title></channel>
        <item rdf:about="https://e.example/1"><link>https://e.example/1</link></item>
        <item rdf:about="urn:2"><link>https://e.example/2</link></item>
        <item rdf:about="urn:3"><guid>3</guid></item>
        <cc:License rdf:about="https://l.example/by"><cc:permits rdf:resource="urn:copy"/></cc:License></rdf:RDF>"""
    read = parse(document.encode())
    assert [(entry.guid, entry.extra) for entry in read.entries] == [
        ("https://e.example/1", ()), ("urn:2", ()), ("3", ({"item": {"@rdf:about": "urn:3"}},)),
    ]  # fmt: skip
    assert read.extra == (
        {
            "cc:License": {
                "@rdf:about": "https://l.example/by",
                "#": [{"cc:permits": {"@rdf:resource": "urn:copy"}}],
            }
        },
    )


def atom_entry(said: str) -> Entry:
    document = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>urn:1</id>{said}</entry></feed>'
    return parse(document.encode()).entries[0]


def test_the_author_of_a_source_is_there_where_the_entry_has_one_of_its_own() -> None:
    source = "<source><title>S</title><author><name>Sam</name></author></source>"
    read = atom_entry(f"<author><name>Ada</name></author>{source}")
    assert read.authors == ("Ada",)
    assert read.extra == ({"atom:source": {"#": [{"atom:author": {"#": [{"atom:name": "Sam"}]}}]}},)
    assert (atom_entry(source).authors, atom_entry(source).extra) == (("Sam",), ())


def test_the_resources_of_a_list_of_rdf_are_there() -> None:
    rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    items = '<rdf:li rdf:resource="urn:1"/><rdf:li resource="urn:2"/>'
    [topics] = extra(
        f'<taxo:topics xmlns:taxo="http://purl.org/rss/1.0/modules/taxonomy/" {rdf}><rdf:Bag>{items}</rdf:Bag>'
        "</taxo:topics>"
    )
    said = [{"rdf:li": {"@resource": "urn:1"}}, {"rdf:li": {"@resource": "urn:2"}}]
    assert topics == {"taxo:topics": {"#": [{"rdf:Bag": {"#": said}}]}}


def test_the_type_of_a_text_that_has_no_other_place_is_there() -> None:
    assert atom_entry('<content type="image/png">iVBORw0KGgo=</content>').extra == (
        {"atom:content": {"@type": "image/png", "#": "iVBORw0KGgo="}},
    )
    assert atom_entry('<rights type="html">&lt;b&gt;R&lt;/b&gt;</rights>').extra == (
        {"atom:rights": {"@type": "html", "#": "<b>R</b>"}},
    )
    assert atom_entry('<content type="text/html" src="https://e.example/1"/>').extra == (
        {"atom:content": {"@type": "text/html", "@src": "https://e.example/1"}},
    )
    assert atom_entry('<title type="html">T</title><content type="text">C</content>').extra == ()


def test_the_language_and_base_of_what_is_there_stand_beside_it() -> None:
    assert extra('<x xml:lang="eo" xml:base="https://e.example/">1</x><y xml:lang="eo"/>') == (
        {"x": {"@xml:lang": "eo", "@xml:base": "https://e.example/", "#": "1"}},
        {"y": {"@xml:lang": "eo"}},
    )
    assert extra('<title xml:lang="eo">T</title><author xml:lang="eo">Ada</author>') == ()


def test_text_between_the_elements_of_an_entry_or_a_feed_is_there() -> None:
    found = feed("before <title>T</title> after ", "one <x>2</x> three")
    assert found.extra == ({"#": "before"}, {"#": "after"})
    assert found.entries[0].extra == ({"#": "one"}, {"x": "2"}, {"#": "three"})


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("<link>javascript:1</link>", {"link": "javascript:1"}),
        ("<comments>javascript:1</comments>", {"comments": "javascript:1"}),
        ('<itunes:image href="javascript:1"/>', {"itunes:image": {"@href": "javascript:1"}}),
        ('<source url="javascript:1">S</source>', {"source": {"@url": "javascript:1", "#": "S"}}),
        ('<atom:link href="javascript:1"/>', {"atom:link": {"@href": "javascript:1"}}),
        ('<enclosure url="data:x,1" type="a/b"/>', {"enclosure": {"@url": "data:x,1", "@type": "a/b"}}),
        (
            '<podcast:transcript url="data:x,1" type="text/plain"/>',
            {"podcast:transcript": {"@url": "data:x,1", "@type": "text/plain"}},
        ),
        ('<media:content url="http://[bad"/>', {"media:content": {"@url": "http://[bad"}}),
    ],
)
def test_an_address_that_no_column_keeps_is_there(said: str, stands: Extra) -> None:
    assert extra(said) == (stands,)


def test_an_address_of_another_scheme_has_its_place() -> None:
    assert extra('<link>gemini://e.example/1</link><enclosure url="magnet:?xt=1"/>') == ()
    assert extra("<comments>/1#comments</comments>") == ()


def test_an_address_of_a_feed_that_is_none_of_the_web_is_there() -> None:
    found = feed("<link>gemini://e.example/</link><atom:icon>data:x,1</atom:icon>")
    assert found.extra == ({"link": "gemini://e.example/"}, {"atom:icon": "data:x,1"})
    assert feed('<atom:link rel="self" href="javascript:1"/>').extra == ()


def test_a_permalink_stands_for_a_link_that_leads_nowhere() -> None:
    read = entry("<link>javascript:1</link><guid>https://e.example/1</guid>")
    assert read.url == "https://e.example/1"


def test_of_two_links_the_first_of_the_web_is_the_address() -> None:
    read = entry(
        "<guid>1</guid><link>/0</link><link>https://e.example/1</link><link>https://e.example/2</link>"
    )
    assert read.url == "https://e.example/1"
    assert read.extra == ({"link": "/0"}, {"link": "https://e.example/2"})
    assert (
        feed("<link>https://e.example/</link><link>https://o.example/</link>").site_url
        == "https://e.example/"
    )


def test_a_date_or_a_person_that_is_a_tag_alone_is_there() -> None:
    tag = "&lt;img src=x&gt;"
    person = f'<podcast:person role="{tag}">{tag}</podcast:person>'
    assert extra(f"<pubDate>{tag}</pubDate>{person}") == (
        {"pubDate": "<img src=x>"},
        {"podcast:person": {"@role": "<img src=x>", "#": "<img src=x>"}},
    )


def test_of_more_texts_than_an_entry_has_the_rest_is_there() -> None:
    texts = [f"Text {number} is one of its own." for number in range(40)]
    read = entry("".join(f"<description>{text}</description>" for text in texts))
    assert all(text in read.html + read.summary for text in texts[:30])
    assert read.extra == tuple({"description": text} for text in texts[30:])


def test_an_element_with_thousands_of_namespaces_is_read() -> None:
    numbers = range(4000)
    declared = "".join(f' xmlns:n{number}="urn:n{number}"' for number in numbers)
    read = entry(f"<x{declared}>" + "".join(f'<n{n}:e n{n}:a="1"/>' for n in numbers) + "</x>")
    [said] = read.extra
    assert len(said["x"]["#"]) == 4000


def test_an_entry_with_thousands_of_texts_is_read() -> None:
    texts = [f"The text of number {number}." for number in range(4000)]
    read = entry("".join(f"<description>{text}</description>" for text in texts))
    assert len(read.extra) == 4000 - 30
