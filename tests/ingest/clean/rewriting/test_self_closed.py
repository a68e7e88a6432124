"""Elements that XHTML closes in themselves swallow nothing of what follows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.html_tokens import TAG
from ingest.base.models import CleanEntry, Entry, Feed
from ingest.clean.feed import clean
from ingest.clean.rewriting.self_closed import with_end_tags

HIDING = (
    "audio button canvas iframe noembed noframes noscript object option plaintext script select style svg template"
    " textarea title video xmp"
).split()


def cleaned(html: str) -> CleanEntry:
    return clean(Feed("rss2.0", entries=(Entry("1", url="https://e.example/p", html=html),))).entries[0]


@pytest.mark.parametrize("name", [*HIDING, *(name.upper() for name in HIDING)])
@pytest.mark.parametrize("attributes", ["", " ", ' src="https://e.example/x?a=1&amp;b" '])
def test_what_follows_is_read(name: str, attributes: str) -> None:
    assert cleaned(f"<p>A</p><{name}{attributes}/><p>B</p><p>C</p>").text.endswith("B\nC")


@pytest.mark.parametrize("name", ["b", "i", "em", "strong", "a", "span", "code", "sup"])
def test_what_follows_is_not_marked(name: str) -> None:
    assert f"</{name}> B</p><p>C</p>" in cleaned(f'<p>A <{name} class="fa"/> B</p><p>C</p>').html


def test_a_player_is_a_link_even_so() -> None:
    html = '<iframe src="https://www.youtube.com/embed/abcdefghijk"/><p>B</p>'
    assert [link.url for link in cleaned(html).links] == ["https://www.youtube.com/watch?v=abcdefghijk"]


@pytest.mark.parametrize(
    ("html", "written"),
    [
        ("<script src=x/></script>", "<script src=x/></script>"),
        ('<script src="x"/></script>y', '<script src="x"/></script></script>y'),
        ("<i class=a/>x", "<i class=a/>x"),
        ('<i title="a=b"/>x', '<i title="a=b"/></i>x'),
        ("<b/>x</b>", "<b/>x</b>"),
        ("<i>x<i/>y</i>", "<i>x<i/></i>y</i>"),
        ("<script>'<iframe/>'</script><i/>", "<script>'<iframe/>'</script><i/></i>"),
        ("<!-- <iframe/> --><i/>", "<!-- <iframe/> --><i/></i>"),
        ("<p/>x<li/>y<img/>", "<p/>x<li/>y<img/>"),
    ],
)
def test_only_what_is_certain_is_written(html: str, written: str) -> None:
    assert with_end_tags(html) == written


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("a<br/>b", "a<br>b"),
        ("a<br></br>b", "a<br>b"),
        ('a<br clear="all"> </BR>b', "a<br>b"),
        ("a<br/><br/>b", "a<br><br>b"),
        ("a</br>b", "a<br>b"),
        ("a<hr></hr>b", "a<hr>b"),
    ],
)
def test_a_line_break_is_one(html: str, left: str) -> None:
    assert cleaned(html).html == left


@given(
    st.lists(
        st.sampled_from(["<i/>", "<i a=b/>", "<i>", "</i>", "<script/>", "</script>", "x", "<", "<br></br>"])
    )
)
def test_no_character_of_the_text_is_changed(pieces: list[str]) -> None:
    html = "".join(pieces)
    assert TAG.sub("", with_end_tags(html)) == TAG.sub("", html)


def test_what_is_void_may_be_self_closed_beside_what_is_not() -> None:
    assert with_end_tags("<a href='x'>y</a><br/><b/>z") == "<a href='x'>y</a><br/><b/></b>z"
    assert with_end_tags("<a href='x'>y</a><br/>z") == "<a href='x'>y</a><br/>z"


def test_a_void_tag_within_another_closes_that() -> None:
    assert with_end_tags('<script src="x"<br />y') == '<script src="x"<br /></script>y'
