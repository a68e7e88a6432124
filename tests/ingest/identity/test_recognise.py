"""The rules by which an entry is known under another guid; each stands for something that feeds do."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.archive.identity.recognise import document_reach, in_order_of_time, recognise, should_be_held
from ingest.archive.identity.values import Recognition, StoredPost
from ingest.base.models import CleanEntry, Enclosure
from tests.ingest.values import clean_entry

NEW = Recognition()
BEFORE, DATE, AFTER = "2025-05-01T12:00:00Z", "2025-06-01T12:00:00Z", "2025-07-01T12:00:00Z"


def stored(number: int, guid: str, **values: str | bool | None) -> StoredPost:
    said = {"url": "https://e.example/a", "title": "Title", "published": DATE, "text": "Some text."}
    return StoredPost(number, guid, **(said | values))  # type: ignore[arg-type]


def entry(guid: str, **values: str | None) -> CleanEntry:
    said = {"url": "https://e.example/a", "title": "Title", "published": DATE, "text": "Some text."}
    return clean_entry(guid, **(said | values))


def found(new: CleanEntry, known: StoredPost, *others: CleanEntry) -> Recognition:
    return recognise([new, *others], [known], {})[0]


def test_the_guid_goes_before_all_that_an_entry_says() -> None:
    new = entry("a", url="https://e.example/b", title="Other", published=AFTER, text="Other")
    assert found(new, stored(1, "a")) == Recognition(1, "guid")


@pytest.mark.parametrize(
    "guid",
    [
        "https://e.example/?p=1",
        "http://www.e.example/?p=1",
        "http://e.example/?p=1&utm_source=rss",
    ],
)
def test_a_guid_that_is_an_address_is_the_same_in_another_spelling(guid: str) -> None:
    new = entry(guid, url="https://e.example/b", title="Other", published=AFTER)
    assert found(new, stored(1, "http://e.example/?p=1")) == Recognition(1, "guid spelling")


def test_so_it_is_with_a_slash_at_its_end() -> None:
    assert found(entry("https://e.example/a/"), stored(1, "https://e.example/a")).rule == "guid spelling"


def test_the_fragment_of_a_guid_tells_entries_of_a_page_apart() -> None:
    new = entry("http://e.example/log#2", url="https://e.example/log", title="2", published=AFTER)
    old = stored(1, "https://e.example/log#1", url="https://e.example/log", title="1")
    assert found(new, old) == NEW


def test_guids_that_are_made_anew_for_each_document_are_of_the_same_entries() -> None:
    assert found(entry("uuid:2"), stored(1, "uuid:1")) == Recognition(1, "address")


def test_an_address_with_another_session_is_the_same() -> None:
    one, two = (f"https://e.example/two;jsessionid={n}?sid={n}99" for n in (1, 2))
    assert found(entry(two, url=two), stored(1, one, url=one)) == Recognition(1, "address")


def test_of_a_day_and_a_title_a_session_may_be_all_that_tells_posts_apart() -> None:
    day = "2025-06-01T00:00:00Z"
    one, two = (f"https://e.example/a?sid={n}" for n in (1, 2))
    assert (
        found(entry(two, url=two, published=day, text="Other"), stored(1, one, url=one, published=day)) == NEW
    )


def test_a_page_of_the_same_name_is_the_same_when_its_date_moves() -> None:
    new = entry("uuid:2", published=AFTER)
    assert found(new, stored(1, "uuid:1"), entry("z", url="https://e.example/z", published=BEFORE)).entry == 1


def test_a_page_of_the_same_second_is_the_same_when_its_title_is_mended() -> None:
    assert found(entry("uuid:2", title="Mended"), stored(1, "uuid:1")).entry == 1


def test_an_address_alone_is_of_many_posts_in_link_blogs() -> None:
    assert found(entry("2", title="Seen again", published=AFTER), stored(1, "1", published=BEFORE)) == NEW


def test_a_repost_is_another_entry_when_the_first_has_left_the_document() -> None:
    assert found(entry("2", published=AFTER), stored(1, "1", published=BEFORE)) == NEW


def test_a_post_that_stands_beside_it_is_another() -> None:
    assert recognise([entry("2"), entry("1")], [stored(1, "1")], {}) == [NEW, Recognition(1, "guid")]


def test_a_post_that_a_document_showed_beside_it_is_another() -> None:
    assert recognise([entry("2")], [stored(1, "1")], {}, {("2", 1)}) == [NEW]


def test_two_that_a_rule_cannot_tell_apart_are_recognised_by_none() -> None:
    assert recognise([entry("3"), entry("4")], [stored(1, "1"), stored(2, "2")], {}) == [NEW, NEW]
    assert recognise([entry("3")], [stored(1, "1"), stored(2, "2")], {}) == [NEW]


def test_two_that_share_an_address_are_told_apart_by_title_and_date() -> None:
    documents = [entry("3", title="One"), entry("4", title="Two")]
    known = [stored(1, "1", title="One"), stored(2, "2", title="Two")]
    assert [one.entry for one in recognise(documents, known, {})] == [1, 2]


def test_of_an_address_that_two_share_title_or_date_alone_says_nothing() -> None:
    other = entry("z", title="Other", published=BEFORE)
    assert recognise([entry("2", published=AFTER), other], [stored(1, "1")], {})[0] == NEW


def test_the_first_page_of_a_site_is_no_address_of_a_post() -> None:
    new = entry("2", url="https://e.example/", title="Another", text="Another")
    assert found(new, stored(1, "1", url="https://e.example/")) == NEW


def test_a_site_that_moves_keeps_its_paths() -> None:
    new = entry("2", url="https://new.example/a", text="Other words")
    assert found(new, stored(1, "1")) == Recognition(1, "title and date")


def test_a_site_that_changes_its_addresses_keeps_what_its_posts_say() -> None:
    assert found(entry("2", url="https://e.example/2025/b"), stored(1, "1")) == Recognition(
        1, "title and date"
    )


def test_title_and_date_alone_are_not_enough() -> None:
    assert found(entry("2", url="https://e.example/b", text="Other"), stored(1, "1")) == NEW


def test_a_title_that_all_have_recognises_none() -> None:
    new = [entry(f"n{n}", url=f"https://e.example/n{n}", text=f"N {n}") for n in range(3)]
    known = [stored(n, f"o{n}", url=f"https://e.example/o{n}", text=f"O {n}") for n in range(3)]
    assert recognise(new, known, {}) == [NEW] * 3


def test_a_post_without_a_title_is_called_by_its_words() -> None:
    new = entry("2", title=None, published=AFTER)
    low = entry("z", url="https://e.example/z", published=BEFORE)
    assert found(new, stored(1, "1", title=None), low) == Recognition(1, "address")
    assert found(replace(new, text="Other words"), stored(1, "1", title=None), low) == NEW


def test_an_alias_is_known_at_once() -> None:
    new = entry("2", url=None, title="Other", published=None)
    assert recognise([new], [stored(1, "1")], {"2": 1}) == [Recognition(1, "alias")]


def test_an_alias_is_no_longer_one_when_both_stand_in_a_document() -> None:
    assert recognise([entry("2"), entry("1")], [stored(1, "1")], {"2": 1}) == [NEW, Recognition(1, "guid")]


def test_a_feed_whose_guids_all_change_has_the_same_entries() -> None:
    pages = [(f"https://e.example/{n}", f"2025-06-01T12:{n // 60:02}:{n % 60:02}Z") for n in range(200)]
    known = [stored(n, f"old:{n}", url=url, title=str(n), published=at) for n, (url, at) in enumerate(pages)]
    new = [entry(f"new:{n}", url=url, title=str(n), published=at) for n, (url, at) in enumerate(pages)]
    assert recognise(new, known, {}) == [Recognition(n, "address") for n in range(200)]


def test_a_document_that_is_ranked_by_votes_need_not_have_an_entry() -> None:
    dates = [DATE, AFTER, BEFORE]
    assert not in_order_of_time(dates)
    assert not should_be_held(stored(1, "1"), document_reach([entry(at, published=at) for at in dates]))


def test_where_nothing_is_dated_the_last_document_tells() -> None:
    nothing = entry("2", published=None)
    assert should_be_held(stored(1, "1", published=None, last_shown=True), document_reach([nothing]))
    assert not should_be_held(stored(1, "1", published=None), document_reach([nothing]))


TRACKING = ["ref", "referrer", "ref_src", "utm_content", "utm_source", "fbclid", "gclid", "mc_cid", "mc_eid"]


@pytest.mark.parametrize("name", TRACKING)
def test_a_tracking_parameter_may_be_all_that_tells_posts_apart(name: str) -> None:
    one, two = (f"https://e.example/a?{name}={n}" for n in (1, 2))
    new = entry(two, url=two, title="Other", published=AFTER, text="Other")
    assert found(new, stored(1, one, url=one)) == NEW
    assert found(replace(new, published="2025-06-01T00:00:00Z"), stored(1, one, url=one)) == NEW
    for agreeing in ({"title": "Title", "published": DATE}, {"text": "Some text."}):
        assert found(replace(new, **agreeing), stored(1, one, url=one)).rule == "guid spelling"


@pytest.mark.parametrize("guids", [("https://e.example/log#v0", "https://e.example/log#v1"), ("0", "1")])
def test_a_fragment_tells_entries_of_a_page_apart_whatever_else_agrees(guids: tuple[str, str]) -> None:
    old = stored(1, guids[0], url="https://e.example/log#v0", last_shown=True)
    assert found(entry(guids[1], url="https://e.example/log#v1"), old) == NEW


@pytest.mark.parametrize("hour", ["00", "05"])
def test_of_a_day_and_a_title_and_a_few_words_there_may_be_many(hour: str) -> None:
    day, alert = f"2025-06-01T{hour}:00:00Z", "Click for details."
    new = entry("2", url="https://e.example/alert/2", published=day, text=alert)
    assert found(new, stored(1, "1", url="https://e.example/alert/1", published=day, text=alert)) == NEW
    long = "Click for details of the flood that is to come on Monday."
    old = stored(1, "1", url="https://e.example/alert/1", published=day, text=long)
    assert found(replace(new, text=long), old).rule == "title and date"


def test_a_post_that_moves_to_another_section_keeps_the_end_of_its_address() -> None:
    day = "2025-06-01T00:00:00Z"
    new = entry("2", url="https://e.example/news/the-end", published=day)
    old = stored(1, "1", url="https://e.example/research/the-end", published=day)
    assert found(new, old).rule == "title and date"
    assert found(replace(new, text="Other"), old) == NEW


def test_of_a_day_and_a_page_there_may_be_many() -> None:
    day = "2025-06-01T00:00:00Z"
    assert found(entry("2", title="Evening", published=day), stored(1, "1", published=day)) == NEW


@pytest.mark.parametrize(
    ("file", "number"),
    [
        ("https://e.example/1.mp3", 1),
        ("https://cdn.example/e/1.mp3?token=2", 1),
        ("https://e.example/2.mp3", None),
        ("https://e.example/2/1.mp3", None),
    ],
)
def test_an_episode_with_another_file_is_another(file: str, number: int | None) -> None:
    old = replace(stored(1, "1"), enclosures=(Enclosure("https://e.example/1.mp3", "audio/mpeg", 1),))
    new = replace(entry("2"), enclosures=(Enclosure(file, "audio/mpeg", 1),))
    assert found(new, old).entry == number


FEW = st.sampled_from(["", "a", "b"])
DATES = st.sampled_from([None, BEFORE, DATE, AFTER])
GUIDS = st.sampled_from(["1", "2", "http://e.example/1", "https://e.example/1/"])
SAID = {
    "url": FEW.map(lambda path: path and f"https://e.example/{path}"),
    "title": FEW,
    "published": DATES,
    "text": FEW,
}
ENTRIES = st.builds(lambda guid, **said: clean_entry(guid, **said), GUIDS, **SAID)
KNOWN = st.builds(lambda guid, **said: (guid, said), GUIDS, **SAID)


@given(
    st.lists(ENTRIES, max_size=5),
    st.lists(KNOWN, max_size=4, unique_by=lambda one: one[0]),
    st.dictionaries(GUIDS, st.integers(0, 4)),
)
def test_no_two_guids_of_a_document_are_one_entry(entries, known, aliases) -> None:  # type: ignore[no-untyped-def]
    there = [StoredPost(number, guid, **said) for number, (guid, said) in enumerate(known)]
    one_of = {}
    for said, recognised in zip(entries, recognise(entries, there, aliases), strict=True):
        if recognised.entry is not None:
            assert one_of.setdefault(recognised.entry, said.guid) == said.guid
