"""Writes the reference pages and datasette.yml from the code and metadata.yml: `make docs`. A test fails where they are
out of date."""

from pathlib import Path

import click
from sqlite_utils import Database

from docs.datasette_yml import datasette_yml
from docs.schema_reference import schema_reference
from ingest.archive.file.migrations import migrations
from ingest.cli.commands import main
from ingest.web.server.site_files import metadata

DOCS = Path(__file__).parent


def cli_reference() -> str:
    """docs/cli.md: what each command's --help says."""
    parts = ["# The command\n", "What `feedsette --help` and `feedsette COMMAND --help` print.\n"]
    context = click.Context(main, info_name="feedsette", max_content_width=100, terminal_width=100)
    parts.append(_help("feedsette", main, context))
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        child = click.Context(
            command, info_name=name, parent=context, max_content_width=100, terminal_width=100
        )
        parts.append(_help(f"feedsette {name}", command, child))
    return "\n".join(parts)


def _help(title: str, command: click.Command, context: click.Context) -> str:
    lines = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    return f"## {title}\n\n```text\n{lines}\n```\n"


def pages() -> dict[Path, str]:
    db = Database(memory=True)
    migrations.apply(db)
    said = (DOCS.parent / "metadata.yml").read_text(encoding="utf-8")
    return {
        DOCS / "cli.md": cli_reference(),
        DOCS / "schema.md": schema_reference(metadata(), db),
        DOCS.parent / "datasette.yml": datasette_yml(said),
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        print(f"Wrote {path}")
