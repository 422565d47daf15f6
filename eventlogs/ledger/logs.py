"""The logs of a ledger: which there are, and their renaming."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import duckdb

from eventlogs.amounts import number_text
from eventlogs.errors import EventLogError
from eventlogs.language import say
from eventlogs.ledger.log_names import log_number

_HAS_CORRECTIONS = "SELECT EXISTS (FROM event WHERE correction IS NOT NULL)"
_RECORDED = "SELECT log_id, occurred_at FROM event"
_CORRECTED = """
    SELECT log_id, occurred_at FROM event
    ANTI JOIN correction ON correction.log_id = event.log_id AND correction.corrects = event.event_key
    WHERE event.correction IS NULL
    UNION ALL
    SELECT log_id, occurred_at FROM event SEMI JOIN correction USING (seq) WHERE event.correction = 'replace'
"""
_LIST = """
    WITH correction AS (
        SELECT log_id, corrects, max(seq) AS seq
        FROM event WHERE correction IS NOT NULL GROUP BY log_id, corrects
    ),
    span AS (
        SELECT log_id, count(*) AS n_events, min(occurred_at) AS first_event, max(occurred_at) AS last_event
        FROM ({events}) GROUP BY log_id
    ),
    counted AS (SELECT log_id, count(*) AS n_cases FROM case_head WHERE case_id <> '' GROUP BY log_id)
    SELECT name, kind, case_type, simulated, timezone, created_at, source ->> '$.file',
        coalesce(n_cases, 0), coalesce(n_events, 0), first_event, last_event
    FROM log LEFT JOIN span USING (log_id) LEFT JOIN counted USING (log_id) ORDER BY name
"""
_TAKEN = "SELECT 1 FROM log WHERE name = $name"
_RENAME = "UPDATE log SET name = $name WHERE log_id = $log_id"


@dataclass(frozen=True, slots=True)
class LogSummary:
    """One log, live or imported: all its events after corrections, in a trace or not, and their span."""

    log: str
    kind: str
    case_type: str
    simulated: bool
    timezone: str
    created_at: datetime
    file: str | None
    cases: int
    events: int
    first_event: datetime | None
    last_event: datetime | None

    def as_text(self) -> str:
        """Return the log in one line."""
        about = say("imported from {file}", file=self.file) if self.kind == "imported" else say("live")
        if self.simulated:
            about = say("{about}, simulated", about=about)
        return say(
            "{log}: {cases} cases, {events} events, {span} ({about})",
            log=self.log,
            cases=number_text(self.cases),
            events=number_text(self.events),
            span=self._span(),
            about=about,
        )

    def _span(self) -> str:
        if self.first_event is None or self.last_event is None:
            return say("no dates")
        zone = ZoneInfo(self.timezone)
        return f"{self.first_event.astimezone(zone):%Y-%m-%d} … {self.last_event.astimezone(zone):%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class LogList:
    """The logs of a ledger by name."""

    logs: tuple[LogSummary, ...]

    def as_text(self) -> str:
        """Return a line per log."""
        if not self.logs:
            return say("there is no log yet; import one with `retrofit log import FILE --log NAME`")
        return "\n".join(log.as_text() for log in self.logs)


@dataclass(frozen=True, slots=True)
class LogRenamed:
    """A log that has another name."""

    log: str
    before: str

    def as_text(self) -> str:
        """Say so."""
        return say("log {log} is now named {name}", log=self.before, name=self.log)


def logs(connection: duckdb.DuckDBPyConnection) -> LogList:
    """Return the logs by name."""
    corrected = connection.execute(_HAS_CORRECTIONS).fetchall()[0][0]
    found = connection.execute(_LIST.format(events=_CORRECTED if corrected else _RECORDED))
    return LogList(tuple(LogSummary(*row) for row in found.fetchall()))


def rename(connection: duckdb.DuckDBPyConnection, log: str, name: str) -> LogRenamed:
    """Give a log another name."""
    log_id = log_number(connection, log)
    unused_name(connection, name)
    connection.execute(_RENAME, {"log_id": log_id, "name": name})
    return LogRenamed(name, log)


def unused_name(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Refuse a name that is empty or that a log has."""
    if not name.strip():
        raise EventLogError("a log needs a name")
    if connection.execute(_TAKEN, {"name": name}).fetchone():
        raise EventLogError("there is already a log named {name}; choose another name", name=name)
