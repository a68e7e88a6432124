"""Scripts that put no space between words, made findable: each of their characters becomes a word of the index.

FTS5's tokenizer takes a whole run of Chinese, Japanese or Thai for one word. Here the index is given such text with
a zero-width space around every character, and a query is given the same, so that a phrase of characters finds any
substring; Korean, where particles cling to words, gains as much. Text in other scripts is indexed as it is.

The view that the index reads does this in plain SQL, so that it holds for every writer, the sqlite3 shell included,
and nothing is stored twice.
"""

import re

from sqlite_utils import Database

SPACE = "\u200b"  # zero width: FTS5 separates words by it, and people do not see it in a snippet

# Thai, Lao, Tibetan, Myanmar; Hangul letters; Khmer; and all from the CJK radicals up. The last includes what needs
# no spacing (Arabic presentation forms, emoji): there it does no harm, as queries are treated alike.
_RANGES = (("\u0e00", "\u109f"), ("\u1100", "\u11ff"), ("\u1780", "\u17ff"), ("\u2e80", "\U0010ffff"))
_CLASS = "".join(f"{first}-{last}" for first, last in _RANGES)
_RUN = re.compile(f"[{_CLASS}]+")
_WORD = re.compile(f"[{_CLASS}]|[^\\W_{_CLASS}]+")


def is_unspaced(text: str) -> bool:
    """Whether there are characters in the text that are words of their own in the index."""
    return _RUN.search(text) is not None


def spaced(text: str) -> str:
    """The text as the index sees it: SPACE before and after each character that is a word of its own."""
    return _RUN.sub(lambda run: "".join(f"{SPACE}{character}{SPACE}" for character in run[0]), text)


def unspaced(text: str) -> str:
    """What people see: the text, or a snippet of it, without the spaces that `spaced` put in."""
    return text.replace(SPACE, "")


def word_ends(text: str) -> list[int]:
    """Where each word of the index ends in the text, more or less: an accent may divide what FTS5 keeps whole."""
    return [word.end() for word in _WORD.finditer(text)]


def _spaced_sql(column: str) -> str:
    """`spaced` as an SQL expression; SQLite compares text by code points.

    Characters are taken out of pieces of 128, pieces out of blocks of 8,192, since each substr() counts its way
    from the start: so the time is in proportion to the length, about a second for a million characters.
    """
    special = " OR ".join(f"letter BETWEEN '{first}' AND '{last}'" for first, last in reversed(_RANGES))
    return f"""
        CASE WHEN {column} GLOB '*[{_CLASS}]*' THEN (
            WITH RECURSIVE
            numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 127),
            blocks (b, block) AS (
                SELECT 0, substr({column}, 1, 8192)
                UNION ALL
                SELECT b + 1, substr({column}, 8192 * (b + 1) + 1, 8192) FROM blocks WHERE length(block) = 8192
            ),
            pieces (piece) AS MATERIALIZED (
                SELECT substr(block, 128 * n + 1, 128) FROM blocks CROSS JOIN numbers WHERE 128 * n < length(block)
            ),
            letters (letter) AS (
                SELECT substr(piece, n + 1, 1) FROM pieces CROSS JOIN numbers WHERE n < length(piece)
            )
            SELECT group_concat(
                CASE WHEN {special} THEN char(8203) || letter || char(8203) ELSE letter END, ''
            ) FROM letters
        ) ELSE {column} END"""  # noqa: S608 - the names of three columns and the ranges above


_VIEW = f"""
    CREATE VIEW entries_text AS
    SELECT
        entries.id,
        {_spaced_sql("entries.title")} AS title,
        {_spaced_sql("entries.author")} AS author,
        {_spaced_sql("contents.text")} AS text
    FROM entries JOIN contents ON contents.entry = entries.id
"""  # noqa: S608

_FORGET = """
    INSERT INTO entries_fts (entries_fts, rowid, title, author, text)
    SELECT 'delete', id, title, author, text FROM entries_text WHERE id {which};
"""
_LEARN = """
    INSERT INTO entries_fts (rowid, title, author, text)
    SELECT id, title, author, text FROM entries_text WHERE id {which};
"""
_TEXT_CHANGED = "UPDATE OF text ON contents WHEN old.text IS NOT new.text"
_TITLE_CHANGED = """UPDATE OF title, author ON entries
    WHEN old.title IS NOT new.title OR old.author IS NOT new.author"""


def _trigger(name: str, when: str, then: str) -> str:
    return f"CREATE TRIGGER {name} {when} BEGIN {then} END"


# An external content index must be told the old values before a row changes, and the new ones after.
_TRIGGERS = {
    "contents_fts_insert": ("AFTER INSERT ON contents", _LEARN.format(which="= new.entry")),
    "contents_fts_forget": (f"BEFORE {_TEXT_CHANGED}", _FORGET.format(which="= old.entry")),
    "contents_fts_update": (f"AFTER {_TEXT_CHANGED}", _LEARN.format(which="= new.entry")),
    "contents_fts_delete": ("BEFORE DELETE ON contents", _FORGET.format(which="= old.entry")),
    "entries_fts_forget": (f"BEFORE {_TITLE_CHANGED}", _FORGET.format(which="= old.id")),
    "entries_fts_update": (f"AFTER {_TITLE_CHANGED}", _LEARN.format(which="= new.id")),
}


def space_the_index(db: Database) -> None:
    """A migration: entries_fts, which took runs of characters for words, takes each character for one.

    Only entries that have such characters are indexed anew.
    """
    affected = f"coalesce(title, '') || coalesce(author, '') || text GLOB '*[{_CLASS}]*'"
    db.execute("CREATE TEMP TABLE respaced (id INTEGER PRIMARY KEY)")
    db.execute(f"INSERT INTO respaced SELECT id FROM entries_text WHERE {affected}")  # noqa: S608
    db.execute(_FORGET.format(which="IN respaced"))
    for name in _TRIGGERS:
        db.execute(f"DROP TRIGGER IF EXISTS {name}")
    db.execute("DROP VIEW entries_text")
    db.execute(_VIEW)
    for name, (when, then) in _TRIGGERS.items():
        db.execute(_trigger(name, when, then))
    db.execute(_LEARN.format(which="IN respaced"))
    db.execute("DROP TABLE respaced")
