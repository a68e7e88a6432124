from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.archive.changes import Verdict, decide, is_last, version
from ingest.archive.identity.guids import Stored, identify
from ingest.base.models import Enclosure
from tests.ingest.values import clean_entry

BEFORE = version(clean_entry(text="before"))
AFTER = version(clean_entry(text="after"))


def test_the_same_fingerprint_is_unchanged_even_when_it_is_cleaned_otherwise():
    assert decide(replace(AFTER, fingerprint=BEFORE.fingerprint), BEFORE, [], True) is Verdict.UNCHANGED


def test_another_fingerprint_with_nothing_different_that_we_store_is_no_edit():
    assert decide(replace(BEFORE, fingerprint="other"), BEFORE, [], True) is Verdict.TOUCHED


def test_controls_that_older_archives_hold_are_no_edit_when_they_are_left_out():
    dirty, tidy = (version(clean_entry(html=html)) for html in ("<p>a\x01b\x0cc</p>", "<p>ab c</p>"))
    assert decide(tidy, dirty, [], True) is Verdict.TOUCHED


def test_another_text_is_an_edit():
    assert decide(AFTER, BEFORE, [], True) is Verdict.CHANGED


@pytest.mark.parametrize(
    "values",
    [
        {"tags": ("new",)},
        {"authors": ("New",)},
        {"enclosures": (Enclosure("https://example.org/a.mp3"),)},
        {"comments_url": "https://example.org/new"},
        {"language": "fr"},
        {"published": "2020-01-01T00:00:00Z"},
    ],
)
def test_every_other_field_counts_as_an_edit_too(values):
    assert decide(version(clean_entry(**values)), version(clean_entry()), [], True) is Verdict.CHANGED


def test_the_order_and_case_of_tags_do_not():
    one, two = version(clean_entry(tags=("b", "A"))), version(clean_entry(tags=("a", "b")))
    assert decide(two, one, [], True) is Verdict.TOUCHED


def test_a_feed_that_goes_back_to_an_earlier_version_is_an_edit():
    assert decide(BEFORE, AFTER, [BEFORE], current=True) is Verdict.CHANGED


def test_a_saved_document_with_an_earlier_version_is_not():
    assert decide(BEFORE, AFTER, [BEFORE], current=False) is Verdict.UNCHANGED


def test_an_earlier_version_is_known_again_by_what_it_says():
    assert decide(replace(BEFORE, fingerprint="other"), AFTER, [BEFORE], current=False) is Verdict.UNCHANGED


def test_a_saved_version_that_calls_itself_older_is_kept_as_older():
    stored = version(clean_entry(text="new", updated="2025-02-01T00:00:00Z"))
    incoming = version(clean_entry(text="old", updated="2025-01-01T00:00:00Z"))
    assert decide(incoming, stored, [], current=False) is Verdict.OLDER
    assert decide(incoming, stored, [], current=True) is Verdict.CHANGED


def test_a_guid_alone_identifies_an_entry():
    assert identify([clean_entry("a"), clean_entry("b")], {}) == ["a", "b"]


def test_one_guid_for_two_addresses_identifies_neither():
    one, two = clean_entry("x", url="https://example.org/1"), clean_entry("x", url="https://example.org/2")
    assert identify([one, two], {}) == ["x#https://example.org/1", "x#https://example.org/2"]


def test_such_entries_keep_their_identity_when_they_come_alone():
    one = clean_entry("x", url="https://example.org/1")
    assert identify([one], {"x#https://example.org/1": Stored(one.url, None, None)}) == [
        "x#https://example.org/1"
    ]


def test_an_entry_keeps_its_guid_when_another_takes_the_same_one():
    one, two = clean_entry("x", url="https://example.org/1"), clean_entry("x", url="https://example.org/2")
    assert identify([two, one], {"x": Stored(one.url, None, None)}) == ["x#https://example.org/2", "x"]


def test_entries_without_addresses_are_told_apart_by_title():
    one, two = clean_entry("x", url=None, title="One"), clean_entry("x", url=None, title="Two")
    assert len(set(identify([one, two], {}))) == 2


def test_an_address_in_place_of_a_guid_identifies_no_two_entries_of_a_document():
    one, two = (clean_entry("x", url="x", title=title, guid_derived=True) for title in ("One", "Two"))
    guids = identify([one, two], {})
    assert guids == ["x#One 2025-06-01T12:00:00Z", "x#Two 2025-06-01T12:00:00Z"]
    assert identify([two], {guids[1]: Stored(two.url, two.title, two.published)}) == [guids[1]]


def test_an_entry_keeps_the_address_for_a_guid_when_another_comes_that_has_it():
    one, two = (clean_entry("x", url="x", title=title, guid_derived=True) for title in ("One", "Two"))
    stored = {"x": Stored(one.url, one.title, one.published)}
    assert identify([two, one], stored) == ["x#Two 2025-06-01T12:00:00Z", "x"]


def test_an_address_that_was_of_several_entries_is_of_none_alone():
    third = clean_entry("x", url="x", title="Three", guid_derived=True)
    assert identify([third], {"x": Stored("x", "One", third.published)}, {"x"}) == [
        "x#Three 2025-06-01T12:00:00Z"
    ]
    first = clean_entry("x", url="x", title="One", guid_derived=True)
    assert identify([first], {"x": Stored("x", "One", first.published)}, {"x"}) == ["x"]


def test_an_entry_without_a_guid_whose_title_changes_is_the_same_while_it_is_the_only_one_of_its_address():
    edited = clean_entry("x", url="x", title="Edited", guid_derived=True)
    assert identify([edited], {"x": Stored("x", "One", edited.published)}) == ["x"]


def test_one_guid_and_one_address_are_one_entry_in_two_versions():
    assert identify([clean_entry("x", text="a"), clean_entry("x", text="b")], {}) == ["x", "x"]


def test_an_entry_whose_title_was_read_otherwise_since_is_known_by_what_it_says_now():
    one = clean_entry("x", url=None, title="On: One")
    stored = {
        "x": Stored(None, "Two", one.published),
        "x#One 2025-06-01T12:00:00Z": Stored(None, one.title, one.published),
    }
    assert identify([one], stored) == ["x#One 2025-06-01T12:00:00Z"]


NAMES = st.sampled_from(["x", "x#", "x#One", "One", ""])
ENTRIES = st.builds(
    lambda guid, url, title, derived: clean_entry(
        guid or "y", url=url or None, title=title, published=None, guid_derived=derived
    ),
    NAMES,
    NAMES,
    NAMES,
    st.booleans(),
)


@given(
    st.lists(ENTRIES, max_size=5),
    st.dictionaries(NAMES, st.builds(Stored, NAMES, NAMES, st.none())),
    st.sets(NAMES),
)
def test_no_two_entries_of_a_document_become_one(entries, known, shared):
    guids = identify(entries, known, shared)
    there = [(stored.partition("#")[0], one.url, one.title) for stored, one in known.items()]
    titles = {(entry.guid, entry.url, entry.title) for entry in entries}
    titled = {
        (guid, url)
        for guid, url, _ in titles
        if len([one for one in titles if one[:2] == (guid, url)]) > 1
        or len([one for one in there if one[:2] == (guid, url)]) > 1
    }
    said = {
        (entry.guid, entry.title if by_title or entry.guid_derived or not entry.url else entry.url)
        for entry in entries
        for by_title in [(entry.guid, entry.url) in titled]
    }
    assert len(set(guids)) == len(said)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("12")), max_size=8))
def test_identities_do_not_depend_on_the_order_in_a_document(pairs):
    entries = [clean_entry(guid, url=f"https://example.org/{n}") for guid, n in pairs]
    forwards = dict(zip(pairs, identify(entries, {}), strict=True))
    backwards = dict(zip(reversed(pairs), identify(entries[::-1], {}), strict=True))
    assert forwards == backwards
    assert len(set(forwards.values())) == len(forwards)


def test_the_last_of_each():
    assert is_last(["a", "b", "a"]) == [False, True, True]


def test_a_version_that_was_captured_before_the_stored_one_is_older():
    incoming = version(clean_entry(text="old"), "2025-01-01T00:00:00Z")
    stored = version(clean_entry(text="new"), "2025-02-01T00:00:00Z")
    assert decide(incoming, stored, [], current=False) is Verdict.OLDER
    assert decide(stored, incoming, [], current=False) is Verdict.CHANGED
