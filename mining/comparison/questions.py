"""All questions of a comparison asked of groups of cases, as one family of tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from mining.comparison.control_flow import Distance, Languages, control_flow_tests
from mining.comparison.frequencies import Shares, frequency_tests
from mining.comparison.lasting import Race, time_tests
from mining.comparison.profiles import Counts, LayerKey, RuleTally, State
from mining.comparison.testing import Layers, Question, Tests
from mining.comparison.waiting import waiting_tests

KEPT_BACK = -1
_UNTESTED = RuleTally(0, 0)


@dataclass(frozen=True)
class Asked:
    """The tests of every question that could be asked, and the distances of control flow."""

    tests: Mapping[Question, Tests]
    distances: tuple[Distance, ...]
    sampled: bool
    horizon: float


def ask(layers: Layers, good_end: State, min_cases: int, seed: int, *, has_ends: bool) -> Asked:
    """Ask every question of every pair of groups; a question that nobody tests does not count."""
    languages, race = Languages(layers, seed), Race.of(layers, good_end)
    control_flow, distances = control_flow_tests(languages, min_cases)
    tests: dict[Question, Tests] = {
        "control_flow": control_flow,
        "activity": frequency_tests(_presence(layers, "activities"), min_cases),
        "arc": frequency_tests(_presence(layers, "arcs"), min_cases),
        "waiting": waiting_tests(layers, min_cases),
        "rule": frequency_tests(_rules(layers), min_cases),
        "time": time_tests(race, min_cases, seed),
    }
    if has_ends:
        tests["completion"] = frequency_tests(_completion(race), min_cases)
    return Asked(
        {question: found for question, found in tests.items() if len(found)},
        distances,
        languages.sampled,
        race.horizon(min_cases),
    )


def _presence(layers: Layers, kind: Literal["activities", "arcs"]) -> Shares:
    """Return in how many cases each activity, or arc, occurs."""
    keys = sorted({key for layer in layers for counts in layer for key in getattr(counts, kind)})
    subjects = tuple((key,) if isinstance(key, str) else key for key in keys)
    with_it = np.zeros((len(layers), len(layers[0]), len(subjects)), np.int64)
    for layer, groups in enumerate(layers):
        for group, counts in enumerate(groups):
            found: Mapping[Any, int] = getattr(counts, kind)
            with_it[layer, group] = [
                KEPT_BACK if key not in found and counts.keeps_back(kind, subject) else found.get(key, 0)
                for key, subject in zip(keys, subjects, strict=True)
            ]
    cases = np.array([[counts.cases for counts in layer] for layer in layers], np.int64)
    return Shares(subjects, with_it, np.broadcast_to(cases[:, :, None], with_it.shape))


def _rules(layers: Layers) -> Shares:
    """Return how many of the cases that test each rule break it."""
    rules = sorted({rule for layer in layers for counts in layer for rule in counts.rules})
    broken = np.zeros((len(layers), len(layers[0]), len(rules)), np.int64)
    tested = np.zeros_like(broken)
    for layer, groups in enumerate(layers):
        for group, counts in enumerate(groups):
            tallies = [
                RuleTally(0, KEPT_BACK)
                if counts.keeps_back("rules", (rule,))
                else counts.rules.get(rule, _UNTESTED)
                for rule in rules
            ]
            broken[layer, group] = [tally.broken for tally in tallies]
            tested[layer, group] = [tally.tested for tally in tallies]
    return Shares(tuple((rule,) for rule in rules), broken, tested)


def _completion(race: Race) -> Shares:
    """Return how many of the cases that have ended came to their good end."""
    won, lost = race.won.sum(axis=2)[:, :, None], race.lost.sum(axis=2)[:, :, None]
    return Shares(((),), won, won + lost)


def layers_of(groups: Sequence[Mapping[LayerKey, Counts]]) -> Layers:
    """Return the groups' counts layer by layer, empty where a group has no such cases."""
    keys = sorted({key for layers in groups for key in layers})
    return [[layers.get(key, Counts()) for layers in groups] for key in keys]
