"""The one place through which a reader writes a new imported log.

A reader takes `ledger.writing()`'s connection, so that nothing is seen before the end and an exception
leaves nothing behind:

    with ledger.writing() as connection:
        writer = LogWriter(connection, "receipt", timezone="Europe/Amsterdam")
        writer.add_events(batch)   # as often as needed, in file order
        writer.add_objects(cases)
        written = writer.finish(source)
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from eventlogs.attributes import decode, encode
from eventlogs.errors import ImportRefusedError
from eventlogs.events import Attribute
from eventlogs.exchange.inserts import Inserts
from eventlogs.exchange.labels import Labels
from eventlogs.exchange.sealing import Sealer
from eventlogs.exchange.staging import checked, completed
from eventlogs.inserting import bounded_memory
from eventlogs.ledger.verification import OBJECTS_DIGEST, objects_digest
from eventlogs.prepared import compile_log
from eventlogs.spill_file import spill_folder

_BATCH = 32_768  # rows per statement
CASE_TYPE = "case"  # the object type that an imported log's cases have where its file names none

_NAME_TAKEN = "SELECT 1 FROM log WHERE name = $name"
_NEW_LOG = "SELECT nextval('log_number')"
_PLACE = "SELECT nextval('event_number')"
_LAST_PLACE = "SELECT max(place) FROM (SELECT nextval('event_number') AS place FROM range($n))"
_ADD_LOG = """
    INSERT INTO log (log_id, name, kind, case_type, simulated, timezone, created_at, source)
    VALUES ($log_id, $name, 'imported', $case_type, $simulated, $timezone, $created_at, $source)
"""
_ADD_EVENTS = "INSERT INTO event BY NAME SELECT * FROM staged_rows"
_ADD_OBJECTS = "INSERT INTO object BY NAME SELECT $log_id AS log_id, * FROM staged_rows"
_ADD_HEADS = "INSERT INTO case_head SELECT $log_id, case_id, seq, chain_hash FROM staged_rows"
_ADD_CHANGES = "INSERT INTO object_change BY NAME SELECT $log_id AS log_id, * FROM staged_rows"
_ADD_RELATIONS = "INSERT INTO object_object BY NAME SELECT $log_id AS log_id, * FROM staged_rows"
_N_OBJECTS = "SELECT count(*) FROM object WHERE log_id = $log_id"
_ATTRIBUTES = "SELECT attributes FROM object WHERE log_id = $log_id AND object_id = $object_id"
_COMPLETE = "UPDATE object SET attributes = $attributes WHERE log_id = $log_id AND object_id = $object_id"
_TWICE_KEY = """
    SELECT event_key FROM event WHERE log_id = $log_id GROUP BY event_key HAVING count(*) > 1 LIMIT 1
"""
_TWICE_OBJECT = """
    SELECT object_id FROM object WHERE log_id = $log_id GROUP BY object_id HAVING count(*) > 1 LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Written:
    """What a finished log holds."""

    log_id: int
    cases: int
    events: int
    activities: int
    objects: int


class LogWriter:
    """A new imported log being written inside one transaction.

    Events take their place (`seq`) in the order they are added; every event is sealed into its case's
    hash chain. `labels` translates what comes in, as a mapping file says. `finish` adds the log's own
    row and prepares the log for mining, last.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        name: str,
        *,
        timezone: str,
        case_type: str = CASE_TYPE,
        simulated: bool = False,
        labels: Labels | None = None,
    ) -> None:
        if connection.execute(_NAME_TAKEN, {"name": name}).fetchone():
            raise ImportRefusedError(
                "there is already a log named {name}; choose another with --log NAME, "
                "or delete it with `retrofit log delete {name}`",
                name=name,
            )
        self._connection = connection
        self._inserts = Inserts(connection)
        self._log = {"name": name, "timezone": timezone, "case_type": case_type, "simulated": simulated}
        self._sealer = Sealer(folder=spill_folder(connection))
        self._n_events = 0
        self._first_place = 0  # of the log's events, whose places follow each other
        self._held: dict[str, list[pa.Table]] = {"event": [], "object": []}  # not yet worth a statement
        self._own_keys = False
        self._labels = labels or Labels()
        self._recorded_at = datetime.now(UTC)
        self.log_id: int = connection.execute(_NEW_LOG).fetchall()[0][0]

    def beside(self) -> AbstractContextManager[None]:
        """Insert beside the making of what comes next; only the writer may use the connection meanwhile."""
        return self._inserts.beside()

    @property
    def case_type(self) -> str:
        """The object type of the log's cases."""
        return str(self._log["case_type"])

    def add_events(self, batch: pa.RecordBatch | pa.Table) -> None:
        """Add events in file order; columns as `staging.EVENTS`."""
        if not batch.num_rows:
            return
        self._own_keys = self._own_keys or "event_key" in batch.schema.names
        if self._hold("event", checked("event", batch)):
            self._write_events()

    def add_objects(self, batch: pa.RecordBatch | pa.Table) -> None:
        """Add objects with the attributes they start with; columns as `staging.OBJECTS`.

        A case or a linked object that no row names is added at the end, without attributes.
        """
        if self._hold("object", checked("object", batch)):
            self._write_objects()

    def complete_object(self, object_id: str, attributes: str) -> None:
        """Give an object added before the attributes it lacks, as JSON."""
        self._write_objects()
        given = self._first(_ATTRIBUTES, log_id=self.log_id, object_id=object_id)
        joined = encode(decode(attributes) | decode(given[0])) if given else attributes
        self._execute(_COMPLETE, log_id=self.log_id, object_id=object_id, attributes=joined)

    def add_changes(self, batch: pa.RecordBatch | pa.Table) -> None:
        """Add values that objects' attributes take later, of no event; columns as `staging.CHANGES`."""
        self._inserts.put(
            _ADD_CHANGES, completed("object_change", checked("object_change", batch)), log_id=self.log_id
        )

    def add_relations(self, batch: pa.RecordBatch | pa.Table) -> None:
        """Add relations between objects; columns as `staging.RELATIONS`."""
        self._inserts.put(
            _ADD_RELATIONS, completed("object_object", checked("object_object", batch)), log_id=self.log_id
        )

    def finish(self, source: Mapping[str, Attribute]) -> Written:
        """Check keys and objects, add the log's own row with its `source`, and count what was written.

        `source` has at least `file`, `sha256`, `format` and `mapping` (see `exchange.source`).
        """
        self._write_events()
        for sealed in self._sealer.rest():
            self._insert_events(sealed)
        self._write_objects()
        self._take_places()
        codes = self._sealer.codes
        with bounded_memory(self._connection, codes.n_cases, self._inserts.largest):
            self._complete(source)
        n_objects = self._number(_N_OBJECTS, log_id=self.log_id)
        return Written(self.log_id, codes.n_cases, codes.n_events, codes.n_activities, n_objects)

    def _complete(self, source: Mapping[str, Attribute]) -> None:
        heads = self._sealer.heads()
        self._inserts.put(
            _read("missing_objects"), heads, log_id=self.log_id, case_type=self._log["case_type"]
        )
        if self._own_keys and (twice := self._first(_TWICE_KEY, log_id=self.log_id)):
            raise ImportRefusedError(
                "two events have the same id {key}; every event's id must be its own", key=twice[0]
            )
        if twice := self._first(_TWICE_OBJECT, log_id=self.log_id):
            raise ImportRefusedError(
                "two objects have the same id {key}; every object's id must be its own", key=twice[0]
            )
        self._inserts.put(_ADD_HEADS, heads, log_id=self.log_id)
        self._inserts.settle()
        noted = encode({**source, OBJECTS_DIGEST: objects_digest(self._connection, self.log_id)})
        self._execute(_ADD_LOG, **self._log, log_id=self.log_id, created_at=self._recorded_at, source=noted)
        codes = self._sealer.codes
        compile_log(self._connection, self.log_id, codes if codes.suffices else None)

    def _hold(self, table: str, rows: pa.Table) -> bool:
        """Keep rows for later; tell whether those kept are worth a statement."""
        held = self._held[table]
        held.append(rows)
        return sum(map(len, held)) >= _BATCH

    def _released(self, table: str) -> pa.Table | None:
        held, self._held[table] = self._held[table], []
        if not held:
            return None
        return completed(table, pa.concat_tables(held, promote_options="default").combine_chunks())

    def _write_events(self) -> None:
        held = self._released("event")
        if held is None:
            return
        rows = self._labels.events(held)
        rows = rows.set_column(0, "event_key", self._keys(rows["event_key"]))
        rows = rows.append_column("seq", self._places(len(rows)))
        rows = rows.append_column("log_id", pa.repeat(pa.scalar(self.log_id, pa.int32()), len(rows)))
        moment = pa.scalar(self._recorded_at, pa.timestamp("us", "UTC"))
        rows = rows.append_column("recorded_at", pa.repeat(moment, len(rows)))
        self._n_events += len(rows)
        for sealed in self._sealer.add(rows):
            self._insert_events(sealed)

    def _insert_events(self, rows: pa.Table) -> None:
        self._inserts.put(_ADD_EVENTS, rows)
        if len(rows["changes"].combine_chunks().flatten()):
            self._inserts.put(_read("changes_of_events"), rows)

    def _write_objects(self) -> None:
        rows = self._released("object")
        if rows is not None:
            self._inserts.put(_ADD_OBJECTS, self._labels.objects(rows, self.case_type), log_id=self.log_id)

    def _keys(self, given: pa.ChunkedArray) -> pa.ChunkedArray:
        if not given.null_count:
            return given
        numbers = np.arange(self._n_events + 1, self._n_events + 1 + len(given))
        return pc.coalesce(given, pa.chunked_array([pa.array(numbers).cast(pa.string())]))

    def _places(self, n: int) -> pa.Int64Array:
        """Return the next places, which nobody else can take before `_take_places`: writers take turns."""
        if not self._n_events:
            self._first_place = self._number(_PLACE)
        first = self._first_place + self._n_events
        return pa.array(np.arange(first, first + n))

    def _take_places(self) -> None:
        last = self._first_place + self._n_events - 1
        if self._n_events > 1 and self._number(_LAST_PLACE, n=self._n_events - 1) != last:
            raise RuntimeError("somebody else has taken places among those of the log")

    def _number(self, sql: str, **values: object) -> int:
        found = self._first(sql, **values)
        assert found is not None
        return int(found[0])

    def _execute(self, sql: str, **values: object) -> None:
        self._inserts.settle()
        self._connection.execute(sql, values or None)

    def _first(self, sql: str, **values: object) -> tuple[Any, ...] | None:
        self._inserts.settle()
        row: tuple[Any, ...] | None = self._connection.execute(sql, values or None).fetchone()
        return row


def written(connection: duckdb.DuckDBPyConnection, log_id: int) -> Written:
    """Return what a log holds."""
    return Written(log_id, *connection.execute(_read("written"), {"log_id": log_id}).fetchall()[0])


def _read(name: str) -> str:
    return (files("eventlogs.exchange") / "sql" / f"{name}.sql").read_text("utf-8")
