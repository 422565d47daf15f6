"""What is counted when a log is held against a normative model, for all cases and for groups of them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, get_args

from eventlogs.sql_files import sql
from mining.conformance.verdicts import Judged
from mining.normative.chain_net import Fitness, chain_fitness
from mining.normative.model import NormativeModel

StepVerdict = Literal["in_order", "out_of_order", "skipped", "not_reached", "withdrawn"]
STEP_VERDICTS: tuple[StepVerdict, ...] = get_args(StepVerdict)
_GROUP_SIZES = """
    SELECT
        grp,
        count(*),
        count(*) FILTER (state = 'running'),
        count(*) FILTER (state = 'halted'),
        count(*) FILTER (state = 'completed'),
        count(*) FILTER (state = 'failed'),
        count(*) FILTER (state = 'ended'),
        count(*) FILTER (state = 'silent')
    FROM judged_case GROUP BY ROLLUP (grp) ORDER BY grp NULLS FIRST
"""


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many cases keep a rule, break it and how, are allowed to break it, or never test it."""

    rule: str
    kept: int
    skipped: int
    out_of_order: int
    gate_shut: int
    waived: int
    untested: int

    @property
    def broken(self) -> int:
        """How many cases break the rule without leave."""
        return self.skipped + self.out_of_order + self.gate_shut


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many cases stand how with one step of a chain."""

    chain: str
    role: str
    in_order: int
    out_of_order: int
    skipped: int
    not_reached: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class FirstBreaks:
    """In how many cases the first break of all was one of this strength in this chain."""

    chain: str
    strength: str
    cases: int


@dataclass(frozen=True, slots=True)
class ChainLag:
    """The time from a step of one chain to the same step of another; negative where that came first."""

    chain: str
    other: str
    step: int
    cases: int
    lower_quartile: timedelta
    median: timedelta
    upper_quartile: timedelta


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How many cases came back along a loop, and with how many events."""

    loop: str
    cases: int
    events: int


@dataclass(frozen=True, slots=True)
class OnePerson:
    """In how many cases one person acts in both roles, of those where both are acted by known persons."""

    statement: str
    cases: int
    same: int


@dataclass(frozen=True, slots=True)
class CaseStates:
    """How many cases there are, and how they stand; whether the end of `ended` ones was good is not known.

    `silent` are those of a log without ends of which nothing is heard any more.
    """

    cases: int
    running: int
    halted: int
    completed: int
    failed: int
    ended: int
    silent: int


@dataclass(frozen=True, slots=True)
class GroupConformance:
    """The conformance of one group of cases; `group` None is the cases that lack the attribute."""

    group: str | None
    states: CaseStates
    fitness: Fitness
    rules: tuple[RuleCount, ...]
    steps: tuple[StepCount, ...]
    first_breaks: tuple[FirstBreaks, ...]
    lags: tuple[ChainLag, ...]
    recurrences: tuple[Recurrence, ...]
    one_person: tuple[OnePerson, ...]


def conformance_by_group(
    verdicts: Judged, model: NormativeModel
) -> Iterator[tuple[int | None, GroupConformance]]:
    """Yield the conformance of all cases under None, then that of each group under its number."""
    yield from _Counts(verdicts, model).groups()


class _Counts:
    """All that is counted, each by group number; None is all cases together."""

    def __init__(self, verdicts: Judged, model: NormativeModel) -> None:
        self._verdicts = verdicts
        self._model = model

    def groups(self) -> Iterator[tuple[int | None, GroupConformance]]:
        """Yield every group's conformance, the whole first."""
        fitness = chain_fitness(self._verdicts, self._model)
        rules, steps, breaks = self._rules(), self._steps(), self._first_breaks()
        lags, recurrences, persons = self._lags(), self._recurrences(), self._one_person()
        for group, *sizes in self._rows(_GROUP_SIZES):
            counted = GroupConformance(
                group=None if group is None else self._verdicts.group_names.get(group),
                states=CaseStates(*sizes),
                fitness=fitness[group],
                rules=tuple(rules[group]),
                steps=tuple(steps[group]),
                first_breaks=tuple(breaks[group]),
                lags=tuple(lags[group]),
                recurrences=tuple(recurrences[group]),
                one_person=tuple(persons[group]),
            )
            yield group, counted

    def _rules(self) -> dict[int | None, list[RuleCount]]:
        found: dict[int | None, list[RuleCount]] = defaultdict(list)
        for number, group, *counts in self._query("rule_counts"):
            found[group].append(RuleCount(self._model.rules[number].key, *counts))
        return found

    def _steps(self) -> dict[int | None, list[StepCount]]:
        counted: dict[tuple[int | None, int, int], dict[str, int]] = defaultdict(dict)
        for chain, step, group, verdict, n in self._query("step_counts"):
            counted[group, chain, step][verdict] = n
        found: dict[int | None, list[StepCount]] = defaultdict(list)
        for (group, chain_no, step), counts in sorted(counted.items(), key=lambda item: item[0][1:]):
            chain = self._model.chains[chain_no]
            numbers = [counts.get(verdict, 0) for verdict in STEP_VERDICTS]
            found[group].append(StepCount(chain.key, chain.roles[step], *numbers))
        return found

    def _first_breaks(self) -> dict[int | None, list[FirstBreaks]]:
        found: dict[int | None, list[FirstBreaks]] = defaultdict(list)
        self._verdicts.connection.execute(sql("conformance/first_break_cases", "mining"))
        for group, chain, strength, n in self._query("first_breaks"):
            found[group].append(FirstBreaks(chain, strength, n))
        return found

    def _lags(self) -> dict[int | None, list[ChainLag]]:
        found: dict[int | None, list[ChainLag]] = defaultdict(list)
        chains = self._model.chains
        for group, one, other, step, n, quartiles in self._query("lags"):
            times = [timedelta(microseconds=quartile) for quartile in quartiles]
            found[group].append(ChainLag(chains[one].key, chains[other].key, step + 1, n, *times))
        return found

    def _recurrences(self) -> dict[int | None, list[Recurrence]]:
        found: dict[int | None, list[Recurrence]] = defaultdict(list)
        self._verdicts.connection.execute(sql("conformance/loop_cases", "mining"))
        for number, group, cases, events in self._query("loops"):
            found[group].append(Recurrence(self._model.loops[number].key, cases, events))
        return found

    def _one_person(self) -> dict[int | None, list[OnePerson]]:
        found: dict[int | None, list[OnePerson]] = defaultdict(list)
        for number, group, cases, same in self._query("same_persons"):
            found[group].append(OnePerson(self._model.same_persons[number].key, cases, same))
        return found

    def _query(self, name: str) -> list[Any]:
        return self._rows(sql(f"conformance/{name}", "mining"))

    def _rows(self, query: str) -> list[Any]:
        return self._verdicts.connection.execute(query).fetchall()
