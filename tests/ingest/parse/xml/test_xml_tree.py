import pytest

from ingest.parse.repair_xml import Refused
from ingest.parse.xml.tree.xml_tree import read_tree


def names(text: str) -> list[str]:
    tree = read_tree(text)
    assert tree is not None
    return [str(element.tag) for element in tree.root.iter()]


def test_undeclared_prefixes_mean_what_they_usually_do() -> None:
    assert names("<rss><dc:creator/><my:x/></rss>") == [
        "rss",
        "{http://purl.org/dc/elements/1.1}creator",
        "{undeclared:my}x",
    ]


def test_rss_in_another_namespace_is_rss() -> None:
    text = '<rss xmlns="http://www.w3.org/2005/Atom" xmlns:a="http://www.w3.org/2005/Atom"><channel><a:link/></channel></rss>'
    assert names(text) == ["rss", "channel", "{http://www.w3.org/2005/Atom}link"]


def test_atom_in_no_namespace_is_atom() -> None:
    atom = "{http://www.w3.org/2005/Atom}"
    assert names("<feed><entry/></feed>") == [f"{atom}feed", f"{atom}entry"]


def test_upper_case_is_lower_case() -> None:
    assert names("<RSS VERSION='2.0'><CHANNEL/></RSS>") == ["rss", "channel"]


def test_what_is_nearly_well_formed_is_mended() -> None:
    tree = read_tree("<rss><title>R&D</title></rss>")
    assert tree and tree.root[0].text == "R&D"


@pytest.mark.parametrize("text", ["<rss><a></b></rss>", "<channel/>", "<html/>", "<entry/>"])
def test_what_is_beyond_that_or_no_feed_is_none(text: str) -> None:
    assert read_tree(text) is None


def test_entities_are_refused_and_no_file_is_read() -> None:
    with pytest.raises(Refused):
        read_tree('<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>')
