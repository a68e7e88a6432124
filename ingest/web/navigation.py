"""The navigation around every page, ours and Datasette's, as far as the user may see it."""

from typing import Any

from ingest.pages.navigation import Navigation, NavigationLink, build_navigation
from ingest.web import compat
from ingest.web.access import find_archive, find_others, is_archive_database, may_read
from ingest.web.compat import Actor


async def load_navigation(datasette: Any, actor: Actor, hide_unreadable: bool = False) -> Navigation:
    """The navigation of our pages. With `hide_unreadable`, it is empty for who may not read the archive."""
    urls, archive = datasette.urls, await find_archive(datasette)
    if archive is None:
        metadata = await compat.instance_metadata(datasette)
        return build_navigation(metadata, None, str(urls.instance()), urls.path, sql=False)
    if hide_unreadable and not await may_read(datasette, actor, archive.name):
        return bare_navigation(datasette)
    others = [
        NavigationLink(f"Database {name}", str(urls.database(name)))
        for name in await find_others(datasette, actor, archive.name)
    ]
    return build_navigation(
        await compat.instance_metadata(datasette),
        archive.name,
        str(urls.database(archive.name)),
        urls.path,
        await compat.may_execute_sql(datasette, actor, archive.name),
        others,
    )


async def has_our_frame(datasette: Any, database: str | None) -> bool:
    """Whether a page of Datasette's is shown in our frame: those of archives, and of no database, beside an archive."""
    if await find_archive(datasette) is None:
        return False
    return database is None or await is_archive_database(datasette.get_database(database))


def bare_navigation(datasette: Any) -> Navigation:
    """What is around a page that can be made without reading the archive."""
    return build_navigation({}, None, str(datasette.urls.instance()), datasette.urls.path)
