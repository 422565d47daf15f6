"""The risk of each running project: its chance of going badly, with reasons, and how long it may take."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from eventlogs.events import Attribute
from eventlogs.prepared import PreparedLog
from mining.cases.as_of import as_of
from mining.cases.log_clock import time_in
from mining.cases.supposed_ends import SupposedEnds
from mining.normative.model import Ending
from mining.outlook.prefix_snapshots import Snapshots, snapshots
from mining.outlook.remaining_time import SHARE, Remaining, RemainingTime
from mining.outlook.stall_risk import Baseline, Model, Trial, main_pushes, tried

REASONS = 3


@dataclass(frozen=True, slots=True)
class RiskReason:
    """Why a chance is higher than that of a mean case; `word` is the activity or group it speaks of."""

    kind: str
    word: str | None
    weight: float
    there: bool  # whether it is so, or the lack of it is the reason


@dataclass(frozen=True, slots=True)
class CaseRisk:
    """One running project: its chance of going badly, why, and the days it may still take if it goes well.

    `stalled` is one that is idle beyond what is normal already. `chance` is None where nothing is known.
    """

    case_id: str
    group: Attribute
    last_activity: str
    idle: timedelta
    stalled: bool
    chance: float | None
    reasons: tuple[RiskReason, ...]
    remaining: timedelta | None
    remaining_low: timedelta | None
    remaining_high: timedelta | None


@dataclass(frozen=True, slots=True)
class RiskReport:
    """All running projects, the riskiest first, and how the chances were found and judged.

    `remaining_share` is how often the interval should hold, `remaining_held` how often it did on later cases.
    """

    log: str
    simulated: bool
    by: str | None
    now: datetime
    supposed: SupposedEnds | None
    trial: Trial
    remaining_share: float
    remaining_held: float | None
    cases: tuple[CaseRisk, ...]

    def as_text(self) -> str:
        """Return how the chances were found, and a table of the projects."""
        from mining.outlook.risk_text import risk_text

        return risk_text(self)


def risk(
    prepared: PreparedLog, ending: Ending, *, by: str | None = None, now: datetime | None = None
) -> RiskReport:
    """Answer how likely each running project is to go badly, and how long it may still take."""
    at = time_in(prepared, now)
    found = snapshots(as_of(prepared, now), ending, by, at)
    known, running = found.only(~found.now & ~found.stalled), found.only(found.now)
    trial = tried(known)
    times = RemainingTime.of(found.only(~found.now))
    cases = sorted(_cases(known, running, trial, times), key=_urgency)
    return RiskReport(
        log=prepared.log.name,
        simulated=prepared.log.simulated,
        by=by,
        now=at,
        supposed=found.supposed,
        trial=trial,
        remaining_share=SHARE,
        remaining_held=None if times is None else times.coverage,
        cases=tuple(cases),
    )


def _cases(
    known: Snapshots, running: Snapshots, trial: Trial, times: RemainingTime | None
) -> Iterator[CaseRisk]:
    n = len(running.cases)
    chances, reasons = _chances(known, running, trial)
    left = times.remaining(running) if times is not None and n else None
    for row in range(n):
        yield CaseRisk(
            case_id=running.case_ids[int(running.cases[row])],
            group=running.group_names[int(running.groups[row])],
            last_activity=running.activity_names[int(running.activities[row])],
            idle=timedelta(days=float(running.idle[row])),
            stalled=bool(running.stalled[row]),
            chance=chances[row],
            reasons=reasons[row],
            **_left(left, row),
        )


def _chances(
    known: Snapshots, running: Snapshots, trial: Trial
) -> tuple[list[float | None], list[tuple[RiskReason, ...]]]:
    n = len(running.cases)
    if trial.used == "none" or n == 0:
        return [None] * n, [()] * n
    if trial.used == "baseline":
        share = Baseline(known)
        told = share.chances(running)
        lasts = [running.activity_names[int(step)] for step in running.activities]
        because: list[tuple[RiskReason, ...]] = [
            (RiskReason("last", last, chance - share.overall, there=True),) if chance > share.overall else ()
            for last, chance in zip(lasts, told.tolist(), strict=True)
        ]
        return list(told.tolist()), because
    model = Model(known)
    pushes = main_pushes(running, model.pushes(running), REASONS)
    why = [
        tuple(
            RiskReason(push.kind, _word(running, push.kind, push.code), push.weight, push.there)
            for push in found
        )
        for found in pushes
    ]
    return list(model.chances(running).tolist()), why


def _word(some: Snapshots, kind: str, code: int) -> str | None:
    if kind in ("done", "last"):
        return some.activity_names[code]
    return str(some.group_names[code]) if kind == "group" else None


def _left(left: Remaining | None, row: int) -> dict[str, timedelta | None]:
    names = ("remaining", "remaining_low", "remaining_high")
    if left is None:
        return dict.fromkeys(names)
    values = np.array([left.median[row], left.low[row], left.high[row]])
    return dict(zip(names, (timedelta(days=float(value)) for value in values), strict=True))


def _urgency(one: CaseRisk) -> tuple[float, timedelta, str]:
    return (-(one.chance or 0.0), -one.idle, one.case_id)
