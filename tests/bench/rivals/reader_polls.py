"""Follows feeds with lemon24/reader, and asks for all of them: DATABASE add URL…, or DATABASE update.

It runs in reader's own environment, which has nothing of this project.
"""

import sys
from contextlib import closing

from reader import make_reader

WORKERS = 20


def main(database: str, what: str, *urls: str) -> None:
    with closing(make_reader(database)) as reader:
        if what == "add":
            for url in urls:
                reader.add_feed(url)
            reader.enable_search()
            return
        results = list(reader.update_feeds_iter(workers=WORKERS, scheduled=False))
        reader.update_search()
    failed = sum(isinstance(result.value, Exception) for result in results)
    changed = sum(bool(result.updated_feed) for result in results if not isinstance(result.value, Exception))
    print(
        f"{len(results):,} feeds polled ({len(results) - changed - failed:,} unchanged, {failed:,} failing)"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
