"""The open work items of a log in memory, kept current by the events since it was last asked.

The view over all events answers once, when a process first asks; after that only the cases touched since are
read again. It is a copy of what the events say, never a second truth: forgetting it loses nothing.
"""

from contextlib import suppress
from dataclasses import astuple, fields
from datetime import UTC, datetime, time
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import duckdb

from eventlogs.errors import UnknownLogError
from eventlogs.sql_files import sql
from eventlogs.storage import Ledger
from flows.advance import read_case
from flows.history import CaseHistory
from flows.listing import WorkList, WorkRow, start_of_day

_COLUMNS = ", ".join(field.name for field in fields(WorkRow))
_CREATE = """
    CREATE TABLE open_item (
        work_item VARCHAR, project VARCHAR, name VARCHAR, city VARCHAR, activity VARCHAR, role VARCHAR,
        assignee VARCHAR, offered_at TIMESTAMPTZ, due TIMESTAMPTZ, started_at TIMESTAMPTZ,
        hold_cause VARCHAR, hold_until TIMESTAMPTZ, escalated_to VARCHAR
    )
"""
_NARROWED = """
    FROM open_item
    WHERE ($role IS NULL OR role = $role OR escalated_to = $role)
        AND ($assignee IS NULL OR assignee = $assignee)
        AND ($city IS NULL OR city = $city)
        AND (NOT $overdue OR due < $today)
"""
_ROWS = f"SELECT {_COLUMNS} {_NARROWED} ORDER BY due NULLS LAST, offered_at, work_item LIMIT $limit"
_COUNT = f"SELECT count(*) {_NARROWED}"
_FORGET = "DELETE FROM open_item WHERE project IN (SELECT unnest($cases))"
_INSERT = "INSERT INTO open_item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_MARK = "SELECT coalesce(max(seq), 0) FROM event JOIN log USING (log_id) WHERE log.name = $log"
_MANY = 2_000  # touched cases beyond which asking the view again is faster
_PAGE = 10_000


class WorklistIndex:
    """The open work items of one log; may be asked from several threads."""

    def __init__(self, ledger: Ledger, log: str) -> None:
        self._lock = Lock()
        self._table = duckdb.connect(":memory:")
        self._table.execute("SET TimeZone = 'UTC'")
        self._table.execute(_CREATE)
        self._log = log
        self._seq = self._read_whole(ledger)

    def ask(
        self,
        ledger: Ledger,
        now: datetime,
        *,
        role: str | None = None,
        assignee: str | None = None,
        city: str | None = None,
        overdue: bool = False,
        limit: int = 100,
    ) -> WorkList:
        """Return the most pressing open work items, up to `limit`, and how many there are."""
        narrowed: dict[str, Any] = {"role": role, "assignee": assignee, "city": city, "overdue": overdue}
        narrowed["today"] = start_of_day(now)
        with self._lock:
            self._catch_up(ledger)
            rows = self._table.execute(_ROWS, narrowed | {"limit": limit}).fetchall()
            total = self._table.execute(_COUNT, narrowed).fetchall()[0][0]
        return WorkList([WorkRow(*row) for row in rows], now, total)

    def _read_whole(self, ledger: Ledger) -> int:
        values: dict[str, Any] = dict.fromkeys(("case_id", "role", "assignee", "city"))
        values |= {"log": self._log, "overdue": False, "today": datetime.now(UTC)}
        with ledger.reading() as connection:
            mark = connection.execute(_MARK, {"log": self._log}).fetchall()[0][0]
            found = connection.execute(sql("open_work", "flows"), values).to_arrow_table()
        self._table.execute("DELETE FROM open_item")
        self._table.execute("INSERT INTO open_item SELECT * FROM found")
        del found
        return int(mark)

    def _catch_up(self, ledger: Ledger) -> None:
        with suppress(UnknownLogError):  # the log is made with its first project
            self._catch_up_with_log(ledger)

    def _catch_up_with_log(self, ledger: Ledger) -> None:
        touched: dict[str, None] = {}
        while events := ledger.since(self._seq, log=self._log, limit=_PAGE):
            touched |= dict.fromkeys(one.event.case_id for one in events)
            self._seq = events[-1].seq
            if len(touched) > _MANY:
                self._seq = self._read_whole(ledger)
                touched = {}
        if not touched:
            return
        rows = [row for case in touched for row in _open_rows(read_case(ledger, self._log, case))]
        self._table.execute(_FORGET, {"cases": list(touched)})
        if rows:
            self._table.executemany(_INSERT, [list(astuple(row)) for row in rows])


_INDEXES: WeakKeyDictionary[Ledger, dict[str, WorklistIndex]] = WeakKeyDictionary()
_MAKING = Lock()


def worklist_index(ledger: Ledger, log: str) -> WorklistIndex:
    """Return the index of a log that lives as long as its ledger is held."""
    with _MAKING:
        indexes = _INDEXES.setdefault(ledger, {})
        if log not in indexes:
            indexes[log] = WorklistIndex(ledger, log)
        return indexes[log]


def _open_rows(history: CaseHistory) -> list[WorkRow]:
    name, city = history.facts.get("name"), history.facts.get("city")
    return [
        WorkRow(
            work_item=f"{history.case_id}/{item.activity}/{item.occurrence}",
            project=history.case_id,
            name=None if name is None else str(name),
            city=None if city is None else str(city),
            activity=item.activity,
            role=item.role,
            assignee=item.assignee,
            offered_at=item.offered_at or datetime.now(UTC),
            due=datetime.combine(item.due, time(), UTC) if item.due else None,
            started_at=item.started_at,
            hold_cause=item.cause,
            hold_until=datetime.combine(item.until, time(), UTC) if item.until else None,
            escalated_to=item.escalated_to,
        )
        for item in history.items.values()
        if item.is_open
    ]
