"""The number of a log by its name, and the refusal of a name that no log has."""

import duckdb

from eventlogs.errors import UnknownLogError

_LOG_ID = "SELECT log_id FROM log WHERE name = $log"
_LOG_NAMES = "SELECT name FROM log ORDER BY name"


def log_number(connection: duckdb.DuckDBPyConnection, log: str) -> int:
    """Return the `log_id` of the log named `log`; raise `UnknownLogError` if there is none."""
    found = connection.execute(_LOG_ID, {"log": log}).fetchone()
    if found is None:
        raise unknown_log(connection, log)
    return int(found[0])


def unknown_log(connection: duckdb.DuckDBPyConnection, log: str) -> UnknownLogError:
    """Return the refusal of a log name, with the names there are."""
    names = [name for (name,) in connection.execute(_LOG_NAMES).fetchall()]
    if not names:
        return UnknownLogError("there is no log named {log}; there is no log yet", log=log)
    return UnknownLogError("there is no log named {log}; there are: {names}", log=log, names=", ".join(names))
