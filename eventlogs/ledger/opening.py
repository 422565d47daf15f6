"""Opening a database file, also after its last process was killed right behind a change of the schema."""

from contextlib import closing
from pathlib import Path

import duckdb

from eventlogs.connecting import connect


def opened(file: Path) -> duckdb.DuckDBPyConnection:
    """Connect to a database file.

    DuckDB 1.5 cannot replay an `ALTER TABLE` from a write-ahead log while it opens the file itself ("no
    default database set"), but can while it attaches the file to another database.
    """
    try:
        return connect(str(file))
    except duckdb.InternalException:
        _replay_attached(file)
        return connect(str(file))


def _replay_attached(file: Path) -> None:
    quoted = str(file).replace("'", "''")  # ATTACH takes no parameter
    with closing(connect()) as beside:
        beside.execute(f"ATTACH '{quoted}' AS held")
        beside.execute("CHECKPOINT held")
        beside.execute("DETACH held")
