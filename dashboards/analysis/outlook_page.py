"""What becomes of cases from each step on, and which running ones are likely to go badly, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dashboards.analysis.charts import Tone
from dashboards.analysis.choice import Choice
from dashboards.analysis.drawn import GROUND, TONES, BarRow, bars
from dashboards.analysis.head import BASE, Head, head_of
from dashboards.analysis.studied import Analyst, studied
from dashboards.analysis.study import Study
from dashboards.analysis.supposed import supposed_sentence
from dashboards.page import Page
from dashboards.sentences import Sentence, counted, leading
from dashboards.tables import Column, Picture, Table, Value
from eventlogs.amounts import number_text, share_text, span_text
from eventlogs.language import say
from eventlogs.words import activity_label
from mining.normative.file import read_model
from mining.outlook.competing_risks import End, Outlook, StepOutlook, outlook
from mining.outlook.outlook_text import END_NAMES
from mining.outlook.risk import CaseRisk, RiskReport, risk
from mining.outlook.risk_text import reason_text

router = APIRouter()
PATH = f"{BASE}/outlook"
_SHOWN = 60
_TONES: dict[End, Tone] = {
    "completed": "completed",
    "failed": "failed",
    "withdrawn": "halted",
    "ended": "ended",
    "silent": "silent",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A share of the cases that end in one way, in hundredths."""

    tone: Tone
    start: float
    width: float
    said: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """What becomes of those that came to a step; no parts where they are too few to tell."""

    step: str
    text: str
    cases: int
    parts: tuple[Part, ...]
    said: str
    address: str


@dataclass(frozen=True)
class OutlookPage(Page):
    """The outlook of a log and the risk of its running cases."""

    template: ClassVar[str] = "analysis/outlook.html"
    head: Head
    answer: Sentence
    supposed: Sentence | None
    outlook: Outlook
    lines: tuple[StepLine, ...]
    legend: tuple[tuple[Tone, str], ...]
    risk: RiskReport
    method: str
    choice: Choice

    @property
    def horizon(self) -> str:
        """How far the shares look ahead."""
        return span_text(self.outlook.horizon.total_seconds())

    @property
    def steps_table(self) -> Table:
        """Each step and way to end with its interval."""
        columns = [
            Column(say("Step")),
            Column(say("Cases"), "cases"),
            Column(say("Running"), "cases"),
            Column(say("Ending")),
            Column(say("Share"), "share"),
            Column(say("at least (95 %)"), "share"),
            Column(say("at most (95 %)"), "share"),
            Column(say("Half have by"), "span"),
        ]
        rows: list[list[Value]] = []
        for step in _whole(self.outlook):
            for one in step.ends:
                low, high = one.interval or (None, None)
                row: list[Value] = [activity_label(step.step), step.cases, step.running]
                row += [say(END_NAMES[one.end]), one.share, low, high, _seconds(one.median)]
                rows.append(row)
        came = [self.choice.cases_with(step.step) for step in _whole(self.outlook) for _ in step.ends]
        counted = {1: came, 2: [f"{address}&stands=running" for address in came]}
        return Table(
            "outlook", say("What becomes of cases from each step on"), columns, rows, counted=counted
        )

    @property
    def risk_table(self) -> Table:
        """All running cases, the riskiest first."""
        columns = [
            Column(say("Case")),
            Column(say("Last step")),
            Column(say("Idle"), "span"),
            Column(say("Risk"), "share"),
            Column(say("Mainly because")),
            Column(say("Left if it goes well"), "span"),
            Column(say("at least"), "span"),
            Column(say("at most"), "span"),
        ]
        rows = [self._risk_row(one) for one in self.risk.cases]
        links = [self.choice.case(one.case_id) for one in self.risk.cases]
        return Table("risk", say("Running cases by risk"), columns, rows, links)

    @property
    def risk_shown(self) -> Table:
        """The riskiest, as many as the page shows."""
        whole = self.risk_table
        return Table(whole.name, whole.caption, whole.columns, whole.rows[:_SHOWN], whole.links[:_SHOWN])

    def _risk_row(self, one: CaseRisk) -> list[Value]:
        by = self.risk.by or "city"
        return [
            one.case_id,
            activity_label(one.last_activity),
            one.idle.total_seconds(),
            one.chance,
            say(", ").join(reason_text(by, reason) for reason in one.reasons) or "–",
            _seconds(one.remaining),
            _seconds(one.remaining_low),
            _seconds(one.remaining_high),
        ]

    def tables(self) -> Sequence[Table]:
        """Return both."""
        return self.steps_table, self.risk_table

    def pictures(self) -> Sequence[Picture]:
        """Return the bars of what becomes of cases."""
        rows = [
            BarRow(line.text, [(TONES[part.tone], part.start, part.width) for part in line.parts], line.said)
            for line in self.lines
        ]
        legend = [*((TONES[tone], word) for tone, word in self.legend), (GROUND, say("still open"))]
        return (bars("outlook", say("What becomes of cases from each step on"), rows, legend),)


@router.get(PATH)
def outlook_route(request: Request, visitor: Analyst) -> Response:
    """Show what becomes of cases, and the risk of running ones."""
    return studied(request, visitor, lambda study: outlook_page(request, study))


def outlook_page(request: Request, study: Study) -> OutlookPage:
    """Return the outlook of a study."""
    ending = read_model(None).ending
    ahead = study.kept("outlook", lambda log: outlook(log, ending))
    risks = study.kept("risk", lambda log: risk(log, ending))
    ends = {one.end for step in _whole(ahead) for one in step.ends}
    return OutlookPage(
        head=head_of(request, study),
        answer=Sentence(_answer(ahead, risks, study.choice)),
        supposed=supposed_sentence(ahead.supposed, study.choice),
        outlook=ahead,
        lines=tuple(_lines(ahead, study.choice)),
        legend=tuple((_TONES[end], say(END_NAMES[end])) for end in _TONES if end in ends),
        risk=risks,
        method=_method(risks),
        choice=study.choice,
    )


def _whole(ahead: Outlook) -> list[StepOutlook]:
    return [step for step in ahead.steps if step.whole]


def _answer(ahead: Outlook, risks: RiskReport, choice: Choice) -> str:
    horizon = span_text(ahead.horizon.total_seconds())
    told = [(step, end) for step in _whole(ahead) for end in step.ends if end.end == "failed"]
    sentence = ""
    if told:
        step, end = max(told, key=lambda pair: pair[1].share)
        sentence = say(
            "Cases fail most often after “{step}”: {share} of {n} within {horizon}. ",
            step=activity_label(step.step),
            share=share_text(end.share),
            n=counted(step.cases, choice.cases_with(step.step)),
            horizon=horizon,
        )
    if not risks.cases:
        return sentence + say("No case is running.")
    first = risks.cases[0]
    running = choice.cases(("stands", "running"))
    sentence += say("{n} cases are running.", n=counted(len(risks.cases), running))
    if first.chance is None:
        return sentence + say(" Too few have ended to tell how likely they are to go badly.")
    return sentence + say(
        " The riskiest is {case}, with a chance of {chance} to go badly.",
        case=leading(first.case_id, choice.case(first.case_id)),
        chance=share_text(first.chance),
    )


def _method(risks: RiskReport) -> str:
    trial = risks.trial
    if trial.used == "none":
        return say("Too few cases have ended to tell a risk.")
    if trial.model is None or trial.baseline is None:
        return say(
            "Too few cases have ended, well and badly, to judge a model: the risk is the plain share of "
            "those that went badly after the same step (the baseline)."
        )
    judged = say(
        "On {n} later cases the Brier score of the model is {model}, that of the plain share after each step "
        "{share}; less is better.",
        n=number_text(trial.judged_cases),
        model=f"{trial.model.brier:.3f}",
        share=f"{trial.baseline.brier:.3f}",
    )
    if trial.used == "model":
        return judged + say(" The model is surely better and is used.")
    return judged + say(" The model is not surely better, so the plain share (the baseline) is used.")


def _lines(ahead: Outlook, choice: Choice) -> Iterator[StepLine]:
    for step in _whole(ahead):
        parts, start = [], 0.0
        for one in sorted(step.ends, key=lambda end: list(_TONES).index(end.end)):
            said = f"{say(END_NAMES[one.end])} {share_text(one.share)}"
            parts.append(Part(_TONES[one.end], round(start, 2), round(100 * one.share, 2), said))
            start += 100 * one.share
        said = say(", ").join(part.said for part in parts) or say("too few to tell")
        address = choice.cases_with(step.step)
        yield StepLine(step.step, activity_label(step.step), step.cases, tuple(parts), said, address)


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
