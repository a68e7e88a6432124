"""Which of an entry's texts is its body, and what the others say that is not in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parse.bodies import Text, choose_texts

ARTICLE = (
    "<p>The tide came in at six. We had <a href='https://e.example/tea'>tea</a>.</p>"
    "<p>Then it went out again.</p>"
)


def chosen(*htmls: str) -> tuple[str, str]:
    """The HTML of the body, and the summary."""
    body, summary = choose_texts([Text(html) for html in htmls])
    return body.html if body else "", summary


@pytest.mark.parametrize(
    "other",
    [
        ARTICLE,
        "The tide came in at six. We had tea. Then it went out again.",
        "The tide came in at six.",
        "<p>The tide came in at six. We had […]</p>",
        "The tide came in at six. We ha",
        "The tide came in at six. We had [&#8230;]",
        "The tide came in at six … We had tea",
        "Then it went out again.",
        "The tide came in at six. Then it went out again.",
        "The tide came in at six. <a href='https://e.example/1'>Continue reading <b>Tides</b> →</a>",
        "<p>The tide came in at six.</p><p>The post <a href='/1'>Tides</a> appeared first on <a href='/'>Sea</a>.</p>",
        "<p>The tide came in at six.<img src='https://count.example/1' width='1' height=\"1\"></p>",
        " <p> </p> ",
        "",
    ],
)
def test_what_is_in_the_body_is_not_said_twice(other: str) -> None:
    assert chosen(other, ARTICLE) == (ARTICLE, "")
    assert chosen(ARTICLE, other) == (ARTICLE, "")


@pytest.mark.parametrize(
    "other", ["Read more on the tides of the sea.", "<p>A teaser, <b>only</b> here.</p>"]
)
def test_a_text_that_says_something_else_is_kept_whole(other: str) -> None:
    assert chosen(other, ARTICLE) == (ARTICLE, other)


def test_the_description_may_be_the_article_and_the_content_the_line_for_a_card() -> None:
    card = "Tides, and what to drink with them."
    assert chosen(ARTICLE, card) == (ARTICLE, card)


def test_of_short_texts_the_element_for_the_body_tells_which_is_the_body() -> None:
    teaser, body = Text("<p>A teaser of a few <b>words</b>.</p>"), Text("<p>The post.</p>", for_body=True)
    assert choose_texts([body, teaser]) == (body, teaser.html)
    whole = Text("<p>The post. And the <b>rest</b>.</p>")
    assert choose_texts([body, whole]) == (whole, "")
    article = Text(f"{ARTICLE}<p>So it goes.</p>")
    assert choose_texts([body, article]) == (article, body.html)


@pytest.mark.parametrize(
    "teaser",
    [
        Text("A deck that is quite a bit longer than the post itself, by the editor.", plain=True),
        Text(
            "<p>Teaser with very many words that the editor wrote to be read before the post.</p>", plain=True
        ),
        Text("<b>Not</b> the post, but nearly as long"),
    ],
)
def test_a_teaser_does_not_take_the_place_of_a_short_post(teaser: Text) -> None:
    body = Text("<p>A post of a few words, no more.</p>", for_body=True)
    assert choose_texts([body, teaser]) == (body, teaser.html)


@pytest.mark.parametrize(
    "card",
    [
        "Read more",
        '<p><a href="https://e.example/1">Comments</a></p>',
        '<figure><img src="https://e.example/1.jpg"><figcaption>The tide</figcaption></figure>',
    ],
)
def test_a_line_that_says_nothing_of_its_own_is_no_body_beside_words(card: str) -> None:
    article = Text(
        "The tide came in at six, and we had tea. Then it went out again, and so did we.", plain=True
    )
    assert choose_texts([Text(card, for_body=True), article])[0] == article


def test_an_article_in_plain_text_is_the_body_beside_a_line_in_the_element_for_it() -> None:
    article = Text("The tide came in at six, and then went out. " * 10, plain=True)
    card = Text("<p>Tides, and what to drink.</p>", for_body=True)
    assert choose_texts([card, article]) == (article, card.html)


def test_of_two_long_texts_that_of_the_element_for_the_body_is_the_body() -> None:
    body = Text("<p>" + "The tide came in at six. " * 20 + "</p>", for_body=True)
    other = Text("<p>" + "Another thing was said there. " * 20 + "</p>")
    assert choose_texts([body, other])[0] == body


def test_a_short_word_within_a_longer_one_is_not_in_the_body() -> None:
    assert chosen("art", "<p>We start now.</p>") == ("<p>We start now.</p>", "art")
    assert chosen("now", "<p>We start now.</p>") == ("<p>We start now.</p>", "")


def test_of_the_same_words_those_with_links_and_paragraphs_are_the_body() -> None:
    plain = "The tide came in at six. We had tea. Then it went out again."
    assert chosen(plain, ARTICLE) == (ARTICLE, "")
    assert chosen(plain, f"<p>{plain}</p>") == (f"<p>{plain}</p>", "")


def test_markup_is_the_body_although_plain_text_spells_its_addresses_out() -> None:
    plain = "The tide came in at six. We had tea (https://e.example/tea). Then it went out again."
    assert chosen(plain, ARTICLE) == (ARTICLE, "")


def test_an_address_that_stands_in_the_plain_text_alone_is_kept() -> None:
    plain = "The tide came in at six. Give: https://e.example/give."
    body = "<p>The tide <b>came in</b> at six. Give: here. Then it went out.</p>"
    assert chosen(plain, body) == (body, "<p>https://e.example/give.</p>")


def test_a_picture_that_the_teaser_alone_shows_is_kept_without_its_words() -> None:
    picture = '<img src="https://e.example/tide.jpg" alt="The tide">'
    assert chosen(f"{picture}<p>The tide came in at six.</p>", ARTICLE) == (ARTICLE, picture)


def test_a_link_that_the_teaser_alone_has_is_kept() -> None:
    link = '<a href="https://e.example/six">at six</a>'
    assert chosen(f"The tide came in {link}.", ARTICLE) == (ARTICLE, link)


def test_of_a_picture_and_a_short_caption_the_picture_is_the_body() -> None:
    picture = '<img src="https://e.example/tide.jpg">'
    assert chosen("The tide at six", picture) == (picture, "The tide at six")


def test_of_two_short_texts_that_say_different_things_the_first_is_the_body() -> None:
    assert chosen("<p>Yes.</p>", "<p>A claim</p>") == ("<p>Yes.</p>", "<p>A claim</p>")


def test_several_others_stand_in_their_order_and_none_twice() -> None:
    teaser, longer = "Short teaser only.", "A longer line, which begins like nothing else here."
    assert chosen(teaser, longer, ARTICLE, f"<p>{longer}</p>") == (ARTICLE, f"{teaser}\n<p>{longer}</p>")


def test_what_two_plain_texts_say_stands_on_two_lines() -> None:
    first, second = "A teaser of its own", "The mail that announced it"
    assert chosen(first, second, ARTICLE) == (ARTICLE, f"{first}<br>\n{second}")


def test_a_text_in_another_language_says_so_in_the_summary() -> None:
    english, german = (
        Text("<p>English, and longer than the other.</p>", language="en"),
        Text("<p>Deutsch.</p>", language="de"),
    )
    assert choose_texts([german, english]) == (english, '<div lang="de"><p>Deutsch.</p></div>')


def test_a_text_with_another_base_keeps_it_in_the_summary() -> None:
    body = Text(ARTICLE, base="https://e.example/a/")
    other = Text("<p>Another <a href='b'>place</a>.</p>", base="https://e.example/b/")
    assert choose_texts([body, other])[1] == f'<div xml:base="https://e.example/b/">{other.html}</div>'


def test_texts_of_files_count_only_where_the_entry_has_none() -> None:
    own, alt = Text("Post."), Text("A picture of the sea, with much to say about it.", rank="media")
    assert choose_texts([alt, own]) == (own, "")
    assert choose_texts([alt]) == (alt, "")
    assert choose_texts([Text(" "), alt]) == (alt, "")


def test_without_texts_there_is_no_body() -> None:
    assert choose_texts([]) == (None, "")


def test_a_beginning_in_a_script_without_spaces_is_in_the_body() -> None:
    body = "<p>潮は六時に満ちて、私たちはお茶を飲んだ。</p><p>それから潮は引いた。</p>"
    assert chosen("潮は六時に満ちて、私たち", body) == (body, "")


PIECES = st.sampled_from(["<p>", "</p>", "<a href='x'>", "<img src=y>", "word ", "tide", ". ", "<!--", "<"])


@given(st.lists(st.lists(PIECES, max_size=8).map("".join), max_size=4))
def test_the_body_is_one_of_the_texts_whatever_they_are(htmls: list[str]) -> None:
    body, summary = chosen(*htmls)
    assert body in [*htmls, ""]
    assert not summary or len([html for html in htmls if html.strip()]) > 1


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        "<!--",
        "<script",
        "<a href=",
        "The post ",
        "<a x>more",
        "<a>x",
        "<figcaption ",
        "&#1",
        "a. ",
    ],
)
def test_what_repeats_without_end_takes_linear_time(piece: str) -> None:
    choose_texts([Text(piece * 20_000, for_body=True), Text("word " * 1000 + piece * 20_000)])
