"""What becomes of cases from each step on, and when: curves by step and group, running cases censored.

The clock starts when a case first comes to an activity. It stops when the case is completed, fails, or is
withdrawn; a case that still runs, or was shelved and may go on, counts for as long as it has been seen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

import duckdb
import numpy as np

from eventlogs.events import Attribute
from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from eventlogs.vocabulary import Outcome, terms
from mining.cases.as_of import as_of
from mining.cases.case_endings import CaseAttributes, standing_cases
from mining.cases.case_groups import group_values
from mining.cases.log_clock import time_in
from mining.cases.supposed_ends import SupposedEnds
from mining.normative.model import Ending
from mining.outlook.survival import Floats, Incidence, Ints, corrected, incidences, logrank

End = Literal["completed", "failed", "withdrawn", "ended", "silent"]
ENDS: tuple[End, ...] = get_args(End)
MIN_CASES = 5
YEAR = timedelta(days=365)

_COLUMNS = ("grp", "activity", "days", "cause")


@dataclass(frozen=True)
class Spans:
    """One row per case and activity it came to, in the order of group, activity and days."""

    groups: Ints  # -1 where all cases are together
    activities: Ints
    days: Floats
    causes: Ints  # 0 still open, else the place in `ENDS`, from 1


@dataclass(frozen=True)
class StepCurve:
    """The curve of the cases that came to a step; `group` None also for those without the attribute."""

    step: str
    group: Attribute
    whole: bool  # all cases together
    cases: int
    curve: Incidence


@dataclass(frozen=True, slots=True)
class EndOutlook:
    """One way to end: how many did, what share will have by the horizon, when half will have."""

    end: End
    cases: int
    share: float
    interval: tuple[float, float] | None  # 95 %; None where none or all have ended
    median: timedelta | None


@dataclass(frozen=True, slots=True)
class StepOutlook:
    """What becomes of the cases that came to a step; `ends` is empty where they are too few to tell."""

    step: str
    group: Attribute
    whole: bool
    cases: int
    running: int
    ends: tuple[EndOutlook, ...]
    mean_open: timedelta | None  # restricted to the horizon


@dataclass(frozen=True, slots=True)
class StepDifference:
    """Whether groups come to an end from a step at different rates, by a log-rank test."""

    step: str
    end: End
    groups: int
    statistic: float
    freedom: int
    p_value: float
    corrected: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """What becomes of a log's cases from each step on; `supposed` is what ends are where it tells of none."""

    log: str
    simulated: bool
    by: str | None
    now: datetime
    horizon: timedelta
    min_cases: int
    supposed: SupposedEnds | None
    steps: tuple[StepOutlook, ...]
    differences: tuple[StepDifference, ...]

    def as_text(self) -> str:
        """Return the shares and times from each step on, and where groups differ."""
        from mining.outlook.outlook_text import outlook_text

        return outlook_text(self)


@dataclass(frozen=True)
class _Case:
    spans: Spans
    together: Spans
    steps: Mapping[int, str]
    groups: Mapping[int, Attribute]
    supposed: SupposedEnds | None


def outlook(
    prepared: PreparedLog,
    ending: Ending,
    *,
    by: str | None = None,
    now: datetime | None = None,
    horizon: timedelta = YEAR,
    min_cases: int = MIN_CASES,
) -> Outlook:
    """Answer what becomes of cases from each step on, all together and by an attribute."""
    at = time_in(prepared, now)
    found = _read(as_of(prepared, now), ending, by, at)
    steps = [_step_outlook(one, horizon, min_cases) for one in _curves(found, by)]
    return Outlook(
        log=prepared.log.name,
        simulated=prepared.log.simulated,
        by=by,
        now=at,
        horizon=horizon,
        min_cases=min_cases,
        supposed=found.supposed,
        steps=tuple(steps),
        differences=tuple(_differences(found, min_cases)) if by is not None else (),
    )


def step_curves(
    prepared: PreparedLog, ending: Ending, *, by: str | None = None, now: datetime | None = None
) -> Iterator[StepCurve]:
    """Yield the curve of each step over all cases, then with `by` that of each step and group."""
    yield from _curves(_read(as_of(prepared, now), ending, by, time_in(prepared, now)), by)


def _read(prepared: PreparedLog, ending: Ending, by: str | None, now: datetime) -> _Case:
    attributes = CaseAttributes.of(prepared, by)
    with standing_cases(prepared, ending, attributes, now) as (connection, supposed):
        places = connection.execute(sql("outlook/places", "mining")).fetchall()
        together = _spans(connection, now, grouped=False)
        spans = _spans(connection, now, grouped=True) if by is not None else together
        groups = {-1: None} | group_values(connection, attributes.by)
    return _Case(spans, together, {row[0]: row[1] for row in places}, groups, supposed)


def _spans(connection: duckdb.DuckDBPyConnection, now: datetime, *, grouped: bool) -> Spans:
    withdrawn = [key for key, one in terms("outcomes").items() if isinstance(one, Outcome) and one.withdrawn]
    values: dict[str, Any] = {"now": now, "grouped": grouped, "withdrawn": withdrawn}
    found = connection.execute(sql("outlook/spans", "mining"), values).fetchnumpy()
    groups, activities, days, causes = (np.asarray(found[name]) for name in _COLUMNS)
    return Spans(groups, activities, days, causes)


def _curves(found: _Case, by: str | None) -> Iterator[StepCurve]:
    for whole, spans in ((True, found.together), (False, found.spans)):
        if whole or by is not None:
            yield from _curves_of(found, spans, whole=whole)


def _curves_of(found: _Case, spans: Spans, *, whole: bool) -> Iterator[StepCurve]:
    order = {activity: place for place, activity in enumerate(found.steps)}
    stride = max(order, default=0) + 1
    keys = (spans.groups + 1) * stride + spans.activities
    made = [
        (order[key % stride], key // stride - 1, key % stride, curve, n)
        for key, curve, n in _with_sizes(keys, spans)
    ]
    for _, group, activity, curve, n in sorted(made, key=lambda one: one[:2]):
        yield StepCurve(found.steps[activity], found.groups[group], whole, n, curve)


def _with_sizes(keys: Ints, spans: Spans) -> Iterator[tuple[int, Incidence, int]]:
    sizes = dict(zip(*(part.tolist() for part in np.unique(keys, return_counts=True)), strict=True))
    for key, curve in incidences(keys, spans.days, spans.causes, len(ENDS)):
        yield key, curve, sizes[key]


def _step_outlook(one: StepCurve, horizon: timedelta, min_cases: int) -> StepOutlook:
    days, curve = horizon / timedelta(days=1), one.curve
    counts = curve.ended.sum(axis=1).tolist()
    enough = one.cases >= min_cases
    ends = [_end_outlook(curve, cause, n, days) for cause, n in enumerate(counts, 1) if n and enough]
    mean = timedelta(days=curve.mean_open(days)) if enough else None
    return StepOutlook(one.step, one.group, one.whole, one.cases, one.cases - sum(counts), tuple(ends), mean)


def _end_outlook(curve: Incidence, cause: int, n: int, days: float) -> EndOutlook:
    median = curve.median(cause)
    return EndOutlook(
        end=ENDS[cause - 1],
        cases=n,
        share=curve.share(cause, days),
        interval=curve.interval(cause, days),
        median=None if median is None else timedelta(days=median),
    )


def _differences(found: _Case, min_cases: int) -> Iterator[StepDifference]:
    tested = []
    for activity, step in found.steps.items():
        here = found.spans.activities == activity
        codes, sizes = np.unique(found.spans.groups[here], return_counts=True)
        here &= np.isin(found.spans.groups, codes[sizes >= min_cases])
        times, causes, groups = found.spans.days[here], found.spans.causes[here], found.spans.groups[here]
        for cause, end in enumerate(ENDS, 1):
            difference = logrank(times, causes == cause, groups)
            if difference is not None:
                tested.append((step, end, int((sizes >= min_cases).sum()), difference))
    chances = corrected([difference.p_value for *_, difference in tested])
    for (step, end, n, one), chance in zip(tested, chances, strict=True):
        yield StepDifference(step, end, n, one.statistic, one.freedom, one.p_value, chance)
