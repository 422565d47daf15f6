"""The risk of each running project, as people read it in a terminal."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from eventlogs.amounts import number_text, share_text
from eventlogs.language import say, sayable
from eventlogs.layout import table, wrapped
from eventlogs.words import activity_label
from eventlogs.working_calendar import office_day
from mining.cases.case_groups import value_text

if TYPE_CHECKING:
    from mining.outlook.risk import CaseRisk, RiskReason, RiskReport
    from mining.outlook.stall_risk import Score, Trial

SHOWN = 40
REASONS = {
    "age": sayable("time since it began"),
    "idle": sayable("time since its last step"),
    "length": sayable("number of steps"),
    "failures": sayable("steps that did not go well"),
    "repeats": sayable("repeated steps"),
}


def risk_text(report: "RiskReport") -> str:
    """Return how the chances were found, and a table of the projects, the riskiest first."""
    lines = [say("(simulated)")] if report.simulated else []
    lines += [wrapped(text, 100) for text in _found(report)]
    if report.cases:
        lines += ["", _table(report)]
        if any(one.stalled for one in report.cases[:SHOWN]):
            lines.append(say("! idle for longer than is normal; `retrofit mine stalls` says why"))
    if len(report.cases) > SHOWN:
        lines.append(say("and {n} more; --json tells all", n=number_text(len(report.cases) - SHOWN)))
    return "\n".join(lines)


def _table(report: "RiskReport") -> str:
    """Return the projects in rows, without the column of groups where none has one."""
    grouped = any(one.group is not None for one in report.cases)
    rows = [[say(word) for word in HEADS], *(_row(report, one) for one in report.cases[:SHOWN])]
    if not grouped:
        rows = [[row[0], *row[2:]] for row in rows]
    return table(rows[0], rows[1:], right=[3, 4] if grouped else [2, 3])


HEADS = (
    sayable("case"),
    sayable("group"),
    sayable("last step"),
    sayable("days idle"),
    sayable("risk"),
    sayable("mainly because"),
    sayable("left if it goes well"),
)


def _found(report: "RiskReport") -> Iterator[str]:
    trial = report.trial
    yield say(
        "{log}: the chance of each of {n} running cases, seen on {day}, to fail, to be shelved, or to wait "
        "for longer than is normal",
        log=report.log,
        n=number_text(len(report.cases)),
        day=office_day(report.now),
    )
    if report.supposed:
        yield report.supposed.as_text()
    if trial.used == "none":
        yield say("no case that is over went badly, so no chance of it can be told")
    elif trial.model is None or trial.baseline is None or trial.gain_interval is None:
        yield say(
            "too few cases have ended, well and badly, to judge a model; the share at each step is told"
        )
    else:
        yield _trial_text(trial, trial.model, trial.baseline, trial.gain_interval)
    if report.remaining_held is not None:
        yield say(
            "the time left is an interval for {share} of the cases; on later cases it held for {held}",
            share=share_text(report.remaining_share),
            held=share_text(report.remaining_held),
        )


def _trial_text(trial: "Trial", model: "Score", baseline: "Score", gain: tuple[float, float]) -> str:
    values = {
        "n": number_text(trial.judged_cases),
        "model": f"{model.brier:.3f}",
        "share": f"{baseline.brier:.3f}",
        "low": f"{gain[0]:+.3f}",
        "high": f"{gain[1]:+.3f}",
    }
    if trial.used == "model":
        return say(
            "on {n} later cases the model's Brier score is {model}, that of the plain share at each step "
            "{share} (gain {low} to {high}): the model is used",
            **values,
        )
    return say(
        "on {n} later cases the model's Brier score is {model}, that of the plain share at each step "
        "{share} (gain {low} to {high}): the model is not surely better, and the plain share is used",
        **values,
    )


def _row(report: "RiskReport", one: "CaseRisk") -> list[str]:
    return [
        one.case_id,
        value_text(report.by or "city", one.group),
        activity_label(one.last_activity),
        f"{one.idle / timedelta(days=1):.0f}" + (" !" if one.stalled else ""),
        "–" if one.chance is None else share_text(one.chance),
        say(", ").join(reason_text(report.by or "city", reason) for reason in one.reasons) or "–",
        _left(one),
    ]


def reason_text(by: str, reason: "RiskReason") -> str:
    """Return what a reason says."""
    if reason.kind in REASONS:
        return say(REASONS[reason.kind])
    word = reason.word or ""
    if reason.kind == "group":
        return value_text(by, word)
    if reason.kind == "last":
        text = sayable("stands after “{activity}”")
    else:
        text = sayable("“{activity}” was done") if reason.there else sayable("“{activity}” was not done")
    return say(text, activity=activity_label(word))


def _left(one: "CaseRisk") -> str:
    if one.remaining is None or one.remaining_low is None or one.remaining_high is None:
        return "–"
    median, low, high = (
        f"{time / timedelta(days=1):.0f}" for time in (one.remaining, one.remaining_low, one.remaining_high)
    )
    return say("{median} days ({low}–{high})", median=median, low=low, high=high)
