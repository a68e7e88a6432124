"""What differs between Datasette 0.65 and 1.0. Nothing else in the package or in plugins/ asks which one it is."""

import warnings
from collections.abc import Awaitable, Callable, Collection, Mapping
from copy import deepcopy
from importlib.metadata import version
from secrets import compare_digest
from typing import Any

from datasette import Forbidden
from jinja2 import Environment

from ingest.web.server.site_files import merged

Actor = dict[str, Any] | None

# Datasette 0.65 makes all coroutines of a page and awaits one after another, so those behind a cancelled one never
# are: Python warns of that, but nothing is lost.
_NEVER_AWAITED = r"coroutine '(Database\.|TableView\.|\S*[Ff]acet)\S*' was never awaited"
_QUERIES_AT_ONCE = 500
_MOST_TABLES = 1000  # whose permissions are kept


def reads_configuration() -> bool:
    """Whether Datasette takes a configuration file beside the metadata (1.0); 0.65 takes `--setting` and metadata."""
    return not version("datasette").startswith("0.")


def is_of_this_site(request: Any, token: str) -> bool:
    """Whether a form whose check we left out came from a page of this site, by its token. 1.0 has judged by headers."""
    return reads_configuration() or compare_digest(token.encode(), request.scope["csrftoken"]().encode())


async def visible_databases(datasette: Any, actor: Actor, names: Collection[str]) -> list[str]:
    """Those of the named databases that someone may see."""
    if names and hasattr(datasette, "allowed_resources"):
        page = await datasette.allowed_resources("view-database", actor)
        seen = {resource.parent async for resource in page.all()}
        return [name for name in names if name in seen]
    return [
        name
        for name in names
        if await datasette.permission_allowed(actor, "view-database", resource=name, default=True)
    ]


async def may_view_tables(datasette: Any, actor: Actor, database: str, tables: Collection[str]) -> bool:
    """Whether someone may see every one of the tables of a database."""
    if hasattr(datasette, "allowed_resources"):
        page = await datasette.allowed_resources("view-table", actor, parent=database)
        return {resource.child async for resource in page.all()} >= set(tables)
    for table in sorted(tables):
        permissions = [("view-table", (database, table)), ("view-database", database), "view-instance"]
        try:
            await datasette.ensure_permissions(actor, permissions)
        except Forbidden:
            return False
    return True


async def may_execute_sql(datasette: Any, actor: Actor, database: str) -> bool:
    """Whether someone may send SQL of their own to a database."""
    if hasattr(datasette, "allowed_resources"):
        page = await datasette.allowed_resources("execute-sql", actor)
        return database in {resource.parent async for resource in page.all()}
    return bool(await datasette.permission_allowed(actor, "execute-sql", resource=database, default=True))


async def visible_queries(datasette: Any, actor: Actor, database: str) -> list[tuple[str, str, str]]:
    """The name, title and description of each query that is stored for a database and someone may see."""
    if hasattr(datasette, "list_queries"):
        found, cursor = [], None
        while True:
            page = await datasette.list_queries(database, actor=actor, limit=_QUERIES_AT_ONCE, cursor=cursor)
            found += [(one.name, one.title or one.name, one.description or "") for one in page.queries]
            if not page.next:
                return found
            cursor = page.next
    queries = await datasette.get_canned_queries(database, actor)
    return [
        (name, str(query.get("title") or name), str(query.get("description") or ""))
        for name, query in queries.items()
        if (await _is_visible(datasette, actor, database, name))
    ]


async def _is_visible(datasette: Any, actor: Actor, database: str, query: str) -> bool:
    permissions = [("view-query", (database, query)), ("view-database", database), "view-instance"]
    visible, _ = await datasette.check_visibility(actor, permissions=permissions)
    return bool(visible)


async def instance_metadata(datasette: Any) -> Mapping[str, Any]:
    """The metadata of the whole site: title, description, license …, any of which may be missing."""
    if hasattr(datasette, "get_instance_metadata"):
        metadata: Mapping[str, Any] = await datasette.get_instance_metadata()
    else:
        metadata = datasette.metadata()
    return metadata


async def table_settings(datasette: Any, database: str, table: str) -> Mapping[str, Any]:
    """What is configured for a table, such as sortable_columns."""
    if hasattr(datasette, "table_config"):
        configured: Mapping[str, Any] = await datasette.table_config(database, table)
    else:
        configured = datasette.table_metadata(database, table)
    return configured


def plain_template(datasette: Any, request: Any, template: str, values: Mapping[str, Any]) -> Awaitable[str]:
    """A template of Datasette's rendered with these values, but without the variables of plugins."""
    given = {**values, "urls": datasette.urls, "menu_links": list}
    if hasattr(datasette, "get_jinja_environment"):
        environment = datasette.get_jinja_environment(request)
    else:
        environment = datasette.jinja_env
        given["app_css_hash"] = datasette.app_css_hash()
    rendered: Awaitable[str] = environment.get_template(template).render_async(given)
    return rendered


def internal_database(datasette: Any) -> Any | None:
    """Where Datasette 1.0 has metadata and queries, which may be a file that the user keeps."""
    return datasette.get_internal_database() if hasattr(datasette, "get_internal_database") else None


async def know_tables(datasette: Any) -> None:
    """Have Datasette 1.0 know the tables of a database that was just added or filled: it lets nobody see others."""
    if hasattr(datasette, "allowed_resources") and datasette._startup_invoked:
        await datasette.refresh_schemas(force=True)


def put_beneath(
    datasette: Any,
    metadata: dict[str, Any],
    config: dict[str, Any],
    change: Callable[[Mapping[str, Any]], dict[str, Any]],
) -> None:
    """Put our metadata and configuration beneath the user's, of which `change` is taken. Before Datasette reads them.

    Datasette 0.65 has all of it in its metadata.
    """
    if hasattr(datasette, "config"):
        from datasette.utils import move_plugins_and_allow, move_table_config

        metadata, config = move_table_config(*move_plugins_and_allow(metadata, config))
        datasette.config = merged(config, change(datasette.config))
    datasette._metadata_local = merged(metadata, change(datasette._metadata_local))


def use_templates(datasette: Any, ours: Environment, are_ours: Callable[[], bool]) -> None:
    """Take templates from `ours` while they are to be ours. Datasette 1.0 has a hook for that, and needs none of this.

    It may change what environment a request has; 0.65 has one for all.
    """
    if hasattr(datasette, "get_jinja_environment"):
        return
    environment = datasette.jinja_env
    for name in ("select_template", "get_template"):
        setattr(environment, name, _either(getattr(environment, name), getattr(ours, name), are_ours))


def _either(
    theirs: Callable[..., Any], ours: Callable[..., Any], are_ours: Callable[[], bool]
) -> Callable[..., Any]:
    return lambda *arguments, **named: (ours if are_ours() else theirs)(*arguments, **named)


def change_shown_settings(datasette: Any, change: Callable[[Any, str | None], Any]) -> None:
    """Apply `change` to settings wherever Datasette gets those that it shows: metadata (0.65), configuration (1.0).

    `change` is given settings and the key that they stand under, None for all of them. What Datasette 0.65 itself asks
    of its metadata for "plugins" is left as it is: plugin_config is made of it.
    """
    if not hasattr(datasette, "metadata"):
        config = datasette._config
        datasette._config = lambda: change(config(), None)
        return
    metadata = datasette.metadata

    def changed(key: str | None = None, *rest: Any, **of: Any) -> Any:
        found = metadata(key, *rest, **of)
        return found if key == "plugins" else change(found, key)

    datasette.metadata = changed


def remember_table_permissions(datasette: Any) -> None:
    """Keep what Datasette 0.65 finds in its metadata on who may see a table, until any of the metadata changes.

    It copies all of it for each table that it asks about; to compare it takes a twentieth of that.
    """
    if not hasattr(datasette, "_table_permission_allows"):
        return
    find = datasette._table_permission_allows
    known: dict[str, tuple[list[Any], dict[str, list[Any]]]] = {}

    def found(database: str, table: str) -> list[Any]:
        metadata = list(datasette._metadata_sources("tables", database, None))
        if database not in known or known[database][0] != metadata:
            known[database] = (deepcopy(metadata), {})
        of_tables = known[database][1]
        if table not in of_tables:
            if len(of_tables) >= _MOST_TABLES:  # of names that visitors make up
                of_tables.clear()
            of_tables[table] = find(database, table)
        return list(of_tables[table])

    datasette._table_permission_allows = found


def ignore_never_awaited() -> None:
    """Keep Python from warning of what Datasette 0.65 leaves behind where a request is cancelled."""
    warnings.filterwarnings("ignore", _NEVER_AWAITED, RuntimeWarning)
