from ingest.pages.relating.vocabulary import vocabulary


def test_a_word_of_the_title_counts_three_times() -> None:
    assert vocabulary("Glaciers", "a glacier") == {"glacier": 4}


def test_words_that_say_nothing_are_left_out_however_they_are_spelled() -> None:
    assert not vocabulary("", "it's don’t always which would because It’s")


def test_one_word_is_counted_as_one_in_its_forms() -> None:
    assert vocabulary("", "agent agents agent’s agents'") == {"agent": 4}


def test_words_that_only_look_like_plurals_are_left_as_they_are() -> None:
    assert set(vocabulary("", "virus basis glass")) == {"virus", "basis", "glass"}


def test_without_spaces_each_pair_of_characters_is_a_word() -> None:
    assert set(vocabulary("", "機械学習")) == {"機械", "械学", "学習"}
