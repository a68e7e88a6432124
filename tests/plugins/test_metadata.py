"""metadata.yml and datasette.yml against the schema, and against each other."""

import json
import re
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ingest.archive.file.migrations import migrations

ROOT = Path(__file__).parents[2]
SHADOW_TABLES = ("entries_fts_data", "entries_fts_idx", "entries_fts_docsize", "entries_fts_config")


def described(metadata: dict[str, Any]) -> dict[str, list[str]]:
    tables = metadata["databases"]["archive"]["tables"]
    return {name: list(table["columns"]) for name, table in tables.items()}


def in_schema() -> dict[str, list[str]]:
    db = Database(memory=True)
    migrations.apply(db)
    names = [name for name in db.table_names() + db.view_names() if name not in SHADOW_TABLES]
    # table_xinfo, unlike table_info, has the generated columns; 1 marks what FTS5 hides.
    columns = "SELECT name FROM pragma_table_xinfo(?) WHERE hidden != 1"
    return {name: [column for (column,) in db.execute(columns, [name])] for name in names}


def test_every_table_and_column_is_described_in_the_order_of_the_schema(metadata: dict[str, Any]) -> None:
    assert described(metadata) == in_schema()
    for table in metadata["databases"]["archive"]["tables"].values():
        assert table["description"].strip()
        assert all(description.strip() for description in table["columns"].values())


def test_descriptions_of_columns_fit_on_a_line(metadata: dict[str, Any]) -> None:
    for table in metadata["databases"]["archive"]["tables"].values():
        for description in table["columns"].values():
            assert isinstance(description, str)
            assert len(description) <= 110


def test_every_query_has_a_title_a_description_and_the_parameters_of_its_sql(
    metadata: dict[str, Any],
) -> None:
    queries = metadata["databases"]["archive"]["queries"]
    assert len(queries) >= 10
    for query in queries.values():
        assert query["title"] and query["description"]
        used = {name for name in query.get("params", []) if f":{name}" in query["sql"]}
        assert used == set(query.get("params", []))
        assert all(name in query["description"] for name in used)


def test_no_query_hides_a_table_of_the_same_name(metadata: dict[str, Any]) -> None:
    assert not set(metadata["databases"]["archive"]["queries"]) & set(in_schema())


def test_no_query_names_the_database_for_the_file_may_be_called_otherwise(metadata: dict[str, Any]) -> None:
    for query in metadata["databases"]["archive"]["queries"].values():
        assert not re.search(r"\b(archive|main)\.", query["sql"])


def test_datasette_yml_repeats_what_datasette_1_does_not_read_from_metadata_yml(
    metadata: dict[str, Any], config: dict[str, Any]
) -> None:
    database = metadata["databases"]["archive"]
    sizes = {
        name: {"facet_size": table["facet_size"]}
        for name, table in database["tables"].items()
        if "facet_size" in table
    }
    assert config["databases"]["archive"]["tables"] == sizes
    for name, query in database["queries"].items():
        assert config["databases"]["archive"]["queries"][name] == query
    assert list(config["databases"]["archive"]["queries"]) == list(database["queries"])


def test_html_is_rendered_for_contents_alone(metadata: dict[str, Any]) -> None:
    plugins = {"datasette-render-html": {"columns": ["html", "summary"]}}
    assert metadata["databases"]["archive"]["tables"]["contents"]["plugins"] == plugins
    assert json.dumps(metadata).count("plugins") == 1


def test_what_is_hidden_has_no_reference_to_what_is_shown_nor_the_other_way_round(
    metadata: dict[str, Any],
) -> None:
    """datasette-graphql fails on every page where a reference leads from one to the other."""
    db = Database(memory=True)
    migrations.apply(db)
    tables = metadata["databases"]["archive"]["tables"]
    hidden = {name for name, table in tables.items() if table.get("hidden")}
    for table in db.table_names():
        for reference in db[table].foreign_keys:
            assert (table in hidden) == (reference.other_table in hidden), (
                f"{table} refers to {reference.other_table}"
            )
