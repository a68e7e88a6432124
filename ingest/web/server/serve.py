"""Datasette with everything set up for an archive, whatever its file is called."""

import json
import os
import re
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from ingest.archive.file.opening import needs_immutable
from ingest.web import compat
from ingest.web.server.base_url import normalise_options, normalise_settings
from ingest.web.server.host_header import ANY, allowed_hosts
from ingest.web.server.own_file import BadSetting, validated_settings
from ingest.web.server.passwords import OWNER
from ingest.web.server.site_files import NAME, config, merged, site_folder

# Names that are Datasette's own, or whose addresses lead to its pages and files.
NOT_NAMES = ("_internal", "_memory", "-", "static")
# Of PBKDF2. Few, as it is computed for each guess: only this process can read the hash, and whoever could read it could
# read the password too, in its variable or file.
ITERATIONS = 20_000


class CannotServe(Exception):
    """A sentence for the user."""


@dataclass(frozen=True)
class Access:
    """Who can reach the server. With the `password` the owner signs in at /-/login. Beside loopback the server answers
    to `hosts`, and to the hosts of `public_url` and of the setting base_url, which a proxy has."""

    password: str | None = None
    hosts: Sequence[str] = ()
    public_url: str | None = None


def own_settings(files: Sequence[Path], private: bool = False, pictures: bool = True) -> dict[str, Any]:
    """The user's settings, merged over metadata.yml and datasette.yml: from files of Datasette's metadata or
    configuration (YAML or JSON), and from options.

    With `private`, only who is signed in may read. Raises CannotServe.
    """
    own: dict[str, Any] = {}
    for file in files:
        own = merged(own, _read(file))
    if private and "allow" in own:
        raise CannotServe("--private, and the `allow` of a file, both say who may read. Leave one out.")
    if private:
        own["allow"] = {"id": "*"}
    if not pictures:
        own = merged(own, {"plugins": {"feedsette": {"pictures": False}}})
    return own


def nobody_can_sign_in(own: Mapping[str, Any], options: Sequence[str]) -> bool:
    """Whether there is no way to sign in but a password: no --root, and no plugin with "auth" in its name."""
    return "--root" not in options and not any("auth" in plugin for plugin in own.get("plugins") or {})


def _read(file: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))  # JSON is YAML too
    except OSError as error:
        raise CannotServe(f"{file} cannot be read: {error.strerror}.") from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise CannotServe(f"{file} is neither YAML nor JSON: {error}") from error
    if not isinstance(data, dict):
        raise CannotServe(f"{file} holds no settings: it is to begin with names, such as “title:”.")
    try:
        return validated_settings(data)
    except BadSetting as error:
        raise CannotServe(f"{file}: {error}") from error


def password_settings(password: str, folder: Path) -> dict[str, Any]:
    """The settings of datasette-auth-passwords by which the owner signs in. The hash is written to a file in `folder`
    with mode 600, as Datasette shows its settings. Raises CannotServe.
    """
    try:
        from datasette_auth_passwords.utils import hash_password
    except ImportError as error:
        raise CannotServe(
            "--password needs one package more: pip install datasette-auth-passwords"
        ) from error
    file = folder / "owner_password_hash"
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(hash_password(password, iterations=ITERATIONS))
    hashed = {f"{OWNER}_password_hash": {"$file": str(file)}}
    return {"plugins": {"datasette-auth-passwords": hashed, "feedsette": {"owners": [OWNER]}}}


def host_settings(
    bound: str, access: Access, options: Sequence[str], own: Mapping[str, Any]
) -> dict[str, Any]:
    """The setting `hosts` of our plugin: what a server on the address `bound` answers to.

    `own` is of own_settings, whose plugin settings may name `hosts` too. A base_url that is a path names none.
    """
    configured = ((own.get("plugins") or {}).get("feedsette") or {}).get("hosts") or ()
    base_url = _base_url(own, options)
    public = [urlsplit(str(url)).hostname or "" for url in (access.public_url, base_url) if url]
    by_socket = any(option.partition("=")[0] == "--uds" for option in options)  # which no browser reaches
    names = allowed_hosts("" if by_socket else bound, [*access.hosts, *configured], [*filter(None, public)])
    return {"plugins": {"feedsette": {"hosts": [ANY] if names is None else names}}}


def _base_url(own: Mapping[str, Any], options: Sequence[str]) -> str | None:
    base_url = (own.get("settings") or {}).get("base_url")
    for first, second, third in zip(options, options[1:], options[2:], strict=False):
        base_url = third if (first, second) == ("--setting", "base_url") else base_url
    return base_url


def served_at(host: str, port: int, base_url: str | None) -> str:
    """The address to open: below the path of base_url, where that is set."""
    shown = f"[{host}]" if ":" in host else host
    path = urlsplit(str(base_url or "")).path.strip("/")
    return f"http://{shown}:{port}/{path + '/' if path else ''}"


def datasette_arguments(
    archive: Path, folder: Path, own: Mapping[str, Any] | None = None, fixed: bool = False
) -> list[str]:
    """The arguments for `datasette`; writes the files that they name into `folder`. `own` is of own_settings, and our
    plugin puts metadata.yml beneath it.

    `fixed` is of needs_immutable.
    """
    own = own or {}
    (folder / "metadata.json").write_text(json.dumps(own))
    arguments = [*(["--immutable"] if fixed else []), str(archive)]
    arguments += ["--metadata", str(folder / "metadata.json")]
    configured = merged({"settings": config()["settings"]}, own)
    if not compat.reads_configuration():
        for key, value in configured["settings"].items():
            arguments += ["--setting", key, value if isinstance(value, str) else json.dumps(value)]
    else:
        (folder / "datasette.json").write_text(json.dumps(configured))
        arguments += ["--config", str(folder / "datasette.json")]
    return arguments


@dataclass(frozen=True)
class ReadyServer:
    """A server for which all is set up; nothing listens yet."""

    url: str
    is_fixed: bool  # the archive cannot be written to where it is, so what is served stays as it is now
    serve: Callable[[], None]  # until interrupted


@contextmanager
def ready_to_serve(
    archive: Path,
    host: str,
    port: int | None,
    open_browser: bool,
    options: Sequence[str],
    own: Mapping[str, Any] | None = None,
    access: Access = Access(),
) -> Iterator[ReadyServer]:
    """Datasette, set up for the archive. `options` go to it as they are; `own` is of own_settings.

    Raises CannotServe, and the errors of click where Datasette does not understand an option.
    """
    from datasette.cli import serve as datasette_serve  # which plugins must not import

    from ingest.web.plugin.registering import register  # which imports all of them

    register(site_folder() / "plugins")
    own, options = normalise_settings(own or {}), normalise_options(options)
    port = _port_to_listen_on(host, port)
    fixed = needs_immutable(archive)
    _end_on_signals()
    with tempfile.TemporaryDirectory(prefix="feedsette-") as temporary:
        folder = Path(temporary)
        if access.password is not None:
            own = merged(own, password_settings(access.password, folder))
        own = merged(own, host_settings(host, access, options, own))
        arguments = datasette_arguments(_plainly_named(archive, folder), folder, own, fixed)
        arguments += ["--host", host, "--port", str(port), *(["--open"] if open_browser else []), *options]
        with datasette_serve.make_context("datasette serve", arguments) as judged:
            url = served_at(host, port, _base_url(own, options))
            yield ReadyServer(url, fixed, lambda: datasette_serve.invoke(judged))


def _port_to_listen_on(host: str, port: int | None) -> int:
    _check_is_here(host)
    if port is None:
        return _free_port(host)
    if not _is_free(host, port):
        raise CannotServe(
            f"Port {port} of {host} cannot be listened on: another program may have it. Name another with --port, or "
            "leave it out for the first that is free."
        )
    return port


def _end_on_signals() -> None:
    """Exit normally on SIGTERM and SIGHUP, so that temporary files, such as a password's hash, are removed."""
    signal.signal(signal.SIGTERM, _end)
    hangup = getattr(signal, "SIGHUP", None)  # Windows has none
    if hangup is not None and signal.getsignal(hangup) is not signal.SIG_IGN:  # as under nohup
        # While it serves, uvicorn handles SIGTERM itself.
        signal.signal(hangup, lambda *_: signal.raise_signal(signal.SIGTERM))


def _end(*_: object) -> None:
    raise SystemExit(0)


def _plainly_named(archive: Path, folder: Path) -> Path:
    """The archive, or a link to it in `folder` where Datasette would misread its name."""
    if re.fullmatch(r"[^#?%:\ud800-\udfff]+", archive.name) and archive.stem not in NOT_NAMES:
        return archive.absolute() if str(archive).startswith("-") else archive
    link = folder / f"{NAME}.db"
    link.symlink_to(archive.absolute())
    return link


def _check_is_here(host: str) -> None:
    """Raises CannotServe where the address is not of this machine: none of its ports can be listened on."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        try:
            trial.bind((host, 0))
        except (OSError, UnicodeError) as error:
            raise CannotServe(
                f"{host} is not an address of this machine, so nothing can be served there. Name another with --host, "
                "or leave it out for this machine alone."
            ) from error


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except (OSError, OverflowError):
            return False
    return True


def _free_port(host: str, first: int = 8001) -> int:
    for port in range(first, first + 100):
        if _is_free(host, port):
            return port
    raise CannotServe(f"No port from {first} to {first + 99} is free on {host}. Name one with --port.")
