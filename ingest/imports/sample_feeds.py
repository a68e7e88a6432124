"""The sample feeds of the package, from which `feedsette demo` makes an archive."""

from collections.abc import Callable, Iterator
from pathlib import Path

from sqlite_utils import Database

from ingest.archive.documents.warc.pack import pack
from ingest.archive.owner import set_folder
from ingest.archive.polls import Poll, record_poll
from ingest.archive.save import save
from ingest.base.models import ReceivedDocument
from ingest.imports.importing import Imported
from ingest.workers.parse_pool import parse_and_clean

SAMPLES = Path(__file__).parent / "samples"
_FOLDERS = {
    "1-forum.xml": "Forums",
    "2-blog-2025-11.atom": "Notebooks",
    "2-blog-2026-03.atom": "Notebooks",
    "3-library.rdf": "The town",
    "4-links.json": "Notebooks",
    "5-podcast.xml": "To listen to",
}
_ENDED, _GONE = "3-library.rdf", "2021-11-01T09:00:00Z"


def import_samples(archive: Callable[[], Database]) -> Iterator[Imported]:
    """Import the sample feeds, each as if it was polled on the evening of its newest entry.

    One answers 410 (gone) since then, as an example of a feed that fails. The documents are kept as what they are,
    files that were imported, so that the pages have bytes to show: no request is made up.
    """
    db = archive()
    for name, folder in _FOLDERS.items():
        path = SAMPLES / name
        body = path.read_bytes()
        feed = parse_and_clean(body)
        newest = max(entry.updated or entry.published or "" for entry in feed.entries)
        ended = name == _ENDED
        poll = Poll(200, len(body), 120)
        state = "gone" if ended else "paused"
        evening = f"{newest[:10]}T23:59:59Z"
        url = feed.url or path.as_uri()
        document = pack(ReceivedDocument(body, evening, f"file:///{name}", "import", name=name), url)
        saved = save(db, feed, url=url, now=evening, poll=poll, state=state, document=document)
        set_folder(db, saved.feed, folder)
        if ended:
            record_poll(
                db,
                saved.feed,
                Poll(410, 0, 80, "The server says that the feed is gone for good (410)."),
                _GONE,
            )
        yield Imported(name, saved)
