"""Datasette with everything set up for an archive, whatever its file is called."""

import json
import re
import signal
import socket
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import yaml
from datasette.cli import cli as datasette_cli

NAME = "archive"  # of the database in metadata.yml


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


def datasette_arguments(archive: Path, folder: Path, private: bool = False) -> list[str]:
    """What to call `datasette` with; writes the files that this names into `folder`.

    What is `private` is for those who are signed in.
    """
    site = site_folder()
    name = archive.stem
    readers = {"allow": {"id": "*"}} if private else {}
    (folder / "metadata.json").write_text(json.dumps({**metadata(name), **readers}))
    arguments = [str(archive), "--metadata", str(folder / "metadata.json")]
    settings = config(name)
    if version("datasette").startswith("0."):
        for key, value in settings["settings"].items():
            arguments += ["--setting", key, json.dumps(value)]
    else:
        (folder / "datasette.json").write_text(json.dumps({**settings, **readers}))
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
    private: bool = False,
) -> None:
    """Serve the archive until interrupted. `options` go to Datasette as they are."""
    port = port if port is not None else _free_port(host)
    signal.signal(signal.SIGTERM, _end)  # so that what is temporary is cleared away
    with tempfile.TemporaryDirectory(prefix="feedsette-") as folder:
        arguments = datasette_arguments(_plainly_named(archive, Path(folder)), Path(folder), private)
        arguments += ["--host", host, "--port", str(port), *(["--open"] if open_browser else []), *options]
        click.echo(f"Browse {archive} at http://{host}:{port}/ (Ctrl-C stops it)")
        datasette_cli.main(["serve", *arguments], prog_name="datasette", standalone_mode=False)


def _end(*_: object) -> None:
    raise SystemExit(0)


def _plainly_named(archive: Path, folder: Path) -> Path:
    """The archive, or a link to it in `folder`, where Datasette would take its name for something else."""
    if re.fullmatch(r"[^#?%:\ud800-\udfff]+", archive.name) and archive.stem not in ("_internal", "_memory"):
        return archive
    link = folder / f"{NAME}.db"
    link.symlink_to(archive.absolute())
    return link


def _free_port(host: str, first: int = 8001) -> int:
    for port in range(first, first + 100):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((host, port))
            except OSError:
                continue
            return port
    raise click.ClickException(
        f"No port from {first} to {first + 99} is free on {host}. Name one with --port."
    )
