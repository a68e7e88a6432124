"""Datasette with everything set up for an archive, whatever its file is called."""

import json
import re
import signal
import socket
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import yaml
from datasette.cli import serve as datasette_serve

from ingest.archive import is_fixed
from ingest.terminal import echo

NAME = "archive"  # of the database in metadata.yml
OWNER = "owner"  # the name to sign in with where there is a password


def site_folder() -> Path:
    """Where metadata.yml, plugins and so on are: in the installed package, or else in the checkout around it."""
    package = Path(__file__).parent
    installed = package / "site"
    return installed if installed.is_dir() else package.parent


def metadata(name: str = NAME) -> dict[str, Any]:
    """metadata.yml for a database called `name`."""
    return _renamed("metadata.yml", name)


def config(name: str = NAME) -> dict[str, Any]:
    """datasette.yml, which Datasette 1.0 reads beside metadata.yml, for a database called `name`."""
    return _renamed("datasette.yml", name)


def own_settings(
    files: Sequence[Path], private: bool = False, password: str | None = None, pictures: bool = True
) -> dict[str, Any]:
    """What the one who serves an archive wants beside metadata.yml and datasette.yml: what Datasette's own files say
    (metadata or configuration, YAML or JSON), and what there are options for.

    `private` shuts out who is not signed in. Who knows the `password` signs in as owner, at /-/login.
    Raises click.ClickException.
    """
    own: dict[str, Any] = {}
    for file in files:
        own = merged(own, _read(file))
    if private and "allow" in own:
        raise click.ClickException(
            "--private, and the `allow` of a file, both say who may read. Leave one out."
        )
    if private:
        own["allow"] = {"id": "*"}
    if password is not None:
        own = merged(own, {"plugins": {**_signing_in(password), "feedsette": {"owners": [OWNER]}}})
    if not pictures:
        own = merged(own, {"plugins": {"feedsette": {"pictures": False}}})
    return own


def shuts_all_out(own: Mapping[str, Any], options: Sequence[str]) -> bool:
    """Whether nothing here lets anybody sign in: no password, no link for the owner, no plugin that is made for it."""
    return "--root" not in options and not any("auth" in plugin for plugin in own.get("plugins") or {})


def merged(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Both; where both say something, theirs."""
    both = {
        key: merged(ours[key], value)
        if isinstance(value, dict) and isinstance(ours.get(key), dict)
        else value
        for key, value in theirs.items()
    }
    return {**ours, **both}


def _read(file: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))  # JSON is YAML too
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise click.ClickException(f"{file} is neither YAML nor JSON: {error}") from error
    if not isinstance(data, dict):
        raise click.ClickException(f"{file} holds no settings: it is to begin with names, such as “title:”.")
    return data


def _signing_in(password: str) -> dict[str, Any]:
    try:
        from datasette_auth_passwords.utils import hash_password
    except ImportError as error:
        raise click.ClickException(
            "--password needs one package more: pip install datasette-auth-passwords"
        ) from error
    return {"datasette-auth-passwords": {f"{OWNER}_password_hash": hash_password(password)}}


def datasette_arguments(
    archive: Path, folder: Path, own: Mapping[str, Any] | None = None, fixed: bool = False
) -> list[str]:
    """What to call `datasette` with; writes the files that this names into `folder`. `own` is of own_settings.

    `fixed` is of archive.is_fixed.
    """
    site, own = site_folder(), own or {}
    name = archive.stem
    (folder / "metadata.json").write_text(json.dumps(merged(metadata(name), own)))
    arguments = [*(["--immutable"] if fixed else []), str(archive)]
    arguments += ["--metadata", str(folder / "metadata.json")]
    configured = merged(config(name), own)
    if version("datasette").startswith("0."):
        for key, value in configured["settings"].items():
            arguments += ["--setting", key, json.dumps(value)]
    else:
        (folder / "datasette.json").write_text(json.dumps(configured))
        arguments += ["--config", str(folder / "datasette.json")]
    for option, part in (("--plugins-dir", "plugins"), ("--template-dir", "templates")):
        if (site / part).is_dir():
            arguments += [option, str(site / part)]
    if (site / "static").is_dir():
        arguments += ["--static", f"static:{site / 'static'}"]
    return arguments


def _renamed(file: str, name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((site_folder() / file).read_text(encoding="utf-8"))
    if "databases" in data:
        data["databases"] = {name: data["databases"][NAME]}
    return data


def run_datasette(
    archive: Path,
    host: str,
    port: int | None,
    open_browser: bool,
    options: Sequence[str],
    own: Mapping[str, Any] | None = None,
) -> None:
    """Serve the archive until interrupted. `options` go to Datasette as they are; `own` is of own_settings."""
    if port is None:
        port = _free_port(host)
    elif not _is_free(host, port):
        raise click.ClickException(
            f"Port {port} of {host} cannot be listened on: another program may have it. Name another with --port, or "
            "leave it out for the first that is free."
        )
    fixed = is_fixed(archive)
    signal.signal(signal.SIGTERM, _end)  # so that what is temporary is cleared away
    with tempfile.TemporaryDirectory(prefix="feedsette-") as folder:
        arguments = datasette_arguments(_plainly_named(archive, Path(folder)), Path(folder), own, fixed)
        arguments += ["--host", host, "--port", str(port), *(["--open"] if open_browser else []), *options]
        with datasette_serve.make_context("datasette serve", arguments) as judged:
            if fixed:
                echo(
                    f"{archive} cannot be written to where it is, so what is served stays as it is now.",
                    err=True,
                )
            echo(f"Browse {archive} at http://{host}:{port}/ (Ctrl-C stops it)")
            datasette_serve.invoke(judged)


def _end(*_: object) -> None:
    raise SystemExit(0)


def _plainly_named(archive: Path, folder: Path) -> Path:
    """The archive, or a link to it in `folder`, where Datasette would take its name for something else."""
    if re.fullmatch(r"[^#?%:\ud800-\udfff]+", archive.name) and archive.stem not in ("_internal", "_memory"):
        return archive
    link = folder / f"{NAME}.db"
    link.symlink_to(archive.absolute())
    return link


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
    raise click.ClickException(
        f"No port from {first} to {first + 99} is free on {host}. Name one with --port."
    )
