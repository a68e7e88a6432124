"""The SQLite file itself: opening, write lock, checkpoints, migrations, backups, what SQLite's errors mean."""
