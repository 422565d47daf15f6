"""Conformance: the normative model drawn with counts, each rule with its cases, what broke first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dashboards.analysis.choice import Choice
from dashboards.analysis.conformance_answer import all_judged, conformance_answer
from dashboards.analysis.head import BASE, Head, head_of
from dashboards.analysis.picture_links import leading
from dashboards.analysis.studied import Analyst, studied
from dashboards.analysis.study import Study
from dashboards.analysis.words import rule_answer_word
from dashboards.page import Page
from dashboards.sentences import Sentence, counted
from dashboards.tables import Column, Picture, Table, Value
from eventlogs.amounts import span_text
from eventlogs.language import say
from eventlogs.prepared import PreparedLog
from eventlogs.vocabulary import label
from mining.cases.selected_cases import VERDICTS
from mining.conformance.case_conformance import VERDICT_NAMES
from mining.conformance.counts import GroupConformance, RuleCount
from mining.conformance.judging import ConformanceReport, conformance
from mining.conformance.rule_cases import RULE_ANSWERS
from mining.conformance.verdicts import NoModelError
from mining.normative.drawing import model_svg
from mining.normative.file import read_model
from mining.normative.model import STRENGTHS, NormativeModel, OrderRule, Strength
from mining.normative.norm_tables import NothingToCheckError
from mining.normative.text import STRENGTH_NAMES, chain_words, rule_source, rule_words

router = APIRouter()
PATH = f"{BASE}/conformance"


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a rule's cases: how many, where in the bar, and the address of the cases."""

    answer: str
    word: str
    cases: int
    start: float
    width: float
    address: str


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule with its sentence and what the cases did with it."""

    rule: str
    words: str
    sentence: str
    source: str
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """The rules of one strength."""

    strength: Strength
    title: str
    lines: tuple[RuleLine, ...]


@dataclass(frozen=True)
class ConformancePage(Page):
    """The chosen cases held against the normative model; `whole` is None where it speaks of none of them."""

    template: ClassVar[str] = "analysis/conformance.html"
    head: Head
    model: str
    source: str
    answer: Sentence
    svg: str
    groups: tuple[RuleGroup, ...]
    whole: GroupConformance | None
    chains: Mapping[str, str]
    facts: tuple[Sentence, ...]
    choice: Choice

    def tables(self) -> Sequence[Table]:
        """Return rules and steps."""
        return (self.rules_table, self.steps_table)

    @property
    def rules_table(self) -> Table:
        """The rules with how many cases keep, break, may break or never test them."""
        columns = [Column(say("Rule")), Column(say("Strength")), Column(say("What it says"))]
        columns += [Column(rule_answer_word(answer), "cases") for answer in RULE_ANSWERS]
        rows: list[list[Value]] = [
            [line.rule, group.title, line.sentence, *(one.cases for one in line.shares)]
            for group in self.groups
            for line in group.lines
        ]
        lines = [line for group in self.groups for line in group.lines]
        counted = {
            place: [line.shares[place - 3].address for line in lines]
            for place in range(3, 3 + len(RULE_ANSWERS))
        }
        return Table("rules", say("Rules"), columns, rows, counted=counted)

    @property
    def steps_table(self) -> Table:
        """The steps of the chains with what became of them."""
        steps = self.whole.steps if self.whole else ()
        columns = [
            Column(say("Role")),
            Column(say("Chain")),
            *(Column(say(VERDICT_NAMES[verdict]), "cases") for verdict in VERDICTS),
        ]
        rows: list[list[Value]] = [
            [
                label("roles", one.role),
                self.chains[one.chain],
                *(getattr(one, verdict) for verdict in VERDICTS),
            ]
            for one in steps
        ]
        counted = {
            place: [
                self.choice.cases(("chain", one.chain), ("role", one.role), ("verdict", verdict))
                for one in steps
            ]
            for place, verdict in enumerate(VERDICTS, 2)
        }
        return Table("steps", say("Steps of the chains"), columns, rows, counted=counted)

    @property
    def leading_svg(self) -> str:
        """The model with its counts, each of which leads to its cases."""

        def address(counts: Mapping[str, str]) -> str:
            if rule := counts.get("rule"):
                return self.choice.cases(("rule", rule), ("did", "broken"))
            return self.choice.cases(*counts.items())

        return leading(self.svg, address)

    def pictures(self) -> Sequence[Picture]:
        """Return the model with its counts."""
        return (Picture("model", self.model, self.svg),) if self.svg else ()


@router.get(PATH)
def conformance_route(request: Request, visitor: Analyst) -> Response:
    """Show how the cases went against the model; `?format=svg` is the drawing alone."""
    return studied(request, visitor, lambda study: conformance_page(request, study))


def conformance_page(request: Request, study: Study) -> ConformancePage:
    """Return the conformance of a study."""
    model = read_model(None)
    head = head_of(request, study)
    chains = {chain.key: chain_words(model, chain.key) for chain in model.chains}
    report = study.kept("conformance", _report)
    if isinstance(report, NothingToCheckError):
        told = (
            str(report)
            if isinstance(report, NoModelError)
            else say("The model speaks of nothing in this log, so no case can keep or break it.")
        )
        return ConformancePage(
            head, model.sentence, model.source, Sentence(told), "", (), None, chains, (), study.choice
        )
    return ConformancePage(
        head,
        model.sentence,
        model.source,
        Sentence(conformance_answer(report, study.choice)),
        study.kept_in_words("model drawn", lambda _: model_svg(model, report.whole)),
        tuple(_groups(report, study.choice)),
        report.whole,
        chains,
        tuple(Sentence(fact) for fact in _facts(report, study.choice)),
        study.choice,
    )


def _report(prepared: PreparedLog) -> ConformanceReport | NothingToCheckError:
    try:
        return conformance(prepared, read_model(None), n_deviations=0)
    except NothingToCheckError as error:
        return error


def _groups(report: ConformanceReport, choice: Choice) -> Iterator[RuleGroup]:
    counts = {one.rule: one for one in report.whole.rules}
    for strength in STRENGTHS:
        rules = [rule for rule in report.model.rules if rule.strength == strength]
        if rules:
            lines = tuple(_line(rule, counts[rule.key], choice) for rule in rules)
            yield RuleGroup(strength, say(STRENGTH_NAMES[strength]), lines)


def _line(rule: OrderRule, count: RuleCount, choice: Choice) -> RuleLine:
    numbers = {
        "kept": count.kept,
        "broken": count.broken,
        "waived": count.waived,
        "untested": count.untested,
    }
    whole = sum(numbers.values()) or 1
    shares, start = [], 0.0
    for answer in RULE_ANSWERS:
        width = 100 * numbers[answer] / whole
        address = choice.cases(("rule", rule.key), ("did", answer))
        word = rule_answer_word(answer)
        shares.append(Share(answer, word, numbers[answer], round(start, 3), round(width, 3), address))
        start += width
    return RuleLine(rule.key, rule_words(rule), rule.sentence, rule_source(rule), tuple(shares))


def _facts(report: ConformanceReport, choice: Choice) -> Iterator[str]:
    model, whole = report.model, report.whole
    yield say(
        "{n} of {all} cases fit the chains wholly, the running ones as far as they have come.",
        n=counted(whole.fitness.fitting_cases, choice.cases(("judged", "fits_chains"))),
        all=counted(whole.fitness.cases, all_judged(report, choice)),
    )
    yield from _breaks(model, whole, choice)
    for lag in whole.lags:
        yield say(
            "Step {step}: {other} comes {median} after {chain} in the median "
            "(middle half from {low} to {high}; {n} cases).",
            step=lag.step,
            other=chain_words(model, lag.other),
            chain=chain_words(model, lag.chain),
            median=span_text(lag.median.total_seconds()),
            low=span_text(lag.lower_quartile.total_seconds()),
            high=span_text(lag.upper_quartile.total_seconds()),
            n=counted(
                lag.cases,
                choice.cases(
                    ("judged", "has_both"),
                    ("chain", lag.chain),
                    ("other", lag.other),
                    ("step", str(lag.step)),
                ),
            ),
        )
    loops = {loop.key: loop.sentence for loop in model.loops}
    for one in whole.recurrences:
        yield say(
            "{n} cases came back along a loop that the model allows: {loop}",
            n=counted(one.cases, choice.cases(("judged", "comes_back"), ("loop", one.loop))),
            loop=loops[one.loop],
        )


def _breaks(model: NormativeModel, whole: GroupConformance, choice: Choice) -> Iterator[str]:
    for one in whole.first_breaks:
        yield say(
            "{n} cases broke a rule first here: {chain} ({strength}).",
            n=counted(
                one.cases,
                choice.cases(("judged", "breaks_first"), ("chain", one.chain), ("strength", one.strength)),
            ),
            chain=chain_words(model, one.chain),
            strength=say(STRENGTH_NAMES[_strength(one.strength)]),
        )


def _strength(word: str) -> Strength:
    return next(strength for strength in STRENGTHS if strength == word)
