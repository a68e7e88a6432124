"""The allowlist for the Host header, without a server."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.web.server.host_header import LOOPBACK_NAMES, allowed_hosts, host_of, is_loopback, refused_host


@pytest.mark.parametrize(
    "header",
    ["localhost", "localhost:8001", "LocalHost.", "localhost.:80", "127.0.0.1:1", "[::1]", "[0:0::1]:8001"],
)
def test_this_machine_is_known_however_it_is_written(header: str) -> None:
    assert refused_host([header], LOOPBACK_NAMES) is None


@pytest.mark.parametrize(
    "header",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "localhost:80@evil.example",
        "evil.example:localhost",
        "[::1].evil.example",
        "[::1",
        "::1",
        "localhost/",
        "localhost:80:80",
        "local host",
        "",
    ],
)
def test_another_name_is_refused(header: str) -> None:
    assert refused_host([header], LOOPBACK_NAMES) == header


def test_a_request_without_a_host_is_not_from_a_browser_and_is_answered() -> None:
    assert refused_host([], LOOPBACK_NAMES) is None


def test_each_of_several_headers_is_to_be_allowed() -> None:
    assert refused_host(["localhost", "evil.example"], LOOPBACK_NAMES) == "evil.example"


@given(st.text(max_size=40) | st.from_regex(r"[a-z\[\]0-9.:@]*", fullmatch=True))
def test_whatever_is_sent_only_the_names_of_this_machine_are_answered(header: str) -> None:
    if refused_host([header], LOOPBACK_NAMES) is None:
        assert host_of(header) in LOOPBACK_NAMES


@pytest.mark.parametrize("bound", ["127.0.0.1", "localhost", "127.0.0.7", "::1"])
def test_a_server_for_this_machine_answers_to_its_names_alone(bound: str) -> None:
    hosts = allowed_hosts(bound, [])
    assert hosts is not None and {*LOOPBACK_NAMES, bound} == set(hosts)


@pytest.mark.parametrize("bound", ["0.0.0.0", "::", "192.0.2.7", "", "no-such-host.invalid"])
def test_a_server_for_others_answers_to_any_name_unless_told(bound: str) -> None:
    assert not is_loopback(bound)
    assert allowed_hosts(bound, [], ["feeds.example"]) is None
    assert "feeds.example" in (allowed_hosts(bound, ["feeds.example"]) or [])


def test_names_are_added_as_browsers_send_them() -> None:
    hosts = allowed_hosts("127.0.0.1", ["Feeds.Example."], ["bücher.example"]) or []
    assert refused_host(["feeds.example", "xn--bcher-kva.example:443"], hosts) is None
