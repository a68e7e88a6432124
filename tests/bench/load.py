"""A load test: every kind of page, requested by many guests at once; which statuses, and how quickly?

    python -m tests.bench.load BASE DATABASE [CLIENTS] [SECONDS]

BASE is the address of a server on loopback, such as http://127.0.0.1:8001, DATABASE the name of the archive there.
Light pages are to answer 200, at least 99 of 100; heavy ones, which visitors' SQL, tables and searches are, may also
answer 400 (took too long) or 503. Exits with 1 where it is otherwise. Says nothing to other hosts.
"""

import http.client
import random
import statistics
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

CLIENTS, SECONDS = 16, 60
TIMEOUT = 30  # seconds
LEAST = 0.99  # of the answers of light pages are 200
HEAVY_SHARE = 0.1  # of the requests are for heavy pages
FEEDS, AUTHORS, TAGS, ENTRIES = 500, 3000, 2000, 1_000_000  # as in the archive of a million invented entries
WORDS = ("uncommon", "middling", "common", '"of the"', "middling tag:tag3", "uncomon", "common after:2024")
CROSS_JOIN = "select count(*) from entries a, entries b, entries c where a.words + b.words = c.words"

Make = Callable[[random.Random], str]


def pages(database: str) -> tuple[dict[str, Make], dict[str, Make]]:
    """The addresses of light and of heavy pages by kind, each made up anew whenever it is asked for."""

    def numbered(path: str, most: int) -> Make:
        # Small numbers are common, and those that have most entries.
        return lambda r: path.format(min(most, int(most ** r.random())))

    light: dict[str, Make] = {
        "home": lambda r: "/",
        "feed": numbered("/feed/{}", FEEDS),
        "feed by title": numbered("/feed/{}?view=titles", FEEDS),
        "feed of a month": lambda r: (
            f"/feed/{r.randrange(1, FEEDS)}?period={r.randrange(2014, 2026)}-{r.randrange(1, 13):02}"
        ),
        "feed far back": lambda r: (
            f"/feed/{r.randrange(1, FEEDS)}?after=2016-01-01T00:00:00Z~{r.randrange(ENTRIES)}"
        ),
        "feed as Atom": numbered("/feed/{}/atom", FEEDS),
        "entry": lambda r: f"/entry/{r.randrange(1, ENTRIES)}",
        "history": lambda r: f"/entry/{r.randrange(1, ENTRIES)}/history",
        "citation": lambda r: f"/entry/{r.randrange(1, ENTRIES)}.bib",
        "author": numbered("/author/{}", AUTHORS),
        "author far back": lambda r: f"/author/{r.randrange(1, AUTHORS)}?after=2015-01-01T00:00:00Z~1",
        "tag": numbered("/tag/{}", TAGS),
        "tag of a year": lambda r: f"/tag/{r.randrange(1, TAGS)}?period={r.randrange(2014, 2026)}",
        "tag as JSON Feed": numbered("/tag/{}/json", TAGS),
        "health": lambda r: "/health",
        "OPML": lambda r: "/feeds.opml",
        "how to search": lambda r: "/search",
        "suggestions": lambda r: "/search/suggest?q=mid",
    }
    heavy: dict[str, Make] = {
        "search": lambda r: f"/search?q={quote(r.choice(WORDS))}",
        "search as JSON": lambda r: f"/search.json?q={quote(r.choice(WORDS))}",
        "table": lambda r: f"/{database}/entries?feed={r.randrange(1, FEEDS)}",
        "table with a facet": lambda r: f"/{database}/entries?_facet_many=tags&feed={r.randrange(1, FEEDS)}",
        "canned query": lambda r: (
            f"/{database}/{r.choice(('prolific_authors', 'tags_by_use', 'feed_overview'))}"
        ),
        "visitor's SQL": lambda r: f"/{database}?sql={quote(CROSS_JOIN)}",
    }
    return light, heavy


@dataclass
class Seen:
    """What came of asking for pages of a kind. Statuses by number; or the error, where there was no answer."""

    statuses: Counter[str] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)

    def line(self, kind: str) -> str:
        took = sorted(self.milliseconds)
        statuses = ", ".join(f"{n} × {status}" for status, n in self.statuses.most_common())
        p95 = took[int(len(took) * 0.95)]
        return (
            f"{kind:20} {len(took):6} {statistics.median(took):8.0f} {p95:8.0f} {took[-1]:8.0f}  {statuses}"
        )


def status_of(server: str, path: str) -> str:
    connection = http.client.HTTPConnection(server, timeout=TIMEOUT)
    try:
        for _ in range(3):  # a query's address redirects to a longer one
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            location = answer.getheader("location")
            if location is None:
                break
            parts = urlsplit(location)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
        return str(answer.status)
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()


def load(server: str, database: str, clients: int, seconds: float) -> dict[str, dict[str, Seen]]:
    """What was seen of light and of heavy pages, by kind."""
    end = time.monotonic() + seconds
    seen: dict[str, dict[str, Seen]] = {"light": defaultdict(Seen), "heavy": defaultdict(Seen)}
    light, heavy = pages(database)
    lock = threading.Lock()

    def client(seed: int) -> None:
        chance = random.Random(seed)
        while time.monotonic() < end:
            weight, kinds = ("heavy", heavy) if chance.random() < HEAVY_SHARE else ("light", light)
            kind = chance.choice(list(kinds))
            begun = time.monotonic()
            status = status_of(server, kinds[kind](chance))
            with lock:
                seen[weight][kind].statuses[status] += 1
                seen[weight][kind].milliseconds.append((time.monotonic() - begun) * 1000)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def main(base: str, database: str, clients: int = CLIENTS, seconds: float = SECONDS) -> bool:
    """Prints a table. Whether all is as it should be."""
    parts = urlsplit(base)
    if parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        sys.exit("This is for a server on loopback alone.")
    seen = load(parts.netloc, database, clients, seconds)
    statuses = {}
    for weight, kinds in seen.items():
        print(f"\n{weight:20} {'asked':>6} {'median':>8} {'p95':>8} {'worst':>8}  ms; statuses")
        for kind, one in kinds.items():
            print(one.line(kind))
        statuses[weight] = sum((one.statuses for one in kinds.values()), Counter())
        print(f"{'all':20} {statuses[weight].total():6}  {dict(statuses[weight].most_common())}")
    fine = statuses["light"]["200"] >= LEAST * statuses["light"].total()
    odd = set(statuses["light"]) - {"200", "503"} | set(statuses["heavy"]) - {"200", "400", "503"}
    share = statuses["light"]["200"] / max(statuses["light"].total(), 1)
    print(
        f"\n{share:.2%} of the light pages answered 200; statuses that no page should have: {sorted(odd) or 'none'}"
    )
    return fine and not odd


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4, 5):
        sys.exit(__doc__)
    sys.exit(0 if main(*sys.argv[1:3], *map(int, sys.argv[3:])) else 1)
