"""The log prepared for mining: compiled once, kept current with the ledger, read instead of raw events.

Each prepared log has a DuckDB schema of its own, `prepared_<log_id>` for the log's own cases and
`prepared_<log_id>_<n>` for another case object type or choice of lifecycle transitions, so that the same
statements read any of them (tables: `sql/prepared/tables.sql`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from eventlogs.case_attributes import UnknownAttributeError, add_attribute, known_attribute
from eventlogs.choices import Choice
from eventlogs.compilation import choose_events, in_schema
from eventlogs.errors import EventLogError
from eventlogs.ledger.log_names import unknown_log
from eventlogs.preparation import Preparation, bring_up_to_date, is_current, preparation
from eventlogs.storage import Ledger
from eventlogs.words import labelled_attribute

if TYPE_CHECKING:
    from eventlogs.event_codes import EventCodes

Connection = duckdb.DuckDBPyConnection

LIVE_LIFECYCLES = ("complete",)  # of a live log only what was done makes a trace, unless chosen otherwise
ALL_LIFECYCLES = ("all",)

_OF_THE_CASE = "case:"
_LOG = "SELECT log_id, name, kind, case_type, simulated, timezone FROM log WHERE name = $name"
_LOG_OF_NUMBER = "SELECT log_id, name, kind, case_type, simulated, timezone FROM log WHERE log_id = $log_id"
_TYPES = "SELECT DISTINCT object_type FROM object WHERE log_id = $log_id ORDER BY object_type"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A log as the ledger lists it."""

    log_id: int
    name: str
    kind: str
    case_type: str
    simulated: bool
    timezone: str


@dataclass(frozen=True, slots=True)
class PreparedLog:
    """A log as mining reads it, current when it was prepared."""

    ledger: Ledger
    log: LogEntry
    choice: Choice
    state: Preparation

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection on which `trace_event`, `trace`, `variant` and the rest are this log's."""
        with self.ledger.reading() as connection, in_schema(connection, self.state.schema_name):
            yield connection

    def attribute(self, name: str) -> int:
        """Return the number of an attribute in `case_attribute`; code it when first asked for.

        `case:` before the name of a case attribute, as exported tables have it, is understood, and so is what
        people call one of ours. Raises `UnknownAttributeError` if neither cases nor events have it.
        """
        try:
            return self._attribute(name)
        except UnknownAttributeError as unknown:
            bare = name.removeprefix(_OF_THE_CASE)
            meant = labelled_attribute(bare)
            if meant == name:
                raise
            try:
                return self._attribute(meant)
            except UnknownAttributeError:
                if meant == bare:
                    raise
                raise unknown from None  # which names what was typed

    def _attribute(self, name: str) -> int:
        with self.reading() as connection:
            known = known_attribute(connection, name)
        if known is not None:
            return known
        with self.ledger.preparing() as connection, in_schema(connection, self.state.schema_name):
            known = known_attribute(connection, name)
            if known is not None:
                return known
            choose_events(connection, self.choice)
            return add_attribute(connection, self.choice, name)


def prepare(
    ledger: Ledger,
    log: str,
    object_type: str | None = None,
    *,
    lifecycles: Sequence[str] | None = None,
) -> PreparedLog:
    """Bring the prepared log up to date and return it.

    `object_type` is what makes the cases, otherwise the log's own case type. `lifecycles` are the
    transitions that make a trace, `("all",)` for every one; otherwise `complete` of a live log and all of
    an imported one. Raises `UnknownLogError`, and `EventLogError` for an object type the log has not.
    """
    with ledger.reading() as connection:
        entry = _entry(connection, log)
        choice = _choice(connection, entry, object_type, lifecycles)
        state = preparation(connection, choice)
        if state and is_current(connection, choice, state):
            return PreparedLog(ledger, entry, choice, state)
    with ledger.preparing() as connection:
        state = bring_up_to_date(connection, choice, own_cases=choice == _own(entry))
    return PreparedLog(ledger, entry, choice, state)


def compile_log(connection: Connection, log_id: int, codes: "EventCodes | None" = None) -> None:
    """Prepare a log by its own cases inside a writer's transaction, as at the end of an import.

    `codes` are its events, where they are known already.
    """
    entry = LogEntry(*connection.execute(_LOG_OF_NUMBER, {"log_id": log_id}).fetchall()[0])
    bring_up_to_date(connection, _own(entry), own_cases=True, codes=codes)


def _entry(connection: Connection, log: str) -> LogEntry:
    found = connection.execute(_LOG, {"name": log}).fetchone()
    if found is None:
        raise unknown_log(connection, log)
    return LogEntry(*found)


def _own(entry: LogEntry) -> Choice:
    lifecycles = LIVE_LIFECYCLES if entry.kind == "live" else None
    return Choice(entry.log_id, entry.case_type, entry.case_type, lifecycles)


def _choice(
    connection: Connection, entry: LogEntry, object_type: str | None, lifecycles: Sequence[str] | None
) -> Choice:
    own = _own(entry)
    chosen = own.lifecycles if lifecycles is None else tuple(sorted(set(lifecycles)))
    if chosen == ALL_LIFECYCLES:
        chosen = None
    if object_type is not None and object_type != entry.case_type:
        _refuse_unknown_type(connection, entry, object_type)
    return Choice(entry.log_id, object_type or entry.case_type, entry.case_type, chosen)


def _refuse_unknown_type(connection: Connection, entry: LogEntry, object_type: str) -> None:
    found: list[tuple[Any, ...]] = connection.execute(_TYPES, {"log_id": entry.log_id}).fetchall()
    types = [name for (name,) in found]
    if object_type not in types:
        raise EventLogError(
            "the log {log} has no objects of type {object_type}; its types are: {types}",
            log=entry.name,
            object_type=object_type,
            types=", ".join(types) or entry.case_type,
        )
