"""The archive is the database `archive`, whatever its file is called. Its former addresses lead on."""

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from datasette.utils import tilde_decode, tilde_encode

from ingest.web.server.site_files import NAME, merged


@dataclass(frozen=True)
class FormerName:
    """What the file of an archive is called, which would be the name of its database, and what that has."""

    route: str
    names: frozenset[str]  # of its tables, views and queries


_former: WeakKeyDictionary[Any, FormerName] = WeakKeyDictionary()  # of the archive of each Datasette


def take_name(datasette: Any, archive: Any, names: frozenset[str]) -> None:
    """Name the archive's database `archive`, unless another has that name. `names` are of its tables and queries."""
    former = archive.name
    if NAME in datasette.databases:
        return
    if archive.route == former:
        archive.route = NAME
        _former[datasette] = FormerName(former, names)
    archive.name = NAME
    named = [(NAME if name == former else name, one) for name, one in datasette.databases.items()]
    datasette.databases = OrderedDict(named)
    if former in (datasette.inspect_data or {}):
        datasette.inspect_data = {**datasette.inspect_data, NAME: datasette.inspect_data[former]}


def renamed_settings(settings: Mapping[str, Any], former: str) -> dict[str, Any]:
    """Settings of the database by its former name are its own too, such as who may read it."""
    databases = settings.get("databases") or {}
    if former not in databases:
        return dict(settings)
    both = merged(databases[former] or {}, databases.get(NAME) or {})
    return {**settings, "databases": {**databases, NAME: both}}


def find_former(datasette: Any, path: str) -> re.Match[str] | None:
    """The address of a table, row or query, or of SQL, under the former name of the database: its rest is `rest`."""
    former = _former.get(datasette)
    found = re.match(rf"/{re.escape(tilde_encode(former.route))}/(?P<rest>.+)$", path) if former else None
    if former is None or found is None:
        return None
    named = tilde_decode(found["rest"].partition("/")[0].partition(".")[0])
    return found if named == "-" or named in former.names else None


def find_former_database(datasette: Any, path: str) -> re.Match[str] | None:
    """The address of the database itself under its former name, or of its file: a format is in `rest`."""
    former = _former.get(datasette)
    return (
        re.match(rf"/{re.escape(tilde_encode(former.route))}(?P<rest>(?:\.\w+)?)$", path) if former else None
    )
