"""An allowlist for the Host header, against DNS rebinding: a web site can have its own name resolve to 127.0.0.1 and so
read, in a visitor's browser, what is served there; the Host header still has the site's name."""

import ipaddress
import re
import socket
from collections.abc import Collection, Iterable
from contextlib import suppress

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
ANY = "*"  # instead of a name: any host
_NAME = r"[^\s:/?#@\[\]\\]+"


def is_host(text: str) -> bool:
    """Whether that is a host's name or address, without a port, or ANY."""
    with suppress(ValueError):
        return bool(ipaddress.ip_address(text))
    return text == ANY or ("*" not in text and bool(re.fullmatch(_NAME, text)))


def host_of(header: str) -> str | None:
    """The host of a Host header (RFC 9110, 7.2), normalised: without port, brackets and final dot.

    None for what is no host.
    """
    found = re.fullmatch(rf"(?:\[([0-9A-Fa-f:.]+)\]|({_NAME}))(?::[0-9]{{0,5}})?", header)
    return normalise_host(found[1] or found[2]) if found else None


def normalise_host(name: str) -> str:
    """A host's name or address in normal form: lower case, and punycode (IDNA), as browsers send it."""
    name = name.removesuffix(".").lower()
    with suppress(ValueError):
        return str(ipaddress.ip_address(name))
    try:
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def refused_host(headers: Iterable[str], hosts: Collection[str]) -> str | None:
    """The first of a request's Host headers that is not among the `hosts` (normalised); None where all are.

    A request without any is not from a browser, and so allowed.
    """
    return next((header for header in headers if host_of(header) not in hosts), None)


def allowed_hosts(bound: str, named: Collection[str], public: Collection[str] = ()) -> list[str] | None:
    """The hosts that a server on the address `bound` answers to, normalised; None for any.

    Any where it listens on more than loopback and no host is `named`. Else those of loopback, `bound` itself, the
    `named` ones, and the `public` ones of a proxy in front of it.
    """
    if ANY in named or (not named and not is_loopback(bound)):
        return None
    names = [*LOOPBACK_NAMES, *([] if bound in ("", "0.0.0.0", "::") else [bound]), *named, *public]
    return list(dict.fromkeys(normalise_host(name) for name in names))


def is_loopback(bound: str) -> bool:
    """Whether only this machine itself can reach what listens there."""
    try:
        found = {str(address[4][0]) for address in socket.getaddrinfo(bound, None)} if bound else set()
    except (OSError, UnicodeError):
        return False
    return bool(found) and all(
        ipaddress.ip_address(address.partition("%")[0]).is_loopback for address in found
    )
