"""How long activities take and wait, how long cases take, and where most time is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from typing import Any

from eventlogs.amounts import number_text, share_text, span_text
from eventlogs.console import members
from eventlogs.events import Attribute
from eventlogs.language import say
from eventlogs.layout import table, wrapped
from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from eventlogs.words import activity_label, attribute_label
from mining.cases.case_endings import supposed_ends
from mining.cases.case_groups import GROUPS_SHOWN, case_groups, rest_text, value_text
from mining.cases.supposed_ends import SupposedEnds
from mining.normative.file import read_model
from mining.performance.spans import Clock, spans

_ACTIVITIES = "SELECT code, name FROM activity_code"
_NORMAL = 1.959963984540054  # standard deviations of a 95 % interval


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something takes; None where it is not known of any."""

    mean: timedelta | None
    median: timedelta | None
    p90: timedelta | None


@dataclass(frozen=True, slots=True)
class ActivityTimes:
    """The times of one activity, over `completions` in `cases`, of which `started` have a recorded start.

    Waiting is from when it could begin (its offer, else the completion before it) to its start, service from
    start to completion without the holds in it, sojourn all three. `held` is the time of all its holds, also
    of those before its start, which are part of the waiting; None in a log of completions alone. `time_lost`
    is waiting and holds of all cases together, of completions without a start the sojourn; its interval
    (95 %) is that of a sum over cases.
    """

    activity: str
    completions: int
    cases: int
    started: int
    service: Spread
    waiting: Spread
    sojourn: Spread
    held: timedelta | None
    time_lost: timedelta
    time_lost_interval: tuple[timedelta, timedelta]
    share: float


@dataclass(frozen=True, slots=True)
class GroupTimes:
    """The activities of the cases that share a `value`, those where most time is lost first."""

    value: Attribute
    cases: int
    throughput: Spread
    activities: tuple[ActivityTimes, ...]


@dataclass(frozen=True, slots=True)
class Times:
    """Times of a log, of the whole and of each group that `by` parts; `clock` is how time is counted.

    `supposed` is what ends are supposed where the log tells of none.
    """

    log: str
    simulated: bool
    clock: Clock
    by: str | None
    whole: GroupTimes
    groups: tuple[GroupTimes, ...]
    supposed: SupposedEnds | None = None

    def as_text(self) -> str:
        """Return a table of activities for the whole or each group."""
        parts = [_head(self)]
        for group in self.groups[:GROUPS_SHOWN] or (self.whole,):
            parts += [*_group_head(self, group), _throughput_text(group), _times_table(group.activities)]
        return "\n\n".join([*parts, *rest_text(self.groups)])


@dataclass(frozen=True, slots=True)
class Bottlenecks:
    """Where most time is lost: the same times, told as a ranking."""

    times: Times

    def as_text(self) -> str:
        """Return a ranking for the whole or each group."""
        parts = [_head(self.times)]
        for group in self.times.groups[:GROUPS_SHOWN] or (self.times.whole,):
            parts += [*_group_head(self.times, group), _ranking(group.activities)]
        return "\n\n".join([*parts, *rest_text(self.times.groups)])

    def as_data(self) -> dict[str, object]:
        """Return the times' own members."""
        return members(self.times)


def times(prepared: PreparedLog, *, by: str | None = None, clock: Clock = "clock") -> Times:
    """Return how long each activity and each case takes.

    The log must be prepared with all transitions, else only sojourn times are known. Raises
    `UnknownAttributeError` if neither cases nor events have the attribute `by`.
    """
    attribute = None if by is None else prepared.attribute(by)
    with spans(prepared, clock) as connection:
        names = dict(connection.execute(_ACTIVITIES).fetchall())
        found = {
            number: connection.execute(sql("performance/times", "mining"), {"attribute": number}).fetchall()
            for number in {None, attribute}
        }
        whole_spreads = _throughputs(connection, None)
        spreads = _throughputs(connection, attribute)
    n_cases = sum(group.cases for group in case_groups(prepared, None))
    whole = GroupTimes(None, n_cases, whole_spreads.get(0, _UNKNOWN), _told(found[None], names))
    groups = (
        ()
        if attribute is None
        else tuple(
            GroupTimes(
                group.value,
                group.cases,
                spreads.get(group.code, _UNKNOWN),
                _told([row for row in found[attribute] if row[0] == group.code], names),
            )
            for group in case_groups(prepared, attribute)
        )
    )
    return Times(
        prepared.log.name,
        prepared.log.simulated,
        clock,
        by,
        whole,
        groups,
        supposed_ends(prepared, read_model(None).ending),
    )


def bottlenecks(prepared: PreparedLog, *, by: str | None = None, clock: Clock = "clock") -> Bottlenecks:
    """Return the activities ranked by the time lost before them; as for `times`."""
    return Bottlenecks(times(prepared, by=by, clock=clock))


_UNKNOWN = Spread(None, None, None)


def _throughputs(connection: Any, attribute: int | None) -> dict[int, Spread]:
    rows = connection.execute(sql("performance/throughput", "mining"), {"attribute": attribute}).fetchall()
    return {code: _spread(values) for code, *values in rows}


def _told(rows: Sequence[tuple[Any, ...]], names: dict[int, str]) -> tuple[ActivityTimes, ...]:
    lost_in_all = sum(row[9] or 0 for row in rows)
    told = [_activity(row, names[row[1]], lost_in_all) for row in rows]
    return tuple(sorted(told, key=lambda one: (-one.time_lost, one.activity)))


def _activity(row: tuple[Any, ...], name: str, lost_in_all: float) -> ActivityTimes:
    _, _, n, n_cases, n_started, service, waiting, sojourn, held, lost, squares, n_all = row
    lost, squares = lost or 0.0, squares or 0.0
    deviation = sqrt(max(0.0, squares - lost * lost / n_all) * n_all / (n_all - 1)) if n_all > 1 else 0.0
    low, high = max(0.0, lost - _NORMAL * deviation), lost + _NORMAL * deviation
    return ActivityTimes(
        activity=name,
        completions=n,
        cases=n_cases,
        started=n_started,
        service=_spread(service),
        waiting=_spread(waiting),
        sojourn=_spread(sojourn),
        held=None if held is None else timedelta(seconds=held),
        time_lost=timedelta(seconds=lost),
        time_lost_interval=(timedelta(seconds=low), timedelta(seconds=high)),
        share=lost / lost_in_all if lost_in_all else 0.0,
    )


def _spread(values: Sequence[float | None]) -> Spread:
    return Spread(*(None if value is None else timedelta(microseconds=value) for value in values))


def span_cell(span: timedelta | None) -> str:
    """Return a span as people read it."""
    return span_text(None if span is None else span.total_seconds())


def _head(found: Times) -> str:
    counted = say("time by the clock") if found.clock == "clock" else say("time in working days")
    name = say("{log} (simulated)", log=found.log) if found.simulated else found.log
    head = say(
        "{log}: {cases} cases, {counted}", log=name, cases=number_text(found.whole.cases), counted=counted
    )
    return head if found.supposed is None else head + "\n" + wrapped(found.supposed.as_text(), 100)


def _group_head(found: Times, group: GroupTimes) -> list[str]:
    if found.by is None:
        return []
    return [f"{attribute_label(found.by)} {value_text(found.by, group.value)}"]


def _throughput_text(group: GroupTimes) -> str:
    return say(
        "{cases} cases; from first to last event a case takes {median} (median), {mean} (mean), nine tenths "
        "at most {p90}; running ones count as far as they have come",
        cases=number_text(group.cases),
        median=span_cell(group.throughput.median),
        mean=span_cell(group.throughput.mean),
        p90=span_cell(group.throughput.p90),
    )


def _times_table(activities: Sequence[ActivityTimes]) -> str:
    head = [
        say("Activity"),
        say("Times"),
        say("Median wait"),
        say("Median service"),
        say("Median sojourn"),
        say("90 % sojourn at most"),
        say("On hold in all"),
    ]
    rows = [
        [
            activity_label(one.activity),
            number_text(one.completions),
            span_cell(one.waiting.median),
            span_cell(one.service.median),
            span_cell(one.sojourn.median),
            span_cell(one.sojourn.p90),
            span_cell(one.held),
        ]
        for one in activities
    ]
    return table(head, rows, right=range(1, 7))


def _ranking(activities: Sequence[ActivityTimes]) -> str:
    head = [
        say("Time lost before"),
        say("Time lost"),
        say("95 % interval"),
        say("Share"),
        say("Cases"),
        say("Median"),
        say("90 % at most"),
    ]
    rows = [
        [
            activity_label(one.activity),
            span_cell(one.time_lost),
            f"{span_cell(one.time_lost_interval[0])} – {span_cell(one.time_lost_interval[1])}",
            share_text(one.share),
            number_text(one.cases),
            span_cell(_lost(one).median),
            span_cell(_lost(one).p90),
        ]
        for one in activities
        if one.time_lost
    ]
    return table(head, rows, right=range(1, 7))


def _lost(one: ActivityTimes) -> Spread:
    return one.waiting if one.started else one.sojourn
