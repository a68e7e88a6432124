"""The command; the only place that knows click.

A command is a function with `@main.command()`, which `group.MODULES` names. `feedsette` is `ingest.cli:main`, imported
lazily: `ingest.cli.terminal` and the like can be imported without all commands.
"""

from typing import Any


def __getattr__(name: str) -> Any:
    if name == "main":
        from ingest.cli.commands import main

        return main
    raise AttributeError(name)
