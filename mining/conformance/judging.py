"""Whether a log's cases went as a normative model expects, all together and by an attribute of the cases.

Strict, gate, soft and regulatory rules are counted apart, each with the cases that keep it, break it or
never test it; steps of the chains have verdicts; average fitness stands beside, never instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from mining.cases.supposed_ends import SupposedEnds
from mining.conformance.counts import GroupConformance, conformance_by_group
from mining.conformance.verdicts import Judged, Unjudged, judged, unjudged
from mining.normative.model import NormativeModel


@dataclass(frozen=True, slots=True)
class RuleDeviation:
    """A case that breaks a rule, and the event that needed another before it."""

    rule: str
    case_id: str
    position: int
    activity: str
    occurred_at: datetime | None
    status: str


@dataclass(frozen=True, slots=True)
class ConformanceReport:
    """Whether a log's cases went as a model expects: all of them, each group, and who deviated where.

    `unjudged` are cases of types of retrofit that the model is not about; they are counted nowhere else.
    `supposed` is what ends are supposed where the log tells of none.
    """

    log: str
    simulated: bool
    model: NormativeModel
    by: str | None
    whole: GroupConformance
    groups: tuple[GroupConformance, ...]
    deviations: tuple[RuleDeviation, ...]
    unjudged: tuple[Unjudged, ...] = ()
    supposed: SupposedEnds | None = None

    def as_text(self) -> str:
        """Return the rules by strength, the steps of the chains, and the groups beside one another."""
        from mining.conformance.text import conformance_text

        return conformance_text(self)


def conformance(
    prepared: PreparedLog, model: NormativeModel, *, by: str | None = None, n_deviations: int = 20
) -> ConformanceReport:
    """Judge a log by `model`; name up to `n_deviations` deviating cases of each rule."""
    with judged(prepared, model, by) as verdicts:
        groups = dict(conformance_by_group(verdicts, model))
        deviations = tuple(_deviations(verdicts, model, n_deviations))
        left_out = unjudged(verdicts.connection)
    whole = groups.pop(None)
    return ConformanceReport(
        log=prepared.log.name,
        simulated=prepared.log.simulated,
        model=model,
        by=by,
        whole=whole,
        groups=tuple(groups.values()) if by is not None else (),
        deviations=deviations,
        unjudged=left_out,
        supposed=verdicts.supposed,
    )


def _deviations(verdicts: Judged, model: NormativeModel, n: int) -> Iterator[RuleDeviation]:
    found = verdicts.connection.execute(sql("conformance/deviations", "mining"), {"n": n}).fetchall()
    for number, case_id, position, activity, occurred_at, status in found:
        yield RuleDeviation(model.rules[number].key, case_id, position, activity, occurred_at, status)
