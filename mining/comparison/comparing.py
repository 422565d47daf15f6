"""The comparison of groups of cases, from their profiles to the answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mining.cases.supposed_ends import SupposedEnds
from mining.comparison.adjusting import adjusted
from mining.comparison.answer import (
    ComparedGroup,
    Comparison,
    Difference,
    GroupDistance,
    GroupValue,
    QuestionAnswer,
)
from mining.comparison.case_mix import Trait
from mining.comparison.cross_checking import cross_checks
from mining.comparison.digest import rerun
from mining.comparison.lasting import Race, mean_estimates
from mining.comparison.profiles import Estimate, Figures, Histogram, Profile, RuleTally, State
from mining.comparison.questions import Asked, ask, layers_of
from mining.comparison.testing import LEVEL, QUESTIONS, Question, Tests

SEED = 20_220_615
MOST_GROUPS = 60  # are held against one another, the largest: every two of them are tested


@dataclass(frozen=True)
class Plan:
    """What is compared and how, as it was asked for."""

    by: str
    sources: tuple[str, ...]
    simulated: bool = False
    left_out: int = 0
    min_cases: int = 5
    seed: int = SEED
    traits: tuple[Trait, ...] = ()
    has_ends: bool = True
    supposed: tuple[SupposedEnds, ...] = ()
    cross_check: bool = False
    command: str = ""


def compare(profiles: Sequence[Profile], plan: Plan) -> Comparison:
    """Compare every two of the largest groups that have at least `plan.min_cases` cases."""
    large = [profile for profile in profiles if profile.cases >= plan.min_cases][:MOST_GROUPS]
    good_end: State = "completed" if plan.has_ends else "ended"
    layers = [[profile.counts for profile in large]]
    asked = ask(layers, good_end, plan.min_cases, plan.seed, has_ends=plan.has_ends)
    alike = _alike(large, good_end, plan)
    race = Race.of(layers, good_end)
    means = mean_estimates(race, asked.horizon, plan.min_cases, plan.seed)
    of_name = {profile.name: mean for profile, mean in zip(large, means, strict=True)}
    found = _Found(large, asked, alike, means)
    comparison = Comparison(
        by=plan.by,
        sources=plan.sources,
        simulated=plan.simulated,
        cases=sum(profile.cases for profile in profiles),
        left_out=plan.left_out,
        min_cases=plan.min_cases,
        level=LEVEL,
        good_end=good_end,
        horizon=asked.horizon,
        sampled=asked.sampled,
        adjusted_for=tuple(trait.name for trait in plan.traits),
        groups=tuple(
            ComparedGroup(
                profile.name,
                profile.source,
                _guarded(profile.figures, plan.min_cases) if profile.cases >= plan.min_cases else None,
                of_name.get(profile.name),
                profile.name in of_name,
            )
            for profile in profiles
        ),
        questions=tuple(found.questions()),
        adjusted=tuple(adjusted(large, plan.traits, good_end, plan.min_cases)),
        distances=tuple(found.distances()),
        differences=tuple(found.differences()),
        cross_checks=tuple(cross_checks(large)) if plan.cross_check and len(large) > 1 else (),
        supposed=plan.supposed,
        rerun=rerun("", ""),
    )
    return replace(comparison, rerun=rerun(plan.command, comparison))


def _alike(large: Sequence[Profile], good_end: State, plan: Plan) -> Asked | None:
    """Ask again among cases of one mix, where the groups are counted in such layers."""
    if not plan.traits or not large:
        return None
    layers = layers_of([profile.layers for profile in large])
    return ask(layers, good_end, plan.min_cases, plan.seed, has_ends=plan.has_ends)


def _guarded(figures: Figures, min_cases: int) -> Figures:
    """Return the figures without estimates from too few cases."""
    return replace(
        figures,
        **{
            name: getattr(figures, name).unless_too_few(min_cases)
            for name in ("completed_share", "median_duration", "strict_deviations", "fitness", "precision")
        },
    )


class _Found:
    """What the tests found, told with the groups' names and values."""

    def __init__(
        self,
        profiles: Sequence[Profile],
        asked: Asked,
        alike: Asked | None,
        means: Sequence[Estimate],
    ) -> None:
        self._profiles = profiles
        self._asked = asked
        self._alike = alike
        self._means = means

    def questions(self) -> Iterator[QuestionAnswer]:
        """Yield every question with the number of its tests and of those that found something."""
        for question in QUESTIONS:
            tests = self._asked.tests.get(question)
            if tests is None:
                yield QuestionAnswer(question, 0, 0)
            else:
                yield QuestionAnswer(question, len(tests), int((self._p(tests) <= LEVEL).sum()))

    def distances(self) -> Iterator[GroupDistance]:
        """Yield the distance of every two groups, the farthest beyond chance first."""
        if "control_flow" not in self._asked.tests:
            return
        corrected = self._p(self._asked.tests["control_flow"])
        found = list(zip(self._asked.distances, corrected.tolist(), strict=True))
        for each, p_value in sorted(found, key=lambda pair: pair[0].by_chance - pair[0].distance):
            yield GroupDistance(
                self._profiles[each.one].name,
                self._profiles[each.other].name,
                each.distance,
                each.by_chance,
                p_value,
                p_value <= LEVEL,
                each.one_cases,
                each.other_cases,
            )

    def differences(self) -> Iterator[Difference]:
        """Yield the differences that survive, question by question, the largest first."""
        for question, tests in sorted(self._asked.tests.items(), key=lambda item: QUESTIONS.index(item[0])):
            corrected, like = self._p(tests), self._like_cases(question)
            rows = np.flatnonzero(corrected <= LEVEL)
            for row in rows[np.argsort(-np.abs(tests.effect[rows]), kind="stable")].tolist():
                subject = tests.subjects[tests.subject[row]]
                one, other = int(tests.one[row]), int(tests.other[row])
                yield Difference(
                    question,
                    subject,
                    self._profiles[one].name,
                    self._profiles[other].name,
                    self._value(question, subject, one),
                    self._value(question, subject, other),
                    float(tests.effect[row]),
                    float(corrected[row]),
                    None if like is None else like.get((subject, one, other)),
                )

    def _p(self, tests: Tests) -> np.ndarray:
        return tests.corrected(len(self._asked.tests))

    def _like_cases(self, question: Question) -> Mapping[tuple[tuple[str, ...], int, int], bool] | None:
        """Return for each test of a question whether it finds a difference among cases of one mix."""
        if self._alike is None:
            return None
        tests = self._alike.tests.get(question)
        if tests is None:
            return {}
        survives = tests.corrected(len(self._alike.tests)) <= LEVEL
        rows = zip(
            tests.subject.tolist(), tests.one.tolist(), tests.other.tolist(), survives.tolist(), strict=True
        )
        return {(tests.subjects[subject], one, other): found for subject, one, other, found in rows}

    def _value(self, question: Question, subject: tuple[str, ...], group: int) -> GroupValue:
        profile = self._profiles[group]
        counts = profile.counts
        if question == "activity":
            return _share(counts.activities.get(subject[0], 0), counts.cases)
        if question == "arc":
            return _share(counts.arcs.get((subject[0], subject[1]), 0), counts.cases)
        if question == "waiting":
            arc = (subject[0], subject[1])
            return GroupValue(profile.median_waits.get(arc), counts.waits.get(arc, Histogram({})).total)
        if question == "rule":
            tally = counts.rules.get(subject[0], RuleTally(0, 0))
            return _share(tally.broken, tally.tested)
        if question == "completion":
            share = profile.figures.completed_share
            return GroupValue(share.value, share.cases)
        if question == "time":
            return GroupValue(self._means[group].value, self._means[group].cases)
        return GroupValue(None, counts.cases)


def _share(n: int, cases: int) -> GroupValue:
    return GroupValue(n / cases if cases else None, cases)
