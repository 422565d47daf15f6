"""One case: what happened and when, how it stands with the model, and its moves in the chains."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dashboards.analysis.head import BASE, Head, head_of
from dashboards.analysis.studied import Analyst, studied
from dashboards.analysis.study import Study
from dashboards.analysis.words import state_word
from dashboards.page import Page
from dashboards.sentences import Sentence, counted
from dashboards.tables import Column, Table
from eventlogs.amounts import span_text
from eventlogs.language import say
from eventlogs.prepared import PreparedLog
from eventlogs.vocabulary import Activity, terms
from eventlogs.words import activity_label, role_label, value_label
from mining.cases.case_list import case_list
from mining.cases.case_story import CaseStory, case_story
from mining.conformance.case_conformance import (
    VERDICT_NAMES,
    CaseConformance,
    CaseRule,
    CaseStep,
    case_conformance,
)
from mining.conformance.text import STATUS_NAMES
from mining.nets.alignment_moves import Move
from mining.normative.file import read_model
from mining.normative.norm_tables import NothingToCheckError
from mining.normative.text import chain_words, rule_words

router = APIRouter()
PATH = f"{BASE}/cases/one"
_SLOW = 3.0  # times the usual gap


@dataclass(frozen=True, slots=True)
class ChainView:
    """A chain of the model with what became of each step in the case."""

    title: str
    steps: tuple[CaseStep, ...]


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule that the case tests: its words, how it went, and at which event."""

    rule: str
    words: str
    status: str
    kept: bool
    position: int


@dataclass(frozen=True)
class CasePage(Page):
    """One case; chains, rules and moves are empty where the model speaks of nothing in its log.

    `unjudged` is its type of retrofit where no model is about that.
    """

    template: ClassVar[str] = "analysis/case.html"
    head: Head
    story: CaseStory
    state: str
    phases: tuple[str | None, ...]
    chains: tuple[ChainView, ...]
    rules: tuple[RuleView, ...]
    moves: tuple[Move, ...]
    shows_actors: bool
    address: str
    unjudged: str | None = None

    @property
    def answer(self) -> Sentence:
        """The case in a sentence, its numbers leading to what stands below."""
        story = self.story
        sentence = say(
            "{state}: {n} events in {span}; the last is {activity}.",
            state=state_word(self.state),
            n=counted(len(story.events), f"{self.address}#events"),
            span=span_text(story.duration_seconds),
            activity=activity_label(story.events[-1].activity),
        )
        broken = sum(not one.kept for one in self.rules)
        if self.rules:
            sentence += say(
                " Of {n} rules that it tests it breaks {broken}.",
                n=counted(len(self.rules), f"{self.address}#rules"),
                broken=counted(broken, f"{self.address}#rules"),
            )
        if self.unjudged is not None:
            kind = value_label("retrofit", self.unjudged)
            sentence += say(" There is no model for this kind of project ({kind}).", kind=kind)
        return Sentence(sentence)

    @property
    def broken_rules(self) -> tuple[RuleView, ...]:
        """The rules that the case breaks."""
        return tuple(one for one in self.rules if not one.kept)

    @property
    def kept_rules(self) -> tuple[RuleView, ...]:
        """The rules that the case keeps."""
        return tuple(one for one in self.rules if one.kept)

    def verdict(self, step: CaseStep) -> str:
        """Return what became of a step, in words."""
        return say(VERDICT_NAMES[step.verdict])

    def is_slow(self, position: int) -> bool:
        """Tell whether an event came long after the one before."""
        event = self.story.events[position]
        gap, usual = event.gap_seconds, event.usual_seconds
        return bool(gap and usual and gap > _SLOW * usual)

    def tables(self) -> Sequence[Table]:
        """Return the events."""
        columns = [
            Column("#", "number"),
            Column(say("Activity")),
            Column(say("Role")),
            Column(say("When"), "moment"),
            Column(say("Since the one before"), "span"),
            Column(say("Usually"), "span"),
        ]
        rows = [
            [
                one.position + 1,
                activity_label(one.activity),
                role_label(one.role) if one.role else None,
                one.occurred_at,
                one.gap_seconds,
                one.usual_seconds,
            ]
            for one in self.story.events
        ]
        return (Table("events", say("Events"), columns, rows),)


@router.get(PATH)
def case(request: Request, visitor: Analyst) -> Response:
    """Show one case."""
    return studied(request, visitor, lambda study: case_page(request, study))


def case_page(request: Request, study: Study) -> CasePage:
    """Return the page of the case that the address names; the filters do not hide it."""
    case_id = request.query_params.get("case", "")
    story = study.kept_of_all(("story", case_id), lambda log: case_story(log, case_id))
    (line,) = study.kept_of_all(("line", case_id), lambda log: case_list(log, case_ids=[case_id])).lines
    judged = study.kept_of_all(("case conformance", case_id), lambda log: _judged(log, case_id))
    found = terms("activities")
    activities = [found.get(one.activity) for one in story.events]
    return CasePage(
        head=head_of(request, study),
        story=story,
        state=line.state,
        phases=tuple(one.phase if isinstance(one, Activity) else None for one in activities),
        chains=_chains(judged) if judged and not judged.unjudged else (),
        rules=tuple(_rule(judged, one) for one in judged.rules) if judged else (),
        moves=tuple(one for one in judged.moves if one.kind != "silent") if judged else (),
        shows_actors=study.log.log.kind == "imported",
        address=study.choice.case(line.case_id),
        unjudged=judged.unjudged if judged else None,
    )


def _judged(prepared: PreparedLog, case_id: str) -> CaseConformance | None:
    """Hold the case against the model; None where the model speaks of nothing in the log."""
    try:
        return case_conformance(prepared, read_model(None), case_id)
    except NothingToCheckError:
        return None


def _chains(judged: CaseConformance) -> tuple[ChainView, ...]:
    return tuple(
        ChainView(
            chain_words(judged.model, chain.key),
            tuple(step for step in judged.steps if step.chain == chain.key),
        )
        for chain in judged.model.chains
    )


def _rule(judged: CaseConformance, one: CaseRule) -> RuleView:
    return RuleView(
        one.rule,
        rule_words(judged.model.rule(one.rule)),
        say(STATUS_NAMES[one.status]) if one.status in STATUS_NAMES else say("kept"),
        one.status in ("kept", "waived"),
        one.position,
    )
