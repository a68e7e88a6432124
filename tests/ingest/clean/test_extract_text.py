"""Details of extracting text. What a body's text and links are is in test_feed.py."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.clean.extract_text import count_words, extract_text


def test_a_formula_within_a_formula_is_read_with_it() -> None:
    assert extract_text('<math alttext="x"><mi>y</mi><math><mi>z</mi></math></math>!').text == "x!"


def test_annotations_stand_after_the_words_they_belong_to() -> None:
    assert (
        extract_text("<ruby>東<rp>(</rp><rt>とう</rt><rp>)</rp>京<rt>きょう</rt></ruby>").text
        == "東京 とうきょう"
    )


def test_a_link_on_an_image_is_named_by_it() -> None:
    (link,) = extract_text('<a href="https://e.example/"><img alt="A map"></a>').links
    assert link.text == "A map"


def test_korean_words_are_counted_by_their_spaces() -> None:
    assert count_words("한국어 문장 하나") == 3


@given(st.text())
def test_words_are_no_more_than_characters(text: str) -> None:
    assert 0 <= count_words(text) <= len(text)


def test_what_is_escaped_is_text_and_no_tag() -> None:
    assert extract_text("<p>1 &lt;b&gt; &amp;amp; 2</p>").text == "1 <b> &amp; 2"


def test_punctuation_alone_is_no_word() -> None:
    assert count_words("one – “two” (3) … a.b") == 4


@given(st.lists(st.sampled_from([*"aé한–.(\u200b\n", " "])).map("".join))
def test_words_are_those_of_the_text_split_at_spaces(text: str) -> None:
    assert count_words(text) == sum(any(c.isalnum() or c == "_" for c in word) for word in text.split())
