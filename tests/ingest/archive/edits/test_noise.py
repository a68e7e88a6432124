from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.archive.changes import version
from ingest.archive.edits.noise import is_noise
from ingest.base.models import Enclosure, Media
from tests.ingest.values import clean_entry

ENTRY = version(clean_entry())


def between(before, after):
    return is_noise(version(clean_entry(**before)), version(clean_entry(**after)))


def of_html(before, after, text="Words"):
    return between({"html": before, "text": text}, {"html": after, "text": text})


def test_nothing_that_differs_has_no_reason():
    assert is_noise(ENTRY, ENTRY) is None


@pytest.mark.parametrize("name", ["published", "updated", "posted", "published_text"])
def test_a_date_alone_is_no_edit(name):
    assert between({name: "2025-01-01T00:00:00Z"}, {name: "2025-01-02T00:00:00Z"}) == "dates"


def test_a_date_and_a_word_are_one():
    assert (
        between({"updated": "2025-01-01T00:00:00Z"}, {"updated": "2025-01-02T00:00:00Z", "text": "x"}) is None
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"title": "Old"}, {"title": "New"}),
        ({"text": "old"}, {"text": "new"}),
        ({"text": "12 dead"}, {"text": "15 dead"}),
        ({"text": "a b"}, {"text": "b a"}),
        ({"title": "3 comments"}, {"title": "4 comments"}),
        ({"authors": ("Anna",)}, {"authors": ("Bert",)}),
        ({"author": "Anna"}, {"author": "Bert"}),
        ({"url": "https://example.org/1"}, {"url": "https://example.org/2"}),
        ({"url": None}, {"url": "https://example.org/2"}),
        ({"enclosures": ()}, {"enclosures": (Enclosure("https://example.org/a.mp3"),)}),
        ({"media": (Media("image", title="A"),)}, {"media": (Media("image", title="B"),)}),
        ({"summary_text": "old"}, {"summary_text": "new"}),
    ],
)
def test_what_a_reader_reads_is_an_edit(before, after):
    assert between(before, after) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<a href="https://example.org/1">W</a>', '<a href="https://example.org/2">W</a>'),
        ('<img src="https://example.org/1.png">', '<img src="https://example.org/2.png">'),
        (
            '<img src="https://example.org/1.png" alt="A cat">',
            '<img src="https://example.org/1.png" alt="A dog">',
        ),
        ("Words", "<s>Words</s>"),
        ("Words", "Words that the text leaves out"),
        ("Words", '<img src="https://example.org/1.png">Words'),
    ],
)
def test_another_link_or_picture_is_an_edit(before, after):
    assert of_html(before, after) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '<a href="https://example.org/1?utm_source=a">W</a>',
            '<a href="https://example.org/1?utm_source=b">W</a>',
        ),
        (
            '<img src="https://t.org/p?x=1" width="1" height="1">',
            '<img src="https://t.org/p?x=2" width="1" height="1">',
        ),
        ('<img src="https://a.org/1.png?Signature=a">', '<img src="https://a.org/1.png?Signature=b">'),
        ('<p class="a">Words</p>', '<p class="b">Words</p>'),
        ("<p>Words</p>", "<div>Words</div>"),
        ("<p>Words</p><p>3 comments</p>", "<div>Words</div><br>4 comments"),
    ],
)
def test_tracking_signatures_and_attributes_are_none(before, after):
    assert of_html(before, after) == "attributes"


def test_a_counter_is_none_and_comes_first_of_the_reasons():
    before = {"text": "Body.\n0 points, 0 comments", "updated": "2025-01-01T00:00:00Z"}
    after = {"text": "Body.\n7 points, 1 comments", "updated": "2025-01-02T00:00:00Z"}
    assert between(before, after) == "counter"


def test_white_space_is_none():
    assert between({"text": "a  b\nc", "html": "a"}, {"text": "a b c", "html": "a"}) == "white space"
    assert between({"title": "a b"}, {"title": "a\u00a0b"}) == "white space"


@pytest.mark.parametrize(
    "other",
    [
        "http://example.org/1",
        "https://www.example.org/1",
        "https://example.org/1/",
        "https://example.org/1?utm_source=rss&utm_campaign=2",
        "https://example.org/1;jsessionid=2?sid=299",
        "https://example.org/1?X-Amz-Signature=abc&X-Amz-Expires=3600",
    ],
)
def test_its_own_address_in_another_spelling_is_none(other):
    assert between({"url": "https://example.org/1"}, {"url": other}) == "addresses"


def test_another_address_is_none_where_its_guid_moved_with_it():
    before, after = (version(clean_entry(url=f"https://example.org/{folder}/1")) for folder in ("old", "new"))
    assert is_noise(before, after, moved=True) == "addresses"
    assert is_noise(before, replace(after, title="New"), moved=True) is None


def test_tags_alone_are_none():
    assert between({"tags": ("a",)}, {"tags": ("b", "c")}) == "tags"


def test_what_nobody_sees_is_none():
    assert between({"language": "en"}, {"language": "en-GB"}) == "attributes"


def test_the_size_and_signature_of_a_file_are_none():
    before = Enclosure("https://example.org/a.mp3?token=1", "audio/mpeg", 1)
    after = Enclosure("https://example.org/a.mp3?token=2", "audio/mp3", 2)
    assert between({"enclosures": (before,)}, {"enclosures": (after,)}) == "addresses"


@given(st.text(), st.text())
def test_a_word_that_is_lost_is_an_edit_whatever_the_texts(one, other):
    with_word = replace(ENTRY, text=f"{one}\nabcdefg\n{other}")
    assert is_noise(with_word, replace(ENTRY, text=f"{one}\n{other}")) is None
    assert is_noise(with_word, replace(ENTRY, text=f"{one}\nhijklmn\n{other}")) is None


@given(st.text(alphabet="<>a='\" bhref/:.s0&;"), st.text(alphabet="<>a='\" bhref/:.s0&;"))
def test_any_html_is_judged(one, other):
    assert is_noise(replace(ENTRY, html=one), replace(ENTRY, html=other)) in (None, "attributes")
