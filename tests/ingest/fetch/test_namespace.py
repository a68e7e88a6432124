"""Private addresses, in a network namespace where all of them exist and respond."""

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.ingest.fetch.in_namespace import PUBLIC

ROOT = Path(__file__).parents[3]


@cache
def results() -> dict[str, tuple[str, list[str]]]:
    if not shutil.which("unshare") or not shutil.which("ip"):
        pytest.skip("unshare or ip (iproute2) is not here")
    command = ["unshare", "--map-root-user", "--net", sys.executable, "-m", "tests.ingest.fetch.in_namespace"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)
    if run.returncode and "unshare" in run.stderr:
        pytest.skip(f"no network of one's own can be made here: {run.stderr.strip()}")
    assert run.returncode == 0, run.stderr
    found: dict[str, tuple[str, list[str]]] = json.loads(run.stdout)
    return found


def of(kind: str) -> dict[str, tuple[str, list[str]]]:
    return {name: tuple(result) for name, result in results().items() if name.startswith(kind)}  # type: ignore[misc]


def test_public_addresses_are_asked() -> None:
    assert [came for came, _ in of("public").values()] == ["200", "200"]


def test_a_private_address_is_asked_where_that_is_allowed() -> None:
    assert of("allowed") == {"allowed": ("200", ["10.0.0.1"])}


def test_private_addresses_are_refused_in_every_disguise_before_they_are_asked() -> None:
    refused = of("at once")
    assert len(refused) > 20
    assert {name: asked for name, (_, asked) in refused.items() if asked} == {}
    assert {came for came, _ in refused.values()} <= {"refused", "address"}


def test_a_redirect_to_a_private_address_is_refused() -> None:
    redirected = of("redirected")
    assert {name: asked for name, (_, asked) in redirected.items() if asked != [PUBLIC]} == {}
    assert {came for came, _ in redirected.values()} <= {"refused", "address"}


def test_a_name_that_becomes_private_between_two_requests_is_refused() -> None:
    assert of("rebinding") == {"rebinding": ("refused", [PUBLIC])}


def test_a_feed_is_held_to_be_on_ones_own_network_only_where_its_answer_came_from_there() -> None:
    held = {name: came for name, (came, _) in of("adding").items()}
    assert (held["adding public"], held["adding private"], held["adding private page"]) == (
        "False",
        "True",
        "True",
    )


def test_a_public_page_leads_to_no_private_feed_even_where_that_is_allowed() -> None:
    found, asked = results()["adding public page"]  # one of its own, in a usual place
    assert found == "False" and set(asked) == {PUBLIC}


def test_a_feed_that_moves_out_of_ones_own_network_is_public_from_then_on() -> None:
    assert results()["moving"] == [f"http://{PUBLIC}:8080/feed False", ["10.0.0.1", PUBLIC]]
