"""Rules judged on many small sets of traces, and told the same of sequences and of events."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest
from declare_by_hand import Positions, activating, deviating
from played_logs import START, played

from mining.nets.traces import Traces
from mining.rules import sequences
from mining.rules.checking import check_rules
from mining.rules.file import Condition, Rule
from mining.rules.outcome import Deviation
from mining.rules.sequences import NOWHERE, Found, TraceSteps
from mining.rules.templates import TEMPLATES

DECLARE = [name for name, template in TEMPLATES.items() if template.activated_by != "pair"]


WAYS = ("sequences", "events")  # a rule is asked of the events once it looks at an attribute


def declare(template: str, n: int = 1, way: str = "sequences") -> Rule:
    b = ("b",) if TEMPLATES[template].takes_b else ()
    every = (Condition("lifecycle", ("complete",)),) if way == "events" else ()
    return Rule(template, template, ("a",), b, n=n, where_a=every, where_b=every, may_be_unknown=True)


def rows(found: Found) -> list[tuple[int, int]]:
    return list(zip(found.traces.tolist(), found.positions.tolist(), strict=True))


def by_hand(traces: Traces, told: Callable[[tuple[str, ...]], Positions]) -> list[tuple[int, int]]:
    """Return the rows of every trace, in order."""
    return [
        (number, place)
        for number in range(len(traces))
        for place in sorted(NOWHERE if one is None else one for one in told(traces.trace(number)))
    ]


@pytest.mark.parametrize("template", DECLARE)
def test_what_tests_and_what_breaks_a_rule_is_found_in_order_in_any_set_of_traces(template: str) -> None:
    random = Random(template)
    for n in (1, 2, 3) * 30:
        lengths = [random.randint(1, 6) for _ in range(random.randint(1, 4))]
        traces = Traces.of(random.choices("abc", k=length) for length in lengths)
        steps, rule = TraceSteps(traces), declare(template, n)
        tested, wrong = partial(activating, template), partial(deviating, template, n=n)
        assert rows(sequences.activating(steps, rule)) == by_hand(traces, tested)
        assert rows(sequences.breaking(steps, rule)) == by_hand(traces, wrong)


@pytest.mark.parametrize("way", WAYS)
def test_cases_that_lack_something_are_told_without_an_event_and_others_by_theirs(
    tmp_path: Path, way: str
) -> None:
    cases = {"1": "b", "2": "aaa", "3": "a", "4": "b", "5": "aaa"}
    with played(tmp_path, cases) as log:
        (found,) = check_rules(log, [declare("exactly", way=way)], n_deviations=4).rules
    second, third = (START + timedelta(hours=hours) for hours in (2, 3))
    assert found.deviations == (
        Deviation("1", None, None, None),
        Deviation("2", 1, "a", second),
        Deviation("2", 2, "a", third),
        Deviation("4", None, None, None),
    )
    assert (found.cases, found.activations, found.fulfilments, found.violations) == (5, 5, 1, 4)
    assert (found.satisfied_cases, found.violated_cases, found.vacuous_cases) == (1, 4, 0)


@pytest.mark.parametrize("way", WAYS)
def test_no_more_events_are_named_than_asked_for_the_first_of_the_first_cases(
    tmp_path: Path, way: str
) -> None:
    cases = {"1": "aba", "2": "ab", "3": "aac", "4": "a"}
    rule = declare("response", way=way)
    with played(tmp_path, cases) as log:
        told = [check_rules(log, [rule], n_deviations=n).rules[0].deviations for n in (0, 2, 9)]
    assert [[(one.case_id, one.position) for one in some] for some in told] == [
        [], [("1", 2), ("3", 0)], [("1", 2), ("3", 0), ("3", 1), ("4", 0)],
    ]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_every_rule_is_told_by_the_events_that_break_it_in_the_order_of_cases(
    tmp_path: Path, way: str
) -> None:
    random = Random("rules")
    cases = {f"{n:02}": random.choices("abc", k=random.randint(1, 6)) for n in range(30)}
    with played(tmp_path, cases) as log:
        found = check_rules(log, [declare(name, 2, way) for name in DECLARE], n_deviations=1000).rules
    for one in found:
        assert [(it.case_id, it.position) for it in one.deviations] == [
            (case, place)
            for case, trace in cases.items()
            for place in sorted(deviating(one.template, trace, 2), key=lambda it: -1 if it is None else it)
        ], one.template
        assert one.activations == sum(len(activating(one.template, trace)) for trace in cases.values())
        assert one.vacuous_cases == sum(not activating(one.template, trace) for trace in cases.values())


@pytest.mark.parametrize("way", WAYS)
def test_what_tests_a_rule_is_counted_by_cases(tmp_path: Path, way: str) -> None:
    cases = {"1": "aabb", "2": "c", "3": "aabb", "4": "ab", "5": "bab", "6": "b"}
    rules = [declare(name, way=way) for name in DECLARE]
    with played(tmp_path, cases) as log:
        told = {
            one.template: (one.activations, one.violations, one.satisfied_cases, one.vacuous_cases)
            for one in check_rules(log, rules).rules
        }
    assert (told["chain_response"], told["chain_precedence"]) == ((6, 2, 2, 2), (8, 4, 1, 1))
    assert (told["responded_existence"], told["coexistence"]) == ((6, 0, 4, 2), (14, 1, 4, 1))
    assert (told["absence"], told["last"]) == ((6, 4, 2, 0), (6, 6, 0, 0))


@pytest.mark.parametrize("way", WAYS)
def test_a_rule_that_nothing_tests_is_neither_kept_nor_broken(tmp_path: Path, way: str) -> None:
    with played(tmp_path, {"1": "bc", "2": "c"}) as log:
        (found,) = check_rules(log, [declare("response", way=way)]).rules
    assert (found.cases, found.activations, found.fulfilments, found.violations) == (2, 0, 0, 0)
    assert (found.satisfied_cases, found.violated_cases, found.vacuous_cases) == (0, 0, 2)
    assert found.deviations == ()
