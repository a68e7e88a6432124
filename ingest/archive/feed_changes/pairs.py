"""Make one of two entries of a feed, so that it can be undone."""

from sqlite_utils import Database

from ingest.archive.identity.values import IdentityRule


def make_one(db: Database, entry: int, former: int, rule: IdentityRule, now: str) -> None:
    """To be the merging of entries that `feedsette merge` does. Until that is there both stay, visibly twice."""
