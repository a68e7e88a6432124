"""An archive with a little of everything, and Datasette serving it as metadata.yml and datasette.yml say."""

from collections.abc import Iterator
from copy import deepcopy
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml
from datasette.app import Datasette
from sqlite_utils import Database

from ingest.web.server.site_files import LOADER
from tests.empty_archive import empty_archive
from tests.plugins.done_once import plugins_compiled_once, plugins_described_once, templates_compiled_once

ROOT = Path(__file__).parents[2]
WORDS = ["river", "stone", "cloud", "lantern", "harbour", "orchard", "copper", "violin", "meadow", "glacier"]


@pytest.fixture(scope="session", autouse=True)
def done_once() -> Iterator[None]:
    with templates_compiled_once(), plugins_described_once(), plugins_compiled_once():
        yield


@pytest.fixture(scope="session")
def metadata() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((ROOT / "metadata.yml").read_text(encoding="utf-8"), LOADER)
    return loaded


@pytest.fixture(scope="session")
def config() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((ROOT / "datasette.yml").read_text(encoding="utf-8"), LOADER)
    return loaded


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("site") / "archive.db"
    db = empty_archive(path)
    fill(db)
    db.close()
    return path


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site(archive: Path, metadata: dict[str, Any], config: dict[str, Any]) -> Datasette:
    return await as_it_comes(archive, metadata, config)


async def as_it_comes(archive: Path, metadata: dict[str, Any], config: dict[str, Any]) -> Datasette:
    """Datasette without our plugins."""
    if version("datasette").startswith("0."):
        site = Datasette([str(archive)], metadata=deepcopy(metadata), settings=config["settings"])
    else:
        site = Datasette([str(archive)], metadata=deepcopy(metadata), config=deepcopy(config))
    await site.invoke_startup()
    return site


@pytest.fixture(scope="session")
def many_names(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,100 entries, each with its own author, tag and link; the last has fifty tags, which make 1,225 pairs."""
    path = tmp_path_factory.mktemp("many") / "archive.db"
    db = empty_archive(path)
    at = "2024-01-01T00:00:00Z"
    names = [{"id": number, "name": f"name {number}"} for number in range(1, 1101)]
    with db.atomic():
        db.table("feeds").insert({"id": 1, "url": "https://many.example/feed", "added": at})
        db.table("entries").insert_all(
            {"id": n["id"], "feed": 1, "guid": n["name"], "date": at, "fingerprint": "", "words": 1}
            | dict.fromkeys(("first_seen", "last_seen"), at)
            for n in names
        )
        for kind in ("author", "tag"):
            db.table(f"{kind}s").insert_all(names)
            db.table(f"entry_{kind}s").insert_all({"entry": n["id"], kind: n["id"]} for n in names)
        db.table("entry_tags").insert_all({"entry": 1100, "tag": number} for number in range(1, 50))
        db.table("links").insert_all(
            {"entry": n["id"], "url": "", "host": f"{n['id']}.example", "url_key": ""} for n in names
        )
    db.close()
    return path


def fill(db: Database) -> None:
    """Three feeds, one failing; 130 entries over three years, dated, tagged, edited, linked; and a podcast."""
    with db.atomic():
        db.table("feeds").insert_all(
            {
                "id": number,
                "url": f"https://{host}/feed",
                "title": title,
                "site_url": f"https://{host}/",
                "format": "atom",
                "state": state,
                "added": "2024-01-01T00:00:00Z",
                "failures": failures,
                "last_error": "The server answered 500." if failures else None,
            }
            for number, host, title, state, failures in [
                (1, "stones.example", "Stones & Rivers", "active", 0),
                (2, "cast.example", "The Harbour Cast", "active", 3),
                (3, "untitled.example", None, "gone", 0),
            ]
        )
        db.table("authors").insert_all([{"id": 1, "name": "Ada Quarry"}, {"id": 2, "name": "李明"}])
        db.table("tags").insert_all([{"id": 1, "name": "Geology"}, {"id": 2, "name": "Water"}])
        for number in range(1, 131):
            add_entry(db, number)
        db.table("revisions").insert_all(
            {
                "entry": entry,
                "seen": "2024-01-01T00:00:00Z",
                "replaced": replaced,
                "title": title,
                "url": f"https://stones.example/{entry}",
                "author": "Ada Quarry",
                "html": "<p>Before</p>",
                "text": "Before",
                "other": "{}",
                "fingerprint": str(replaced),
            }
            for entry, replaced, title in [
                (1, "2024-02-01T00:00:00Z", "First draft"),
                (1, "2024-03-01T00:00:00Z", "Second draft"),
            ]
        )
        for at, status, new, error in [
            ("2024-05-01T00:00:00Z", 200, 2, None),
            ("2024-05-02T00:00:00Z", 304, 0, None),
            ("2024-05-03T00:00:00Z", 500, 0, "The server answered 500."),
        ]:
            poll = {"feed": 2, "at": at, "status": status, "bytes": 900, "ms": 80, "new": new, "error": error}
            db.table("polls").insert(poll)
        add_documents(db)


def add_documents(db: Database) -> None:
    """Two of the first feed, whose bytes are not kept, and which of them said the entry 1."""
    db.table("documents").insert_all(
        {
            "id": number,
            "feed": 1,
            "at": f"2024-06-0{number}T00:00:00Z",
            "sha256": str(number) * 64,
            "bytes": 900 * number,
            "url": "https://stones.example/feed",
            "final_url": "https://stones.example/feed",
            "came": "poll",
            "reader": 1,
        }
        for number in (1, 2)
    )
    said = {"entry": 1, "document": 1, "last_document": 2, "read_from": 1, "reader": 1}
    db.table("entry_documents").insert(said)


def add_entry(db: Database, number: int) -> None:
    """One entry: every eleventh without a title, every thirteenth in Chinese, every feed-2 entry with an episode."""
    feed, author = number % 3 + 1, number % 2 + 1
    chinese = number % 13 == 0
    words = [WORDS[number % 10], WORDS[number * 7 % 10], f"unique{number}"]
    text = "河流里的石头" if chinese else " ".join(words * 5)
    url = f"https://stones.example/{number}"
    # Several entries to a date, so that paging has ties to get right.
    date = f"{2022 + number // 50}-{number % 12 + 1:02}-17T10:00:00Z"
    db.table("entries").insert(
        {
            "id": number,
            "feed": feed,
            "guid": url,
            "url": url,
            "title": None if number % 11 == 0 else f"{WORDS[number * 3 % 10]} {number} <b>& more</b>",
            "author": ["Ada Quarry", "李明"][author - 1],
            "published": date,
            "first_seen": "2024-06-01T00:00:00Z",
            "last_seen": "2024-06-01T00:00:00Z",
            "removed": "2024-06-02T00:00:00Z" if number == 7 else None,
            "date": date,
            "excerpt": text[:40],
            "words": 15,
            "language": "zh" if chinese else "en",
            "url_key": "stones.example/same" if number in (4, 5) else url.removeprefix("https://"),
            "fingerprint": str(number),
        }
    )
    db.table("contents").insert({"entry": number, "html": f"<p class='shown'>{text}</p>", "text": text})
    db.table("entry_authors").insert({"entry": number, "author": author})
    db.table("entry_tags").insert_all(
        {"entry": number, "tag": tag} for tag in (1, 2) if number % (tag * 2) == 0
    )
    for to, linked, target in [
        ("arxiv.org/1", "paper", None),
        ("stones.example/1", "as before", 1 if number > 1 else None),
    ]:
        link = {"url": f"https://{to}", "host": to.partition("/")[0], "text": linked, "url_key": to}
        db.table("links").insert({"entry": number, "target": target, **link})
    if feed == 2:
        episode = {"url": f"https://cast.example/{number}.mp3", "type": "audio/mpeg", "length": 2_000_000}
        db.table("enclosures").insert({"entry": number, **episode})
        db.table("media").insert(
            {"entry": number, "kind": "image", "url": f"https://cast.example/{number}.png"}
        )
        db.table("sources").insert({"id": 1, "url": "https://cast.example/"}, ignore=True)
        db.execute("UPDATE entries SET source = 1 WHERE id = ?", [number])
        db.table("authors").insert({"id": 3, "name": "A guest"}, ignore=True)
        db.table("entry_credits").insert({"entry": number, "author": 3, "role": "guest"})
        db.table("extra").insert({"entry": number, "json": '[{"itunes:subtitle": "<b>Sub</b>"}]'})
