import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.models import Enclosure, Entry, Feed, Media, NotAFeed
from ingest.clean.feed import clean
from ingest.parse.document import parse

VERSION = "https://jsonfeed.org/version/1.1"


def feed(**members: Any) -> Feed:
    return parse(json.dumps({"version": VERSION, "title": "A feed", "items": [], **members}).encode())


def entry(**members: Any) -> Entry:
    (entry,) = feed(items=[{"id": "1", **members}]).entries
    return entry


def test_a_feed_has_what_it_says_of_itself() -> None:
    parsed = feed(
        home_page_url="https://example.org/",
        feed_url="https://example.org/feed.json",
        description="Words & more",
        icon="https://example.org/icon.png",
        language="en-gb",
        hubs=[{"type": "WebSub", "url": "https://hub.example.org/"}],
    )
    assert parsed == Feed(
        format="json1.1",
        url="https://example.org/feed.json",
        title="A feed",
        site_url="https://example.org/",
        description="Words &amp; more",
        icon_url="https://example.org/icon.png",
        language="en-GB",
        hub_url="https://hub.example.org/",
    )


def test_version_1_is_told_from_1_1() -> None:
    assert feed(version="https://jsonfeed.org/version/1").format == "json1.0"


def test_an_entry_has_all_that_the_format_knows() -> None:
    assert entry(
        url="https://example.org/1",
        title="1 < 2",
        content_html="<p>Yes.</p>",
        summary="A claim",
        date_published="2025-02-01T10:00:00+01:00",
        date_modified="2025-02-02T10:00:00Z",
        authors=[{"name": "Ada"}, {"url": "https://example.org/bob"}],
        tags=["maths", " ", 3],
        image="https://example.org/1.png",
        language="fr",
        attachments=[{"url": "https://example.org/1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 12}],
    ) == Entry(
        guid="1",
        url="https://example.org/1",
        title="1 &lt; 2",
        html="<p>Yes.</p>",
        summary="<p>A claim</p>",
        authors=("Ada", "https://example.org/bob"),
        tags=("maths",),
        enclosures=(Enclosure("https://example.org/1.mp3", "audio/mpeg", 12),),
        published="2025-02-01T09:00:00Z",
        updated="2025-02-02T10:00:00Z",
        image_url="https://example.org/1.png",
        language="fr",
        media=(
            Media("image", "https://example.org/1.png"),
            Media("audio", "https://example.org/1.mp3", "audio/mpeg", length=12),
        ),
        extra=({"tags": [3]},),
    )


def test_an_attachment_has_its_title_and_duration() -> None:
    attached = {"url": "https://e.example/1.m4a", "title": "Hi-fi", "duration_in_seconds": "62.5", "_bit": 64}
    parsed = entry(attachments=[attached, "https://e.example/2.vtt", {"title": "no address"}])
    assert parsed.media == (Media("file", "https://e.example/1.m4a", duration=62.5, title="Hi-fi"),)
    assert parsed.enclosures == (Enclosure("https://e.example/1.m4a"),)
    assert parsed.duration == 62.5
    assert parsed.extra == (
        {
            "attachments": [
                {"url": "https://e.example/1.m4a", "_bit": 64},
                "https://e.example/2.vtt",
                {"title": "no address"},
            ]
        },
    )


def test_pictures_and_files_are_media_in_the_order_of_the_document_and_each_once() -> None:
    picture, banner = "https://e.example/i.jpg", "https://e.example/b.jpg"
    files = [
        {"url": picture, "mime_type": "image/jpeg"},
        {"url": "https://e.example/t.vtt", "mime_type": "text/vtt"},
    ]
    parsed = entry(banner_image=banner, image=picture, attachments=files)
    assert parsed.media == (
        Media("image", banner),
        Media("image", picture),
        Media("transcript", "https://e.example/t.vtt", "text/vtt"),
    )
    assert parsed.image_url == picture


def test_a_banner_is_the_picture_of_an_entry_without_another() -> None:
    assert entry(banner_image="https://e.example/b.jpg").image_url == "https://e.example/b.jpg"


def test_a_link_post_keeps_both_addresses() -> None:
    parsed = entry(url="https://example.org/1", external_url="https://elsewhere.example/story")
    assert (parsed.url, parsed.external_url) == ("https://example.org/1", "https://elsewhere.example/story")


def test_authors_of_whom_more_is_said_are_kept_whole_beside_their_names() -> None:
    ada = {"name": "Ada", "url": "https://example.org/ada", "avatar": "https://example.org/ada.png"}
    parsed = entry(authors=[ada, {"name": "Bob"}, "Cy"], author={"name": "Ada"})
    assert parsed.authors == ("Ada", "Bob", "Cy")
    assert parsed.extra == ({"authors": [ada]},)


def test_authors_of_the_feed_whom_no_entry_takes_are_kept() -> None:
    parsed = feed(authors=[{"name": "Ada"}], items=[{"id": "1", "authors": [{"name": "Bob"}]}])
    assert parsed.extra == ({"authors": [{"name": "Ada"}]},)
    assert feed(authors=[{"name": "Ada"}], items=[{"id": "1"}]).extra == ()


def test_extensions_and_what_has_no_place_are_kept_in_order() -> None:
    parsed = feed(
        _show={"explicit": False, "genre": ["sea"]},
        user_comment="For readers.",
        favicon="https://example.org/f.ico",
        icon="https://example.org/i.png",
        expired=True,
        language="not a language",
        items=[
            {
                "_custom": {"rating": 5},
                "id": "1",
                "date_modified": "last week",
                "tags": "sea",
                "x": 0,
                "y": None,
            }
        ],
    )
    assert parsed.extra == (
        {"_show": {"explicit": False, "genre": ["sea"]}},
        {"user_comment": "For readers."},
        {"favicon": "https://example.org/f.ico"},
        {"expired": True},
        {"language": "not a language"},
    )
    assert parsed.entries[0].extra == ({"_custom": {"rating": 5}}, {"date_modified": "last week"}, {"x": 0})
    assert parsed.entries[0].tags == ("sea",)


def test_the_feeds_own_addresses_are_nowhere_in_what_is_kept_beside() -> None:
    secret = "https://example.org/feed.json?key=123"
    parsed = feed(feed_url=secret, next_url=f"{secret}&page=2", hubs=[{"type": "rssCloud", "url": secret}])
    assert parsed.extra == ()
    assert parsed.url == secret


def test_a_hub_that_is_none_of_websub_is_kept_beside() -> None:
    cloud = {"type": "rssCloud", "url": "https://cloud.example/"}
    parsed = feed(hubs=[cloud, {"type": "WebSub", "url": "https://hub.example/"}])
    assert (parsed.hub_url, parsed.extra) == ("https://hub.example/", ({"hubs": [cloud]},))


def test_an_address_that_no_column_keeps_is_kept_beside() -> None:
    parsed = entry(image="javascript:1", external_url="data:x,1", attachments=[{"url": "javascript:2"}])
    assert (parsed.url, parsed.image_url, parsed.external_url, parsed.media) == (None, None, None, ())
    assert parsed.extra == (
        {"image": "javascript:1"},
        {"external_url": "data:x,1"},
        {"attachments": [{"url": "javascript:2"}]},
    )
    said = {"home_page_url": "gemini://e.example/", "icon": "data:x,1"}
    assert feed(**said).extra == tuple({name: value} for name, value in said.items())


def test_the_words_of_a_date_that_cannot_be_read_are_kept() -> None:
    assert entry(date_published="last Tuesday").published_text == "last Tuesday"
    assert entry(date_published="2025-02-01T10:00:00Z").published_text is None


def test_tags_in_plain_text_are_characters() -> None:
    assert entry(content_text="with <b>tags</b>").html == "<p>with &lt;b&gt;tags&lt;/b&gt;</p>"


def test_html_and_text_of_the_same_words_are_one_body_and_a_summary_stands_beside() -> None:
    parsed = entry(content_text="My comment.", summary="sum", content_html="<p>My <i>comment</i>.</p>")
    assert (parsed.html, parsed.summary) == ("<p>My <i>comment</i>.</p>", "<p>sum</p>")


@pytest.mark.parametrize(
    ("text", "summary", "kept"),
    [
        ("<p>longer text with words</p>", "<b>Not it</b>, but a summary", "<b>Not it</b>, but a summary"),
        (
            "<p>A post.</p>",
            "A deck, longer than the post, <b> and all",
            "<p>A deck, longer than the post, &lt;b&gt; and all</p>",
        ),
    ],
)
def test_a_summary_does_not_take_the_place_of_a_short_text(text: str, summary: str, kept: str) -> None:
    parsed = entry(content_html=text, summary=summary)
    assert (parsed.html, parsed.summary) == (text, kept)


def test_a_summary_that_begins_the_text_is_not_said_twice() -> None:
    parsed = entry(content_text="One. Two.\n\nThree.", summary="One. Two…")
    assert (parsed.html, parsed.summary) == ("<p>One. Two.</p>\n<p>Three.</p>", "")


def test_plain_text_becomes_html_with_its_lines() -> None:
    assert entry(content_text="a < b\nc\n\nd").html == "<p>a &lt; b<br>\nc</p>\n<p>d</p>"


def test_the_authors_of_the_feed_are_those_of_an_entry_that_names_none() -> None:
    parsed = feed(author={"name": "Ada"}, items=[{"id": 1}, {"id": 2, "author": {"name": "Bob"}}])
    assert [entry.authors for entry in parsed.entries] == [("Ada",), ("Bob",)]


def test_a_link_to_elsewhere_stands_in_for_a_missing_address() -> None:
    assert entry(external_url="https://example.com/there").url == "https://example.com/there"


def test_an_id_may_be_a_number_or_missing() -> None:
    parsed = feed(items=[{"id": 7}, {"url": "https://example.org/8"}, {"title": "Nine"}])
    guids = [entry.guid for entry in parsed.entries]
    assert guids[:2] == ["7", "https://example.org/8"]
    assert guids[2].startswith("urn:sha256:")


def test_a_date_that_cannot_be_read_is_none() -> None:
    assert entry(date_published="last Tuesday").published is None
    assert entry(date_published="0001-01-01T00:00:00Z").published is None


def test_a_relative_address_is_resolved_against_the_site() -> None:
    parsed = feed(home_page_url="https://example.org/blog/", items=[{"id": "1", "url": "1.html"}])
    assert parsed.entries[0].url == "https://example.org/blog/1.html"


def test_references_in_a_title_are_resolved_and_what_looks_like_a_tag_is_text() -> None:
    assert (
        entry(title="A &#8216;b&#8217; &amp; <em>c</em> &x R&D").title
        == "A ‘b’ &amp; &lt;em&gt;c&lt;/em&gt; &amp;x R&amp;D"
    )


def test_a_comma_too_many_costs_nothing() -> None:
    text = f'{{"version": "{VERSION}", ' + '"items": [{"id": "1", "title": "a,] b,}",}, {"id": "2"},],}'
    parsed = parse(text.encode())
    assert [(entry.guid, entry.title) for entry in parsed.entries] == [("1", "a,] b,}"), ("2", "")]
    assert parsed.damage is None


def test_where_json_is_broken_is_said() -> None:
    text = f'{{"version": "{VERSION}",\n' + '"items": [{"id": "1"}, {"id": oops}, {"id": "3"}]}'
    parsed = parse(text.encode())
    assert [entry.guid for entry in parsed.entries] == ["1"]
    assert parsed.damage and "no JSON from line 2, column 31 on" in parsed.damage


def test_items_that_are_no_objects_are_said_to_be_left_out() -> None:
    parsed = feed(items=[{"id": "1"}, None, "two", ["3"]])
    assert [entry.guid for entry in parsed.entries] == ["1"]
    assert parsed.damage == "3 of its 4 items are no JSON objects and were left out. The rest was kept."


def test_the_items_before_the_damage_are_kept() -> None:
    whole = json.dumps({"version": VERSION, "title": "A feed", "items": [{"id": str(n)} for n in range(5)]})
    torn = parse(whole[: whole.index('"3"') + 2].encode())
    assert [entry.guid for entry in torn.entries] == ["0", "1", "2"]
    assert torn.title == "A feed"
    assert "kept: 3 entries" in (torn.damage or "")


def test_json_that_is_no_feed_is_said_to_be_none() -> None:
    with pytest.raises(NotAFeed, match="no JSON Feed"):
        parse(b'{"items": []}')


def test_json_nested_beyond_measure_that_never_ends_is_cut_off() -> None:
    feed = parse(b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 1_000_000)
    assert feed.damage
    assert "it stops in the middle" in feed.damage


DIGITS = "1" * 100_000


@pytest.mark.parametrize(
    "value, as_id",
    [
        (DIGITS, DIGITS),
        (f"-{DIGITS}", f"-{DIGITS}"),
        (f"1.{DIGITS}", f"1.{DIGITS}"),
        ("1e999999", "1e999999"),
        ("NaN", "NaN"),
        ("-Infinity", "-Infinity"),
        ("12", "12"),
        ("1.50", "1.5"),
        ("[" * 100_000 + "]" * 100_000, None),
        ('{"a":' * 5000 + '"}]"' + "}" * 5000, None),
    ],
)
def test_a_value_that_is_beyond_measure_costs_its_field_alone(value: str, as_id: str | None) -> None:
    attached = f'{{"url": "https://a.example/a", "size_in_bytes": {value}, "duration_in_seconds": {value}}}'
    odd = f'{{"id": {value}, "title": "one", "x": {value}, "attachments": [{attached}]}}'
    items = f'{odd}, {{"id": "2", "title": "two"}}'
    feed = parse(
        f'{{"version": "https://jsonfeed.org/version/1.1", "_x": {value}, "items": [{items}]}}'.encode()
    )
    one, two = feed.entries
    assert feed.damage is None
    assert (one.title, two.title, two.guid) == ("one", "two", "2")
    assert one.guid == as_id if as_id else one.guid_derived
    assert clean(feed).entries[0].enclosures[0].url == "https://a.example/a"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    [
        "version",
        "title",
        "items",
        "authors",
        "author",
        "hubs",
        "feed_url",
        "home_page_url",
        "icon",
        "language",
        "id",
        "url",
        "content_html",
        "content_text",
        "summary",
        "image",
        "date_published",
        "date_modified",
        "tags",
        "attachments",
        "size_in_bytes",
        "mime_type",
        "name",
    ]
)


@given(st.dictionaries(NAMES, ANYTHING), st.lists(st.dictionaries(NAMES, ANYTHING), max_size=3))
def test_members_may_be_of_any_type(members: dict[str, Any], items: list[Any]) -> None:
    document = {**members, "version": VERSION, "items": items}
    assert len(parse(json.dumps(document).encode()).entries) == len(items)
