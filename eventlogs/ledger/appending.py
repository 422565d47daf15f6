"""How a DuckDB ledger appends: one transaction, each key once, chained, with the objects that events bring.

Planning a statement costs DuckDB more than running it on a few rows, so that few rows go in as plain
values (a durable event in about 2 ms), many as one Arrow table (1,000 in about 15 ms). What the chain and
the objects need of what was recorded before is kept in memory and looked up where it is not.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

import duckdb

from eventlogs.errors import EventLogError
from eventlogs.events import Event
from eventlogs.ledger.admission import admissible, check_corrections, check_expected
from eventlogs.ledger.chain import chained
from eventlogs.ledger.log_names import unknown_log
from eventlogs.ledger.new_objects import ObjectRecorder
from eventlogs.ledger.rows import FEW, Row, arrow_table, registered, row_of
from eventlogs.storage import Appended, Head

KEPT_HEADS = 100_000

_LOG = "SELECT log_id, kind, case_type FROM log WHERE name = $log"
_PLACES = "SELECT nextval('event_number') FROM range($n)"
_LAST_PLACE = "SELECT coalesce(max(seq), 0) FROM event"
_CLAIM_ONE = "INSERT INTO recorded_key VALUES ($1, $2, nextval('event_number')) RETURNING seq"
_CLAIM_NEW = "INSERT INTO recorded_key SELECT $log_id, event_key, seq FROM wanted"
_CLAIM_FREE = """
    INSERT INTO recorded_key SELECT $log_id, event_key, seq FROM wanted
    ON CONFLICT DO NOTHING RETURNING seq
"""
_HEADS = """
    SELECT case_id, seq, chain_hash FROM case_head
    WHERE log_id = $log_id AND case_id IN (SELECT unnest($cases))
"""
_MOVE_HEADS = """
    UPDATE case_head SET seq = moved.seq, chain_hash = moved.chain_hash FROM moved
    WHERE case_head.log_id = $log_id AND case_head.case_id = moved.case_id
"""
_FIRST_HEADS = "INSERT INTO case_head SELECT $log_id, case_id, seq, chain_hash FROM moved"
_MOVE_HEAD = "UPDATE case_head SET seq = $3, chain_hash = $4 WHERE log_id = $1 AND case_id = $2"
_FIRST_HEAD = "INSERT INTO case_head VALUES ($1, $2, $3, $4)"
_CORRECTED = """
    SELECT event_key, case_id, correction FROM event
    WHERE seq IN (
        SELECT seq FROM recorded_key WHERE log_id = $log_id AND event_key IN (SELECT unnest($keys)))
"""
_ADD_EVENT = f"INSERT INTO event VALUES ({', '.join(f'${place}' for place in range(1, 19))})"  # noqa: S608


class Appender:
    """The writer of one open DuckDB file; used by one thread at a time."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self.forget()

    def forget(self) -> None:
        """Drop what is kept in memory, since others have written."""
        self._logs: dict[str, tuple[int, str]] = {}
        self._heads: dict[tuple[int, str], Head] = {}
        self._objects = ObjectRecorder(self._cursor)
        self._last_seq: int | None = None

    def append(self, log: str, events: Sequence[Event], expect_seq: int | None) -> Appended:
        """Record `events` in one transaction (see `storage.Ledger.append`)."""
        events = admissible(events, expect_seq)
        log_id, case_type = self._live_log(log)
        if not events:
            return Appended((), (), self._last())
        try:
            self._cursor.begin()
            new = self._claimed(log_id, events)
            if new:
                self._record(log_id, case_type, new, expect_seq)
            self._cursor.commit()
        except BaseException:
            with suppress(duckdb.Error):  # DuckDB has rolled back itself
                self._cursor.rollback()
            self.forget()
            raise
        if new:
            self._last_seq = new[-1][1]
        keys = {event.key for event, _ in new}
        return Appended(
            tuple(event.key for event, _ in new),
            tuple(event.key for event in events if event.key not in keys),
            self._last(),
        )

    def _live_log(self, log: str) -> tuple[int, str]:
        if log not in self._logs:
            found = self._cursor.execute(_LOG, {"log": log}).fetchone()
            if found is None:
                raise unknown_log(self._cursor, log)
            if found[1] != "live":
                raise EventLogError(
                    "{log} is an imported log, which stays as its file was; record in a live log", log=log
                )
            self._logs[log] = (int(found[0]), str(found[2]))
        return self._logs[log]

    def _last(self) -> int:
        if self._last_seq is None:
            self._last_seq = int(self._cursor.execute(_LAST_PLACE).fetchall()[0][0])
        return self._last_seq

    def _claimed(self, log_id: int, events: list[Event]) -> list[tuple[Event, int]]:
        """Take the keys of `events`; return those that were free, with their places."""
        try:  # nearly always all are free, and trying is several times faster than asking
            return list(zip(events, self._claim_new(log_id, events), strict=True))
        except duckdb.ConstraintException:
            self._cursor.rollback()
            self._cursor.begin()
        if len(events) == 1:
            return []
        places = self._places(len(events))
        wanted = {"event_key": [event.key for event in events], "seq": places}
        with registered(self._cursor, "wanted", wanted):
            free = {seq for (seq,) in self._cursor.execute(_CLAIM_FREE, {"log_id": log_id}).fetchall()}
        return [(event, seq) for event, seq in zip(events, places, strict=True) if seq in free]

    def _places(self, n: int) -> list[int]:
        """Draw the next numbers inside the transaction that uses them: otherwise a crash gives them again."""
        return [seq for (seq,) in self._cursor.execute(_PLACES, {"n": n}).fetchall()]

    def _claim_new(self, log_id: int, events: list[Event]) -> list[int]:
        """Take the keys of `events` and return their places; raise if one of them is not free."""
        if len(events) <= FEW:
            run = self._cursor.execute
            return [run(_CLAIM_ONE, [log_id, event.key]).fetchall()[0][0] for event in events]
        places = self._places(len(events))
        wanted = {"event_key": [event.key for event in events], "seq": places}
        with registered(self._cursor, "wanted", wanted):
            self._cursor.execute(_CLAIM_NEW, {"log_id": log_id})
        return places

    def _record(
        self, log_id: int, case_type: str, new: list[tuple[Event, int]], expect_seq: int | None
    ) -> None:
        heads = self._heads_of(log_id, list({event.case_id: None for event, _ in new}))
        check_expected(new[0][0].case_id, heads, expect_seq)
        check_corrections([event for event, _ in new], partial(self._corrected, log_id))
        recorded_at = datetime.now(UTC)
        hashes = {case_id: head.chain_hash for case_id, head in heads.items()}
        rows = chained(
            [row_of(event, seq=seq, log_id=log_id, recorded_at=recorded_at) for event, seq in new], hashes
        )
        self._insert(rows)
        self._move_heads(log_id, heads, {row.case_id: Head(row.seq, row.chain_hash) for row in rows})
        self._objects.record(log_id, case_type, rows)

    def _heads_of(self, log_id: int, cases: list[str]) -> dict[str, Head]:
        heads = {case: head for case in cases if (head := self._heads.get((log_id, case)))}
        sought = [case for case in cases if case not in heads]
        if sought:
            found = self._cursor.execute(_HEADS, {"log_id": log_id, "cases": sought}).fetchall()
            heads |= {case: Head(seq, chain_hash) for case, seq, chain_hash in found}
        return heads

    def _corrected(self, log_id: int, keys: list[str]) -> list[tuple[str, str, str | None]]:
        return self._cursor.execute(_CORRECTED, {"log_id": log_id, "keys": keys}).fetchall()

    def _insert(self, rows: list[Row]) -> None:
        if len(rows) <= FEW:
            for row in rows:
                self._cursor.execute(_ADD_EVENT, list[Any](row))
            return
        with registered(self._cursor, "new_rows", arrow_table(rows)):
            self._cursor.execute("INSERT INTO event SELECT * FROM new_rows")

    def _move_heads(self, log_id: int, before: dict[str, Head], after: dict[str, Head]) -> None:
        if len(after) <= FEW:
            for case, head in after.items():
                sql = _MOVE_HEAD if case in before else _FIRST_HEAD
                self._cursor.execute(sql, [log_id, case, head.seq, head.chain_hash])
        else:
            known = {case: head for case, head in after.items() if case in before}
            first = {case: head for case, head in after.items() if case not in before}
            for sql, heads in ((_MOVE_HEADS, known), (_FIRST_HEADS, first)):
                if heads:
                    self._write_heads(sql, log_id, heads)
        if len(self._heads) > KEPT_HEADS:
            self._heads.clear()
        self._heads |= {(log_id, case): head for case, head in after.items()}

    def _write_heads(self, sql: str, log_id: int, heads: dict[str, Head]) -> None:
        moved = {
            "case_id": list(heads),
            "seq": [head.seq for head in heads.values()],
            "chain_hash": [head.chain_hash for head in heads.values()],
        }
        with registered(self._cursor, "moved", moved):
            self._cursor.execute(sql, {"log_id": log_id})
