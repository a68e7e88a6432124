"""Which documents go: the examples are written as ID:READING for each document of a feed, in order of time.

`*` means that it is cited, `-` that its bytes are not kept, `=X` that its body is that of X. Each takes ten bytes.
"""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.archive.documents.pruning.plan import PrunableDocument, PrunePlan, plan_pruning

SIZE = 10


def feed(text: str, number: int = 1) -> list[PrunableDocument]:
    documents = []
    for word in text.split():
        name, reading = word.split(":")
        sign = reading[1:2]
        documents.append(
            PrunableDocument(
                int(name),
                number,
                f"2025-01-01T00:00:{int(name):02}Z",
                reading[2:] if sign == "=" else name,
                bytes=100,
                reading=None if reading[0] == "?" else reading[0],
                size=0 if sign == "-" else SIZE,
                file=None if sign == "-" else "file",
                cited=sign == "*",
            )
        )
    return documents


def ids(documents: Sequence[PrunableDocument]) -> list[int]:
    return [document.id for document in documents]


@pytest.mark.parametrize(
    ("documents", "limit", "repeated", "others"),
    [
        ("1:a* 2:a 3:a*", 32, [], []),  # within the bound
        ("1:a* 2:a 3:a*", 22, [2], []),
        ("1:a* 2:b 3:a*", 22, [], [2]),  # between two that say the same, but it said something else
        ("1:a* 2:b 3:c 4:c 5:c*", 43, [4], []),  # what says nothing of its own goes first
        ("1:a* 2:b 3:c 4:c 5:c*", 22, [4], [2, 3]),
        ("1:a* 2:b 3:c 4:c 5:c*", 0, [4], [2, 3]),  # what is cited stays, whatever the bound is
        ("1:a 2:a 3:a 4:a 5:a*", 32, [2, 3], []),  # the oldest first, no more than needed
        ("1:a 2:a- 3:a 4:b*", 22, [], [1]),  # 3 is next to b: it is the last that says a
        ("1:? 2:? 3:? 4:a*", 32, [], [1]),  # what could not be read is not known to be the same
        ("1:a* 2:b 3:c=2 4:d*", 32, [], [2, 3]),  # a body that two have
        ("1:a* 2:b=4 3:c 4:d*", 22, [], [3]),  # a body that is cited elsewhere
        ("1:a* 2:b- 3:c*", 0, [], []),  # what is not kept cannot go
    ],
)
def test_what_goes(documents: str, limit: int, repeated: list[int], others: list[int]) -> None:
    plan = plan_pruning(feed(documents), {None: limit})
    assert (ids(plan.repeated), ids(plan.others)) == (repeated, others)


def test_without_a_bound_nothing_goes() -> None:
    assert plan_pruning(feed("1:a 2:a 3:a*"), {None: None}) == PrunePlan()


def test_where_the_bound_cannot_be_reached_it_is_said_by_how_much() -> None:
    assert plan_pruning(feed("1:a* 2:b 3:c*"), {None: 15}).above == {None: 5}


def test_somewhat_more_goes_than_needed_so_that_not_each_run_frees() -> None:
    many = feed(" ".join(f"{number}:{'ab'[number % 2]}" for number in range(1, 101)))
    assert plan_pruning(many, {None: 1000}) == PrunePlan()
    assert ids(plan_pruning(many, {None: 990}).documents) == list(range(1, 7))


def test_what_cannot_get_down_to_the_margin_but_to_the_bound_is_within_it() -> None:
    plan = plan_pruning(feed("1:a* 2:b 3:c*"), {None: 20})
    assert (ids(plan.documents), plan.above) == ([2], {})


def test_of_one_feed_goes_no_body_that_another_s_has() -> None:
    both = feed("1:a=x 2:b 3:c*", 1) + feed("4:a=x 5:b*", 2)
    plan = plan_pruning(both, {None: 0})
    assert ids(plan.documents) == [2, 1, 4]
    assert ids(plan.of_feeds([1]).documents) == [2]


def test_a_feed_with_a_bound_of_its_own_counts_by_itself() -> None:
    both = feed("1:a 2:b 3:c*", 1) + feed("4:a 5:b 6:c*", 2)
    assert ids(plan_pruning(both, {None: None, 2: 22}).documents) == [4]
    assert ids(plan_pruning(both, {None: 22, 2: None}).documents) == [1]
    assert ids(plan_pruning(both, {None: 22, 2: 11}).documents) == [1, 4, 5]


def test_a_body_stays_for_a_feed_that_is_within_its_bound() -> None:
    both = feed("1:a=x 2:b 3:c*", 1) + feed("4:a=x 5:b*", 2)
    assert ids(plan_pruning(both, {None: None, 1: 22}).documents) == [2]


document = st.builds(
    PrunableDocument,
    id=st.just(0),
    feed=st.integers(1, 3),
    at=st.sampled_from(["2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z"]),
    sha256=st.sampled_from("uvwxyz"),
    bytes=st.just(100),
    reading=st.sampled_from(["a", "b", None]),
    size=st.integers(1, 30),
    file=st.just("file"),
    cited=st.booleans(),
)


@given(st.lists(document, max_size=20), st.integers(0, 200))
def test_nothing_cited_goes_no_more_than_needed_and_the_bound_is_kept_where_it_can_be(
    made: list[PrunableDocument], limit: int
) -> None:
    numbered = [replace(one, id=number) for number, one in enumerate(made, start=1)]
    documents = sorted(numbered, key=lambda one: (one.feed, one.at, one.id))
    plan = plan_pruning(documents, {None: limit})
    gone = set(ids(plan.documents))
    cited = {one.sha256 for one in documents if one.cited}
    assert not any(one.sha256 in cited for one in documents if one.id in gone)
    assert len(gone) == len(plan.documents)
    staying = {one.sha256 for one in documents if one.id not in gone}
    assert not any(one.sha256 in staying for one in documents if one.id in gone)
    left = sum(one.size for one in documents if one.id not in gone)
    if left > limit:  # then nothing more could go
        assert staying <= cited and plan.above == {None: left - limit}
    elif gone:
        last = plan.documents[-1].sha256
        assert left + sum(one.size for one in documents if one.sha256 == last) > limit * 95 // 100
