"""`python -m ingest` is `feedsette`."""

from ingest.cli import main

main(prog_name="feedsette")
