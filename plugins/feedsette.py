"""For `--plugins-dir plugins`: the files of this folder are one plugin, registered once however it is found."""

from pathlib import Path

from ingest.web.plugin.registering import register

register(Path(__file__).parent)
