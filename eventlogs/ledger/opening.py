"""Opening a database file, also after its last process was killed."""

from contextlib import closing
from pathlib import Path

import duckdb

from eventlogs.connecting import connect


def opened(file: Path) -> duckdb.DuckDBPyConnection:
    """Connect to a database file, and remove what a killed process had put aside beside it.

    DuckDB 1.5 cannot replay an `ALTER TABLE` from a write-ahead log while it opens the file itself ("no
    default database set"), but can while it attaches the file to another database.
    """
    try:
        connection = connect(str(file))
    except duckdb.InternalException:
        _replay_attached(file)
        connection = connect(str(file))
    _remove_spilled(file)
    return connection


def _remove_spilled(file: Path) -> None:
    for left in file.with_name(f"{file.name}.tmp").glob("duckdb_temp_storage_*"):
        left.unlink(missing_ok=True)


def _replay_attached(file: Path) -> None:
    quoted = str(file).replace("'", "''")  # ATTACH takes no parameter
    with closing(connect()) as beside:
        beside.execute(f"ATTACH '{quoted}' AS held")
        beside.execute("CHECKPOINT held")
        beside.execute("DETACH held")
