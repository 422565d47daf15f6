"""The numbered schema: a new file gets all of it, an old one what it lacks, after a copy of it was kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import duckdb

from eventlogs.errors import SchemaError
from eventlogs.ledger.file_copy import copy_held

SCHEMA = files("eventlogs") / "schema"

_VERSION_TABLE = """
    CREATE TABLE IF NOT EXISTS schema_version (
        -- One row per migration that the file has seen.
        version INTEGER PRIMARY KEY,
        name VARCHAR NOT NULL,
        applied_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
    )
"""
_TABLES = "SELECT table_name FROM duckdb_tables() WHERE NOT internal AND database_name = current_database()"
_ADD_VERSION = "INSERT INTO schema_version (version, name) VALUES ($version, $name)"


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file of the schema."""

    version: int
    name: str
    sql: str


def migrations(folder: Traversable = SCHEMA) -> list[Migration]:
    """Return the schema's migrations in order, from files named `NNN_name.sql`."""
    found = [
        Migration(int(named.group(1)), file.name, file.read_text("utf-8"))
        for file in folder.iterdir()
        if (named := re.fullmatch(r"(\d{3})_\w+\.sql", file.name))
    ]
    return sorted(found, key=lambda migration: migration.version)


def migrate(connection: duckdb.DuckDBPyConnection, file: Path, wanted: Sequence[Migration]) -> Path | None:
    """Bring `file`, open in `connection`, to the newest schema in one transaction.

    Returns the copy kept of an older file; None where there was nothing to keep. Raises `SchemaError` for
    a file of a newer engine or of something else.
    """
    version = schema_version(connection, file)
    newest = wanted[-1].version
    if version > newest:
        raise SchemaError(
            "{file} was written by a newer engine (schema {version}, this one knows {newest}); "
            "install that engine, or name another directory with --data",
            file=file,
            version=version,
            newest=newest,
        )
    lacking = [migration for migration in wanted if migration.version > version]
    kept = _kept_copy(connection, file, version) if version and lacking else None
    if lacking:
        _apply(connection, lacking)
    return kept


def schema_version(connection: duckdb.DuckDBPyConnection, file: Path) -> int:
    """Return the schema version of an open file; 0 for an empty one."""
    tables = {name for (name,) in connection.execute(_TABLES).fetchall()}
    if not tables:
        return 0
    if not {"schema_version", "event", "log"} <= tables:
        raise SchemaError(
            "{file} is a DuckDB file but not an event log (its tables: {tables}); "
            "name another directory with --data",
            file=file,
            tables=", ".join(sorted(tables)[:5]),
        )
    return int(connection.execute("SELECT max(version) FROM schema_version").fetchall()[0][0])


def _apply(connection: duckdb.DuckDBPyConnection, lacking: Sequence[Migration]) -> None:
    connection.begin()
    try:
        connection.execute(_VERSION_TABLE)
        for migration in lacking:
            connection.execute(migration.sql)
            connection.execute(_ADD_VERSION, {"version": migration.version, "name": migration.name})
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def _kept_copy(connection: duckdb.DuckDBPyConnection, file: Path, version: int) -> Path:
    connection.execute("CHECKPOINT")  # so that the file alone holds everything
    kept = file.with_name(f"{file.stem}.schema-{version:03}{file.suffix}")
    draft = kept.with_suffix(".draft")
    copy_held(file, draft)
    draft.replace(kept)
    return kept
