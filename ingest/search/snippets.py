"""Titles and snippets of hits, with the matches marked, cut from the text as it stands.

FTS5 marks what matches, in an index of these texts alone: the archive's own would take a second for each long Chinese
text, to make of it again what was indexed. Each match is carried over from the text as it is indexed (ingest.base.cjk)
to the text as it stands.
"""

import json
import re
import sqlite3
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from itertools import accumulate, islice

from ingest.archive.index_in_memory import HIT_ENDS, HIT_STARTS, Column, index_in_memory, mark_matches
from ingest.base.cjk import (
    SPACE,
    expanded,
    expanding_shifts,
    index_text,
    is_unspaced,
    narrowed,
    narrowing_shifts,
    unspaced,
    words_in,
)
from ingest.search.terms import Query, Term

Parts = tuple[tuple[str, bool], ...]  # pieces of plain text, each with whether it is a match
Span = tuple[int, int]  # from one offset to before another

_MARKS = re.compile(f"([{HIT_STARTS}{HIT_ENDS}])")
_TOKENS = 30  # of a snippet; a character is one where there are no spaces, so then twice as many
_PIECE = 30_000  # characters of a text that are looked at, before the next …
_OVERLAP = 300  # … which begins so many before the end of the last
_CUT = "…"
_WIDEST = 1000  # characters of a snippet …
_BEFORE = 400  # … and of what is looked at before its matches
_A_TOKEN = 4  # characters of matches for each token of a snippet
_MOST_MARKS = 32  # on one letter


def marked_parts(
    connection: sqlite3.Connection, query: Query, ids: list[int]
) -> dict[int, tuple[Parts, Parts]]:
    """Title and snippet of each entry, by id, with the matches marked."""
    words = [term for term in query.terms if term.is_text and not term.negated]
    if not words:
        return {}
    tokens = _TOKENS * (2 if any(is_unspaced(term.value) for term in words) else 1)
    rows = connection.execute(
        f"""
        SELECT entry, title, {_indexed(connection)}
        FROM contents JOIN entries ON entries.id = entry WHERE entry IN (SELECT value FROM json_each(:ids))
        """,
        {"ids": json.dumps(ids)},
    ).fetchall()
    phrases = " OR ".join(dict.fromkeys(term.phrase() for term in words))
    titles = {id: _separated(title) for id, title, _ in rows}
    texts = {id: _separated(text) for id, _, text in rows}
    in_titles = matches(phrases, "title", titles)
    in_text = _with_text(connection, [term for term in words if not term.name], ids)
    in_texts = matches(phrases, "text", {id: text for id, text in texts.items() if id in in_text})
    return {
        id: (
            marked_text(unspaced(titles[id]), in_titles.get(id, [])),
            snippet(unspaced(texts[id]), in_texts.get(id, []), tokens),
        )
        for id in texts
    }


def _indexed(connection: sqlite3.Connection) -> str:
    """What the index has of an entry's text: with the summary, which archives of before lack."""
    columns = {name for (name,) in connection.execute("SELECT name FROM pragma_table_info('contents')")}
    return (
        "coalesce(nullif(summary_text, '') || char(10), '') || text" if "summary_text" in columns else "text"
    )


def _with_text(connection: sqlite3.Connection, words: list[Term], ids: list[int]) -> set[int]:
    """Which of these entries have any of the words in their text, and not in title or author alone."""
    if not words:
        return set()
    # The + keeps FTS5 from looking for each id on its own, for which it would expand a prefix every time.
    rows = connection.execute(
        """
        SELECT rowid FROM entries_fts
        WHERE entries_fts MATCH :match AND +rowid IN (SELECT value FROM json_each(:ids))
        """,
        {"match": f"text : ({' OR '.join(term.phrase() for term in words)})", "ids": json.dumps(ids)},
    )
    return {id for (id,) in rows}


def matches(phrases: str, column: Column, texts: Mapping[int, str]) -> dict[int, list[Span]]:
    """The matches of an expression of FTS5 in texts, by number: in the first piece of each that has any.

    They are offsets in the text without zero-width spaces.
    """
    found: dict[int, list[Span]] = {}
    with closing(index_in_memory()) as memory:
        start, left = 0, {id: text for id, text in texts.items() if text}
        while left:
            pieces = {id: text[start : start + _PIECE] for id, text in left.items()}
            indexed = {id: index_text(piece) for id, piece in pieces.items()}
            for id, text in mark_matches(memory, phrases, column, indexed).items():
                before = len(unspaced(texts[id][:start]))
                piece = unspaced(pieces[id])
                cut = start > 0, len(texts[id]) > start + _PIECE  # where a match may be of a part of a word
                found[id] = [
                    (before + begin, before + end)
                    for begin, end in matches_in(piece, text)
                    if not (cut[0] and begin == 0) and not (cut[1] and end == len(piece))
                ]
            start += _PIECE - _OVERLAP
            left = {
                id: text for id, text in left.items() if not found.get(id) and len(text) > start + _OVERLAP
            }
    return found


def marked_text(text: str | None, hits: list[Span]) -> Parts:
    """A whole text with its matches marked."""
    return _parts(text or "", hits, 0, len(text or ""))


def snippet(text: str, hits: list[Span], tokens: int) -> Parts:
    """The part of a text that says most of what was searched for, of so many tokens or fewer."""
    start, end = _window(text, hits, tokens)
    return _with_cuts(_parts(text, hits, start, end), start > 0, end < len(text))


def _with_cuts(parts: Parts, before: bool, after: bool) -> Parts:
    """A snippet with an ellipsis where something was left out."""
    joined: list[tuple[str, bool]] = []
    for piece, hit in ((_CUT if before else "", False), *parts, (_CUT if after else "", False)):
        if joined and joined[-1][1] == hit:
            joined[-1] = (joined[-1][0] + piece, hit)
        elif piece:
            joined.append((piece, hit))
    return tuple(joined)


def marked_words(marked: str | None) -> list[str]:
    """What is marked in a text as the index holds it; neighbours are one."""
    pieces = _MARKS.split(unspaced(marked or "").replace(HIT_ENDS + HIT_STARTS, ""))
    return [
        piece for mark, piece in zip(pieces[1::2], pieces[2::2], strict=True) if mark == HIT_STARTS and piece
    ]


def matches_in(text: str, marked: str) -> list[Span]:
    """The matches in a text, in order, by the marks in what the index has of it; none where that is of another text."""
    pieces = _MARKS.split(unspaced(marked))
    indexed = "".join(pieces[::2])
    ends = [*accumulate(len(piece) for piece in pieces[::2])]
    hits = [
        (ends[i - 1], ends[i])
        for i in range(1, len(ends))
        if pieces[2 * i - 1] == HIT_STARTS and ends[i] > ends[i - 1]
    ]
    if indexed == text:  # nearly always
        return _merged(hits)
    first = narrowed(text)
    if len(indexed) == len(first):
        return _merged(_carried(hits, narrowing_shifts(text)))
    second = len(first) + 1  # where the copy begins
    longer = expanded(text)
    if len(indexed) != second + len(narrowed(longer)):
        return []
    own = _carried((hit for hit in hits if hit[1] <= second), narrowing_shifts(text))
    copy = ((start - second, end - second) for start, end in hits if start >= second)
    in_copy = _carried(_carried(copy, narrowing_shifts(longer)), expanding_shifts(text))
    return _merged(sorted([*own, *in_copy]))


def _carried(spans: Iterable[Span], shifts: Iterable[tuple[int, int]]) -> list[Span]:
    """Spans of a changed text in the one before: `shifts` says behind which of its offsets how much was added."""
    places, added = [0], [0]
    for place, more in shifts:
        places.append(place)
        added.append(added[-1] + more)
    moved = [place + more for place, more in zip(places, added, strict=True)]

    def before(offset: int, within: int) -> int:
        i = bisect_right(moved, offset) - 1
        place = offset - added[i]
        inside = i + 1 < len(places) and place >= places[i + 1]  # of what one letter became
        return places[i + 1] + within if inside else place

    return [(before(start, -1), before(end, 0)) for start, end in spans]


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, neighbours as one: 機械, not 機 and 械."""
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _window(text: str, hits: list[Span], tokens: int) -> Span:
    """Which part of a text to show: all of a short one, the beginning of one without matches, or around the best."""
    if len(text) <= _WIDEST and len(list(islice(words_in(text), tokens + 1))) <= tokens:
        return 0, len(text)
    first, last = _densest(text, hits, tokens * _A_TOKEN) if hits else (0, 0)
    following = list(islice(words_in(text, first), tokens))
    matching = sum(word.start() < last for word in following)
    around = (tokens - matching) // 2
    start = _start(text, first, max(around, tokens - len(following)) if hits else 0)
    words = list(islice(words_in(text, start), tokens + 1))
    return start, _end(text, words[tokens - 1].end() if len(words) > tokens else len(text), start)


def _densest(text: str, hits: list[Span], reach: int) -> Span:
    """The first place, within `reach` characters, where the most different words match."""
    words = [text[start : min(end, start + reach)].casefold() for start, end in hits]
    seen: Counter[str] = Counter()
    best, most, different, left = hits[0], 0, 0, 0
    for right, (_, end) in enumerate(hits):
        different += not seen[words[right]]
        seen[words[right]] += 1
        while left < right and end - hits[left][0] > reach:
            seen[words[left]] -= 1
            different -= not seen[words[left]]
            left += 1
        if different > most:
            best, most = (hits[left][0], end), different
    return best


def _start(text: str, offset: int, words: int) -> int:
    """Where a snippet with so many words before `offset` begins."""
    floor = max(0, offset - _BEFORE)
    starts = [word.start() for word in words_in(text, floor, offset)]
    if floor and starts and starts[0] == floor:  # the end of a longer one
        del starts[0]
    if len(starts) < words and not floor:
        return 0
    start = starts[-words] if 0 < words <= len(starts) else starts[0] if words and starts else offset
    for _ in range(_MOST_MARKS):
        if not start or unicodedata.category(text[start])[0] != "M":
            break
        start -= 1
    return start


def _end(text: str, end: int, start: int) -> int:
    """Where a snippet ends that is to go to `end`: not too far, and not within a letter and its marks."""
    return _behind_marks(text, min(end, start + _WIDEST))


def _behind_marks(text: str, offset: int) -> int:
    for _ in range(_MOST_MARKS):
        if not 0 < offset < len(text) or unicodedata.category(text[offset])[0] != "M":
            break
        offset += 1
    return offset


def _parts(text: str, hits: list[Span], start: int, end: int) -> Parts:
    """A part of the text in its pieces."""
    pieces = []
    shown = start
    for hit_start, hit_end in hits:
        hit_start, hit_end = max(hit_start, shown), min(_behind_marks(text, hit_end), end)
        if hit_start < hit_end:
            pieces += [(text[shown:hit_start], False), (text[hit_start:hit_end], True)]
            shown = hit_end
    pieces.append((text[shown:end], False))
    return tuple((piece, hit) for piece, hit in pieces if piece)


def _separated(text: str | None) -> str:
    """A text without marks: zero-width spaces are in their place, as both separate words."""
    return _MARKS.sub(SPACE, text or "")
