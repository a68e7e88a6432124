"""Where somebody was going who signs in first."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.web.owner.way_back import way_back


@pytest.mark.parametrize(
    "path", ["/manage", "/feed/1/merge?other=2", "/entry/1", "/search?q=a%2Fb&sort=newest", "/folder/a%2Fb"]
)
def test_a_path_of_this_site_is_a_way_back(path: str) -> None:
    assert way_back(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None, "", "manage", "//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example", "/a b",
        "/ä", "/a\nb", "/" + "a" * 3000,
    ],
)  # fmt: skip
def test_what_another_site_could_be_is_none(path: str | None) -> None:
    assert way_back(path) is None


@pytest.mark.parametrize("path", ["/", "/-/login", "/-/login?next=/", "/-/logout", "/sign-in"])
def test_home_and_the_pages_to_sign_in_and_out_are_no_way_back(path: str) -> None:
    assert way_back(path) is None


@given(st.text("/\\.@:?#%\t\r\n aé-09[]", max_size=12))
def test_whatever_is_asked_for_it_stays_on_this_site(text: str) -> None:
    path = way_back(text)
    if path is not None:
        browsers_see = path.replace("\\", "/")
        assert urlsplit(urljoin("https://archive.example/-/login", browsers_see)).netloc == "archive.example"
