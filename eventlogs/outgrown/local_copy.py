"""The DuckDB file beside a PostgreSQL ledger: it follows the live logs, and holds what is imported there."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

import duckdb
import orjson

from eventlogs.errors import EventLogError
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.log_deletion import remove
from eventlogs.ledger.new_objects import ObjectRecorder
from eventlogs.ledger.rows import COLUMNS, Row, arrow_table
from eventlogs.outgrown.lake import Lake
from eventlogs.outgrown.postgres_connections import Connection, Connections
from eventlogs.outgrown.shared_files import SharedFiles

BATCH = 10_000  # events
LAKE_WORTH = 20_000  # events that must be missing before the lake is opened, which takes a second
FIRST_IMPORTED = 500_000  # where numbers of logs imported here begin, clear of those moved from elsewhere

_LOGS = "SELECT log_id, name, case_type, simulated, timezone, created_at FROM log"
_COMPLETE = """
    SELECT count(*), coalesce(max(seq), 0) FROM event
    WHERE seq > %s AND txid < pg_snapshot_xmin(pg_current_snapshot())
"""
_ROWS = f"SELECT {COLUMNS} FROM event WHERE seq > %s AND seq <= %s ORDER BY seq LIMIT %s"  # noqa: S608
_MARK = """
    SELECT coalesce(max(seq), 0) FROM case_head
    WHERE log_id IN (SELECT log_id FROM log WHERE kind = 'live')
"""
_NUMBER_LOGS_FROM = "SELECT max(nextval('log_number')) FROM range($n)"
_MOVE_ASIDE = "UPDATE log SET name = name || ' (imported)' WHERE name = $name AND kind = 'imported'"
_RENAME = "UPDATE log SET name = $name WHERE log_id = $log_id"
_DELETED = "SELECT log_id FROM deleted_log"
_ADD_LOG = """
    INSERT INTO log (log_id, name, kind, case_type, simulated, timezone, created_at)
    VALUES ($1, $2, 'live', $3, $4, $5, $6)
"""
_ADD_KEYS = "INSERT INTO recorded_key SELECT log_id, event_key, seq FROM new_rows"
_MOVE_HEADS = """
    INSERT INTO case_head
    SELECT log_id, case_id, max(seq), arg_max(chain_hash, seq) FROM new_rows GROUP BY log_id, case_id
    ON CONFLICT DO UPDATE SET seq = excluded.seq, chain_hash = excluded.chain_hash
"""


class LocalCopy:
    """A DuckDB ledger that is read and imported into here, while live events are appended in PostgreSQL."""

    def __init__(self, ledger: DuckDBLedger, connections: Connections, lake: Lake | None) -> None:
        self.ledger = ledger
        self._connections = connections
        self._lake = lake
        self._files = SharedFiles(ledger, connections)
        with ledger.writing() as connection:
            if not connection.execute("SELECT 1 FROM log").fetchone():
                connection.execute(_NUMBER_LOGS_FROM, {"n": FIRST_IMPORTED})

    def kind(self, log: str) -> str | None:
        """Return whether the log named `log` is `live` or `imported`; None if it is not here."""
        with self.ledger.reading() as connection:
            found = connection.execute("SELECT kind FROM log WHERE name = $log", {"log": log}).fetchone()
        return found[0] if found else None

    def refresh(self) -> None:
        """Copy what is complete in PostgreSQL and lacking here: live events, then imported logs."""
        self._refresh_live()
        self._files.follow()

    def _refresh_live(self) -> None:
        with self.ledger.reading() as connection:
            mark, names = _mark(connection), _live_names(connection)
        n_lacking, upto, logs, deleted = self._lacking(mark)
        if not n_lacking and {log[1] for log in logs} == names:
            return
        with self.ledger.writing() as connection:
            # another thread may have copied them while this one waited for its turn
            mark = _mark(connection)
            _remove_logs(connection, deleted)
            _add_logs(connection, logs)
            objects = ObjectRecorder(connection)
            case_types = {log[0]: log[2] for log in logs}
            for batch in self._batches(mark, upto, n_lacking):
                rows = [row for row in batch if row.log_id in case_types]  # a log may be deleted just now
                _add(connection, rows)
                for log_id, of_log in groupby(rows, attrgetter("log_id")):
                    objects.record(log_id, case_types[log_id], list(of_log))

    def _lacking(self, mark: int) -> tuple[int, int, list[tuple[Any, ...]], set[int]]:
        def lacking(connection: Connection) -> tuple[int, int, list[tuple[Any, ...]], set[int]]:
            n_lacking, upto = connection.execute(_COMPLETE, (mark,)).fetchall()[0]
            deleted = {log_id for (log_id,) in connection.execute(_DELETED).fetchall()}
            return n_lacking, upto, connection.execute(_LOGS).fetchall(), deleted

        return self._connections.tried(lacking)

    def _batches(self, mark: int, upto: int, n_lacking: int) -> Iterator[list[Row]]:
        if self._lake is not None and n_lacking > LAKE_WORTH:
            for batch in self._lake.rows(mark, upto, BATCH):
                rows = [_parsed(row) for row in batch]
                mark = rows[-1].seq
                yield rows
        while mark < upto and (rows := self._rows(mark, upto)):
            mark = rows[-1].seq
            yield rows

    def _rows(self, mark: int, upto: int) -> list[Row]:
        found = self._connections.tried(
            lambda connection: connection.execute(_ROWS, (mark, upto, BATCH)).fetchall()
        )
        return [_parsed(row) for row in found]


def _mark(connection: duckdb.DuckDBPyConnection) -> int:
    return int(connection.execute(_MARK).fetchall()[0][0])


def _live_names(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM log WHERE kind = 'live'").fetchall()}


def _remove_logs(connection: duckdb.DuckDBPyConnection, deleted: set[int]) -> None:
    live = connection.execute("SELECT log_id FROM log WHERE kind = 'live'").fetchall()
    for (log_id,) in live:
        if log_id in deleted:
            remove(connection, log_id)


def _add_logs(connection: duckdb.DuckDBPyConnection, logs: Sequence[tuple[Any, ...]]) -> None:
    found = connection.execute("SELECT log_id, kind, name FROM log").fetchall()
    here = {log_id: (kind, name) for log_id, kind, name in found}
    _refuse_own(connection, {log[0] for log in logs})
    for log in logs:
        kind, name = here.get(log[0], (None, None))
        if kind == "imported":
            raise EventLogError(
                "the shared log {name} has the number of a log imported here; "
                "begin another data directory with --data and import it there",
                name=log[1],
            )
        if name != log[1]:
            connection.execute(_MOVE_ASIDE, {"name": log[1]})
        if kind is None:
            connection.execute(_ADD_LOG, list(log))
        elif name != log[1]:
            connection.execute(_RENAME, {"name": log[1], "log_id": log[0]})


def _refuse_own(connection: duckdb.DuckDBPyConnection, shared: set[int]) -> None:
    live = connection.execute("SELECT log_id, name FROM log WHERE kind = 'live' ORDER BY name").fetchall()
    own = [name for log_id, name in live if log_id not in shared]
    if own:
        raise EventLogError(
            "this data directory has live logs that are not in PostgreSQL: {names}; "
            "take the address out of retrofit.toml and move them with `retrofit storage use-postgres`",
            names=", ".join(own),
        )


def _add(connection: duckdb.DuckDBPyConnection, rows: list[Row]) -> None:
    connection.register("new_rows", arrow_table(rows))
    try:
        connection.execute("INSERT INTO event SELECT * FROM new_rows")
        connection.execute(_ADD_KEYS)
        connection.execute(_MOVE_HEADS)
    finally:
        connection.unregister("new_rows")


def _parsed(row: Sequence[Any]) -> Row:
    it = Row(*row)
    return it._replace(objects=orjson.loads(it.objects), changes=orjson.loads(it.changes))  # type: ignore[arg-type]
