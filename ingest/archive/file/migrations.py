"""The tables of an archive, and how an older archive becomes a newer one.

Names here are a public interface: people write SQL against them. A landed migration is never edited, nor what it
calls: nothing of other modules of ours, and here only `_run` and what bears its number. What changes comes as a further
migration.
"""

import re
import sqlite3

from sqlite_utils import Database, Migrations

# "FEED" and a format number, so that a file can be told from any other SQLite database.
APPLICATION_ID = 0x46454544

migrations = Migrations("feedsette")


def _run(db: Database, *statements: str) -> None:
    for statement in statements:  # not executescript, which would end the migration's transaction
        db.execute(statement)


@migrations()
def m001_tables(db: Database) -> None:
    _run(
        db,
        """
        CREATE TABLE feeds (
            id INTEGER PRIMARY KEY,
            url TEXT NOT NULL UNIQUE,
            title TEXT,
            site_url TEXT,
            description TEXT,
            icon_url TEXT,
            language TEXT,
            format TEXT,
            folder TEXT,
            state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'gone')),
            added TEXT NOT NULL,
            last_polled TEXT,
            last_document TEXT,
            next_poll TEXT,
            failures INTEGER NOT NULL DEFAULT 0,
            last_error TEXT,
            etag TEXT,
            last_modified TEXT,
            body_hash TEXT
        )
        """,
        """
        CREATE TABLE entries (
            id INTEGER PRIMARY KEY,
            feed INTEGER NOT NULL REFERENCES feeds(id) ON DELETE CASCADE,
            title TEXT,
            author TEXT,
            date TEXT NOT NULL,
            url TEXT,
            excerpt TEXT,
            words INTEGER NOT NULL DEFAULT 0,
            language TEXT,
            published TEXT,
            posted TEXT,
            updated TEXT,
            first_seen TEXT NOT NULL,
            last_seen TEXT NOT NULL,
            removed TEXT,
            comments_url TEXT,
            image_url TEXT,
            guid TEXT NOT NULL,
            url_key TEXT,
            fingerprint TEXT NOT NULL,
            year TEXT GENERATED ALWAYS AS (substr(date, 1, 4)) VIRTUAL,
            month TEXT GENERATED ALWAYS AS (substr(date, 1, 7)) VIRTUAL,
            UNIQUE (feed, guid)
        )
        """,
        # Lists are sorted by date whatever they are filtered by, and each index serves the facet of its column too.
        "CREATE INDEX entries_date ON entries (date DESC, id)",
        "CREATE INDEX entries_feed_date ON entries (feed, date DESC, id)",
        "CREATE INDEX entries_author_date ON entries (author, date DESC, id)",
        "CREATE INDEX entries_month_date ON entries (month, date DESC, id)",
        "CREATE INDEX entries_year_date ON entries (year, date DESC, id)",
        "CREATE INDEX entries_language_date ON entries (language, date DESC, id)",
        "CREATE INDEX entries_words ON entries (words)",
        "CREATE INDEX entries_url_key ON entries (url_key)",
        """
        CREATE TABLE contents (
            entry INTEGER PRIMARY KEY REFERENCES entries(id) ON DELETE CASCADE,
            html TEXT NOT NULL,
            text TEXT NOT NULL
        )
        """,
        """
        CREATE TABLE revisions (
            id INTEGER PRIMARY KEY,
            entry INTEGER NOT NULL REFERENCES entries(id) ON DELETE CASCADE,
            seen TEXT NOT NULL,
            replaced TEXT NOT NULL,
            title TEXT,
            url TEXT,
            author TEXT,
            html TEXT,
            text TEXT,
            other TEXT,
            fingerprint TEXT NOT NULL
        )
        """,
        "CREATE INDEX revisions_entry ON revisions (entry, id)",
        "CREATE INDEX revisions_seen ON revisions (seen)",
        "CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
        """
        CREATE TABLE entry_authors (
            entry INTEGER NOT NULL REFERENCES entries(id) ON DELETE CASCADE,
            author INTEGER NOT NULL REFERENCES authors(id) ON DELETE CASCADE,
            PRIMARY KEY (entry, author)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX entry_authors_author ON entry_authors (author, entry)",
        "CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE)",
        """
        CREATE TABLE entry_tags (
            entry INTEGER NOT NULL REFERENCES entries(id) ON DELETE CASCADE,
            tag INTEGER NOT NULL REFERENCES tags(id) ON DELETE CASCADE,
            PRIMARY KEY (entry, tag)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX entry_tags_tag ON entry_tags (tag, entry)",
        """
        CREATE TABLE links (
            id INTEGER PRIMARY KEY,
            entry INTEGER NOT NULL REFERENCES entries(id) ON DELETE CASCADE,
            url TEXT NOT NULL,
            host TEXT NOT NULL,
            text TEXT,
            target INTEGER REFERENCES entries(id) ON DELETE SET NULL,
            url_key TEXT NOT NULL
        )
        """,
        "CREATE INDEX links_entry ON links (entry)",
        "CREATE INDEX links_host ON links (host, entry)",
        "CREATE INDEX links_target ON links (target)",
        "CREATE INDEX links_url_key ON links (url_key)",
        """
        CREATE TABLE enclosures (
            id INTEGER PRIMARY KEY,
            entry INTEGER NOT NULL REFERENCES entries(id) ON DELETE CASCADE,
            url TEXT NOT NULL,
            type TEXT,
            length INTEGER
        )
        """,
        "CREATE INDEX enclosures_entry ON enclosures (entry)",
        "CREATE INDEX enclosures_type ON enclosures (type)",
        """
        CREATE TABLE polls (
            id INTEGER PRIMARY KEY,
            feed INTEGER NOT NULL REFERENCES feeds(id) ON DELETE CASCADE,
            at TEXT NOT NULL,
            status INTEGER,
            bytes INTEGER,
            ms INTEGER,
            new INTEGER NOT NULL DEFAULT 0,
            changed INTEGER NOT NULL DEFAULT 0,
            removed INTEGER NOT NULL DEFAULT 0,
            error TEXT
        )
        """,
        "CREATE INDEX polls_feed ON polls (feed, at)",
        "CREATE INDEX polls_at ON polls (at)",
    )


@migrations()
def m002_full_text(db: Database) -> None:
    """The full-text index reads titles, authors and texts through a view, so it holds no copy of them.

    An external content index must be told the old values when a row changes, which is what the triggers do;
    they hold for every writer, sqlite-utils and the sqlite3 shell included.
    """
    _run(
        db,
        """
        CREATE VIEW entries_text AS
        SELECT entries.id, entries.title, entries.author, contents.text
        FROM entries JOIN contents ON contents.entry = entries.id
        """,
        """
        CREATE VIRTUAL TABLE entries_fts USING fts5 (
            title, author, text,
            content='entries_text', content_rowid='id',
            tokenize='porter unicode61 remove_diacritics 2'
        )
        """,
        """
        CREATE TRIGGER contents_fts_insert AFTER INSERT ON contents BEGIN
            INSERT INTO entries_fts (rowid, title, author, text)
            SELECT id, title, author, new.text FROM entries WHERE id = new.entry;
        END
        """,
        """
        CREATE TRIGGER contents_fts_update AFTER UPDATE OF text ON contents
        WHEN old.text IS NOT new.text BEGIN
            INSERT INTO entries_fts (entries_fts, rowid, title, author, text)
            SELECT 'delete', id, title, author, old.text FROM entries WHERE id = old.entry;
            INSERT INTO entries_fts (rowid, title, author, text)
            SELECT id, title, author, new.text FROM entries WHERE id = new.entry;
        END
        """,
        """
        CREATE TRIGGER contents_fts_delete BEFORE DELETE ON contents BEGIN
            INSERT INTO entries_fts (entries_fts, rowid, title, author, text)
            SELECT 'delete', id, title, author, old.text FROM entries WHERE id = old.entry;
        END
        """,
        """
        CREATE TRIGGER entries_fts_update AFTER UPDATE OF title, author ON entries
        WHEN old.title IS NOT new.title OR old.author IS NOT new.author BEGIN
            INSERT INTO entries_fts (entries_fts, rowid, title, author, text)
            SELECT 'delete', old.id, old.title, old.author, text FROM contents WHERE entry = old.id;
            INSERT INTO entries_fts (rowid, title, author, text)
            SELECT new.id, new.title, new.author, text FROM contents WHERE entry = new.id;
        END
        """,
        # Before the row goes, while the trigger on contents can still read it; a cascade would come too late.
        """
        CREATE TRIGGER entries_fts_delete BEFORE DELETE ON entries BEGIN
            DELETE FROM contents WHERE entry = old.id;
        END
        """,
        # A feed's entries go one by one, so that each is forgotten by the index.
        """
        CREATE TRIGGER feeds_fts_delete BEFORE DELETE ON feeds BEGIN
            DELETE FROM entries WHERE feed = old.id;
        END
        """,
    )


@migrations()
def m003_polling(db: Database) -> None:
    """What polling knows of a feed beside the last answer: why it is polled when it is, and where it is moving."""
    _run(
        db,
        "ALTER TABLE feeds ADD COLUMN schedule TEXT",
        "ALTER TABLE feeds ADD COLUMN failing_since TEXT",
        "ALTER TABLE feeds ADD COLUMN window INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE feeds ADD COLUMN hints TEXT",
        "ALTER TABLE feeds ADD COLUMN moving_to TEXT",
        "ALTER TABLE feeds ADD COLUMN moving_polls INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE feeds ADD COLUMN allow_private INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE feeds ADD COLUMN secret TEXT",
        "ALTER TABLE feeds ADD COLUMN hub_url TEXT",
        "ALTER TABLE feeds ADD COLUMN url_key TEXT",
        "CREATE INDEX feeds_url_key ON feeds (url_key)",
        "CREATE INDEX feeds_next_poll ON feeds (next_poll) WHERE state = 'active'",
        """
        CREATE TABLE feed_addresses (
            url TEXT PRIMARY KEY,
            feed INTEGER NOT NULL REFERENCES feeds(id) ON DELETE CASCADE,
            until TEXT NOT NULL,
            url_key TEXT NOT NULL
        )
        """,
        "CREATE INDEX feed_addresses_feed ON feed_addresses (feed)",
        "CREATE INDEX feed_addresses_url_key ON feed_addresses (url_key)",
    )


# The scripts without spaces, as ingest/base/cjk.py explains them, which must have the same.
_M004_RANGES = (("\u0e00", "\u109f"), ("\u1100", "\u11ff"), ("\u1780", "\u17ff"), ("\u2e80", "\U0010ffff"))
_M004_CLASS = "".join(f"{first}-{last}" for first, last in _M004_RANGES)


def _m004_spaced(column: str) -> str:
    """The text of a column with a zero-width space before and after each of those characters, as an SQL expression;
    SQLite compares text by code points.

    Characters are taken out of pieces of 128, pieces out of blocks of 8,192, since each substr() counts its way
    from the start: so the time is in proportion to the length, about a second for a million characters.
    """
    special = " OR ".join(f"letter BETWEEN '{first}' AND '{last}'" for first, last in reversed(_M004_RANGES))
    return f"""
        CASE WHEN {column} GLOB '*[{_M004_CLASS}]*' THEN (
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


_M004_VIEW = f"""
    CREATE VIEW entries_text AS
    SELECT
        entries.id,
        {_m004_spaced("entries.title")} AS title,
        {_m004_spaced("entries.author")} AS author,
        {_m004_spaced("contents.text")} AS text
    FROM entries JOIN contents ON contents.entry = entries.id
"""  # noqa: S608

_M004_FORGET = """
    INSERT INTO entries_fts (entries_fts, rowid, title, author, text)
    SELECT 'delete', id, title, author, text FROM entries_text WHERE id {which};
"""
_M004_LEARN = """
    INSERT INTO entries_fts (rowid, title, author, text)
    SELECT id, title, author, text FROM entries_text WHERE id {which};
"""
_M004_TEXT_CHANGED = "UPDATE OF text ON contents WHEN old.text IS NOT new.text"
_M004_TITLE_CHANGED = """UPDATE OF title, author ON entries
    WHEN old.title IS NOT new.title OR old.author IS NOT new.author"""


def _m004_trigger(name: str, when: str, then: str) -> str:
    return f"CREATE TRIGGER {name} {when} BEGIN {then} END"


# An external content index must be told the old values before a row changes, and the new ones after.
_M004_TRIGGERS = {
    "contents_fts_insert": ("AFTER INSERT ON contents", _M004_LEARN.format(which="= new.entry")),
    "contents_fts_forget": (f"BEFORE {_M004_TEXT_CHANGED}", _M004_FORGET.format(which="= old.entry")),
    "contents_fts_update": (f"AFTER {_M004_TEXT_CHANGED}", _M004_LEARN.format(which="= new.entry")),
    "contents_fts_delete": ("BEFORE DELETE ON contents", _M004_FORGET.format(which="= old.entry")),
    "entries_fts_forget": (f"BEFORE {_M004_TITLE_CHANGED}", _M004_FORGET.format(which="= old.id")),
    "entries_fts_update": (f"AFTER {_M004_TITLE_CHANGED}", _M004_LEARN.format(which="= new.id")),
}


@migrations()
def m004_scripts_without_spaces(db: Database) -> None:
    """Chinese, Japanese, Thai and their like are found by any part of them: each of their characters becomes a word of
    the index, where runs of them were. Only entries that have such characters are indexed anew.
    """
    affected = f"coalesce(title, '') || coalesce(author, '') || text GLOB '*[{_M004_CLASS}]*'"
    db.execute("CREATE TEMP TABLE respaced (id INTEGER PRIMARY KEY)")
    db.execute(f"INSERT INTO respaced SELECT id FROM entries_text WHERE {affected}")  # noqa: S608
    db.execute(_M004_FORGET.format(which="IN respaced"))
    for name in _M004_TRIGGERS:
        db.execute(f"DROP TRIGGER IF EXISTS {name}")
    db.execute("DROP VIEW entries_text")
    db.execute(_M004_VIEW)
    for name, (when, then) in _M004_TRIGGERS.items():
        db.execute(_m004_trigger(name, when, then))
    db.execute(_M004_LEARN.format(which="IN respaced"))
    db.execute("DROP TABLE respaced")


@migrations()
def m005_what_searches_ask_for(db: Database) -> None:
    _run(
        db,
        "CREATE INDEX contents_math ON contents (entry) WHERE instr(html, '<math')",
        "CREATE INDEX contents_images ON contents (entry) WHERE instr(html, '<img')",
        "CREATE INDEX entries_removed ON entries (removed) WHERE removed IS NOT NULL",
    )


@migrations()
def m006_websub(db: Database) -> None:
    """Which hubs were asked to announce what is new, and until when they will."""
    _run(
        db,
        """
        CREATE TABLE hubs (
            feed INTEGER PRIMARY KEY REFERENCES feeds(id) ON DELETE CASCADE,
            hub TEXT NOT NULL,
            topic TEXT NOT NULL,
            asked TEXT NOT NULL,
            lease_until TEXT,
            last_push TEXT,
            error TEXT
        )
        """,
    )


@migrations()
def m007_what_the_owner_says(db: Database) -> None:
    _run(
        db,
        "ALTER TABLE feeds ADD COLUMN own_title TEXT",
        "ALTER TABLE feeds ADD COLUMN note TEXT",
    )


@migrations()
def m008_what_hosts_asked_for(db: Database) -> None:
    """Which hosts asked to be left alone (Retry-After), and until when."""
    _run(
        db,
        """
        CREATE TABLE host_holds (
            host TEXT PRIMARY KEY,
            until TEXT NOT NULL
        )
        """,
    )


_M009_CREDENTIALS = re.compile(r"^((?:[a-z][a-z0-9+.-]*:)*)//[^/?#]*@", re.IGNORECASE)


@migrations()
def m009_no_credentials_in_guids(db: Database) -> None:
    """A guid that is an address is stored without a name and password now: so are those that came before."""
    for entry, guid in db.execute("SELECT id, guid FROM entries WHERE guid LIKE 'http%://%@%'").fetchall():
        without = _M009_CREDENTIALS.sub(r"\1//", guid, count=1)
        db.execute("UPDATE OR IGNORE entries SET guid = ? WHERE id = ?", (without, entry))


@migrations()
def m010_each_subscription_its_own_secret(db: Database) -> None:
    """What hubs were asked with until now did not tell one from the next: they are asked anew."""
    _run(
        db,
        "DELETE FROM hubs",
        "ALTER TABLE hubs ADD COLUMN nonce TEXT NOT NULL DEFAULT ''",
    )


@migrations()
def m011_where_feeds_say_they_are(db: Database) -> None:
    """Beside its hub, a feed says under which address the hub knows it."""
    _run(db, "ALTER TABLE feeds ADD COLUMN self_url TEXT")


@migrations()
def m012_sites_with_all_beneath_them(db: Database) -> None:
    """What links to a host or one beneath it stands together in an index: the host's last eight parts, from its end.

    SQLite has no way to turn a text round but JSON, whose `$[#-1]` is the last of a list.
    """
    _run(
        db,
        """
        ALTER TABLE links ADD COLUMN host_key TEXT GENERATED ALWAYS AS (
            trim(replace(replace(
                json_extract(
                    '[' || replace(json_quote(host), '.', '","') || ']',
                    '$[#-1]', '$[#-2]', '$[#-3]', '$[#-4]', '$[#-5]', '$[#-6]', '$[#-7]', '$[#-8]'
                ),
                ',null', ''), '","', '.'), '[]"') || '.'
        ) VIRTUAL
        """,
        "CREATE INDEX links_host_key ON links (host_key, entry)",
    )


@migrations()
def m013_what_counting_needs_in_one_index(db: Database) -> None:
    """Words and languages are counted from the index of feeds, which is a hundredth of what else is read: the table."""
    _run(
        db,
        "DROP INDEX entries_feed_date",
        "CREATE INDEX entries_feed_date ON entries (feed, date DESC, id, words, language)",
    )


@migrations()
def m014_documents(db: Database) -> None:
    """The documents that were received, where their bytes are kept, and which of them said what."""
    _run(
        db,
        """
        CREATE TABLE documents (
            id INTEGER PRIMARY KEY,
            feed INTEGER REFERENCES feeds(id) ON DELETE SET NULL,
            at TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            bytes INTEGER NOT NULL,
            content_type TEXT,
            url TEXT NOT NULL,
            final_url TEXT NOT NULL,
            own_url TEXT,
            came TEXT NOT NULL CHECK (came IN ('poll', 'push', 'import')),
            name TEXT,
            reader INTEGER NOT NULL,
            reading TEXT,
            error TEXT,
            damage TEXT,
            file TEXT,
            offset INTEGER,
            length INTEGER
        )
        """,
        "CREATE INDEX documents_feed_at ON documents (feed, at, id, bytes, length)",
        "CREATE INDEX documents_sha256 ON documents (sha256)",
        "CREATE INDEX documents_file ON documents (file, offset)",
        """
        CREATE TABLE entry_documents (
            entry INTEGER PRIMARY KEY REFERENCES entries(id) ON DELETE CASCADE,
            document INTEGER REFERENCES documents(id) ON DELETE SET NULL,
            last_document INTEGER REFERENCES documents(id) ON DELETE SET NULL,
            read_from INTEGER REFERENCES documents(id) ON DELETE SET NULL,
            reader INTEGER NOT NULL
        )
        """,
        "CREATE INDEX entry_documents_document ON entry_documents (document)",
        "CREATE INDEX entry_documents_last_document ON entry_documents (last_document)",
        "CREATE INDEX entry_documents_read_from ON entry_documents (read_from)",
        "ALTER TABLE revisions ADD COLUMN kind TEXT NOT NULL DEFAULT 'edit' CHECK (kind IN ('edit', 'reading'))",
        "ALTER TABLE revisions ADD COLUMN document INTEGER REFERENCES documents(id) ON DELETE SET NULL",
        "ALTER TABLE revisions ADD COLUMN last_document INTEGER REFERENCES documents(id) ON DELETE SET NULL",
        "CREATE INDEX revisions_kind ON revisions (kind, id, entry)",
        "CREATE INDEX revisions_entry_kind ON revisions (entry, kind, seen, replaced)",
        "CREATE INDEX revisions_document ON revisions (document) WHERE document IS NOT NULL",
        "CREATE INDEX revisions_last_document ON revisions (last_document) WHERE last_document IS NOT NULL",
        "ALTER TABLE polls ADD COLUMN document INTEGER REFERENCES documents(id) ON DELETE SET NULL",
        "CREATE INDEX polls_document ON polls (document) WHERE document IS NOT NULL",
        "ALTER TABLE feeds ADD COLUMN keep_documents TEXT CHECK (keep_documents IN ('all', 'none'))",
        "ALTER TABLE feeds ADD COLUMN max_documents INTEGER",
        "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        "INSERT INTO settings (name, value) VALUES ('archive_id', lower(hex(randomblob(16))))",
    )


_M015_SET_YEARS = """
    UPDATE entries SET
        year = iif(date_from IN ('published', 'updated'), substr(date, 1, 4), NULL),
        month = iif(date_from IN ('published', 'updated'), substr(date, 1, 7), NULL)
"""
_M015_SET_HOST_KEYS = """
    UPDATE links SET host_key = trim(replace(replace(
        json_extract(
            '[' || replace(json_quote(host), '.', '","') || ']',
            '$[#-1]', '$[#-2]', '$[#-3]', '$[#-4]', '$[#-5]', '$[#-6]', '$[#-7]', '$[#-8]'
        ),
        ',null', ''), '","', '.'), '[]"') || '.'
"""


@migrations()
def m015_what_feeds_say(db: Database) -> None:
    """A place for what an entry says beside its text: media, credits, sources, numbers, and all else in `extra`.

    Only an entry that is dated itself has a year and a month from now on. These two columns and the key of a link's
    host are stored from now on; views and indexes that people made of them are made anew.
    """
    _run(
        db,
        """
        CREATE TABLE sources (
            id INTEGER PRIMARY KEY,
            title TEXT,
            url TEXT,
            CHECK (coalesce(url, title) IS NOT NULL)
        )
        """,
        "CREATE UNIQUE INDEX sources_identity ON sources (coalesce(url, title))",
        "ALTER TABLE entries ADD COLUMN source INTEGER REFERENCES sources(id)",
        "ALTER TABLE entries ADD COLUMN external_url TEXT",
        "ALTER TABLE entries ADD COLUMN license TEXT",
        "ALTER TABLE entries ADD COLUMN duration INTEGER",
        "ALTER TABLE entries ADD COLUMN season INTEGER",
        "ALTER TABLE entries ADD COLUMN episode INTEGER",
        "ALTER TABLE entries ADD COLUMN comments INTEGER",
        "ALTER TABLE entries ADD COLUMN latitude REAL",
        "ALTER TABLE entries ADD COLUMN longitude REAL",
        "ALTER TABLE entries ADD COLUMN published_text TEXT",
        """
        ALTER TABLE entries ADD COLUMN date_from TEXT NOT NULL DEFAULT 'published'
            CHECK (date_from IN ('published', 'updated', 'document', 'seen'))
        """,
        "ALTER TABLE contents ADD COLUMN summary TEXT",
        "ALTER TABLE contents ADD COLUMN summary_text TEXT",
        "ALTER TABLE feeds ADD COLUMN date_order TEXT CHECK (date_order IN ('dmy', 'mdy'))",
        """
        CREATE TABLE media (
            id INTEGER PRIMARY KEY,
            entry INTEGER NOT NULL REFERENCES entries(id) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            url TEXT,
            type TEXT,
            length INTEGER,
            start INTEGER,
            duration INTEGER,
            width INTEGER,
            height INTEGER,
            title TEXT,
            description TEXT,
            credit TEXT,
            language TEXT
        )
        """,
        "CREATE INDEX media_entry ON media (entry)",
        "CREATE INDEX media_kind ON media (kind, entry)",
        """
        CREATE TABLE entry_credits (
            entry INTEGER NOT NULL REFERENCES entries(id) ON DELETE CASCADE,
            author INTEGER NOT NULL REFERENCES authors(id) ON DELETE CASCADE,
            role TEXT NOT NULL,
            PRIMARY KEY (entry, author, role)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX entry_credits_author ON entry_credits (author, entry)",
        """
        CREATE TABLE extra (
            id INTEGER PRIMARY KEY,
            entry INTEGER UNIQUE REFERENCES entries(id) ON DELETE CASCADE,
            feed INTEGER UNIQUE REFERENCES feeds(id) ON DELETE CASCADE,
            json TEXT NOT NULL,
            left_out INTEGER NOT NULL DEFAULT 0,
            CHECK ((entry IS NULL) + (feed IS NULL) = 1)
        )
        """,
        "UPDATE entries SET date_from = iif(updated IS NULL, 'seen', 'updated') WHERE published IS NULL",
        # What was dated more than two days ahead of when it was seen stands where it was seen.
        """
        UPDATE entries SET date = first_seen, date_from = 'seen'
        WHERE date > strftime('%Y-%m-%dT%H:%M:%SZ', first_seen, '+2 days') AND NOT EXISTS (
            SELECT 1 FROM revisions WHERE entry = entries.id
                AND strftime('%Y-%m-%dT%H:%M:%SZ', replaced, '+2 days') >= entries.date
        )
        """,
    )
    _m015_stored_columns(db)
    _run(
        db,
        "CREATE INDEX entries_source_date ON entries (source, date DESC, id) WHERE source IS NOT NULL",
        "CREATE INDEX entries_duration ON entries (duration) WHERE duration IS NOT NULL",
        # As they were, and with what tells whether an entry is dated itself, so that what is counted is in the index.
        "DROP INDEX entries_date",
        "CREATE INDEX entries_date ON entries (date DESC, id, date_from)",
        "DROP INDEX entries_feed_date",
        "CREATE INDEX entries_feed_date ON entries (feed, date DESC, id, words, language, date_from)",
        "CREATE INDEX entries_undated ON entries (date DESC, id, date_from) WHERE date_from IN ('document', 'seen')",
    )


def _m015_stored_columns(db: Database) -> None:
    """Triggers write them: tools that read PRAGMA table_info, as datasette-graphql does, know no generated ones."""
    made_of_them = db.execute(
        """
        SELECT type, name, sql FROM sqlite_master
        WHERE type IN ('index', 'view', 'trigger') AND sql IS NOT NULL
            AND (sql LIKE '%year%' OR sql LIKE '%month%' OR sql LIKE '%host_key%')
        """
    ).fetchall()
    for kind, name, _ in made_of_them:
        db.execute(f'DROP {kind} IF EXISTS "{name}"')
    for table, column in (("entries", "year"), ("entries", "month"), ("links", "host_key")):
        db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        db.execute(f"ALTER TABLE {table} ADD COLUMN {column} TEXT")
    _run(
        db,
        _M015_SET_YEARS,
        f"""
        CREATE TRIGGER entries_year_insert AFTER INSERT ON entries BEGIN
            {_M015_SET_YEARS} WHERE id = new.id;
        END
        """,
        f"""
        CREATE TRIGGER entries_year_update AFTER UPDATE OF date, date_from ON entries
        WHEN old.date IS NOT new.date OR old.date_from IS NOT new.date_from BEGIN
            {_M015_SET_YEARS} WHERE id = new.id;
        END
        """,
        _M015_SET_HOST_KEYS,
        f"""
        CREATE TRIGGER links_host_key_insert AFTER INSERT ON links BEGIN
            {_M015_SET_HOST_KEYS} WHERE id = new.id;
        END
        """,
        f"""
        CREATE TRIGGER links_host_key_update AFTER UPDATE OF host ON links WHEN old.host IS NOT new.host BEGIN
            {_M015_SET_HOST_KEYS} WHERE id = new.id;
        END
        """,
    )
    for _, _, statement in made_of_them:
        db.execute(statement)


# What ingest/base/cjk.py explains, which must have the same ranges and letters. In a class of GLOB, whose members are
# tried one after another for each letter of a text, they are few.
_M016_LONG = "ßẞĲĳĿŀŉǄ-ǌǱ-ǳևﬀ-ﬆﬓ-ﬗ"
_M016_NARROWED = "\uff01-\uff5e\uff65-\uff9f\U0001d400-\U0001d6a3\U0001d7ce-\U0001d7ff"
_M016_SPACED = "\u0e00-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\ufaff\ufb18-\U0010ffff"  # or narrowed
_M016_ANY = "\u0e00-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\U0010ffffßẞĲĳĿŀŉǄ-ǌǱ-ǳև"
# Of these the index had other tokens until now.
_M016_NEW = f"０-９Ａ-Ｚａ-ｚ\uff66-\uff9f\U0001d400-\U0001d6a3\U0001d7ce-\U0001d7ff{_M016_LONG}"
_M016_KANA = (
    "・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテト"
    "ナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u3099\u309a"
)
_M016_VOICED = "ｳヴｶガｷギｸグｹゲｺゴｻザｼジｽズｾゼｿゾﾀダﾁヂﾂヅﾃデﾄドﾊバﾋビﾌブﾍベﾎボﾜヷｦヺ"
_M016_SEMIVOICED = "ﾊパﾋピﾌプﾍペﾎポ"
_M016_VOICES = (
    *((f"{_M016_VOICED[i]}ﾞ", _M016_VOICED[i + 1]) for i in range(0, len(_M016_VOICED), 2)),
    *((f"{_M016_SEMIVOICED[i]}ﾟ", _M016_SEMIVOICED[i + 1]) for i in range(0, len(_M016_SEMIVOICED), 2)),
)
_M016_EXPANDED = (
    ("ß", "ss"), ("ẞ", "ss"), ("ﬀ", "ff"), ("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬃ", "ffi"), ("ﬄ", "ffl"), ("ﬅ", "st"),
    ("ﬆ", "st"), ("ĳ", "ij"), ("Ĳ", "ij"), ("ŀ", "l·"), ("Ŀ", "l·"), ("ŉ", "ʼn"), ("ǆ", "dž"), ("ǅ", "dž"),
    ("Ǆ", "dž"), ("ǉ", "lj"), ("ǈ", "lj"), ("Ǉ", "lj"), ("ǌ", "nj"), ("ǋ", "nj"), ("Ǌ", "nj"), ("ǳ", "dz"),
    ("ǲ", "dz"), ("Ǳ", "dz"), ("և", "եւ"), ("ﬓ", "մն"), ("ﬔ", "մե"), ("ﬕ", "մի"), ("ﬖ", "վն"), ("ﬗ", "մխ"),
)  # fmt: skip


def _m016_replaced(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    """A chain of replace(), as SQL; nested calls of that number would be too deep for SQLite's parser."""
    rows = ", ".join(f"({n}, '{old}', '{new}')" for n, (old, new) in enumerate(pairs))
    return f"""(
        WITH RECURSIVE
        pairs (place, old, new) AS (VALUES {rows}),
        chain (n, done) AS (
            SELECT 0, {text} UNION ALL SELECT n + 1, replace(done, old, new) FROM chain JOIN pairs ON place = n
        )
        SELECT done FROM chain WHERE n = {len(pairs)}
    )"""  # noqa: S608


# The letter as the index has it, the commonest first.
_M016_LETTER = f"""
    CASE
        WHEN letter < '\u0e00' THEN letter
        WHEN letter BETWEEN '\u2e80' AND '\ufaff' THEN char(8203) || letter || char(8203)
        WHEN letter BETWEEN '！' AND '～' THEN char(unicode(letter) - 65248)
        WHEN letter BETWEEN '･' AND 'ﾟ' THEN
            char(8203) || substr('{_M016_KANA}', unicode(letter) - 65380, 1) || char(8203)
        WHEN letter BETWEEN char(119808) AND char(120483) THEN
            char((unicode(letter) - 119808) % 52 + iif((unicode(letter) - 119808) % 52 < 26, 65, 71))
        WHEN letter BETWEEN char(120782) AND char(120831) THEN char((unicode(letter) - 120782) % 10 + 48)
        WHEN letter <= '\u109f' OR letter BETWEEN '\u1100' AND '\u11ff' OR letter BETWEEN '\u1780' AND '\u17ff'
            OR letter >= '\ufb18' THEN char(8203) || letter || char(8203)
        ELSE letter
    END
"""


def _m016_indexed(column: str) -> str:
    """The text of a column as the index is to have it, as an SQL expression; cut into letters as _m004_spaced does."""
    return f"""
        CASE WHEN length(CAST({column} AS BLOB)) > length({column}) AND {column} GLOB '*[{_M016_ANY}]*' THEN (
            WITH RECURSIVE
            twice (given) AS MATERIALIZED (
                SELECT CASE WHEN {column} GLOB '*[{_M016_LONG}]*'
                    THEN {column} || char(10) || {_m016_replaced(column, _M016_EXPANDED)} ELSE {column} END
            ),
            voiced (whole) AS MATERIALIZED (
                SELECT CASE WHEN given GLOB '*[ﾞﾟ]*' THEN {_m016_replaced("given", _M016_VOICES)} ELSE given END
                FROM twice
            ),
            numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 127),
            blocks (b, block) AS (
                SELECT 0, substr(whole, 1, 8192) FROM voiced
                UNION ALL
                SELECT b + 1, substr(whole, 8192 * (b + 1) + 1, 8192) FROM blocks CROSS JOIN voiced
                WHERE length(block) = 8192
            ),
            pieces (piece) AS MATERIALIZED (
                SELECT substr(block, 128 * n + 1, 128) FROM blocks CROSS JOIN numbers WHERE 128 * n < length(block)
            ),
            letters (letter) AS (
                SELECT substr(piece, n + 1, 1) FROM pieces CROSS JOIN numbers WHERE n < length(piece)
            )
            SELECT CASE WHEN whole GLOB '*[{_M016_SPACED}]*' THEN (
                SELECT group_concat({_M016_LETTER}, '') FROM letters
            ) ELSE whole END FROM voiced
        ) ELSE {column} END"""  # noqa: S608 - the names of columns and the letters above


_M016_TEXT = "(coalesce(nullif(contents.summary_text, '') || char(10), '') || contents.text)"
_M016_VIEW = f"""
    CREATE VIEW entries_text AS
    SELECT
        entries.id,
        {_m016_indexed("entries.title")} AS title,
        {_m016_indexed("entries.author")} AS author,
        {_m016_indexed(_M016_TEXT)} AS text
    FROM entries JOIN contents ON contents.entry = entries.id
"""  # noqa: S608
_M016_FORGET = """
    INSERT INTO entries_fts (entries_fts, rowid, title, author, text)
    SELECT 'delete', id, title, author, text FROM entries_text WHERE id {which};
"""
_M016_LEARN = """
    INSERT INTO entries_fts (rowid, title, author, text)
    SELECT id, title, author, text FROM entries_text WHERE id {which};
"""
_M016_TEXT_CHANGED = """UPDATE OF text, summary_text ON contents
    WHEN old.text IS NOT new.text OR old.summary_text IS NOT new.summary_text"""
_M016_TRIGGERS = {
    "contents_fts_forget": f"BEFORE {_M016_TEXT_CHANGED} BEGIN {_M016_FORGET.format(which='= old.entry')} END",
    "contents_fts_update": f"AFTER {_M016_TEXT_CHANGED} BEGIN {_M016_LEARN.format(which='= new.entry')} END",
}
_M016_INDEX = """
    CREATE VIRTUAL TABLE entries_fts USING fts5 /* content="entries" */ (
        title, author, text,
        content='entries_text', content_rowid='id',
        tokenize='porter unicode61 remove_diacritics 2'
    )
"""


@migrations()
def m016_index_for_all_spellings(db: Database) -> None:
    """Summaries are found, and words in every spelling that Unicode takes for the same; and sqlite-utils and Datasette
    find the index, by the comment in its DDL. Only entries that have what is new in this are indexed anew.
    """
    db.execute("CREATE TEMP TABLE respelled (id INTEGER PRIMARY KEY)")
    db.execute(
        """
        INSERT INTO respelled SELECT entries.id FROM entries JOIN contents ON contents.entry = entries.id
        WHERE contents.summary_text != '' OR entries.title GLOB :new OR entries.author GLOB :new
            OR (length(CAST(contents.text AS BLOB)) > length(contents.text) AND contents.text GLOB :new)
        """,
        {"new": f"*[{_M016_NEW}]*"},
    )
    db.execute(_M016_FORGET.format(which="IN respelled"))
    for name in _M016_TRIGGERS:
        db.execute(f"DROP TRIGGER IF EXISTS {name}")
    db.execute("DROP VIEW entries_text")
    commented = _m016_comment(
        db
    )  # before what changes the schema's version, so that all connections read it anew
    if not commented:
        _run(db, "DROP TABLE entries_fts", _M016_INDEX)
    db.execute(_M016_VIEW)
    for name, trigger in _M016_TRIGGERS.items():
        db.execute(f"CREATE TRIGGER {name} {trigger}")
    if commented:
        db.execute(_M016_LEARN.format(which="IN respelled"))
    else:
        db.execute("INSERT INTO entries_fts (entries_fts) VALUES ('rebuild')")
    db.execute("DROP TABLE respelled")


def _m016_comment(db: Database) -> bool:
    """Write the comment into the DDL as it is stored. False where SQLite, or who set it up, forbids that."""
    try:
        db.execute("PRAGMA writable_schema = ON")
        db.execute(
            """
            UPDATE sqlite_master SET sql = replace(sql, 'USING fts5 (', 'USING fts5 /* content="entries" */ (')
            WHERE type = 'table' AND name = 'entries_fts'
            """
        )
    except sqlite3.DatabaseError:  # in its defensive mode
        return False
    finally:
        db.execute("PRAGMA writable_schema = OFF")
    [(written,)] = db.execute(
        "SELECT count(*) FROM sqlite_master WHERE name = 'entries_fts' AND instr(sql, 'content=\"entries\"')"
    ).fetchall()
    return bool(written)


_M017_YEAR, _M017_MONTH = (
    f"iif(new.date_from IN ('published', 'updated'), substr(new.date, 1, {length}), NULL)"
    for length in (4, 7)
)
_M017_TRIGGERS = {
    "contents_fts_insert": f"""
        AFTER INSERT ON contents WHEN NOT EXISTS (SELECT 1 FROM settings WHERE name = 'indexes_later')
        BEGIN {_M016_LEARN.format(which="= new.entry")} END
    """,  # noqa: S608
    "entries_year_insert": f"""
        AFTER INSERT ON entries WHEN new.year IS NOT {_M017_YEAR} OR new.month IS NOT {_M017_MONTH}
        BEGIN {_M015_SET_YEARS} WHERE id = new.id; END
    """,
    "links_host_key_insert": f"""
        AFTER INSERT ON links WHEN new.host_key IS NULL
        BEGIN {_M015_SET_HOST_KEYS} WHERE id = new.id; END
    """,
}


@migrations()
def m017_index_in_batches(db: Database) -> None:
    """What one document says is indexed in one statement, and what triggers derive is not written twice, by who can
    write it at once. Who cannot, as the sqlite3 shell, has the triggers do it as before.

    A row 'indexes_later' of `settings` is there only within a transaction that indexes its entries at its end.
    """
    for name, trigger in _M017_TRIGGERS.items():
        _run(db, f"DROP TRIGGER IF EXISTS {name}", f"CREATE TRIGGER {name} {trigger}")


@migrations()
def m018_entry_aliases(db: Database) -> None:
    """Entries come under further guids, and what was taken for two becomes one: how that was known, so that it can be
    undone. A version has the guid that it came under, where that is another than its entry's.
    """
    _run(
        db,
        """
        CREATE TABLE entry_aliases (
            id INTEGER PRIMARY KEY,
            feed INTEGER NOT NULL REFERENCES feeds(id) ON DELETE CASCADE,
            guid TEXT NOT NULL,
            entry INTEGER NOT NULL REFERENCES entries(id) ON DELETE CASCADE,
            former_entry INTEGER,
            rule TEXT NOT NULL,
            at TEXT NOT NULL,
            UNIQUE (feed, guid)
        )
        """,
        "CREATE INDEX entry_aliases_entry ON entry_aliases (entry)",
        "CREATE INDEX entry_aliases_former ON entry_aliases (former_entry) WHERE former_entry IS NOT NULL",
        """
        CREATE TABLE former_entries (
            id INTEGER PRIMARY KEY,
            entry INTEGER NOT NULL REFERENCES entries(id) ON DELETE CASCADE,
            merged_into INTEGER NOT NULL,
            step INTEGER NOT NULL,
            at TEXT NOT NULL,
            revision INTEGER,
            links TEXT NOT NULL,
            former TEXT NOT NULL,
            present TEXT NOT NULL
        )
        """,
        "CREATE INDEX former_entries_entry ON former_entries (entry)",
        """
        CREATE TABLE former_feeds (
            id INTEGER PRIMARY KEY,
            feed INTEGER NOT NULL REFERENCES feeds(id) ON DELETE CASCADE,
            at TEXT NOT NULL
        )
        """,
        "CREATE INDEX former_feeds_feed ON former_feeds (feed)",
        "ALTER TABLE revisions ADD COLUMN guid TEXT",
        "ALTER TABLE entry_documents ADD COLUMN guid TEXT",
    )


_M019_COLUMNS = (
    "id, entry, seen, replaced, title, url, author, other, fingerprint, kind, document, last_document"
)
_M019_REVISIONS = ", ".join(f"revisions.{name}" for name in _M019_COLUMNS.split(", "))
# The present version has no number; what its revisions keep as JSON stands in entries and the tables beside it.
_M019_VIEW = f"""
    CREATE VIEW versions AS
    SELECT
        {_M019_REVISIONS}, revisions.text_from,
        coalesce(revisions.guid, (SELECT guid FROM entries WHERE entries.id = revisions.entry)) AS guid,
        CASE WHEN revisions.text_from IS NULL THEN revisions.html
            WHEN revisions.text_from = 0 THEN (SELECT html FROM contents WHERE contents.entry = revisions.entry)
            ELSE (SELECT html FROM revisions AS same WHERE same.id = revisions.text_from) END AS html,
        CASE WHEN revisions.text_from IS NULL THEN revisions.text
            WHEN revisions.text_from = 0 THEN (SELECT text FROM contents WHERE contents.entry = revisions.entry)
            ELSE (SELECT text FROM revisions AS same WHERE same.id = revisions.text_from) END AS text
    FROM revisions
    UNION ALL
    SELECT
        NULL, entries.id,
        coalesce(
            (SELECT max(replaced) FROM revisions WHERE entry = entries.id AND kind = 'edit'), entries.first_seen
        ),
        NULL, entries.title, entries.url, entries.author, NULL, entries.fingerprint, 'present',
        entry_documents.document, entry_documents.last_document, NULL,
        coalesce(entry_documents.guid, entries.guid), contents.html, contents.text
    FROM entries
    JOIN contents ON contents.entry = entries.id
    LEFT JOIN entry_documents ON entry_documents.entry = entries.id
"""  # noqa: S608


@migrations()
def m019_versions(db: Database) -> None:
    """A revision whose text another version has does not copy it; triggers see to it that it stays what it was.

    `text_from` is the number of the revision that has it, or 0 where the present version has. What changed in the HTML
    of all entries of a document alike is kept once, and not as versions: `template_changes`.
    """
    _run(
        db,
        "ALTER TABLE revisions ADD COLUMN text_from INTEGER",
        "ALTER TABLE entries ADD COLUMN date_corrected INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE entries ADD COLUMN shortened TEXT",
        "CREATE INDEX revisions_text_of_present ON revisions (entry, id) WHERE text_from = 0",
        "CREATE INDEX revisions_text_from ON revisions (text_from) WHERE text_from > 0",
        # The newest of those that have the present text takes it over, and the others name that one.
        """
        CREATE TRIGGER contents_text_from BEFORE UPDATE OF html, text ON contents
        WHEN old.html IS NOT new.html OR old.text IS NOT new.text BEGIN
            UPDATE revisions
            SET text_from = (SELECT max(id) FROM revisions WHERE entry = old.entry AND text_from = 0)
            WHERE entry = old.entry AND text_from = 0
                AND id < (SELECT max(id) FROM revisions WHERE entry = old.entry AND text_from = 0);
            UPDATE revisions SET html = old.html, text = old.text, text_from = NULL
            WHERE entry = old.entry AND text_from = 0;
        END
        """,
        """
        CREATE TRIGGER revisions_text_from BEFORE DELETE ON revisions WHEN old.text_from IS NULL BEGIN
            UPDATE revisions
            SET text_from = (SELECT max(id) FROM revisions WHERE text_from = old.id)
            WHERE text_from = old.id AND id < (SELECT max(id) FROM revisions WHERE text_from = old.id);
            UPDATE revisions SET html = old.html, text = old.text, text_from = NULL WHERE text_from = old.id;
        END
        """,
        _M019_VIEW,
        """
        CREATE TABLE template_changes (
            id INTEGER PRIMARY KEY,
            feed INTEGER NOT NULL REFERENCES feeds(id) ON DELETE CASCADE,
            at TEXT NOT NULL,
            document INTEGER REFERENCES documents(id) ON DELETE SET NULL,
            head_before TEXT NOT NULL,
            head_after TEXT NOT NULL,
            tail_before TEXT NOT NULL,
            tail_after TEXT NOT NULL,
            entries TEXT NOT NULL
        )
        """,
        "CREATE INDEX template_changes_feed ON template_changes (feed, at)",
    )


@migrations()
def m020_missing(db: Database) -> None:
    """When an entry was first missing from its feed's documents, and each time that it was removed and came back."""
    _run(
        db,
        "ALTER TABLE entries ADD COLUMN missing_since TEXT",
        "ALTER TABLE entries ADD COLUMN looks INTEGER",
        "CREATE INDEX entries_missing ON entries (feed) WHERE missing_since IS NOT NULL AND removed IS NULL",
        "ALTER TABLE feeds ADD COLUMN document_order TEXT",
        "ALTER TABLE feeds ADD COLUMN window_document TEXT",
        """
        CREATE TABLE removals (
            id INTEGER PRIMARY KEY,
            entry INTEGER NOT NULL REFERENCES entries(id) ON DELETE CASCADE,
            last_seen TEXT NOT NULL,
            missing_since TEXT,
            looks INTEGER,
            removed TEXT NOT NULL,
            returned TEXT,
            rule TEXT
        )
        """,
        "CREATE INDEX removals_entry ON removals (entry, id)",
    )


@migrations()
def m021_known_entries(db: Database) -> None:
    """What a document has that is known, and what the one before had, are found without a walk over the feed."""
    _run(
        db,
        "CREATE INDEX entries_feed_fingerprint ON entries (feed, fingerprint)",
        "CREATE INDEX entries_feed_last_seen ON entries (feed, last_seen)",
    )


@migrations()
def m022_versions_found(db: Database) -> None:
    """What one version of an entry is compared with is found without a walk over all that the entry had."""
    _run(
        db,
        "CREATE INDEX revisions_entry_fingerprint ON revisions (entry, fingerprint)",
        "CREATE INDEX revisions_entry_replaced ON revisions (entry, kind, replaced)",
    )


@migrations()
def m023_dated_entries(db: Database) -> None:
    """The newest of what its feed dates are found without a walk over all that was imported without a date."""
    _run(
        db,
        """
        CREATE INDEX entries_dated ON entries (date DESC, id, date_from)
        WHERE date_from IN ('published', 'updated')
        """,
    )


@migrations()
def m024_icons(db: Database) -> None:
    """The icon of each feed, as it was received. One that was looked for and not found has no bytes."""
    _run(
        db,
        """
        CREATE TABLE icons (
            feed INTEGER PRIMARY KEY REFERENCES feeds(id) ON DELETE CASCADE,
            url TEXT,
            type TEXT,
            bytes BLOB,
            fetched TEXT NOT NULL
        )
        """,
    )


@migrations()
def m025_tombstones(db: Database) -> None:
    """Deletions that a feed states hold of entries too whose documents are saved later."""
    _run(
        db,
        """
        CREATE TABLE tombstones (
            feed INTEGER NOT NULL REFERENCES feeds(id) ON DELETE CASCADE,
            guid TEXT NOT NULL,
            deleted TEXT NOT NULL,
            seen TEXT NOT NULL,
            until TEXT NOT NULL,
            PRIMARY KEY (feed, guid, deleted)
        ) WITHOUT ROWID
        """,
    )
