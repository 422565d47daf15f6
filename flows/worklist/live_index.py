"""The projects of a log and their open work items in memory, kept current by the events since last asked.

The views over all events answer once, when a process first asks; after that only the cases touched since are
read again. It is a copy of what the events say, never a second truth: forgetting it loses nothing.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime, time
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from eventlogs.connecting import connect
from eventlogs.errors import UnknownLogError
from eventlogs.sql_files import sql
from eventlogs.storage import Ledger
from eventlogs.vocabulary import terms
from flows.process.history import CaseHistory, effective
from flows.process.processes import processes
from flows.project.advance import read_case
from flows.worklist.listing import ProjectList, ProjectRow, WorkList, WorkRow, start_of_day

_MARK = "SELECT coalesce(max(seq), 0) FROM event JOIN log USING (log_id) WHERE log.name = $log"
_FORGET = (
    "DELETE FROM project_row WHERE project IN (SELECT unnest($cases))",
    "DELETE FROM open_item WHERE project IN (SELECT unnest($cases))",
)
_DISTRICTS = """
    SELECT DISTINCT city, district FROM project_row
    WHERE city IS NOT NULL AND district IS NOT NULL ORDER BY city, district
"""
_CITIES = "SELECT DISTINCT city FROM project_row WHERE city IS NOT NULL ORDER BY city"
_HOLDERS = "SELECT DISTINCT assignee FROM open_item WHERE assignee IS NOT NULL ORDER BY assignee"
_HELD_PROJECTS = """
    SELECT project, name, city, district, began_at, last_event_at, outcome, hold, n_open, 0
    FROM project_row WHERE hold IS NOT NULL AND outcome IS NULL ORDER BY project
"""
_HELD_ITEMS = """
    SELECT * FROM open_item WHERE hold_cause IS NOT NULL ORDER BY work_item
"""
_FACTS = ("name", "city", "district")
_MANY = 2_000  # touched cases beyond which asking the views again is faster
_PAGE = 10_000


@dataclass(frozen=True)
class Narrowing:
    """Which projects or work items are asked for; None asks for all.

    `places` are cities and districts, the latter as `city/district`; a project in any of them is asked for.
    `search` is part of a project's number, name or district, or of a step's label in either language.
    `outcome` is that of a project, `open` for those that are not over; only work items have `role` (also
    one they were told to), `assignee`, `free_for` (nobody's, or that person's) and `begun`.
    """

    places: frozenset[str] | None = None
    cities: tuple[str, ...] | None = None
    districts: tuple[str, ...] | None = None
    search: str | None = None
    overdue: bool = False
    outcome: str | None = None
    role: str | None = None
    assignee: str | None = None
    free_for: str | None = None
    begun: bool | None = None

    def parameters(self, now: datetime) -> dict[str, Any]:
        """Return the values that the index's statements ask for."""
        search = (self.search or "").strip().lower()
        return asdict(self) | {
            "places": None if self.places is None else sorted(self.places),
            "cities": None if self.cities is None else list(self.cities),
            "districts": None if self.districts is None else list(self.districts),
            "search": search or None,
            "activities": _labelled(search) if search else [],
            "today": start_of_day(now),
        }


class LiveIndex:
    """The projects and open work items of one log, or of one `project`; may be asked from several threads."""

    def __init__(self, ledger: Ledger, log: str, project: str | None = None) -> None:
        self._lock = Lock()
        self._table = connect()
        self._table.execute("SET TimeZone = 'UTC'")
        self._table.execute(sql("index/tables", "flows"))
        self._log = log
        self._project = project
        self._seq = self._read_whole(ledger)

    def work(
        self,
        ledger: Ledger,
        now: datetime,
        narrowing: Narrowing | None = None,
        *,
        limit: int = 100,
        offset: int = 0,
    ) -> WorkList:
        """Return the most pressing open work items, up to `limit`, and how many there are."""
        rows, total = self._ask(ledger, now, "work", narrowing, limit, offset)
        return WorkList([WorkRow(*row) for row in rows], now, total)

    def n_work(self, ledger: Ledger, now: datetime, narrowings: Iterable[Narrowing]) -> list[int]:
        """Return how many open work items each narrowing leaves."""
        with self._lock:
            self._catch_up(ledger)
            return [self._total("work", one.parameters(now)) for one in narrowings]

    def projects(
        self,
        ledger: Ledger,
        now: datetime,
        narrowing: Narrowing | None = None,
        *,
        limit: int = 100,
        offset: int = 0,
    ) -> ProjectList:
        """Return projects by their numbers, up to `limit`, and how many there are."""
        rows, total = self._ask(ledger, now, "projects", narrowing, limit, offset)
        return ProjectList([ProjectRow(*row) for row in rows], total)

    def held(self, ledger: Ledger) -> tuple[list[ProjectRow], list[WorkRow]]:
        """Return the running projects where anything is on hold, and the work items that are."""
        with self._lock:
            self._catch_up(ledger)
            projects = self._table.execute(_HELD_PROJECTS).fetchall()
            items = self._table.execute(_HELD_ITEMS).fetchall()
        return [ProjectRow(*row) for row in projects], [WorkRow(*row) for row in items]

    def districts(self, ledger: Ledger) -> list[tuple[str, str]]:
        """Return the districts of the projects, each with its city."""
        with self._lock:
            self._catch_up(ledger)
            return self._table.execute(_DISTRICTS).fetchall()

    def cities(self, ledger: Ledger) -> list[str]:
        """Return the cities of the projects."""
        return self._words(ledger, _CITIES)

    def holders(self, ledger: Ledger) -> list[str]:
        """Return the persons in whose hands open work is."""
        return self._words(ledger, _HOLDERS)

    def _words(self, ledger: Ledger, statement: str) -> list[str]:
        with self._lock:
            self._catch_up(ledger)
            return [word for (word,) in self._table.execute(statement).fetchall()]

    def _ask(
        self, ledger: Ledger, now: datetime, what: str, narrowing: Narrowing | None, limit: int, offset: int
    ) -> tuple[list[tuple[Any, ...]], int]:
        values = (narrowing or Narrowing()).parameters(now) | {"limit": limit, "offset": offset}
        with self._lock:
            self._catch_up(ledger)
            rows = self._answer(sql(f"index/{what}", "flows"), values)
            total = self._total(what, values)
        return rows, total

    def _total(self, what: str, values: dict[str, Any]) -> int:
        return int(self._answer(sql(f"index/{what}_total", "flows"), values)[0][0])

    def _answer(self, statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        asked = {name: value for name, value in values.items() if f"${name}" in statement}
        return self._table.execute(statement, asked).fetchall()

    def _read_whole(self, ledger: Ledger) -> int:
        values = {"log": self._log, "case_id": self._project}
        all_work = values | {"pressing": None}
        with ledger.reading() as connection:
            mark = connection.execute(_MARK, {"log": self._log}).fetchall()[0][0]
            projects = connection.execute(sql("projects", "flows"), values).to_arrow_table()
            items = connection.execute(sql("open_work", "flows"), all_work).to_arrow_table()
        self._table.register("found_projects", projects)
        self._table.register("found_items", items)
        self._table.execute(sql("index/fill", "flows"))
        for found in ("found_projects", "found_items"):
            self._table.unregister(found)
        return int(mark)

    def _catch_up(self, ledger: Ledger) -> None:
        with suppress(UnknownLogError):  # the log is made with its first project
            self._catch_up_with_log(ledger)

    def _catch_up_with_log(self, ledger: Ledger) -> None:
        touched: dict[str, None] = {}
        while events := ledger.since(self._seq, log=self._log, limit=_PAGE):
            cases = dict.fromkeys(one.event.case_id for one in events)
            touched |= {case: None for case in cases if self._project in (None, case)}
            self._seq = events[-1].seq
            if len(touched) > _MANY:
                self._seq = self._read_whole(ledger)
                touched = {}
        if not touched:
            return
        histories = [read_case(ledger, self._log, case) for case in touched]
        for forget in _FORGET:
            self._table.execute(forget, {"cases": list(touched)})
        self._insert("project_row", [_project_row(history) for history in histories if history.exists])
        self._insert("open_item", [astuple(row) for history in histories for row in _open_rows(history)])

    def _insert(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        values = [list(row) for row in rows]
        if values:
            marks = ", ".join("?" for _ in values[0])
            self._table.executemany(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608


_INDEXES: WeakKeyDictionary[Ledger, dict[str, LiveIndex]] = WeakKeyDictionary()
_MAKING = Lock()


def live_index(ledger: Ledger, log: str) -> LiveIndex:
    """Return the index of a log that lives as long as its ledger is held."""
    with _MAKING:
        indexes = _INDEXES.setdefault(ledger, {})
        if log not in indexes:
            indexes[log] = LiveIndex(ledger, log)
        return indexes[log]


def _labelled(search: str) -> list[str]:
    """Return the activities whose label in either language holds a text."""
    own = (term for process in processes().values() for term in process.words.items())
    return [
        key
        for key, term in (*terms("activities").items(), *own)
        if search in term.zh.lower() or search in term.en.lower()
    ]


def _project_row(history: CaseHistory) -> tuple[Any, ...]:
    moments = [event.occurred_at for event in effective(history.events)]
    facts = [None if (value := history.facts.get(name)) is None else str(value) for name in _FACTS]
    words = " ".join(word for word in (history.case_id, facts[0], facts[2]) if word).lower()
    rows = _open_rows(history)
    dues = [row.due for row in rows if row.due]
    row = (history.case_id, *facts, min(moments), max(moments), history.outcome, history.hold, words)
    return (*row, len(rows), dues, min(dues, default=None))


def _open_rows(history: CaseHistory) -> list[WorkRow]:
    name, city, district = (
        None if (value := history.facts.get(fact)) is None else str(value) for fact in _FACTS
    )
    return [
        WorkRow(
            work_item=f"{history.case_id}/{item.activity}/{item.occurrence}",
            project=history.case_id,
            name=name,
            city=city,
            district=district,
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
