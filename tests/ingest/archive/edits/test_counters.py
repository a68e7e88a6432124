import pytest

from ingest.archive.edits.counters import without_counters


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("0 points, 0 comments", "28 points, 4 comments"),
        ("No comments", "1 comment"),
        ("Comments (3)", "Comments (12)"),
        ("Comments: 3", "Comments: 1,204"),
        ("Submitted by anna 3 hours ago", "Submitted by anna 1 day ago"),
        ("Score: 15 | 3 hours ago | 12 comments", "Score: 16 | 4 hours ago | 13 comments"),
        ("1.2k views", "1.3k views"),
        ("3 Kommentare", "4 Kommentare"),
        ("vor 3 Stunden", "vor 2 Tagen"),
        ("il y a 3 heures", "il y a 4 heures"),
        ("hace 3 horas · 2 comentarios", "hace 5 horas · 12 comentarios"),
        ("Aucun commentaire", "1 commentaire"),
        ("3 часа назад", "5 часов назад"),
        ("2 комментария", "5 комментариев"),
        ("コメント 3件", "コメント 12件"),
        ("3件のコメント", "4件のコメント"),
        ("3時間前", "4時間前"),
        ("12 评论", "13 评论"),
        ("댓글 3", "댓글 4"),
        ("3시간 전", "4시간 전"),
        ("Words before it.\n7 likes", "Words before it.\n8 likes"),
    ],
)
def test_a_counter_in_a_short_line_is_none_of_its_words(before, after):
    assert without_counters(before) == without_counters(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("12 dead", "15 dead"),
        ("The bill passed with 52 votes", "The bill passed with 51 votes"),
        ("He won 12 points", "He won 15 points"),
        ("He died 3 years ago", "He died 4 years ago"),
        ("3 comments", "3 likes"),
        ("3 comments", "Closed"),
        ("Version 3", "Version 4"),
        ("12 people, 3 comments", "13 people, 3 comments"),
        ("$12 points", "$13 dollars"),
        (
            "In a line of more words than a few there are 12 comments to be counted.",
            "In a line of more words than a few there are 13 comments to be counted.",
        ),
    ],
)
def test_any_other_number_or_word_is_content(before, after):
    assert without_counters(before) != without_counters(after)


def test_a_line_of_numbers_takes_no_time():
    assert without_counters("1 " * 100_000)
    assert without_counters("1," * 99)
