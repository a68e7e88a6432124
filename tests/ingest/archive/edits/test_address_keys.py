import pytest

from ingest.archive.edits.address_keys import file_key, link_key

S3 = "https://a.s3.amazonaws.com/1.png?X-Amz-Date={0}&X-Amz-Signature={0}abc&X-Amz-Expires=3600"


@pytest.mark.parametrize(
    "url",
    [
        S3,
        "https://example.org/1?utm_source={0}",
        "https://example.org/1?id=7&token={0}",
        "https://example.org/1;jsessionid={0}?a=1",
        "https://t.example.org/px?r={0}",
        "https://example.org/1?comments={0}",
    ],
)
def test_what_is_written_anew_into_each_copy_leads_nowhere_else(url):
    assert link_key(url.format("1")) == link_key(url.format("2"))


@pytest.mark.parametrize(
    "url",
    [
        "https://youtube.com/watch?v=abcdefghij{0}",
        "https://youtu.be/x?t={0}",
        "https://example.org/?id={0}",
        "https://example.org/?p={0}",
        "https://example.org/{0}",
        "https://example.org/a#{0}",
        "mailto:a{0}@example.org",
    ],
)
def test_what_leads_elsewhere_stays_apart(url):
    assert link_key(url.format("1")) != link_key(url.format("2"))


def test_the_time_of_a_copy_makes_no_other_picture():
    assert file_key("https://example.org/a.png?v=1700000000") == file_key(
        "https://example.org/a.png?v=1700000001"
    )
    assert file_key("https://example.org/a.png?v=1") != file_key("https://example.org/a.png?v=2")
