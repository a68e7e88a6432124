"""The Content-Security-Policy of pages, and what its owner may allow besides."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.web.server.content_security_policy import is_widening, policy


def directives(text: str) -> dict[str, str]:
    return {name: sources for name, _, sources in (part.partition(" ") for part in text.split("; "))}


def test_datasettes_pages_allow_what_the_owner_says() -> None:
    widened = directives(policy(False, True, {"script-src": "'unsafe-eval'"}))
    assert widened["script-src"] == "'self' 'unsafe-inline' 'unsafe-eval'"
    assert {**widened, "script-src": ""} == {**directives(policy(False, True)), "script-src": ""}


def test_our_pages_allow_nothing_more() -> None:
    assert policy(True, True, {"script-src": "'unsafe-eval'"}) == policy(True, True)


def test_sources_may_be_a_list() -> None:
    listed = policy(False, True, {"script-src": ["'unsafe-eval'", "https://cdn.example"]})
    assert listed == policy(False, True, {"script-src": "'unsafe-eval' https://cdn.example"})


def test_a_directive_that_the_policy_does_not_name_begins_with_the_default() -> None:
    assert directives(policy(False, True, {"worker-src": "blob:"}))["worker-src"] == "'self' blob:"


def test_none_goes_where_something_is_allowed() -> None:
    assert (
        directives(policy(False, True, {"frame-src": "https://maps.example"}))["frame-src"]
        == "https://maps.example"
    )


@pytest.mark.parametrize(
    "widened",
    [
        {"script-src": "'self'; report-uri https://evil.example"},
        {"script-src": "a\nb, c"},
        {"script-src; x": "'self'"},
        {"script-src": ""},
        {"script-src": []},
        {"script-src": 5},
        {5: "'self'"},
        ["script-src"],
        "script-src 'unsafe-eval'",
    ],
)
def test_what_is_no_directive_with_sources_allows_nothing(widened: Any) -> None:
    assert policy(False, True, widened) == policy(False, True)


@given(st.dictionaries(st.text(), st.text() | st.lists(st.text())))
def test_a_setting_adds_no_more_than_the_directives_that_it_names(widened: dict[str, Any]) -> None:
    named = {name for name, sources in widened.items() if is_widening(name, sources)}
    assert set(directives(policy(False, True, widened))) == set(directives(policy(False, True))) | named
