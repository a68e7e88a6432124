"""The SQLite file itself: opening, locks, checkpoints, migrations, backups."""
