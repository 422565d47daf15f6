"""A log of the ledger as the exporters see it: its properties, the kinds of its attributes, and its rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from typing import Any, Literal, NamedTuple

import duckdb
import pyarrow as pa

from eventlogs.attributes import decode
from eventlogs.events import Attribute
from eventlogs.exchange.residents import Residents
from eventlogs.ledger.log_names import unknown_log

Owner = Literal["event", "case", "object"]
Row = tuple[Any, ...]

_BATCH = 5_000  # rows made into Python values at once
_COLUMN_BATCH = 20_000  # rows handled as columns at once
_WINDOW = 50_000  # events sorted and read at once
_WINDOWS = "SELECT DISTINCT seq // $window FROM event WHERE log_id = $log_id ORDER BY ALL"
_LAST_NUMBER = "SELECT max(number) FROM case_order"
_SEQ_RANGE = "SELECT min(seq), max(seq) FROM case_order WHERE number BETWEEN $first AND $last"
_ORDER_DONE = "DROP TABLE case_order"
_LOG = """
    SELECT log_id, name, kind, case_type, simulated, timezone, source::VARCHAR FROM log WHERE name = $name
"""
_N_EVENTS = "SELECT count(*) FROM effective_event WHERE log_id = $log_id"
_N_CASES = "SELECT count(DISTINCT case_id) FROM effective_event WHERE log_id = $log_id AND case_id <> ''"
_N_CASELESS = "SELECT count(*) FROM effective_event WHERE log_id = $log_id AND case_id = ''"
_N_CORRECTIONS = "SELECT count(*) FROM event WHERE log_id = $log_id AND correction IS NOT NULL"


class CaseRow(NamedTuple):
    """An event of a log read case by case; `activity` is None where a case has no events.

    `case_attributes` stands at a case's first row. `occurred_at` is ISO 8601; JSON as stored.
    """

    case_id: str
    case_attributes: str | None
    event_key: str | None
    activity: str | None
    lifecycle: str
    role: str | None
    tool: str | None
    actor: str | None
    occurred_at: str | None
    attributes: str
    evidence: str
    objects: list[dict[str, str]]
    changes: list[dict[str, str]]


@dataclass(frozen=True)
class StoredLog:
    """One log, read through one connection; a stream of rows must be read to its end before the next."""

    connection: duckdb.DuckDBPyConnection
    log_id: int
    name: str
    kind: str
    case_type: str
    simulated: bool
    timezone: str
    source: dict[str, Attribute] = field(default_factory=dict)
    residents: Residents = field(default_factory=Residents)

    @property
    def parameters(self) -> dict[str, Any]:
        """The log as the statements take it."""
        return {"log_id": self.log_id, "case_type": self.case_type, "timezone": self.timezone}

    @cached_property
    def n_events(self) -> int:
        """How many events count."""
        return int(self._one(_N_EVENTS))

    @cached_property
    def n_cases(self) -> int:
        """How many cases have events."""
        return int(self._one(_N_CASES))

    @cached_property
    def n_caseless(self) -> int:
        """How many events belong to no case."""
        return int(self._one(_N_CASELESS))

    @cached_property
    def n_corrections(self) -> int:
        """How many events are corrections; they are applied, not exported."""
        return int(self._one(_N_CORRECTIONS))

    @cached_property
    def has_own_keys(self) -> bool:
        """Whether some event's key is other than its number in the log, from 1."""
        before = 0
        for window in self._windows():
            n, n_other = self.connection.execute(
                read("keys_in_order"), {"log_id": self.log_id, "before": before} | window
            ).fetchall()[0]
            if n_other:
                return True
            before += n
        return False

    @cached_property
    def kinds(self) -> Mapping[Owner, Mapping[str, Mapping[str, frozenset[str]]]]:
        """The kinds of values of each attribute: by owner, by activity or object type, by name."""
        kinds: dict[Owner, dict[str, dict[str, frozenset[str]]]] = {"event": {}, "case": {}, "object": {}}
        for owner, type_, name, kind, _ in self.rows("attribute_kinds", "log_id", "case_type"):
            names = kinds[owner].setdefault(type_, {})
            names[name] = names.get(name, frozenset()) | {kind}
        return kinds

    def kinds_of(self, owner: Owner) -> dict[str, frozenset[str]]:
        """Return the kinds of values of each attribute of all events, cases or other objects together."""
        together: dict[str, frozenset[str]] = {}
        for names in self.kinds[owner].values():
            for name, kinds in names.items():
                together[name] = together.get(name, frozenset()) | kinds
        return together

    def cases(self) -> Iterator[CaseRow]:
        """Yield the log case by case, then the cases without events."""
        self.connection.execute(read("case_order"), {"log_id": self.log_id})
        last = self.connection.execute(_LAST_NUMBER).fetchall()[0][0] or 0
        for first in range(1, last + 1, _WINDOW):
            window = {"first": first, "last": first + _WINDOW - 1}
            lowest, highest = self.connection.execute(_SEQ_RANGE, window).fetchall()[0]
            given = self.parameters | window | {"lowest": lowest, "highest": highest}
            yield from map(CaseRow._make, self._read("events_by_case", given))
        self.connection.execute(_ORDER_DONE)
        yield from map(CaseRow._make, self.rows("eventless_cases", "log_id", "case_type"))

    def events(self, statement: str, *parameters: str) -> Iterator[CaseRow]:
        """Yield the events of a statement in recorded order, some of them in memory at a time."""
        given = {name: self.parameters[name] for name in parameters}
        for window in self._windows():
            yield from map(CaseRow._make, self._read(statement, given | window))

    def event_batches(self, statement: str, *parameters: str) -> Iterator[pa.RecordBatch]:
        """Yield the events of a statement in recorded order as columns, under the pseudonyms of residents."""
        given = {name: self.parameters[name] for name in parameters}
        self.connection.execute(read("iso_moment"))
        for window in self._windows():
            yield from self.connection.execute(read(statement), given | window).to_arrow_reader(_COLUMN_BATCH)

    def rows(self, statement: str, *parameters: str) -> Iterator[Row]:
        """Yield the rows of `sql/export/{statement}.sql`, a batch of them in memory at a time."""
        yield from self._read(statement, {name: self.parameters[name] for name in parameters})

    def _windows(self) -> Iterator[dict[str, int]]:
        """Yield the ranges of numbers that hold events; those of a log in PostgreSQL lie far apart."""
        given = {"log_id": self.log_id, "window": _WINDOW}
        for (window,) in self.connection.execute(_WINDOWS, given).fetchall():
            yield {"lowest": window * _WINDOW, "highest": (window + 1) * _WINDOW - 1}

    def _read(self, statement: str, given: dict[str, Any]) -> Iterator[Row]:
        self.connection.execute(read("iso_moment"))
        result = self.connection.execute(read(statement), given)
        for batch in result.to_arrow_reader(_BATCH):
            names = batch.schema.names
            columns = zip(names, batch.columns, strict=True)
            yield from zip(*(self.residents.named(name, it.to_pylist()) for name, it in columns), strict=True)

    def _one(self, statement: str) -> Any:
        return self.connection.execute(statement, {"log_id": self.log_id}).fetchall()[0][0]


def stored_log(
    connection: duckdb.DuckDBPyConnection, name: str, residents: Residents | None = None
) -> StoredLog:
    """Return the log named `name`; raises `UnknownLogError`.

    With `residents` their names stand in the rows in place of their pseudonyms.
    """
    row = connection.execute(_LOG, {"name": name}).fetchone()
    if row is None:
        raise unknown_log(connection, name)
    log_id, name, kind, case_type, simulated, timezone, source = row
    kept = decode(source) if source else {}
    shown = residents or Residents()
    return StoredLog(connection, log_id, name, kind, case_type, simulated, timezone, kept, shown)


def read(statement: str) -> str:
    """Return the text of `sql/export/{statement}.sql`."""
    return (files("eventlogs.exchange") / "sql" / "export" / f"{statement}.sql").read_text("utf-8")
