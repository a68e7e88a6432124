"""Dates of many kinds in one document, whose other dates tell the order of those with slashes."""

from pathlib import Path

from ingest.parse.document import parse

# What was published when, or the words of what cannot be read.
PUBLISHED = [
    ("2025-03-11T06:30:00Z", None),  # Di, 11 März 2025 07:30:00 +0100
    ("2025-08-16T05:30:00Z", None),  # sam., 16 août 2025 07:30:00 +0200
    ("2024-12-09T00:00:00Z", None),  # 9 de diciembre de 2024
    ("2025-02-12T04:30:00Z", None),  # Ср, 12 Фев 2025 07:30:00 +0300
    ("2025-02-11T22:30:00Z", None),  # Wed, 12 Feb 2025 07:30:00 JST
    ("2025-02-13T00:30:00Z", None),  # Wed, 12 Feb 2025 07:30 PM EST
    ("2025-02-08T07:30:00Z", None),  # 08/02/2025 07:30
    ("2025-02-23T00:00:00Z", None),  # 23/02/2025
    ("2025-02-12T00:00:00Z", None),  # 12.02.2025
    ("2025-02-13T00:00:00Z", None),  # Wed, 12 Feb 2025 24:00:00 GMT
    ("2025-02-12T07:30:00Z", None),  # 1739345400
    ("2025-02-12T00:00:00Z", None),  # 2025-W07-3
    (None, "3 weeks ago"),
    (None, "Sat, 30 Feb 2025 07:30:00 GMT"),
]


def test_each_date_is_as_a_person_reads_it() -> None:
    feed = parse(Path(__file__).with_name("dates.xml").read_bytes())
    assert [(entry.published, entry.published_text) for entry in feed.entries] == PUBLISHED
    assert (feed.updated, feed.date_order) == ("2025-02-24T07:00:00Z", "dmy")


def test_unix_time_0_is_no_date_but_its_words_are_kept() -> None:
    document = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Tide tables</title><entry><id>1</id>'
        "<published>1970-01-01T00:00:00Z</published><updated>2025-03-03T10:00:00Z</updated></entry></feed>"
    )
    [entry] = parse(document.encode()).entries
    assert (entry.published, entry.published_text) == (None, "1970-01-01T00:00:00Z")
    assert entry.updated == "2025-03-03T10:00:00Z"
