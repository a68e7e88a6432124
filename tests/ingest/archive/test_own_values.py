"""What is a feed's own does not stand in `extra`, nor its secrets in what is stored beside the older columns."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from ingest.archive.polls import Poll
from ingest.archive.save import save
from ingest.archive.saving.own_values import own_values, without_own_values
from ingest.archive.subscriptions import PollRecord, Subscription, record
from ingest.base.models import Credit, Media, Source, StoredExtra
from ingest.base.urls import feed_key
from tests.ingest.archive.documents.saying import packed
from tests.ingest.values import NOW, clean_entry, clean_feed

URL = "https://www.example.org/feeds/all.xml?user=me&key=s3cr3t-k3y"
HUB = "https://hub.example.net/"


def left(*elements: Any) -> Any:
    feed = clean_feed(extra=StoredExtra(json.dumps(elements)))
    stands = without_own_values(feed, own_values([URL, HUB], ["T0ken/1"])).extra
    return json.loads(stands.json) if stands else None


@pytest.mark.parametrize(
    "value",
    [
        URL,
        "HTTP://example.org:80/feeds/all.xml?user=me&key=s3cr3t-k3y#top",
        "feed://example.org/feeds/all.xml?user=me&amp;key=s3cr3t-k3y",
        "See https://www.example.org/feeds/all.xml?user=me&key=s3cr3t-k3y.",
        "https://reader.example/?url=https%3A%2F%2Fwww.example.org%2Ffeeds%2Fall.xml%3Fuser%3Dme%26key%3Ds3cr3t-k3y",
        "https://example.org/1.mp3?auth=s3cr3t-k3y",
        "https://hub.example.net",
        "http://hub.example.net/",
        "Bearer T0ken/1",
        "https://example.org/?t=t0ken%2f1",
    ],
)
def test_a_value_that_has_it_is_taken_out(value: str) -> None:
    assert left({"a:b": value}) is None
    assert left({"a:b": {"@one": value, "@two": "kept"}}, {"c:d": "kept"}) == [
        {"a:b": {"@two": "kept"}},
        {"c:d": "kept"},
    ]
    assert left({"a:b": {"#": ["kept", {"c:d": value}]}}) == [{"a:b": {"#": ["kept"]}}]


@pytest.mark.parametrize(
    "value",
    [
        "https://www.example.org/feeds/all.xml/more",
        "https://www.example.org/feeds/",
        "https://hub.example.net/about",
        "hub.example.net is a hub",
        "https://other-hub.example.net/",
        "a secret key",
        None,
        {},
        [],
    ],
)
def test_all_else_stays(value: Any) -> None:
    assert left({"a:b": value}) == [{"a:b": value}]


@pytest.mark.parametrize(
    ("address", "token"),
    [
        ("https://example.org/feed?author=johnsmith", "johnsmith"),
        ("https://www.youtube.com/feeds/videos.xml?channel_id=UC123456789", "UC123456789"),
        ("https://example.org/private/feed", "feed"),
    ],
)
def test_what_in_an_address_is_no_secret_stays(address: str, token: str) -> None:
    own = own_values([address])
    assert not own.is_in(token)


PIECES = [
    *(
        "http://",
        "HTTPS://",
        "https:\\",
        "feed:",
        "//",
        "www.",
        "WWW.",
        "example.org",
        "Example.ORG",
        "ｅxample.org",
    ),
    *(
        "examp%6ce.org",
        "exa\tmple.org",
        "example\\u002eorg",
        "user:pass@",
        ":80",
        ".",
        "/",
        "?a=1",
        "#b",
        "%2F",
        "ſ",
        " ",
    ),
]


@given(
    st.sampled_from(
        ["https://example.org/", "http://www.example.org", "https://me:a@example.org/a?b", "http://ſ.org"]
    ),
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
)
def test_an_address_is_looked_for_wherever_it_may_be(address: str, text: str) -> None:
    own = own_values([address])
    assert own.may_be_in(json.dumps([text], ensure_ascii=False)) or not own.is_in(text)


def test_an_address_is_not_looked_for_where_its_host_is_not() -> None:
    assert not own_values(["https://www.example.org/feed"]).may_be_in('["https://example.com/www.example"]')


def test_a_secret_folder_of_an_address_is_one() -> None:
    assert own_values(["https://example.org/feed/private/0123abcd4567.rss"]).is_in("id 0123abcd4567")


def test_a_secret_is_in_no_column_that_is_new(db: Database) -> None:
    token = "T0ken/1"
    entry = clean_entry(
        summary=f"<p>Asked with {token}.</p>",
        summary_text=f"Asked with {token}.",
        published_text=token,
        external_url=f"https://example.org/?t={token}",
        license=token,
        media=(Media("audio", f"https://example.org/{token}.mp3"), Media("chapter", title=token, start=5)),
        credits=(Credit(token, "host"), Credit("Ada", "guest")),
        source=Source(token, "https://example.net/"),
        extra=StoredExtra(json.dumps([{"a:b": token}])),
    )
    save(db, clean_feed(entry), url=URL, now=NOW, secrets=[token])
    stored = "\n".join(line for line in db.conn.iterdump() if "migration" not in line)
    assert token not in stored
    assert [row["start"] for row in db["media"].rows] == [5]
    assert db.execute("SELECT name FROM authors").fetchall() == [("Ada",)]


def test_no_address_of_a_feed_holds_its_password_or_token(db: Database) -> None:
    feed = clean_feed(
        url=f"{URL}&token=T0ken%2F1",
        site_url="https://www.example.org/?t=T0ken/1",
        icon_url="https://www.example.org/T0ken/1.png",
    )
    save(db, feed, url=URL, now=NOW, secrets=["T0ken/1"], document=packed(NOW))
    assert next(db.query("SELECT site_url, icon_url FROM feeds")) == {"site_url": None, "icon_url": None}
    assert db.execute("SELECT own_url FROM documents").fetchall() == [(None,)]


def test_an_address_keeps_what_is_a_secret_by_its_name_alone(db: Database) -> None:
    save(db, clean_feed(url=URL, site_url=f"{URL}&page=1"), url=URL, now=NOW, document=packed(NOW))
    assert db.execute("SELECT own_url FROM documents").fetchall() == [(URL,)]
    assert db.execute("SELECT site_url FROM feeds").fetchall() == [(f"{URL}&page=1",)]


def test_a_poll_stores_no_address_that_holds_its_secret(db: Database) -> None:
    feed_id = save(db, clean_feed(), url=URL, now=NOW).feed
    own = "https://www.example.org/feed?t=T0ken/1"
    polled = PollRecord(
        Poll(200), clean_feed(url=own, hub_url=own), hub_url=own, self_url=own, secrets=["T0ken/1"]
    )
    record(db, Subscription(feed_id, URL, "A feed"), polled, NOW)
    assert db.execute("SELECT self_url, hub_url FROM feeds").fetchall() == [(None, None)]


def test_former_addresses_are_the_feed_s_own(db: Database) -> None:
    extra = StoredExtra(json.dumps([{"a:b": "https://old.example.org/feed"}]))
    save(db, clean_feed(), url="https://example.org/", now=NOW)
    db.execute("INSERT INTO feed_addresses VALUES ('https://old.example.org/feed', 1, ?, 'key')", [NOW])
    save(db, clean_feed(clean_entry(extra=extra), extra=extra), url="https://example.org/", now=NOW)
    assert db["extra"].count == 0


def test_a_feed_that_is_new_has_an_address_of_its_own_already(db: Database) -> None:
    extra = StoredExtra(json.dumps([{"a:b": URL}]))
    save(db, clean_feed(extra=extra), url=URL, now=NOW)
    assert db["extra"].count == 0


ADDRESSES = [
    "https://www.example.com/a&b?c=ö",
    "http://example.com",
    "https://example.com:8080/Feed.xml#x",
    "https://ex.org/k",
]


@given(
    st.sampled_from(ADDRESSES),
    st.lists(
        st.sampled_from(
            [
                "http://",
                "HTTPS://",
                "www.",
                "example.com",
                "EX.org",
                "%65x.org",
                "/",
                "/a&b",
                "&amp;",
                "?c=ö",
                "%2F",
                "ex",
                "\N{KELVIN SIGN}",
                "k",
                "/feed.XML",
                ":8080",
                " ",
                "\n",
                ".",
            ]
        )
    ).map("".join),
)
def test_what_spares_the_patterns_finds_what_they_find(address: str, text: str) -> None:
    own = own_values([address])
    is_url = text[:4].lower() == "http"
    assert own.addresses
    assert own.is_in(text) == (bool(own.addresses.search(text)) or (is_url and feed_key(text) in own.keys))
