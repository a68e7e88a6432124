import pytest
from lxml import etree

from ingest.parse.xml.node import Node
from ingest.parse.xml.tree.names import Names, prefix_of


def node(xml: str) -> Node:
    return Node(etree.fromstring(xml), Names(xml))


@pytest.mark.parametrize(
    ("namespace", "prefix"),
    [
        ("http://www.w3.org/2005/Atom", "atom"),
        ("https://www.w3.org/2005/Atom", "atom"),
        ("http://purl.org/atom/ns#", "atom"),
        ("http://search.yahoo.com/mrss", "media"),
        ("http://search.yahoo.com/mrss/", "media"),
        ("http://www.itunes.com/DTDs/Podcast-1.0.dtd", "itunes"),
        ("http://purl.org/rss/1.0/", ""),
        ("https://podcastindex.org/namespace/1.0", "podcast"),
        ("urn:nobody", None),
    ],
)
def test_a_namespace_has_its_standard_prefix_however_it_is_written(
    namespace: str, prefix: str | None
) -> None:
    assert prefix_of(namespace) == prefix


def test_an_element_has_the_standard_prefix_whatever_its_own_is() -> None:
    assert node('<i:image xmlns:i="http://www.itunes.com/dtds/podcast-1.0.dtd"/>').name == "itunes:image"


def test_an_unknown_namespace_keeps_its_prefix_and_is_named_once() -> None:
    root = node('<a xmlns:my="urn:my"><my:x/><my:y/></a>')
    assert [child.name for child in root.children] == ["my:x", "my:y"]
    assert root.names.unknown == {"my": "urn:my"}


def test_a_prefix_that_means_something_else_gives_way_to_the_namespace() -> None:
    root = node('<a xmlns:itunes="urn:my"><itunes:x/></a>')
    assert root.children[0].name == "{urn:my}x"


def test_an_attribute_in_the_namespace_of_its_element_has_no_prefix() -> None:
    link = node('<a:link xmlns:a="http://www.w3.org/2005/Atom" a:href="/1"/>')
    assert link.peek("href") == "/1"


def test_names_of_rss_are_known_in_any_case() -> None:
    assert node("<pubdate/>").name == "pubDate"
    assert node('<guid ispermalink="false"/>').peek("isPermaLink") == "false"


def test_the_children_of_names_come_by_names_or_by_document() -> None:
    root = node("<a><y>1</y><x>2</x><y>3</y></a>")
    assert [child.words() for child in root.all("x", "y")] == ["2", "1", "3"]
    assert [child.words() for child in root.among(frozenset(("x", "y")))] == ["1", "2", "3"]
