"""The command; the only place that knows click.

A command is a function with `@main.command()` in the file of its group. `feedsette` is `ingest.cli:main`, which is
imported when it is asked for, so that what only prints imports no commands.
"""

from typing import Any


def __getattr__(name: str) -> Any:
    if name == "main":
        from ingest.cli.commands import main

        return main
    raise AttributeError(name)
