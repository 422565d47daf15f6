"""The events of a log that count, as statements read them: the macro `log_event`.

The view of events after corrections reads every column of every event. A log without corrections, as most
are, is read without it: what is not asked for is then not read.
"""

import duckdb

from eventlogs.sql_files import sql

_HAS_CORRECTIONS = "SELECT EXISTS (FROM event WHERE log_id = $log_id AND correction IS NOT NULL)"


def choose_log_events(connection: duckdb.DuckDBPyConnection, log_id: int) -> None:
    """Define `log_event`, by the schema that `connection` reads, as it stands now."""
    corrected: bool = connection.execute(_HAS_CORRECTIONS, {"log_id": log_id}).fetchall()[0][0]
    connection.execute(sql("cases/log_events_corrected" if corrected else "cases/log_events", "mining"))
