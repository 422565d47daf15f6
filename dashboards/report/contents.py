"""What a report tells: the answers of mining about one log, all from the same cases and the same moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from eventlogs.describe import Description, describe
from eventlogs.prepared import PreparedLog
from mining.cases.case_names import case_names
from mining.cases.log_clock import time_in
from mining.comparison.answer import Comparison
from mining.comparison.log_comparison import Choices, compare_log
from mining.conformance.judging import ConformanceReport, conformance
from mining.normative.model import NormativeModel
from mining.normative.norm_tables import NothingToCheckError
from mining.outlook.case_curves import COMPLETED, FAILED, OTHERWISE, SILENT, CaseCurve, case_curves
from mining.stalls.finding import StallReport, stalls


@dataclass(frozen=True)
class Report:
    """A log held against the model and its groups against each other, as it stood at `now`.

    `conformance` is None where the model speaks of nothing in the log.
    """

    log: str
    by: str
    simulated: bool
    now: datetime
    model: NormativeModel
    description: Description
    comparison: Comparison
    conformance: ConformanceReport | None
    stalls: StallReport
    together: CaseCurve
    curves: tuple[CaseCurve, ...]
    names: Mapping[str, str]

    def called(self, case_id: str) -> str:
        """Return what people call a project: its name, its id where it has none."""
        return self.names.get(case_id, case_id)

    @property
    def completed(self) -> int:
        """How many cases came to a good end, or to one of which the log does not tell whether it is good."""
        ended = self.together.curve.ended.sum(axis=1)
        return int(ended[COMPLETED - 1] + ended[OTHERWISE - 1])

    @property
    def failed(self) -> int:
        """How many cases failed or were shelved."""
        shelved = sum(one.state == "halted" for one in self.stalls.stalls)
        return int(self.together.curve.ended.sum(axis=1)[FAILED - 1]) + shelved

    @property
    def silent(self) -> int:
        """How many cases of a log without ends nothing is heard of any more."""
        return int(self.together.curve.ended.sum(axis=1)[SILENT - 1])

    @property
    def running(self) -> int:
        """How many cases still run."""
        return self.together.cases - self.completed - self.failed - self.silent


def report(
    prepared: PreparedLog, model: NormativeModel, choices: Choices, *, now: datetime | None = None
) -> Report:
    """Return the report of a log; the same log and choices give the same report."""
    at = time_in(prepared, now)
    standing = stalls(prepared, model, by=choices.by, now=at)
    return Report(
        log=prepared.log.name,
        by=choices.by,
        simulated=prepared.log.simulated,
        now=at,
        model=model,
        description=describe(prepared),
        comparison=compare_log(prepared, model, choices),
        conformance=_conformance(prepared, model, choices.by),
        stalls=standing,
        together=case_curves(prepared, model.ending, now=at)[0],
        curves=tuple(case_curves(prepared, model.ending, by=choices.by, now=at)),
        names=case_names(prepared, [one.case_id for one in standing.stalls]),
    )


def _conformance(prepared: PreparedLog, model: NormativeModel, by: str) -> ConformanceReport | None:
    try:
        return conformance(prepared, model, by=by, n_deviations=0)
    except NothingToCheckError:
        return None
