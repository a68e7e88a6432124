import asyncio
import ipaddress

import httpcore2 as httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.fetch.private_networks import (
    AddressRefused,
    GuardedBackend,
    NameNotFound,
    ip_literal,
    why_refused,
)
from tests.server import Server


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "a loopback address"),
        ("::1", "a loopback address"),
        ("10.1.2.3", "a private network"),
        ("172.31.255.255", "a private network"),
        ("192.168.0.1", "a private network"),
        ("100.64.0.1", "a carrier's private network"),
        ("169.254.169.254", "a link-local address"),
        ("fe80::1%eth0", "a link-local address"),
        ("fd00:ec2::254", "a unique-local address"),
        ("0.0.0.0", "an unspecified address"),
        ("::", "an unspecified address"),
        ("224.0.0.1", "a multicast address"),
        ("ff02::1", "a multicast address"),
        ("168.63.129.16", "a cloud's internal service"),
        ("255.255.255.255", "a reserved address"),
        ("192.0.0.192", "a reserved address"),
        ("2001:db8::1", "a reserved address"),
        ("2001:0:a00:1::1", "a reserved address"),
        ("2002:a00:1::1", "a reserved address"),
        ("::10.0.0.1", "a reserved address"),
        ("::ffff:10.0.0.1", "a private network"),
        ("64:ff9b::10.0.0.1", "a private network"),
        ("64:ff9b:1::10.0.0.1", "a reserved address"),
    ],
)
def test_what_is_not_on_the_public_internet_is_refused(address: str, kind: str) -> None:
    assert why_refused(address) == kind


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1", "64:ff9b::8.8.8.8"]
)
def test_what_is_on_the_public_internet_is_not(address: str) -> None:
    assert why_refused(address) is None


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "fd00::1", "::ffff:192.168.0.1", "169.254.1.1"])
def test_ones_own_network_may_be_allowed(address: str) -> None:
    assert why_refused(address, allow_private=True) is None


@pytest.mark.parametrize("address", ["0.0.0.0", "224.0.0.1", "255.255.255.255", "ff02::1", "168.63.129.16"])
def test_what_is_nobodys_is_refused_even_then(address: str) -> None:
    assert why_refused(address, allow_private=True)


@given(st.ip_addresses())
def test_nothing_passes_that_python_calls_private(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    mapped = getattr(address, "ipv4_mapped", None)
    if why_refused(str(address)) is None and address not in ipaddress.ip_network("64:ff9b::/96"):
        assert (mapped or address).is_global


@given(st.ip_addresses(v=4), st.sampled_from(["::ffff:{}", "64:ff9b::{}"]))
def test_an_address_within_an_address_is_judged_as_itself(inner: ipaddress.IPv4Address, form: str) -> None:
    assert why_refused(form.format(inner)) == why_refused(str(inner))


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("0x7f000001", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("10.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.1"),
        ("example.com", None),
        ("1.2.3.4.5", None),
    ],
)
def test_an_address_is_recognised_in_every_form_that_a_resolver_takes(host: str, address: str | None) -> None:
    found = ip_literal(host)
    assert found == address or ipaddress.ip_address(found or "") == ipaddress.ip_address(address or "")


async def connect(backend: GuardedBackend, host: str, port: int) -> None:
    stream = await backend.connect_tcp(host, port, timeout=5)
    await stream.aclose()


async def resolve_to_loopback(_: str) -> list[str]:
    return ["127.0.0.1"]


@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f000001", "127.1", "::ffff:127.0.0.1", "feeds.test"])
async def test_a_connection_is_refused_by_address_name_and_disguise(host: str) -> None:
    with Server() as server:
        with pytest.raises(AddressRefused):
            await connect(GuardedBackend(resolve_to_loopback, allow_private=False), host, server.port)
        await connect(GuardedBackend(resolve_to_loopback, allow_private=True), host, server.port)


async def test_the_name_is_resolved_once_and_the_answer_is_what_is_connected_to() -> None:
    asked = []

    async def resolve(host: str) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with Server() as server:
        await connect(GuardedBackend(resolve, allow_private=True), "feeds.test", server.port)
    assert asked == ["feeds.test"]


async def test_an_address_that_does_not_answer_leaves_the_next_its_turn() -> None:
    async def resolve(_: str) -> list[str]:
        return ["127.0.0.2", "127.0.0.1"]

    with Server() as server:
        await connect(GuardedBackend(resolve, allow_private=True), "feeds.test", server.port)


async def test_of_mixed_answers_the_refused_ones_are_left_out() -> None:
    async def resolve(_: str) -> list[str]:
        return ["0.0.0.0", "127.0.0.1"]

    with Server() as server:
        await connect(GuardedBackend(resolve, allow_private=True), "feeds.test", server.port)


async def test_the_socket_has_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the judgement of the name's address failed, that of the connection's still holds."""
    guarded = GuardedBackend(resolve_to_loopback, allow_private=False)
    monkeypatch.setattr(guarded, "_permitted", list)
    with Server() as server, pytest.raises(AddressRefused):
        await connect(guarded, "feeds.test", server.port)


async def test_a_name_without_an_address_is_not_found() -> None:
    async def resolve(_: str) -> list[str]:
        raise OSError(-2, "Name or service not known")

    with pytest.raises(NameNotFound, match="Name or service not known"):
        await connect(GuardedBackend(resolve, allow_private=False), "feeds.test", 80)


async def test_a_resolver_that_never_answers_is_not_waited_for() -> None:
    async def resolve(_: str) -> list[str]:
        await asyncio.sleep(3600)
        return []

    with pytest.raises(httpcore.ConnectTimeout):
        await GuardedBackend(resolve, allow_private=False).connect_tcp("feeds.test", 80, timeout=0.01)
