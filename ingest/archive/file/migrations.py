"""The tables of an archive, and how an older archive becomes a newer one.

Names here are a public interface: people write SQL against them. A landed migration is never edited; what
changes comes as a further one.
"""

from sqlite_utils import Database, Migrations

from ingest.base.cjk import space_the_index
from ingest.base.url_spelling import without_credentials

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


@migrations()
def m004_scripts_without_spaces(db: Database) -> None:
    """Chinese, Japanese, Thai and their like are found by any part of them."""
    space_the_index(db)


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


@migrations()
def m009_no_credentials_in_guids(db: Database) -> None:
    """A guid that is an address is stored without a name and password now: so are those that came before."""
    for entry, guid in db.execute("SELECT id, guid FROM entries WHERE guid LIKE 'http%://%@%'").fetchall():
        db.execute("UPDATE OR IGNORE entries SET guid = ? WHERE id = ?", (without_credentials(guid), entry))


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
