from hypothesis import given
from hypothesis import strategies as st

from ingest.archive.saving.icons import IconWanted
from ingest.poll.icons.places import IconPlace, icon_places


def wanted(
    icon: str | None = None,
    site: str | None = None,
    feed: str = "https://feeds.example/a",
    private: bool = False,
) -> IconWanted:
    return IconWanted(1, feed, site, icon, private)


def urls(feed: IconWanted) -> list[str]:
    return [place.url for place in icon_places(feed)]


def test_what_the_feed_names_then_the_sites_own() -> None:
    feed = wanted("https://cdn.example/i.png", "https://blog.example/about/")
    assert urls(feed) == ["https://cdn.example/i.png", "https://blog.example/favicon.ico"]


def test_the_own_one_of_the_feeds_host_where_no_site_is_known() -> None:
    assert urls(wanted()) == ["https://feeds.example/favicon.ico"]


def test_no_password_of_the_feeds_address_is_sent() -> None:
    assert urls(wanted(feed="https://me:secret@feeds.example/a")) == ["https://feeds.example/favicon.ico"]


def test_a_feed_on_ones_own_network_opens_nothing_but_its_own_host() -> None:
    feed = wanted("http://192.168.0.9/i.png", feed="http://192.168.0.2:8080/a", private=True)
    assert icon_places(feed) == (
        IconPlace("http://192.168.0.9/i.png", False),
        IconPlace("http://192.168.0.2:8080/favicon.ico", True),
    )


def test_what_is_no_web_address_is_passed_over() -> None:
    assert urls(wanted("javascript:alert(1)", "http://[", "file:///feeds/a.xml")) == []


@given(st.text(), st.text(), st.text())
def test_no_text_breaks_it(icon: str, site: str, feed: str) -> None:
    icon_places(wanted(icon, site, f"http://{feed}", True))
