"""What the processes of a parse pool need, loaded once by the process from which they are forked."""

import atexit
import os
import shutil

_PARENT, _FOLDER = os.getppid(), os.environ.pop("FEEDSETTE_FOLDER_OF_FORKS", None)


@atexit.register
def _remove_folder() -> None:
    """That of its socket, which its parent removes, but where it was killed."""
    if _FOLDER and os.getppid() != _PARENT:
        shutil.rmtree(_FOLDER, ignore_errors=True)


import concurrent.futures.process  # noqa: E402, F401
import gc  # noqa: E402

import ingest.clean.feed  # noqa: E402
import ingest.parse.document  # noqa: E402
import ingest.parse.feedparser.reading  # noqa: E402
import ingest.workers.parsed_feed  # noqa: E402
import ingest.workers.process  # noqa: E402, F401

gc.freeze()  # so that the garbage collector of none copies the pages which they share
