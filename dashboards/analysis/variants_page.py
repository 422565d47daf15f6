"""The variants: what sequences of steps there are, by how their cases ended, each with its share and time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dashboards.analysis.head import BASE, Head, Link, head_of
from dashboards.analysis.studied import Analyst, studied
from dashboards.analysis.study import Study
from dashboards.analysis.words import STATE_ORDER, state_word
from dashboards.page import Page
from dashboards.sentences import Sentence, counted
from dashboards.tables import Column, Table, Value
from eventlogs.amounts import number_text, share_text
from eventlogs.language import say, sayable
from eventlogs.prepared import PreparedLog
from eventlogs.vocabulary import Activity, Kind, label, terms
from mining.cases.levels import LEVELS, Level, at_level
from mining.cases.progress import progress
from mining.discovery.abbreviations import abbreviations
from mining.discovery.variant_states import StandingVariants, standing_variants

router = APIRouter()
PATH = f"{BASE}/variants"
_TOP, _TOP_OF_A_STATE = 50, 12
_HUES = 8
_LEVEL_WORDS: Mapping[Level, str] = {
    "activity": sayable("Steps of the process"),
    "role": sayable("Roles"),
    "tool": sayable("Tools of leadership"),
}
_KINDS: Mapping[Level, Kind] = {"activity": "activities", "role": "roles", "tool": "tools"}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the sequences: two signs for it, its look, and whether the glossary has it."""

    key: str
    short: str
    text: str
    look: str
    explained: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A variant: its words by their keys, and how often, how long, how ended."""

    rank: int
    cases: int
    share: float
    cumulative: float
    median_seconds: float | None
    states: Mapping[str, int]
    words: tuple[str, ...]
    address: str


@dataclass(frozen=True, slots=True)
class Section:
    """The variants of the cases that stand alike; `state` is empty for all cases."""

    state: str
    cases: int
    n_variants: int
    lines: tuple[Line, ...]
    cases_address: str
    all_address: str | None

    @property
    def title(self) -> Sentence:
        """How these cases stand, and how many there are."""
        counts = {"n": counted(self.cases, self.cases_address), "variants": number_text(self.n_variants)}
        if not self.state:
            return Sentence(say("{n} cases in {variants} variants", **counts))
        state = state_word(self.state)
        return Sentence(say("{state}: {n} cases in {variants} variants", state=state, **counts))


@dataclass(frozen=True)
class VariantsPage(Page):
    """The variants of the chosen cases, seen at a level."""

    template: ClassVar[str] = "analysis/variants.html"
    head: Head
    answer: Sentence
    level: Level
    kind: Kind
    levels: tuple[Link, ...]
    runs: Link
    sections: tuple[Section, ...]
    words: Mapping[str, Word]

    def state_word(self, state: str) -> str:
        """Return how cases stand, in words."""
        return state_word(state)

    def tables(self) -> Sequence[Table]:
        """Return all listed variants as one table."""
        columns = [
            Column(say("Rank"), "number"),
            Column(say("Stands")),
            Column(say("Cases"), "cases"),
            Column(say("Share"), "share"),
            Column(say("Cumulative share"), "share"),
            Column(say("Median duration"), "span"),
            Column(say("Sequence")),
        ]
        rows: list[list[Value]] = [
            [
                line.rank,
                say(", ").join(f"{state_word(state)} {n}" for state, n in line.states.items()),
                line.cases,
                line.share,
                line.cumulative,
                line.median_seconds,
                " → ".join(self.words[key].text for key in line.words),
            ]
            for section in self.sections
            for line in section.lines
        ]
        addresses = [line.address for section in self.sections for line in section.lines]
        return (Table("variants", say("Variants"), columns, rows, addresses, {2: addresses}),)


@router.get(PATH)
def variants_route(request: Request, visitor: Analyst) -> Response:
    """Show the variants."""
    return studied(request, visitor, lambda study: variants_page(request, study))


def variants_page(request: Request, study: Study) -> VariantsPage:
    """Return the variants of a study, at the level that the address asks for."""
    asked = request.query_params
    level: Level = next((one for one in LEVELS if one == asked.get("level")), "activity")
    collapsed = asked.get("runs") == "one"
    sections = tuple(_sections(study, level, collapsed))
    keys = sorted({key for section in sections for line in section.lines for key in line.words})
    return VariantsPage(
        head=head_of(request, study),
        answer=Sentence(_answer(study, level, collapsed)),
        level=level,
        kind=_KINDS[level],
        levels=tuple(
            Link(say(_LEVEL_WORDS[one]), study.choice.address(PATH, view_pairs(one, collapsed)), one == level)
            for one in LEVELS
        ),
        runs=Link(
            say("Runs of the same as one"),
            study.choice.address(PATH, view_pairs(level, not collapsed)),
            collapsed,
        ),
        sections=sections,
        words=_words(level, keys),
    )


def view_pairs(level: Level, collapsed: bool) -> list[tuple[str, str]]:
    """Return the part of an address that tells the level."""
    return ([("level", level)] if level != "activity" else []) + ([("runs", "one")] if collapsed else [])


def _sections(study: Study, level: Level, collapsed: bool) -> Iterator[Section]:
    """Yield a section for each way to stand, the ended first; one of all where cases are chosen by it."""
    found = study.kept("progress", progress)
    chosen = [value for name, value in study.choice.conditions if (name, value[:8]) == ("where", "outcome=")]
    if chosen or len(found.standings) == 1:
        yield _section(study, "", level, collapsed)
        return
    for state in STATE_ORDER:
        if found.standing(state).cases:
            yield _section(study.narrowed(("where", f"outcome={state}")), state, level, collapsed)


def _section(study: Study, state: str, level: Level, collapsed: bool) -> Section:
    top = _TOP_OF_A_STATE if state else _TOP
    listed = _listed(study, level, collapsed, top)
    more = view_pairs(level, collapsed)
    lines = tuple(
        Line(
            one.rank,
            one.variant.count,
            one.variant.share,
            one.variant.cumulative_share,
            one.variant.median_duration_seconds,
            {known: one.states[known] for known in STATE_ORDER if known in one.states},
            one.variant.activities,
            study.choice.cases(*more, ("rank", str(one.rank))),
        )
        for one in listed.variants
    )
    all_address = study.choice.address(PATH, more) if state and listed.n_variants > len(lines) else None
    return Section(state, listed.cases, listed.n_variants, lines, study.choice.cases(), all_address)


def _listed(study: Study, level: Level, collapsed: bool, top: int) -> StandingVariants:
    def find(prepared: PreparedLog) -> StandingVariants:
        return standing_variants(at_level(prepared, level, collapsed=collapsed), top)

    return study.kept(("variants", level, collapsed, top), find)


def _answer(study: Study, level: Level, collapsed: bool) -> str:
    listed = _listed(study, level, collapsed, _TOP)
    if not listed.variants:
        return say("No case has a step.")
    covering = next((one for one in listed.variants if one.variant.cumulative_share >= 0.5), None)
    every = study.choice.cases()
    here = study.choice.address(PATH, view_pairs(level, collapsed)) + "#section-1"
    counts = {"cases": counted(listed.cases, every), "variants": counted(listed.n_variants, here)}
    sentence = say("{cases} cases went {variants} different ways.", **counts)
    if covering is not None:
        return sentence + say(" Half of them went one of {n}.", n=number_text(covering.rank))
    last = listed.variants[-1]
    return sentence + say(
        " The {n} most common make up {share}.",
        n=number_text(last.rank),
        share=share_text(last.variant.cumulative_share),
    )


def _words(level: Level, keys: Sequence[str]) -> Mapping[str, Word]:
    kind = _KINDS[level]
    known = terms(kind)
    ordered = [key for key in known if key in keys] + [key for key in keys if key not in known]
    short = abbreviations(ordered, lambda key: label(kind, key))
    return {
        key: Word(key, short[key], label(kind, key), _look(key, place, kind), key in known)
        for place, key in enumerate(ordered)
    }


def _look(key: str, place: int, kind: Kind) -> str:
    activity = terms(kind).get(key)
    return f"phase-{activity.phase}" if isinstance(activity, Activity) else f"hue-{place % _HUES}"
