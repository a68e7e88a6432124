import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.models import Enclosure, Entry, Feed, NotAFeed
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
    )


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
