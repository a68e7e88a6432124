"""Exceptions of a request turned into FetchError, with a message and advice for the user. Pure."""

import os
import ssl

import h11
import httpcore2

from ingest.base.advice import NONE, Advice, always
from ingest.base.decompress import CannotDecompress
from ingest.base.http_url import BadAddress
from ingest.fetch.messages import FetchError, Limits
from ingest.fetch.private_networks import AddressRefused, NameNotFound
from ingest.fetch.rate_limits import HostHeld

# OpenSSL's X509_V_ERR_…
_CERTIFICATE = {
    9: "is not valid yet",
    10: "has expired",
    18: "is its own authority",
    19: "is of an authority that is not trusted here",
    20: "is of an authority that is not trusted here",
    21: "is of an authority that is not trusted here",
    62: "is for another name",
    64: "is for another address",
}
_UNTRUSTED = {18, 19, 20, 21}

ALLOW_PRIVATE = "If it is a feed on your own network, add it with --allow-private."
_ALLOWING = Advice(
    ALLOW_PRIVATE, ALLOW_PRIVATE, "If it is a feed on your own network, tick that it is, and follow it again."
)
_LATER = Advice(adding="Try it again later.")
_CHECK = Advice(adding="Check the address, or try it again later.")


def fetch_error(error: Exception, limits: Limits, redirected: bool, is_feed: bool = True) -> FetchError:
    """The FetchError for any exception of a request, unforeseen ones too, so that these fail one feed alone."""
    match error:
        case FetchError():
            return error
        case BadAddress():
            return FetchError("address", str(error))
        case AddressRefused():
            return _refused(error, redirected, is_feed)
        case HostHeld():
            return FetchError(
                "held",
                f"Its host asked to be left alone until {error.until}, and is.",
                error.seconds,
                Advice(adding="Add it after that."),
            )
        case NameNotFound():
            advice = always("Check the address, or try later.")
            return FetchError("dns", f"Its host's name was not found ({error}).", advice=advice)
        case CannotDecompress():
            return FetchError("compression", str(error))
        case httpcore2.ConnectTimeout():
            what = f"No connection was made within {limits.connect_seconds:g} seconds."
            return FetchError("slow", what, advice=advise_longer_timeout("--connect-timeout"))
        case httpcore2.TimeoutException():
            return FetchError("slow", "The server stopped answering.", advice=_LATER)
        case httpcore2.ConnectError():
            return _unconnected(error)
        case httpcore2.NetworkError():
            return _broken_off(error)
        case httpcore2.RemoteProtocolError():
            return _nonsense(error, limits)
        case httpcore2.LocalProtocolError() | UnicodeEncodeError():
            return FetchError(
                "protocol", "A header to be sent to it holds characters that no header may hold."
            )
    return FetchError("protocol", unforeseen(error))


def advise_longer_timeout(option: str) -> Advice:
    """Advice to raise a timeout by this command-line option."""
    longer = f"Try it again later, or give it longer: {option} SECONDS."
    return Advice(adding=longer, in_browser=_LATER.adding)


def advise_higher_limit(option: str) -> Advice:
    """Advice to raise a limit in megabytes by this command-line option."""
    raised = "If it is a real feed, raise the limit"
    return Advice(
        f"{raised}.",
        f"{raised}: {option} MEGABYTES.",
        f"{raised}: feedsette serve ARCHIVE {option} MEGABYTES.",
    )


def unforeseen(error: Exception) -> str:
    """The message for an unexpected exception."""
    return f"Something went wrong that nobody foresaw ({type(error).__name__}: {str(error)[:200]}). Please report it."


def _refused(error: AddressRefused, redirected: bool, is_feed: bool) -> FetchError:
    """Only a feed's own address can be allowed; the target of a redirect from a public one stays refused."""
    what = "It redirects to" if redirected else "The address leads to"
    helps = error.own and is_feed and not redirected
    advice = _ALLOWING if helps else NONE
    return FetchError("refused", f"{what} {error.kind}, which is refused.", advice=advice)


def _unconnected(error: httpcore2.ConnectError) -> FetchError:
    cause = _root(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        what = _CERTIFICATE.get(cause.verify_code, f"is not valid: {cause.verify_message}")
        own = always("If it is your own, name its file in SSL_CERT_FILE.")
        advice = own if cause.verify_code in _UNTRUSTED else NONE
        return FetchError("tls", f"The server's certificate {what}.", advice=advice)
    if isinstance(cause, ssl.SSLError):
        return FetchError(
            "tls", f"No encrypted connection could be agreed on ({cause.reason or 'no reason given'})."
        )
    if isinstance(cause, OSError) and cause.strerror:
        what = f"No connection could be made: {_plain(cause)}. The server may be down."
        return FetchError("connect", what, advice=_CHECK)
    return FetchError("connect", "No connection could be made. The server may be down.", advice=_CHECK)


def _broken_off(error: httpcore2.NetworkError) -> FetchError:
    cause = _root(error)
    if isinstance(cause, ssl.SSLError):
        return FetchError(
            "tls", f"The encrypted connection was broken off ({cause.reason or 'no reason given'})."
        )
    return FetchError("connect", "The server broke off the connection.", advice=_LATER)


def _root(error: BaseException) -> BaseException:
    """The error that httpcore2 and anyio wrapped: as cause, or as the first argument."""
    for _ in range(5):
        inner = error.__cause__ or (error.args[0] if error.args else None)
        if not isinstance(inner, BaseException):
            break
        error = inner
    return error


def _plain(error: OSError) -> str:
    """The text of the errno alone: asyncio's OSError has the IP address in its message."""
    return os.strerror(error.errno).lower() if error.errno else "the network said no"


def _nonsense(error: httpcore2.RemoteProtocolError, limits: Limits) -> FetchError:
    cause = _root(error)
    if isinstance(cause, h11.RemoteProtocolError) and cause.error_status_hint == 431:
        return FetchError("large", f"Its headers are larger than {limits.header_bytes:,} bytes.")
    return FetchError("protocol", f"What the server sent breaks the rules of HTTP ({str(cause)[:200]}).")
