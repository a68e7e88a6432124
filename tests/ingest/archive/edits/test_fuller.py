import pytest

from ingest.archive.edits.fuller import is_beginning_of

FULL = " ".join(f"word{n}" for n in range(100)) + "."
BEGINNING = " ".join(f"word{n}" for n in range(30))


@pytest.mark.parametrize(
    "end",
    [
        "",
        "…",
        " […]",
        " [...]",
        " Read more",
        " Continue reading Title →",
        "...\nThe post A appeared first on B.",
    ],
)
def test_the_beginning_of_a_text_is_less_of_it(end):
    assert is_beginning_of(BEGINNING + end, FULL)


def test_a_word_may_be_cut():
    assert is_beginning_of(BEGINNING + " wor…", FULL)


@pytest.mark.parametrize(
    "shorter",
    [
        "",
        "word0 word1…",
        f"Another {BEGINNING}",
        f"{BEGINNING} and other words",
        FULL,
        FULL.replace(" word99", ""),
    ],
)
def test_another_text_or_almost_all_of_it_is_an_edit(shorter):
    assert not is_beginning_of(shorter, FULL)


def test_more_than_half_of_a_text_that_says_of_no_more_is_an_edit():
    words = " ".join(f"word{n}" for n in range(60))
    assert is_beginning_of(f"{words}…", FULL)
    assert not is_beginning_of(words, FULL)


def test_ends_without_end_take_no_time():
    assert not is_beginning_of("… " * 100_000 + "read more " * 1000, FULL)
