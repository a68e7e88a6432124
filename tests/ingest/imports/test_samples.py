"""What the sample feeds promise as a whole: every facet, page and canned query has something to show."""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlite_utils import Database

from ingest.base.models import CleanEntry, CleanFeed
from ingest.clean.feed import clean
from ingest.imports.sample_feeds import import_samples
from ingest.parse.document import parse

SAMPLES = Path(__file__).parents[3] / "ingest" / "imports" / "samples"
DOCUMENTS = sorted(path.name for path in SAMPLES.iterdir() if path.suffix != ".md")
FORUM, EARLIER_BLOG, BLOG, LIBRARY, LINKS, PODCAST = DOCUMENTS
RESERVED = ("example.com", "example.net", "example.org")  # RFC 2606


@cache
def feed(name: str) -> CleanFeed:
    return clean(parse((SAMPLES / name).read_bytes()))


@cache
def latest() -> tuple[CleanEntry, ...]:
    """Every entry once, the blog's as they are in its later document."""
    return tuple(entry for name in DOCUMENTS if name != EARLIER_BLOG for entry in feed(name).entries)


def entry(name: str, url_end: str) -> CleanEntry:
    return next(e for e in feed(name).entries if e.url and e.url.endswith(url_end))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_document_is_whole_and_names_its_own_address(name: str) -> None:
    assert feed(name).damage is None
    assert feed(name).url
    assert feed(name).title


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_entry_has_an_address_an_author_a_date_and_a_text(name: str) -> None:
    assert all(e.url and e.authors and e.published and e.text for e in feed(name).entries)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_guids_do_not_repeat_within_a_document(name: str) -> None:
    guids = [e.guid for e in feed(name).entries]
    assert len(guids) == len(set(guids))


def test_the_formats_differ() -> None:
    assert {feed(name).format for name in DOCUMENTS} == {"rss2.0", "atom1.0", "rdf", "json1.1"}


def test_no_address_leads_anywhere_and_nothing_is_to_be_fetched() -> None:
    for e in latest():
        addresses = [e.url or "", *(link.url for link in e.links), *(file.url for file in e.enclosures)]
        assert all((urlsplit(address).hostname or "").endswith(RESERVED) for address in addresses)
        assert "<img" not in e.html
        assert e.image_url is None


def test_sixty_entries_are_spread_over_eight_years() -> None:
    assert len(latest()) >= 60
    assert {e.published[:4] for e in latest() if e.published} == {str(y) for y in range(2019, 2027)}


def test_authors_and_tags_return_in_several_feeds() -> None:
    for attribute, least in (("authors", 12), ("tags", 15)):
        feeds = Counter(
            name
            for document in DOCUMENTS
            if document != EARLIER_BLOG
            for name in {value for e in feed(document).entries for value in getattr(e, attribute)}
        )
        assert len(feeds) >= least
        assert sum(count > 1 for count in feeds.values()) >= 5


def test_a_forum_post_shows_neither_its_prefix_nor_its_discuss_link() -> None:
    for post in feed(FORUM).entries:
        assert "Published on" not in post.text
        assert not post.text.endswith("Discuss")
        assert (post.comments_url or "").endswith("#comments")


def test_some_forum_posts_reached_the_feed_hours_after_they_were_posted() -> None:
    late = entry(FORUM, "how-to-disagree-about-a-number")
    assert (late.posted, late.published) == ("2025-02-15T06:50:00Z", "2025-02-15T13:34:11Z")
    assert entry(FORUM, "open-thread-spring-2026").posted is None


def test_formulas_become_mathml_in_either_of_mathjax_s_markups() -> None:
    for end, formulas in (("the-ferry-is-always-late-for-you", 5), ("how-many-loaves-make-an-opinion", 2)):
        html = entry(FORUM, end).html
        assert html.count("<math") == formulas
        assert "mjx" not in html


def test_every_footnote_leads_to_its_note_and_back() -> None:
    html = entry(FORUM, "a-once-in-a-century-flood-twice").html
    targets = re.findall(r'href="#(e[0-9a-f]{8}-fn[^"]+)"', html)
    assert len(targets) == 4
    assert all(f'id="{target}"' in html for target in targets)


def test_a_blog_link_is_resolved_against_the_base_of_its_content() -> None:
    drawing = entry(BLOG, "drawing-the-foreshore")
    assert "https://notebook.example.net/2023/the-gauge-that-moved" in {link.url for link in drawing.links}


def test_one_entry_is_cited_far_more_often_than_any_other() -> None:
    own = {e.url for e in latest()}
    cited = Counter(url for e in latest() for url in {link.url for link in e.links} & own if url != e.url)
    (winner, most), (_, second) = cited.most_common(2)
    assert winner == "https://notebook.example.net/2023/the-gauge-that-moved"
    assert most >= 10
    assert second <= most / 2


def test_the_later_blog_corrects_two_entries_retags_one_drops_one_and_adds_two() -> None:
    earlier = {e.guid: e for e in feed(EARLIER_BLOG).entries}
    later = {e.guid: e for e in feed(BLOG).entries}
    both = earlier.keys() & later.keys()
    edited = {guid for guid in both if earlier[guid].fingerprint != later[guid].fingerprint}
    retagged = {guid for guid in edited if earlier[guid].text == later[guid].text}
    assert feed(EARLIER_BLOG).url == feed(BLOG).url
    assert (len(edited), len(retagged)) == (3, 1)
    assert (len(later.keys() - both), len(earlier.keys() - both)) == (2, 1)
    assert (entry(EARLIER_BLOG, "moved").title, entry(BLOG, "moved").title) == (
        "Seven and a half inches",
        "Seven inches",
    )


def test_the_link_log_is_written_in_five_languages() -> None:
    assert {e.language for e in feed(LINKS).entries} == {"ar", "en", "ja", "ru", "zh"}
    assert any(e.title is None for e in feed(LINKS).entries)


def test_every_episode_has_its_audio() -> None:
    for episode in feed(PODCAST).entries:
        (audio,) = episode.enclosures
        assert audio.type == "audio/mpeg"
        assert audio.length


def test_the_longest_entries_are_essays_and_the_shortest_are_remarks() -> None:
    words = sorted(e.words for e in latest())
    assert words[-2] >= 1_100
    assert words[0] <= 60


def test_what_is_made_of_them_has_polls_and_a_feed_that_is_gone(db: Database) -> None:
    saved = [imported.saved for imported in import_samples(lambda: db)]
    assert sum(each.new for each in saved if each) >= 60
    assert sum(each.changed for each in saved if each) == 2  # the third has other tags alone: issue 15
    assert db.execute("SELECT count(*) FROM polls").fetchone() == (7,)
    assert db.execute("SELECT title FROM feeds WHERE state = 'gone'").fetchone() == (
        "Tollhaven Reading Rooms: news",
    )
