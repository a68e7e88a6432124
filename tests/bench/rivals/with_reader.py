"""Takes files in with lemon24/reader, and updates its search index: DATABASE FOLDER. Prints how many entries it has.

It runs in reader's own environment, which has nothing of this project.
"""

import sys
from contextlib import closing
from pathlib import Path

from reader import make_reader


def main(database: str, folder: str) -> None:
    with closing(make_reader(database, feed_root="")) as reader:
        for path in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
            reader.add_feed(str(path), exist_ok=True)
        reader.enable_search()
        list(reader.update_feeds_iter(scheduled=False))
        reader.update_search()
        print(reader.get_entry_counts().total)


if __name__ == "__main__":
    main(*sys.argv[1:])
