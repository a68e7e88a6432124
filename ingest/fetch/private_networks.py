"""A guard against server-side request forgery (SSRF): which IP addresses may be connected to, and connections to those.

Feeds are untrusted, and a URL in one may lead to a router, a database or a cloud's metadata service. So a host name is
resolved once, the addresses are checked, and the connection is made to a checked address (no DNS rebinding). Ports are
not checked: feeds are on many, and a public host is no safer on one than on another.
"""

import asyncio
import ipaddress
import select
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress

import httpcore2

# From a host name to its IP addresses: "192.0.2.1", "2001:db8::1", "fe80::1%eth0". Raises OSError.
Resolve = Callable[[str], Awaitable[Sequence[str]]]

ATTEMPTS = 4  # addresses of a host that are tried

# The IANA registries of special-purpose addresses (RFC 6890, as of 2025). They are listed here because Python's own
# differ from release to release. Only _OWN can be allowed, by `allow_private`.
_OWN = {
    "a loopback address": ("127.0.0.0/8", "::1/128"),
    "a private network": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
    "a carrier's private network": ("100.64.0.0/10",),
    "a link-local address": ("169.254.0.0/16", "fe80::/10"),
    "a unique-local address": ("fc00::/7", "fec0::/10"),
}
_NEVER_ALLOWED = {
    "an unspecified address": ("0.0.0.0/8", "::/128"),
    "a multicast address": ("224.0.0.0/4", "ff00::/8"),
    "a cloud's internal service": ("168.63.129.16/32",),
    "a reserved address": (
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4"),
        # Teredo in 2001::/23 and 6to4, 2002::/16, are obsolete, and embed IPv4 addresses.
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    ),
}
_KINDS = [
    (ipaddress.ip_network(network), kind)
    for group in (_OWN, _NEVER_ALLOWED)
    for kind, networks in group.items()
    for network in networks
]
_GLOBAL_IPV6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefused(Exception):
    """A connection to an address is not allowed. `kind` says what it is: "a loopback address"."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"{kind} is refused")
        self.kind = kind
        self.own = kind in _OWN  # whether `allow_private` would let it pass


class NameNotFound(Exception):
    """The host name cannot be resolved."""


def why_refused(address: str, allow_private: bool = False) -> str | None:
    """What kind of address this is ("a loopback address") where no connection to it is allowed; None where it is."""
    kind = _kind(ipaddress.ip_address(address))
    return None if allow_private and kind in _OWN else kind


def _kind(address: _Address) -> str | None:
    if isinstance(address, ipaddress.IPv6Address):
        address = ipaddress.IPv6Address(int(address))  # without its zone, with which it is in no network
        if address.ipv4_mapped:
            return _kind(address.ipv4_mapped)
        if address in _NAT64:  # as good as the IPv4 address that it embeds
            return _kind(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    for network, kind in _KINDS:
        if address in network:
            return kind
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_IPV6:
        return "a reserved address"
    return None


def ip_literal(host: str) -> str | None:
    """The IP address that a URL's host is, in any of the notations that resolvers accept; None for a name.

    >>> ip_literal("0x7f000001"), ip_literal("127.1"), ip_literal("::1"), ip_literal("example.com")
    ('127.0.0.1', '127.0.0.1', '::1', None)
    """
    with suppress(ValueError):
        return str(ipaddress.ip_address(host))
    with suppress(OSError):
        return socket.inet_ntoa(socket.inet_aton(host))
    return None


async def system_resolver(host: str) -> Sequence[str]:
    """The addresses of a host by the system's resolver. Raises OSError.

    Each lookup has a thread of its own: in asyncio's small pool a few dead name servers would delay all other feeds,
    and the process at exit.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def settle(found: list[str] | None, error: Exception | None) -> None:
        if answer.done():
            return  # the lookup was cancelled
        if error:
            answer.set_exception(error)
        else:
            answer.set_result(found or [])

    def look_up() -> None:
        found, problem = None, None
        try:
            infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            found = [str(info[4][0]) for info in infos]
        except (OSError, UnicodeError) as error:
            problem = error if isinstance(error, OSError) else OSError("it is no host name")
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, found, problem)

    threading.Thread(target=look_up, daemon=True, name="resolver").start()
    return await answer


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """A network backend of httpcore2 that connects only to addresses that are not refused.

    `connect_tcp` raises AddressRefused and NameNotFound besides httpcore2's own errors.
    """

    def __init__(self, resolve: Resolve, allow_private: bool) -> None:
        self._resolve = resolve
        self._allow_private = allow_private
        self._backend = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                addresses = self._permitted(await self._addresses(host))[:ATTEMPTS]
                share = timeout and timeout / len(addresses)  # an unresponsive one leaves time for the next
                return await self._first_to_answer(addresses, port, share)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout(str(error)) from error

    async def _addresses(self, host: str) -> Sequence[str]:
        if address := ip_literal(host):
            return [address]
        try:
            addresses = await self._resolve(host)
        except OSError as error:
            raise NameNotFound(error.strerror or str(error)) from error
        if not addresses:
            raise NameNotFound("it has no address")
        return list(dict.fromkeys(addresses))

    def _permitted(self, addresses: Sequence[str]) -> list[str]:
        permitted = [address for address in addresses if not why_refused(address, self._allow_private)]
        if not permitted:
            raise AddressRefused(why_refused(addresses[0], self._allow_private) or "")
        return permitted

    async def _first_to_answer(
        self, addresses: list[str], port: int, timeout: float | None
    ) -> httpcore2.AsyncNetworkStream:
        for address in addresses:
            try:
                stream = _Connection(await self._backend.connect_tcp(address, port, timeout))
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if address == addresses[-1]:
                    raise
                continue
            if kind := why_refused(peer(stream), self._allow_private):
                await stream.aclose()
                raise AddressRefused(kind)
            return stream
        raise AssertionError("there is always an address")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _Connection(httpcore2.AsyncNetworkStream):
    """A connection that knows its remote address, and raises only httpcore2's errors.

    The address is that of the socket itself (getpeername), read at once: after a reset it is no longer available.
    """

    def __init__(self, stream: httpcore2.AsyncNetworkStream, address: str | None = None) -> None:
        self._stream = stream
        self._address = address or _reached(stream)
        self._socket: socket.socket | None = stream.get_extra_info("socket")

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return await self._stream.read(max_bytes, timeout)
        except OSError as error:  # of TLS too: httpcore2 maps only those of the handshake
            raise httpcore2.ReadError(error) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            await self._stream.write(buffer, timeout)
        except OSError as error:
            raise httpcore2.WriteError(error) from error

    async def aclose(self) -> None:
        with suppress(OSError):
            await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        try:
            stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except OSError as error:
            raise httpcore2.ConnectError(error) from error
        return _Connection(stream, self._address)

    def get_extra_info(self, info: str) -> object:
        if (
            info == "is_readable" and self._socket is not None
        ):  # asked of each idle connection before each request
            return _is_readable(self._socket)
        return self._address if info == "server_addr" else self._stream.get_extra_info(info)


def _is_readable(connection: socket.socket) -> bool:
    """Whether something came, or it was closed. Of thousands: `select` goes no further than 1,023."""
    number = connection.fileno()
    if number < 0:
        return True
    if not hasattr(select, "poll"):
        return bool(select.select([number], [], [], 0)[0])
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))


def _reached(stream: httpcore2.AsyncNetworkStream) -> str:
    address = stream.get_extra_info("server_addr")
    if not address:
        raise httpcore2.ConnectError("It was reset as soon as it was made.")
    return str(address[0])


def peer(stream: httpcore2.AsyncNetworkStream) -> str:
    """The remote IP address of a connection of GuardedBackend."""
    return str(stream.get_extra_info("server_addr"))
