"""What our report on conformance says, in the shape in which a peer's is compared with it."""

from typing import Any

from mining.conformance.counts import STEP_VERDICTS, GroupConformance
from mining.conformance.judging import ConformanceReport

_STATES = ("running", "halted", "completed", "failed", "ended")
_STATUSES = ("kept", "skipped", "out_of_order", "gate_shut")


def told(report: ConformanceReport) -> dict[str, Any]:
    """Return all but the intervals, by kind of figure and city; the city "" is all of them."""
    groups = {"": report.whole} | {str(one.group): one for one in report.groups}
    parts = {
        name: {city: found for city, one in groups.items() if (found := tell(one))}
        for name, tell in _PARTS.items()
    }
    deviations = [
        [one.rule, one.case_id, one.position, one.activity, one.status] for one in report.deviations
    ]
    return parts | {"deviations": deviations}


def _states(one: GroupConformance) -> dict[str, int]:
    counts = {state: getattr(one.states, state) for state in _STATES}
    return _seen(counts) | {"cases": one.states.cases}


def _rules(one: GroupConformance) -> dict[str, int]:
    return _seen(
        {f"{rule.rule} {status}": getattr(rule, status) for rule in one.rules for status in _STATUSES}
    )


def _steps(one: GroupConformance) -> dict[str, int]:
    return _seen(
        {
            f"{step.chain} {step.role} {verdict}": getattr(step, verdict)
            for step in one.steps
            for verdict in STEP_VERDICTS
        }
    )


def _lags(one: GroupConformance) -> dict[str, list[float]]:
    return {
        f"{lag.chain} {lag.other} {lag.step}": [
            lag.cases,
            *(span.total_seconds() for span in (lag.lower_quartile, lag.median, lag.upper_quartile)),
        ]
        for lag in one.lags
    }


def _fitness(one: GroupConformance) -> list[float | None]:
    found = one.fitness
    counts = (found.cases, found.fitting_cases, found.role_variants, found.cost)
    return [*counts, found.log_fitness, found.precision]


_PARTS = {
    "states": _states,
    "rules": _rules,
    "steps": _steps,
    "first_breaks": lambda one: {
        f"{found.chain} {found.strength}": found.cases for found in one.first_breaks
    },
    "lags": _lags,
    "loops": lambda one: {loop.loop: [loop.cases, loop.events] for loop in one.recurrences},
    "one_person": lambda one: {same.statement: [same.cases, same.same] for same in one.one_person},
    "fitness": _fitness,
}


def _seen(counts: dict[str, int]) -> dict[str, int]:
    return {name: n for name, n in counts.items() if n}
