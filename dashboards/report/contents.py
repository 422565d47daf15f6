"""What a report tells: the answers of mining about one log, all from the same cases and the same moment."""

from dataclasses import dataclass
from datetime import datetime

from eventlogs.describe import Description, describe
from eventlogs.prepared import PreparedLog
from mining.case_curves import CaseCurve, case_curves
from mining.comparison.answer import Comparison
from mining.comparison.log_comparison import Choices, compare_log
from mining.conformance import ConformanceReport, conformance
from mining.log_clock import time_in
from mining.normative import NormativeModel
from mining.stalls import StallReport, stalls

NAMED = 1000  # deviating cases named for each rule


@dataclass(frozen=True)
class Report:
    """A log held against the model and its groups against each other, as it stood at `now`."""

    log: str
    by: str
    simulated: bool
    now: datetime
    model: NormativeModel
    description: Description
    comparison: Comparison
    conformance: ConformanceReport
    stalls: StallReport
    curves: tuple[CaseCurve, ...]


def report(
    prepared: PreparedLog, model: NormativeModel, choices: Choices, *, now: datetime | None = None
) -> Report:
    """Return the report of a log; the same log and choices give the same report."""
    at = time_in(prepared, now)
    return Report(
        log=prepared.log.name,
        by=choices.by,
        simulated=prepared.log.simulated,
        now=at,
        model=model,
        description=describe(prepared),
        comparison=compare_log(prepared, model, choices),
        conformance=conformance(prepared, model, by=choices.by, n_deviations=NAMED),
        stalls=stalls(prepared, model, by=choices.by, now=at),
        curves=tuple(case_curves(prepared, model.ending, by=choices.by, now=at)),
    )
