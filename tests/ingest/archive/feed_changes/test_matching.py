"""Which entries of two feeds are the same."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ingest.archive.feed_changes.matching import MatchedEntry, guids_beside, matched_entries
from ingest.archive.identity.values import StoredPost

GUIDS = st.sampled_from(["1", "1#", "2", "1#https://a.example/1", "https://a.example/1", ""])


def known(entry: int, guid: str, **values: Any) -> StoredPost:
    said = {
        "url": f"https://a.example/{guid}",
        "title": f"Title of {guid}",
        "published": "2025-01-01T00:00:00Z",
        "text": f"Text of {guid}.",
    }
    return StoredPost(entry, guid, **(said | values))


def test_the_same_guid_is_the_same_entry() -> None:
    assert matched_entries([known(1, "x")], [known(2, "x")]) == [MatchedEntry(1, 2, "guid")]


def test_a_guid_of_which_nothing_else_agrees_is_of_another_entry() -> None:
    other = known(2, "1", url="https://b.example/42", title="Another", published="2025-02-02T00:00:00Z")
    assert matched_entries([known(1, "1")], [other]) == []


def test_a_guid_that_says_nothing_else_is_the_same() -> None:
    nothing: dict[str, Any] = {"url": None, "title": None, "published": None, "text": ""}
    assert matched_entries([known(1, "x", **nothing)], [known(2, "x", **nothing)]) == [
        MatchedEntry(1, 2, "guid")
    ]


def test_a_site_that_moved_to_another_host_has_the_same_entries() -> None:
    staying = known(1, "https://a.example/2025/stones", url="https://a.example/2025/stones", title="Stones")
    going = known(2, "https://b.example/2025/stones", url="https://b.example/2025/stones", title="Stones")
    assert matched_entries([staying], [going]) == [MatchedEntry(1, 2, "title and date")]


def test_a_post_whose_date_moved_is_the_same_by_its_address_and_title() -> None:
    going = known(2, "g", url="https://a.example/x", title="Stones", published="2020-01-01T00:00:00Z")
    staying = known(1, "h", url="https://a.example/x", title="Stones")
    assert matched_entries([staying], [going]) == [MatchedEntry(1, 2, "address")]


def test_an_address_of_many_posts_is_none_of_them() -> None:
    links = [known(n, f"g{n}", url="https://a.example/links", title=f"Links {n}") for n in (1, 2)]
    others = [known(9, "h", url="https://a.example/links", title="Links 1", published="2020-01-01T00:00:00Z")]
    assert matched_entries(links, others) == []


def test_two_posts_of_one_title_are_not_taken_for_one() -> None:
    links = [known(n, f"g{n}", url=f"https://a.example/{n}", title="Links") for n in (1, 2)]
    others = [known(n, f"h{n}", url=f"https://b.example/{n}", title="Links") for n in (3, 4)]
    assert matched_entries(links, others) == []


def test_an_entry_whose_guid_is_taken_gets_a_qualified_one() -> None:
    assert guids_beside({"1"}, [known(5, "1"), known(6, "2")]) == {5: "1#https://a.example/1"}


@given(st.sets(GUIDS), st.lists(GUIDS, unique=True))
def test_each_guid_is_one_entrys_then(taken: set[str], going: list[str]) -> None:
    entries = [known(number, guid) for number, guid in enumerate(going)]
    beside = guids_beside(taken, entries)
    guids = [beside.get(entry.id, entry.guid) for entry in entries]
    assert len(set(guids)) == len(guids) and not taken & set(guids)


@given(st.lists(GUIDS, unique=True), st.lists(GUIDS, unique=True))
def test_no_entry_is_matched_twice(staying: list[str], going: list[str]) -> None:
    found = matched_entries(
        [known(n, guid) for n, guid in enumerate(staying)],
        [known(100 + n, guid) for n, guid in enumerate(going)],
    )
    assert len({one.entry for one in found}) == len({one.former for one in found}) == len(found)
