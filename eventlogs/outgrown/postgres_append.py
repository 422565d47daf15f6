"""How the PostgreSQL ledger appends: a lock per case for the chain, numbers in order, each key once."""

from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from typing import Any

import orjson

from eventlogs.errors import EventLogError, UnknownLogError
from eventlogs.events import Event
from eventlogs.ledger.admission import admissible, check_corrections, check_expected
from eventlogs.ledger.chain import chained
from eventlogs.ledger.rows import COLUMNS, Row, row_of
from eventlogs.outgrown.postgres_connections import Connection
from eventlogs.storage import Appended, Head

MANY_CASES = 100  # beyond which the whole log is locked: the server has room for a few thousand locks

_LOG = "SELECT log_id, case_type FROM log WHERE name = %s"
_LOG_NAMES = "SELECT name FROM log ORDER BY name"
_LOCK_LOG = "SELECT pg_advisory_xact_lock(%s::bigint)"
_SHARE_LOG = "SELECT pg_advisory_xact_lock_shared(%s::bigint)"
_LOCK_CASE = "SELECT pg_advisory_xact_lock(%s::integer, %s::integer)"
_KNOWN_KEYS = "SELECT event_key FROM event WHERE log_id = %s AND event_key = ANY(%s)"
_HEADS = """
    SELECT sought.case_id, head.seq, head.chain_hash
    FROM unnest(%(cases)s::text[]) AS sought (case_id) CROSS JOIN LATERAL (
        SELECT seq, chain_hash FROM event
        WHERE event.log_id = %(log_id)s AND event.case_id = sought.case_id ORDER BY seq DESC LIMIT 1
    ) AS head
"""
_CORRECTED = "SELECT event_key, case_id, correction FROM event WHERE log_id = %s AND event_key = ANY(%s)"
_RESERVE = "SELECT reserve_event_numbers(%s), clock_timestamp()"
_ADD_OBJECTS = """
    INSERT INTO object SELECT %s, object_id, object_type
    FROM unnest(%s::text[], %s::text[]) AS named (object_id, object_type) ORDER BY object_id
    ON CONFLICT DO NOTHING
"""
_TYPES = "SELECT object_id, object_type FROM object WHERE log_id = %s AND object_id = ANY(%s)"
COPY_EVENTS = f"COPY event ({COLUMNS}) FROM STDIN"
_LAST = "SELECT coalesce(max(seq), 0) FROM event"


def append(connection: Connection, log: str, events: Sequence[Event], expect_seq: int | None) -> Appended:
    """Record `events` inside the connection's transaction (see `storage.Ledger.append`).

    Raises psycopg's `UniqueViolation` where another append has just recorded a key for another case.
    """
    events = admissible(events, expect_seq)
    log_id, case_type = live_log(connection, log)
    _lock(connection, log_id, {event.case_id for event in events})
    keys = [event.key for event in events]
    known = {key for (key,) in connection.execute(_KNOWN_KEYS, (log_id, keys)).fetchall()}
    new = [event for event in events if event.key not in known]
    if new:
        _record(connection, log_id, case_type, new, expect_seq)
    return Appended(
        tuple(event.key for event in new),
        tuple(key for key in keys if key in known),
        connection.execute(_LAST).fetchall()[0][0],
    )


def live_log(connection: Connection, log: str) -> tuple[int, str]:
    """Return number and case type of the log named `log`; raise `UnknownLogError` if there is none."""
    found = connection.execute(_LOG, (log,)).fetchone()
    if found is None:
        names = [name for (name,) in connection.execute(_LOG_NAMES).fetchall()]
        if not names:
            raise UnknownLogError("there is no log named {log}; there is no log yet", log=log)
        raise UnknownLogError(
            "there is no log named {log}; there are: {names}", log=log, names=", ".join(names)
        )
    return found[0], found[1]


def heads_of(connection: Connection, log_id: int, cases: Sequence[str]) -> dict[str, Head]:
    """Return where the histories of `cases` end, of those that have begun."""
    found = connection.execute(_HEADS, {"log_id": log_id, "cases": list(cases)}).fetchall()
    return {case_id: Head(seq, chain_hash) for case_id, seq, chain_hash in found}


def _lock(connection: Connection, log_id: int, cases: set[str]) -> None:
    """Let only this transaction add to `cases` until it ends."""
    if len(cases) > MANY_CASES:
        connection.execute(_LOCK_LOG, (log_id,))
        return
    connection.execute(_SHARE_LOG, (log_id,))
    # in one order everywhere, so that no two appends wait for each other
    for number in sorted({_lock_number(case_id) for case_id in cases}):
        connection.execute(_LOCK_CASE, (log_id, number))


def _lock_number(case_id: str) -> int:
    return int.from_bytes(sha256(case_id.encode()).digest()[:4], signed=True)


def _record(
    connection: Connection, log_id: int, case_type: str, new: Sequence[Event], expect_seq: int | None
) -> None:
    heads = heads_of(connection, log_id, list({event.case_id: None for event in new}))
    check_expected(new[0].case_id, heads, expect_seq)
    check_corrections(new, partial(_corrected, connection, log_id))
    places, recorded_at = connection.execute(_RESERVE, (len(new),)).fetchall()[0]
    rows = chained(
        [
            row_of(event, seq=seq, log_id=log_id, recorded_at=recorded_at)
            for event, seq in zip(new, places, strict=True)
        ],
        {case_id: head.chain_hash for case_id, head in heads.items()},
    )
    _record_objects(connection, log_id, case_type, rows)
    with connection.cursor() as cursor, cursor.copy(COPY_EVENTS) as copy:
        for row in rows:
            copy.write_row(as_text(row))


def _corrected(connection: Connection, log_id: int, keys: list[str]) -> list[tuple[str, str, str | None]]:
    return connection.execute(_CORRECTED, (log_id, keys)).fetchall()


def _record_objects(connection: Connection, log_id: int, case_type: str, rows: Sequence[Row]) -> None:
    """Add the objects that `rows` name first; refuse one that is known as another type."""
    named: dict[str, str] = {}
    for row in rows:
        _name(named, row, row.case_id, case_type)
        for link in row.objects:
            _name(named, row, link["object_id"], link["object_type"])
    connection.execute(_ADD_OBJECTS, (log_id, list(named), list(named.values())))
    known: dict[str, str] = dict(connection.execute(_TYPES, (log_id, list(named))).fetchall())
    if known != named:
        for row in rows:
            _name(known, row, row.case_id, case_type)
            for link in row.objects:
                _name(known, row, link["object_id"], link["object_type"])


def _name(known: dict[str, str], row: Row, object_id: str, object_type: str) -> None:
    kind = known.setdefault(object_id, object_type)
    if kind != object_type:
        raise EventLogError(
            "event {key} links object {object_id} as {object_type}, but it is known as {kind}; "
            "an object keeps its type",
            key=row.event_key,
            object_id=object_id,
            object_type=object_type,
            kind=kind,
        )


def as_text(row: Row) -> tuple[Any, ...]:
    """Return a row with its lists as the JSON text that PostgreSQL keeps."""
    return row._replace(
        objects=orjson.dumps(row.objects).decode(),  # type: ignore[arg-type]
        changes=orjson.dumps(row.changes).decode(),  # type: ignore[arg-type]
    )
