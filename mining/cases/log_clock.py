"""What time it is for a log: now for one that goes on, its last event's for one that is of the past."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from eventlogs.prepared import Connection, PreparedLog

_LAST = "SELECT max(occurred_at) FROM main.event WHERE log_id = $log_id AND occurred_at <= $latest"
_LATER = "SELECT count(*) FROM trace_event WHERE occurred_at > $now"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FAR = datetime(9000, 1, 1, tzinfo=UTC)


def time_in(prepared: PreparedLog, now: datetime | None = None) -> datetime:
    """Return `now`; without it the clock's time for a log of real projects, else the log's last moment."""
    if now is not None:
        return now
    with prepared.reading() as connection:
        return time_on(connection, prepared)


def time_on(connection: Connection, prepared: PreparedLog) -> datetime:
    """Return what time it is for a log, on a connection that is open already."""
    if prepared.log.kind == "live" and not prepared.log.simulated:
        return datetime.now(UTC)
    found = connection.execute(_LAST, {"log_id": prepared.choice.log_id, "latest": _FAR}).fetchall()
    last: datetime | None = found[0][0]
    return datetime.now(UTC) if last is None else last.astimezone(UTC)


def events_after(prepared: PreparedLog, now: datetime) -> int:
    """Return how many events of the log's cases lie after a moment."""
    with prepared.reading() as connection:
        n: int = connection.execute(_LATER, {"now": now}).fetchall()[0][0]
    return n


def moment(microseconds: int | None) -> datetime | None:
    """Return a moment told in microseconds since 1970; of many rows DuckDB's own moments take far longer.

    >>> moment(1_700_000_000_000_000).isoformat()
    '2023-11-14T22:13:20+00:00'
    """
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


def local_moment(prepared: PreparedLog, told: datetime | None) -> datetime | None:
    """Return a moment that a person told without a zone as one of the log's own zone."""
    if told is None:
        return None
    return told.replace(tzinfo=told.tzinfo or ZoneInfo(prepared.log.timezone)).astimezone(UTC)
