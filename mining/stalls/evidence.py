"""What a log shows of each case that has not gone well: idle time, open work, halts, attempts, objections.

Only the cases to tell of are read in detail; which they are is decided by `sql/stalls/reported.sql`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import duckdb

from eventlogs.events import Attribute
from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from eventlogs.vocabulary import terms
from mining.cases.case_endings import CaseAttributes, fill_cases
from mining.cases.case_groups import group_values
from mining.cases.log_clock import moment
from mining.cases.supposed_ends import SupposedEnds
from mining.conformance.verdicts import choose_judged, find_unjudged, unjudged
from mining.normative.model import Mark, NormativeModel
from mining.normative.norm_tables import NormTables, NothingToCheckError
from mining.stalls.facts import (
    Attempt,
    CaseEvidence,
    ChainPlace,
    Evidence,
    Halt,
    IdleStep,
    Normal,
    OpenItem,
    RecordedHalt,
    Silent,
    Stratum,
    Watched,
)
from mining.stalls.norms import LEAST_COMPLETED, city_or, find_stalled
from mining.stalls.percentiles import percentiles

Connection = duckdb.DuckDBPyConnection

LEAST_IDLE, MOST_IDLE = 10, 0.5  # so many, and more than this share, of a step's running cases: the rule
NEARLY_ALL = 0.9  # of the completed cases have shown what counts as missing elsewhere

_STRATA: tuple[Stratum, ...] = (
    "step and group",
    "step",
    "all steps",
    "awaited step",
    "hold and group",
    "hold",
)
_REPORTED = """
    SELECT
        case_no, case_id, grp, state, word, activity_code.name, last_at, over_at, idle,
        if(since = -1 AND stratum IN (1, 2), stratum + 4, stratum) AS stratum,
        n_waits, median, most, awaited.name
    FROM stall_reported
    JOIN activity_code ON activity_code.code = activity
    LEFT JOIN activity_code AS awaited ON awaited.code = target
    ORDER BY case_id
"""
_WORDS = "SELECT word_no, activity, role FROM stall_word"
_ACTIVITIES = "SELECT code, name FROM activity_code"
_ROLES = "SELECT code, name FROM role_code"
_NEEDS = "SELECT name, share, place, n FROM stall_need"
_WATCHED = """
    SELECT case_id, grp, activity, idle, slow
    FROM stall_watched ANTI JOIN stall_reported USING (case_no)
    WHERE n_idle < $least OR n_idle <= $most * n_running
    ORDER BY idle / slow DESC, case_id
"""
_IDLE_STEPS = """
    SELECT
        activity, any_value(n_idle) AS n, any_value(n_running),
        list(case_id ORDER BY idle / slow DESC, case_id)
    FROM stall_watched
    WHERE n_idle >= $least AND n_idle > $most * n_running
    GROUP BY activity
    ORDER BY n DESC, activity
"""
_SILENT = """
    SELECT case_id, grp, name, epoch_us($now::TIMESTAMPTZ) - epoch_us(end_at) AS idle
    FROM norm_case
    JOIN supposed_case USING (case_no)
    JOIN trace USING (case_no)
    JOIN activity_code ON activity_code.code = supposed_case.activity
    WHERE norm_case.state = 'silent'
    ORDER BY idle, case_id
"""
_TOO_SMALL = "SELECT NOT EXISTS (FROM stall_norm)"
_UNJUDGED = "SELECT case_no FROM stall_reported SEMI JOIN unjudged_case USING (case_no)"
_N_CASES = "SELECT count(*), count(*) FILTER (state = 'running') FROM norm_case"


def evidence(
    prepared: PreparedLog,
    model: NormativeModel,
    by: str | None,
    now: datetime,
    case_id: str | None = None,
) -> Evidence:
    """Read what the log shows, of one case whether or not it is to be told of, or of all that are."""
    attributes = city_or(CaseAttributes.of(prepared, by))
    with _laid_out(prepared, model, attributes, now) as (connection, tables, supposed):
        log = {"log_id": prepared.choice.log_id}
        find_stalled(connection, log, now, case_id, grouped=attributes.by is not None, model=model)
        groups = group_values(connection, attributes.by)
        cases = {n: _case(groups, *row) for n, *row in connection.execute(_REPORTED).fetchall()}
        _read_cases(connection, cases)
        for (one,) in connection.execute(_UNJUDGED).fetchall():
            cases[one].judged = False
        needed: Mapping[str, frozenset[int]] = {}
        marks: Mapping[int, Mark] = {}
        if tables is not None:
            marks = tables.performed_marks()
            needed = _read_marks(connection, model, cases, marks)
        needs, n_good = _needs(connection)
        steps = {"steps": list(terms("activities"))}
        n_cases, n_running = connection.execute(_N_CASES).fetchall()[0]
        past = _rows(connection, "past_holds", [3, 4, 5], steps)
        return Evidence(
            cases=list(cases.values()),
            needs=needs,
            n_good=n_good,
            following=_following(connection),
            needed_marks=needed,
            marks=marks,
            halts=[RecordedHalt(*row) for row in past],
            **(_watched(connection, groups) if case_id is None else {"watched": [], "idle_steps": []}),
            n_cases=n_cases,
            n_running=n_running,
            supposed=supposed,
            silent=_silent(connection, groups, now) if supposed else [],
            too_small=connection.execute(_TOO_SMALL).fetchall()[0][0],
            unjudged=unjudged(connection),
        )


@contextmanager
def _laid_out(
    prepared: PreparedLog, model: NormativeModel, attributes: CaseAttributes, now: datetime
) -> Iterator[tuple[Connection, NormTables | None, SupposedEnds | None]]:
    with prepared.reading() as connection:
        tables: NormTables | None = NormTables(connection, prepared, model)
        try:
            assert tables is not None
            supposed = tables.fill(attributes, now, performed_only=True)
        except NothingToCheckError:
            tables = None  # a log of other words has no chains; the rest can be told all the same
            supposed = fill_cases(connection, prepared, model.ending, attributes, now)
        find_unjudged(connection, prepared, model)
        choose_judged(connection)
        yield connection, tables, supposed


def _case(
    groups: Mapping[int, Attribute],
    case_id: str,
    group: int,
    state: Any,
    outcome: str | None,
    last_activity: str,
    last_at: datetime | None,
    over_at: datetime | None,
    idle: int | None,
    stratum: int | None,
    *waits: Any,
) -> CaseEvidence:
    n, median, most, awaited = waits
    normal = Normal(_STRATA[stratum - 1], n, _span(median), _span(most), awaited) if stratum else None
    return CaseEvidence(
        case_id, groups[group], state, outcome, last_activity, last_at, over_at, _span(idle or 0), normal
    )


def _silent(connection: Connection, groups: Mapping[int, Attribute], now: datetime) -> list[Silent]:
    """Return the silent cases, the last to be heard of first."""
    found = connection.execute(_SILENT, {"now": now}).fetchall()
    return [Silent(case, groups[group], last, _span(idle)) for case, group, last, idle in found]


def _watched(connection: Connection, groups: Mapping[int, Attribute]) -> dict[str, list[Any]]:
    """Return the cases to keep an eye on, and the steps after which standing still is the rule."""
    connection.execute(sql("stalls/watched", "mining"))
    rule = {"least": LEAST_IDLE, "most": MOST_IDLE}
    found = connection.execute(_WATCHED, rule).fetchall()
    watched = [
        Watched(case, groups[group], last, _span(idle), _span(slow))
        for case, group, last, idle, slow in found
    ]
    steps = [
        IdleStep(activity, idle, running, tuple(cases))
        for activity, idle, running, cases in connection.execute(_IDLE_STEPS, rule).fetchall()
    ]
    return {"watched": watched, "idle_steps": steps}


def _read_cases(connection: Connection, cases: Mapping[int, CaseEvidence]) -> None:
    def each(name: str, take: Callable[..., None], moments: Sequence[int] = ()) -> None:
        for one, *row in _rows(connection, name, moments):
            take(cases[one], *row)

    words = {word: said for word, *said in connection.execute(_WORDS).fetchall()}
    activities, roles = (dict(connection.execute(names).fetchall()) for names in (_ACTIVITIES, _ROLES))

    def take_item(case: CaseEvidence, first: int, meant: int | None, *rest: Any) -> None:
        case.items.append(OpenItem(words[first][0], None if meant is None else words[meant][1], *rest))

    def take_codes(case: CaseEvidence, acted: list[int] | None, done: list[int]) -> None:
        case.roles = frozenset(roles[code] for code in acted or ())
        case.activities = frozenset(activities[code] for code in done)

    for one, share in percentiles(connection):
        cases[one].percentile = share
    each("items", take_item, [3])
    each("reported_holds", lambda case, *row: case.halts.append(Halt(*row)), [3, 4, 6])
    each("attempts", lambda case, *row: case.attempts.append(Attempt(*row)), [4])
    each("roles", take_codes)
    each("objections", _take_objections, [2])


def _rows(
    connection: Connection, name: str, moments: Sequence[int] = (), values: dict[str, Any] | None = None
) -> Iterator[list[Any]]:
    """Yield the rows of a statement; the columns `moments` of them come as microseconds."""
    for found in connection.execute(sql(f"stalls/{name}", "mining"), values).fetchall():
        row = list(found)
        for column in moments:
            row[column] = moment(row[column])
        yield row


def _take_objections(case: CaseEvidence, n: int, since: datetime | None) -> None:
    case.objections, case.objecting_since = n, since


def _read_marks(
    connection: Connection,
    model: NormativeModel,
    cases: Mapping[int, CaseEvidence],
    marks: Mapping[int, Mark],
) -> dict[str, frozenset[int]]:
    for case_no, chain_no, step_no, activity, at in _rows(connection, "chains", [4]):
        chain = model.chains[chain_no]
        cases[case_no].chains.append(ChainPlace(chain.key, chain.roles[step_no], activity, at))
    for case_no, seen in connection.execute(sql("stalls/seen_marks", "mining")).fetchall():
        cases[case_no].marks = frozenset(seen)
    needed: dict[str, set[int]] = defaultdict(set)
    limits = {"marks": list(marks), "share": NEARLY_ALL, "least": LEAST_COMPLETED}
    for activity, mark in connection.execute(sql("stalls/needed_marks", "mining"), limits).fetchall():
        needed[activity].add(mark)
    return {activity: frozenset(found) for activity, found in needed.items()}


def _needs(connection: Connection) -> tuple[dict[str, tuple[float, float]], int]:
    found = connection.execute(_NEEDS).fetchall()
    return {name: (share, place) for name, share, place, _ in found}, found[0][3] if found else 0


def _following(connection: Connection) -> dict[str, list[tuple[str, float]]]:
    counted: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for source, target, n in connection.execute(sql("stalls/following", "mining")).fetchall():
        counted[source].append((target, n))
    return {
        source: [(target, n / sum(count for _, count in targets)) for target, n in targets]
        for source, targets in counted.items()
    }


def _span(microseconds: float) -> timedelta:
    return timedelta(microseconds=float(microseconds))
