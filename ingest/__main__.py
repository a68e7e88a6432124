"""`python -m ingest` is `feedsette`."""

from ingest.cli.commands import main

main(prog_name="feedsette")
