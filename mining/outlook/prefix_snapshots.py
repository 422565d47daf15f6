"""Cases as they stood at regular moments of their lives: what a prediction may know, and what came of it.

A case that is over is looked at several times between start and end, a running one now. It went badly if it
failed or was shelved, or later waited for longer than is normal without a recorded hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from eventlogs.events import Attribute
from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from mining.cases.case_endings import CaseAttributes, standing_cases
from mining.cases.case_groups import group_values
from mining.cases.supposed_ends import SupposedEnds
from mining.normative.model import Ending
from mining.stalls.norms import NEEDED, city_or, find_stalled

Connection = duckdb.DuckDBPyConnection
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

LOOKS = 8  # at a case of median length
MOST_LOOKS = 24
MOST_SNAPSHOTS = 40_000
MOST_ACTIVITIES = 60

_COLUMNS = ("case_no", "grp", "now", "bad", "pos", "activity", "idle", "age", "remaining", "ended")
_SHAPE = """
    SELECT coalesce(median(duration), 0)::BIGINT, count(*)
    FROM norm_case JOIN trace USING (case_no)
    WHERE state NOT IN ('running', 'silent') AND duration IS NOT NULL
"""
_NAMES = "SELECT code, name FROM activity_code ORDER BY code"
_IDS = "SELECT case_no, case_id FROM trace JOIN norm_case USING (case_no) WHERE state = 'running'"
_STALLED = "SELECT case_no FROM stall_reported WHERE state = 'running'"


@dataclass(frozen=True)
class Snapshots:
    """Moments of cases, one a row; `features` are named by `names` and are all that a prediction may see.

    `bad` tells what came of it and `remaining` in how many days it ended (both of no use where `now`).
    """

    cases: Ints
    groups: Ints
    now: Flags
    bad: Flags
    activities: Ints
    idle: Floats
    remaining: Floats
    ended: Ints
    stalled: Flags
    features: Floats
    names: tuple[tuple[str, int], ...]  # what kind of feature, of which activity or group code
    activity_names: Mapping[int, str]
    group_names: Mapping[int, Attribute]
    case_ids: Mapping[int, str]
    supposed: SupposedEnds | None

    def only(self, rows: Flags) -> "Snapshots":
        """Return some of the rows."""
        fields = ("cases", "groups", "now", "bad", "activities", "idle", "remaining", "ended", "stalled")
        some: dict[str, Any] = {name: getattr(self, name)[rows] for name in (*fields, "features")}
        rest = ("names", "activity_names", "group_names", "case_ids", "supposed")
        return Snapshots(**some, **{name: getattr(self, name) for name in rest})

    def weights(self) -> Floats:
        """Return weights by which each case counts once, however often it was looked at."""
        _, place, counts = np.unique(self.cases, return_inverse=True, return_counts=True)
        weights: Floats = 1.0 / counts[place.ravel()]
        return weights


def snapshots(prepared: PreparedLog, ending: Ending, by: str | None, now: datetime) -> Snapshots:
    """Look at all cases of a log."""
    attributes = city_or(CaseAttributes.of(prepared, by))
    with standing_cases(prepared, ending, attributes, now) as (connection, supposed):
        log = {"log_id": prepared.choice.log_id}
        find_stalled(connection, log, now, grouped=attributes.by is not None)
        return _read(connection, log, attributes, now, supposed)


def _read(
    connection: Connection,
    log: dict[str, Any],
    attributes: CaseAttributes,
    now: datetime,
    supposed: SupposedEnds | None,
) -> Snapshots:
    median, n_ended = connection.execute(_SHAPE).fetchall()[0]
    looks = {
        "now": now,
        "step": max(median // LOOKS, 60_000_000),
        "most": MOST_LOOKS,
        "every": max(1, n_ended * LOOKS // MOST_SNAPSHOTS),
    }
    rows = _columns(connection, "snapshots", looks, _COLUMNS)
    grouped = {"grouped": attributes.by is not None}
    late = _columns(connection, "late", grouped | {"needed": NEEDED}, ("case_no", "pos"))
    failures = _columns(connection, "failures", log, ("case_no", "pos"))
    limits = _columns(connection, "normal_idle", grouped, ("activity", "grp", "most"))
    names = dict(connection.execute(_NAMES).fetchall())
    features, labels = _features(connection, rows, failures, names)
    return Snapshots(
        cases=rows["case_no"],
        groups=rows["grp"],
        now=rows["now"],
        bad=rows["bad"] | (_last_of(late, rows["case_no"]) >= rows["pos"]),
        activities=rows["activity"],
        idle=rows["idle"],
        remaining=rows["remaining"],
        ended=rows["ended"],
        stalled=np.where(
            rows["now"],
            np.isin(rows["case_no"], _stalled(connection)),
            rows["idle"] > _limit_of(limits, rows),
        ),
        features=features,
        names=labels,
        activity_names=names,
        group_names=group_values(connection, attributes.by),
        case_ids=dict(connection.execute(_IDS).fetchall()),
        supposed=supposed,
    )


def _features(
    connection: Connection, rows: Mapping[str, Any], failures: Mapping[str, Any], names: Mapping[int, str]
) -> tuple[Floats, tuple[tuple[str, int], ...]]:
    firsts = _columns(connection, "firsts", {}, ("case_no", "activity", "pos"))
    codes, counts = np.unique(firsts["activity"], return_counts=True)
    kept = np.sort(codes[np.argsort(-counts, kind="stable")][:MOST_ACTIVITIES])
    size = int(max(rows["case_no"].max(initial=0), firsts["case_no"].max(initial=0))) + 1
    columns = [np.log1p(rows["age"]), np.log1p(rows["idle"]), np.log1p(rows["pos"])]
    labels = [("age", 0), ("idle", 0), ("length", 0)]
    n_failed = _count_before(failures, rows)
    columns.append(np.log1p(n_failed))
    labels.append(("failures", 0))
    distinct = np.zeros(len(rows["pos"]))
    for code in kept.tolist():
        own = firsts["activity"] == code
        first = np.full(size, np.iinfo(np.int64).max)
        first[firsts["case_no"][own]] = firsts["pos"][own]
        done = (first[rows["case_no"]] <= rows["pos"]).astype(float)
        distinct += done
        columns += [done, (rows["activity"] == code).astype(float)]
        labels += [("done", code), ("last", code)]
    columns.append(np.log1p(np.maximum(rows["pos"] + 1 - distinct, 0)))
    labels.append(("repeats", 0))
    for group in np.unique(rows["grp"]).tolist():
        columns.append((rows["grp"] == group).astype(float))
        labels.append(("group", group))
    return np.stack(columns, axis=1), tuple(labels)


def _columns(
    connection: Connection, name: str, values: dict[str, Any], columns: tuple[str, ...]
) -> dict[str, Any]:
    found = connection.execute(sql(f"risk/{name}", "mining"), values).fetchnumpy()
    return {column: np.asarray(found[column]) for column in columns}


def _stalled(connection: Connection) -> Ints:
    found: Ints = np.asarray(connection.execute(_STALLED).fetchnumpy()["case_no"], dtype=np.int64)
    return found


def _last_of(found: Mapping[str, Any], cases: Ints) -> Ints:
    """Return, for each row's case, the last position found; -1 where there is none."""
    last = np.full(int(max(cases.max(initial=0), found["case_no"].max(initial=0))) + 1, -1)
    np.maximum.at(last, found["case_no"], found["pos"])
    found_last: Ints = last[cases]
    return found_last


def _count_before(found: Mapping[str, Any], rows: Mapping[str, Any]) -> Ints:
    """Return how many of a case's positions lie at or before each row's."""
    stride = int(max(rows["pos"].max(initial=0), found["pos"].max(initial=0))) + 2
    keys = np.sort(found["case_no"] * stride + found["pos"])
    upto = np.searchsorted(keys, rows["case_no"] * stride + rows["pos"], side="right")
    found_before: Ints = upto - np.searchsorted(keys, rows["case_no"] * stride, side="left")
    return found_before


def _limit_of(limits: Mapping[str, Any], rows: Mapping[str, Any]) -> Floats:
    """Return how long each row's case may be idle; for ever where nothing is known."""
    shape = (
        int(max(limits["activity"].max(initial=0), rows["activity"].max(initial=0))) + 1,
        int(max(limits["grp"].max(initial=0), rows["grp"].max(initial=0))) + 1,
    )
    most = np.full(shape, np.inf)
    most[limits["activity"], limits["grp"]] = np.nan_to_num(
        np.ma.filled(np.ma.asarray(limits["most"], dtype=float), np.inf), nan=np.inf
    )
    found: Floats = most[rows["activity"], rows["grp"]]
    return found
