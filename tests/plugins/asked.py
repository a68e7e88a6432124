"""Run as a program: asks a Datasette of its own for addresses, with our plugin or without, and prints the answers.

Plugins are registered for the whole process, so that what there is without ours can be seen in another alone.
"""

import asyncio
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.plugins.installed import run

# What is different each time: how long something took, and what is against forgery (CSRF).
_CHANGES = (
    rb'(?<="query_ms": )[0-9.e-]+|(?<=Queries took )[0-9.e-]+'
    rb'|(?<=ds_csrftoken=)[^;]+|(?<=name="csrftoken" value=")[^"]+'
)


def asked(
    databases: Sequence[Path], paths: Sequence[str], *, ours: bool = True, **options: Any
) -> dict[str, list[Any]]:
    """Status, headers and body of the answer at each path; what stands before a blank there is the method."""
    wanted = {"databases": list(map(str, databases)), "paths": list(paths), "ours": ours, "options": options}
    done = run("-m", "tests.plugins.asked", json.dumps(wanted))
    answers: dict[str, list[Any]] = json.loads(
        done.stdout.splitlines()[-1]
    )  # after tracebacks of Datasette's
    return answers


async def _ask(wanted: dict[str, Any]) -> dict[str, list[Any]]:
    from datasette.app import Datasette
    from datasette.plugins import pm

    if wanted["ours"]:
        from ingest.web.plugin.registering import PLUGIN, PLUGIN_NAME

        pm.register(PLUGIN, PLUGIN_NAME)
    site = Datasette(wanted["databases"], secret="always the same", **wanted["options"])
    answers = {}
    for path in wanted["paths"]:
        method, _, address = path.rpartition(" ")
        answer = await site.client.request(method or "GET", address)
        headers = [
            [name, re.sub(_CHANGES, b"", value.encode()).decode()] for name, value in answer.headers.items()
        ]
        body = re.sub(_CHANGES, b"", answer.content).decode("latin-1")
        answers[path] = [answer.status_code, [pair for pair in headers if pair[0] != "content-length"], body]
    return answers


if __name__ == "__main__":
    sys._called_from_test = True  # type: ignore[attr-defined]  # so that Datasette loads no plugins that are installed
    print(json.dumps(asyncio.run(_ask(json.loads(sys.argv[1])))))
