"""Waiting time by cause: the coded causes of recorded holds, and beside them what can be inferred."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from eventlogs.amounts import number_text, share_text
from eventlogs.events import Attribute
from eventlogs.language import say, sayable
from eventlogs.layout import table
from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from eventlogs.words import attribute_label, value_label
from eventlogs.working_calendar import day_kind
from mining.cases.case_groups import GROUPS_SHOWN, case_groups, rest_text, value_text
from mining.performance.activity_times import span_cell
from mining.performance.spans import spans
from mining.performance.waiting_inference import CAUSES, Work, batches, latest_ends, parted

MOST_WAITS = 5_000  # looked at for the inferred causes

_SECOND = 1_000_000
CAUSE_NAMES = {
    "batching": sayable("batching"),
    "prioritisation": sayable("prioritisation"),
    "contention": sayable("contention"),
    "unavailability": sayable("days off"),
    "extraneous": sayable("other (outside the work itself)"),
}


@dataclass(frozen=True, slots=True)
class HoldTime:
    """The recorded holds of one coded cause ('' where none was given); `open` ones have no end yet."""

    cause: str
    holds: int
    open: int
    time: timedelta


@dataclass(frozen=True, slots=True)
class InferredTime:
    """The waiting before starts that is put down to one cause, and its share of all such waiting."""

    cause: str
    time: timedelta
    share: float


@dataclass(frozen=True, slots=True)
class GroupWaiting:
    """The cases that share a `value`: `recorded` is told by staff, `inferred` is concluded from `waits`."""

    value: Attribute
    cases: int
    recorded: tuple[HoldTime, ...]
    inferred: tuple[InferredTime, ...]
    waits: int


@dataclass(frozen=True, slots=True)
class WaitingCauses:
    """Why work waits; of `all_waits` before starts about `MOST_WAITS`, drawn by case, were looked at."""

    log: str
    simulated: bool
    by: str | None
    all_waits: int
    looked_at: int
    whole: GroupWaiting
    groups: tuple[GroupWaiting, ...]

    def as_text(self) -> str:
        """Return both kinds of causes for the whole or each group, and say which are inferred."""
        parts = [say("{log} (simulated)", log=self.log) if self.simulated else self.log]
        for group in self.groups[:GROUPS_SHOWN] or (self.whole,):
            if self.by is not None:
                parts.append(f"{attribute_label(self.by)} {value_text(self.by, group.value)}")
            parts += _group_texts(group)
        parts += rest_text(self.groups)
        if not self.all_waits:
            parts.append(
                say("No event tells when a person started, so no further cause can be inferred in this log.")
            )
        elif self.looked_at < self.all_waits:
            parts.append(
                say(
                    "Inferred from {n} of {all} waits, drawn by case.",
                    n=number_text(self.looked_at),
                    all=number_text(self.all_waits),
                )
            )
        return "\n\n".join(parts)


def waiting_causes(prepared: PreparedLog, *, by: str | None = None) -> WaitingCauses:
    """Return waiting time by recorded and by inferred cause; the log prepared with all transitions."""
    attribute = None if by is None else prepared.attribute(by)
    with spans(prepared) as connection:
        asked = {"attribute": attribute}
        connection.execute(sql("performance/recorded_holds", "mining"), {"log_id": prepared.choice.log_id})
        holds = connection.execute(sql("performance/holds", "mining"), asked).fetchall()
        begun = connection.execute(sql("performance/begun_instances", "mining"), asked).fetchall()
    inferred, n_waits, n_all = _inferred(begun, days_off(ZoneInfo(prepared.log.timezone)))
    groups = (
        ()
        if attribute is None
        else tuple(
            _group(
                group.value,
                group.cases,
                [row for row in holds if row[0] == group.code],
                inferred[group.code],
                n_waits[group.code],
            )
            for group in case_groups(prepared, attribute)
        )
    )
    in_all: dict[str, int] = defaultdict(int)
    for spent in inferred.values():
        for cause, time in spent.items():
            in_all[cause] += time
    n_cases = sum(group.cases for group in case_groups(prepared, None))
    looked_at = sum(n_waits.values())
    whole = _group(None, n_cases, holds, in_all, looked_at)
    return WaitingCauses(prepared.log.name, prepared.log.simulated, by, n_all, looked_at, whole, groups)


def _inferred(
    begun: list[tuple[Any, ...]], days_off: Callable[[int, int], int]
) -> tuple[dict[int, dict[str, int]], dict[int, int], int]:
    """Return time by group and cause, how many waits were looked at by group, and how many there are."""
    waits = sorted(row[6] for row in begun if row[3] is not None and row[3] < row[4])
    last_drawn = waits[min(len(waits), MOST_WAITS) - 1] if waits else -1
    spent: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    n_waits: dict[int, int] = defaultdict(int)
    for _, rows in groupby(begun, key=lambda row: row[0]):
        own = list(rows)
        works = [
            Work(activity, ready, started, completed) for _, activity, _, ready, started, completed, *_ in own
        ]
        numbers, ends = batches(works), latest_ends(works)
        for place, row in enumerate(own):
            if row[6] > last_drawn or row[3] is None or row[3] >= row[4]:
                continue
            n_waits[row[2]] += 1
            for cause, time in parted(place, works, numbers, ends, days_off).items():
                spent[row[2]][cause] += time
    return spent, n_waits, len(waits)


def days_off(zone: ZoneInfo) -> Callable[[int, int], int]:
    """Return a function that measures how much of a span, in microseconds, lies on days off."""

    def measured(low: int, high: int) -> int:
        off, moment = 0, datetime.fromtimestamp(low / _SECOND, zone)
        end = datetime.fromtimestamp(high / _SECOND, zone)
        while moment < end:
            midnight = (moment + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
            until = min(midnight, end)
            if not day_kind(moment.date()).working:
                off += round((until.astimezone(UTC) - moment.astimezone(UTC)).total_seconds() * _SECOND)
            moment = until
        return off

    return measured


def _group(
    value: Attribute, cases: int, holds: list[tuple[Any, ...]], spent: dict[str, int], n_waits: int
) -> GroupWaiting:
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for _, cause, n, n_open, held in holds:
        for place, number in enumerate((n, n_open, held)):
            found[cause][place] += number
    recorded = [
        HoldTime(cause, n, n_open, timedelta(microseconds=held)) for cause, (n, n_open, held) in found.items()
    ]
    total = sum(spent.values())
    inferred = [
        InferredTime(cause, timedelta(microseconds=spent[cause]), spent[cause] / total)
        for cause in CAUSES
        if spent.get(cause)
    ]
    return GroupWaiting(
        value,
        cases,
        tuple(sorted(recorded, key=lambda one: (-one.time, one.cause))),
        tuple(sorted(inferred, key=lambda one: -one.time)),
        n_waits,
    )


def _group_texts(group: GroupWaiting) -> list[str]:
    parts = []
    if group.recorded:
        head = [say("Recorded holds"), say("Holds"), say("Still open"), say("Time")]
        rows = [
            [
                value_label("hold_cause", one.cause) if one.cause else say("(none)"),
                number_text(one.holds),
                number_text(one.open),
                span_cell(one.time),
            ]
            for one in group.recorded
        ]
        parts.append(table(head, rows, right=[1, 2, 3]))
    if group.inferred:
        head = [say("Inferred causes of waiting"), say("Time"), say("Share")]
        rows = [
            [say(CAUSE_NAMES[one.cause]), span_cell(one.time), share_text(one.share)]
            for one in group.inferred
        ]
        parts.append(table(head, rows, right=[1, 2]))
    return parts or [say("No hold is recorded and no cause can be inferred.")]
