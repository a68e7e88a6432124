"""Takes files in with feed-to-sqlite: DATABASE FOLDER. Prints how many entries it has.

It runs in feed-to-sqlite's own environment, which has nothing of this project.
"""

import sys
from contextlib import suppress
from pathlib import Path

from feed_to_sqlite.ingest import ingest_feed
from sqlite_utils import Database


def main(database: str, folder: str) -> None:
    db = Database(database)
    for path in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
        with suppress(Exception):  # whatever it cannot take, it has fewer entries for
            ingest_feed(db, feed_content=path.read_bytes().decode("utf-8", "replace"), normalize=None)
    print(sum(table.count for table in db.tables if table.name != "feeds"))


if __name__ == "__main__":
    main(*sys.argv[1:])
