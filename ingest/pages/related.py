"""Related entries: what shares telling words with an entry, and also links and tags; none where nothing is related.

The work is bounded, however long the texts and large the archive: so many words are looked up, each in so many entries,
and so many entries compared, of each the beginning.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence

from ingest.pages.relating.scoring import RELATED, Rarities, score
from ingest.pages.relating.vocabulary import vocabulary
from ingest.pages.rows import text_of
from ingest.search.terms import fts_string

MOST_RELATED = 6  # related entries
_LOOKED_UP = 30  # frequent words of an entry whose document frequency is looked up
_WORDS = 7  # of these, which are then searched for
_COMMON = 3000  # entries; a word of more says little, and would cost much
_FEW = 12  # entries; a link or a tag of more says little
_OF_WORDS, _OF_OTHERS = 20, 10  # entries that are compared, found by words, and by each of links and tags
_LINKS = 100  # of an entry
_READ = 20_000  # characters of its text …
_READ_OF_OTHERS = 6_000  # … and of each that it is compared with
# Each by an index, and no more than that
LINKING = "SELECT entry FROM links WHERE url_key = ? LIMIT ?"
TAGGED = "SELECT entry FROM entry_tags WHERE tag = ? LIMIT ?"


def related(connection: sqlite3.Connection, id: int) -> list[int]:
    """The numbers of up to six entries that are related to one, the most alike first; none with its own title."""
    read = _read(connection, [id], _READ)
    if id not in read:
        return []
    title, text = read[id]
    own = vocabulary(title, text)
    frequencies = _frequencies(connection, own)
    links, tags = _sharing_links(connection, id), _sharing_tags(connection, id)
    found = dict.fromkeys([*_with_words(connection, _telling(own, frequencies), id), *links, *tags])
    [(entries,)] = connection.execute("SELECT coalesce(max(id), 0) FROM entries")
    rarities = Rarities(int(entries), frequencies)
    scored = {}
    others = _read(connection, found, _READ_OF_OTHERS)
    for other, (other_title, other_text) in others.items():
        words = vocabulary(other_title, other_text)
        scored[other] = score(own, words, rarities, links.get(other, 0), tags.get(other, 0))
    best = sorted((other for other in scored if scored[other] >= RELATED), key=lambda one: -scored[one])
    return _of_different_titles(best, title, {other: others[other][0] for other in best})[:MOST_RELATED]


def _of_different_titles(ids: Iterable[int], title: str, titles: dict[int, str]) -> list[int]:
    """Without copies: what several feeds have of one entry."""
    seen, kept = {title.casefold().strip()} - {""}, []
    for id in ids:
        called = titles[id].casefold().strip()
        if called not in seen:
            kept.append(id)
        seen |= {called} - {""}
    return kept


def characteristic_words(connection: sqlite3.Connection, title: str, text: str) -> list[str]:
    """The words of a text with the highest tf-idf, at most seven; those of its title count three times."""
    own = vocabulary(title, text)
    return _telling(own, _frequencies(connection, own))


def _telling(own: Counter[str], frequencies: dict[str, int]) -> list[str]:
    rarities = Rarities(_COMMON, frequencies)
    several = [word for word, entries in frequencies.items() if 1 < entries < _COMMON]
    return sorted(several, key=lambda word: -(own[word] ** 0.5) * rarities.of(word))[:_WORDS]


def _frequencies(connection: sqlite3.Connection, own: Counter[str]) -> dict[str, int]:
    """In how many entries the most frequent words of a text are, counted to _COMMON."""
    words = [word for word, _ in own.most_common(_LOOKED_UP)]
    rows = connection.execute(
        """
        SELECT key, (
            SELECT count(*) FROM (SELECT 1 FROM entries_fts WHERE entries_fts MATCH value LIMIT :most)
        ) FROM json_each(:phrases)
        """,
        {"phrases": json.dumps([fts_string(word) for word in words]), "most": _COMMON},
    )
    return {words[key]: int(entries) for key, entries in rows}


def _with_words(connection: sqlite3.Connection, words: Sequence[str], id: int) -> list[int]:
    if not words:
        return []
    rows = connection.execute(
        "SELECT rowid FROM entries_fts WHERE entries_fts MATCH ? AND rowid != ? ORDER BY rank LIMIT ?",
        [" OR ".join(fts_string(word) for word in words), id, _OF_WORDS],
    )
    return [number for (number,) in rows]


def _sharing_links(connection: sqlite3.Connection, id: int) -> dict[int, int]:
    """The entries that link to what an entry links to and few others do, each with how many such links."""
    rows = connection.execute(
        f"SELECT DISTINCT url_key FROM (SELECT url_key FROM links WHERE entry = ? LIMIT {_LINKS})"
        " WHERE url_key != ''",
        [id],
    )
    return _sharing(connection, LINKING, [key for (key,) in rows], id)


def _sharing_tags(connection: sqlite3.Connection, id: int) -> dict[int, int]:
    """The entries that have tags of an entry that few others have, each with how many."""
    rows = connection.execute(f"SELECT tag FROM entry_tags WHERE entry = ? LIMIT {_LINKS}", [id])
    return _sharing(connection, TAGGED, [tag for (tag,) in rows], id)


def _sharing(connection: sqlite3.Connection, sql: str, keys: Iterable[object], id: int) -> dict[int, int]:
    shared: Counter[int] = Counter()
    for key in keys:
        entries = [entry for (entry,) in connection.execute(sql, [key, _FEW + 1])]
        if len(entries) <= _FEW:
            shared.update({*entries} - {id})
    return dict(shared.most_common(_OF_OTHERS))


def _read(connection: sqlite3.Connection, ids: Iterable[int], most: int) -> dict[int, tuple[str, str]]:
    """The title and the beginning of the text of each entry."""
    rows = connection.execute(
        "SELECT entries.id, entries.title, substr(contents.text, 1, :most) FROM entries"
        " JOIN contents ON contents.entry = entries.id WHERE entries.id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(list(ids)), "most": most},
    )
    return {id: (text_of(title), text_of(text)) for id, title, text in rows}
