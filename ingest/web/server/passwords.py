"""Verifying passwords: name, password and address go in, the actor comes out.

The accounts are those of datasette-auth-passwords, which itself would verify at once, in the thread of the event loop.
"""

import hashlib
import hmac
import logging
import os
from collections.abc import Mapping
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from ingest.web.server.asgi import AsgiScope
from ingest.web.server.login_throttle import Attempts, client_key

OWNER = "owner"  # the name to sign in with where `feedsette serve` is given a password
_log = logging.getLogger(__name__)  # which without a handler writes to standard error
_SUFFIX = "_password_hash"
LONGEST_PASSWORD = 4096  # characters
_KEY = os.urandom(32)
_attempts: WeakKeyDictionary[Any, Attempts] = WeakKeyDictionary()  # at each Datasette


def auth_settings(datasette: Any) -> dict[str, Any]:
    """The settings of datasette-auth-passwords."""
    return datasette.plugin_config("datasette-auth-passwords") or {}


def accounts(configured: Mapping[str, Any]) -> dict[str, str]:
    """The password's hash of each name that may sign in."""
    return {
        name.split(_SUFFIX)[0]: str(text or "") for name, text in configured.items() if name.endswith(_SUFFIX)
    }


async def authenticate(datasette: Any, scope: AsgiScope, name: str, password: str) -> dict[str, Any] | None:
    """The actor with that name and password; None where either is wrong. Raises TooManyAttempts.

    It takes the same time whether there is such a name or not.
    """
    configured = auth_settings(datasette)
    hashes = accounts(configured)
    hashed = hashes.get(name) or _of_nobody(hashes)
    if len(password) > LONGEST_PASSWORD:
        hashed, password = _of_nobody(hashes), ""
    attempts = _attempts.setdefault(datasette, Attempts())
    client = client_key((scope.get("client") or ("",))[0])
    is_right = await attempts.check(client, partial(_verified, name, password, hashed))
    if not is_right or name not in hashes:
        return None
    return (configured.get("actors") or {}).get(name) or {"id": name}


def _of_nobody(hashes: Mapping[str, str]) -> str:
    """A hash that no password has, as costly as one of the others."""
    return next(
        (hashed.rpartition("$")[0] + "$none" for hashed in hashes.values() if hashed.count("$") == 3), ""
    )


def _verified(name: str, password: str, hashed: str) -> bool | None:
    from datasette_auth_passwords.utils import verify_password

    try:
        return verify_password(password, hashed) or None
    except (AssertionError, TypeError, ValueError) as error:
        _log.warning("The password hash of “%s” is not one of datasette-auth-passwords: %s", name, error)
        return None


def fingerprint(hashes: Mapping[str, str], credentials: str) -> bytes:
    """A keyed hash (HMAC) to cache verified credentials by; it changes with the process and the hashes."""
    return hmac.digest(_KEY, repr((sorted(hashes.items()), credentials)).encode(), hashlib.sha256)
