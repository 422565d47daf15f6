"""Rules on more than the sequence of activities: time windows, shared values, persons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from played_logs import START, Step, Trace, played, record

from eventlogs.data_directory import open_ledger
from eventlogs.events import Attribute, Event
from eventlogs.prepared import prepare
from mining.rules.checking import check_rules
from mining.rules.file import Condition, Rule, RuleRefusedError, read_rules
from mining.rules.outcome import RuleOutcome
from mining.rules.templates import TEMPLATES

WINDOWED = [name for name, template in TEMPLATES.items() if template.takes_window]


@dataclass(frozen=True)
class Happened:
    """One event of a trace: which sides of the rule it is on, in which hour, in which room."""

    activity: str
    hours: int
    room: int | None


def a_trace(random: Random) -> list[Happened]:
    hours = 0
    found = []
    for activity in random.choices("abcx", k=random.randint(1, 7)):
        hours += random.randint(0, 2)
        found.append(Happened(activity, hours, random.choice([1, 2, None])))
    return found


def as_steps(trace: Sequence[Happened]) -> Trace:
    return [
        Step(one.activity, one.hours, attributes={} if one.room is None else {"room": one.room})
        for one in trace
    ]


Fits = Callable[[Happened, Happened], bool]
A, B = ("a", "x"), ("b", "x")  # an x is on both sides


def broken_by_hand(template: str, trace: Sequence[Happened], fits: Fits) -> set[int]:
    """Return the places of the events that break a rule of a pair of activities."""
    if template.startswith("not_"):
        good = template.removeprefix("not_")
        return _either(good, trace, lambda side, place: _has(good, trace, place, side, fits))
    return _either(template, trace, lambda side, place: not _has(template, trace, place, side, fits))


def _either(template: str, trace: Sequence[Happened], is_wrong: Callable[[str, int], bool]) -> set[int]:
    sides = (
        "ab"
        if "succession" in template or template == "coexistence"
        else "b"
        if "precedence" in template
        else "a"
    )
    return {
        place
        for side in sides
        for place, one in enumerate(trace)
        if one.activity in (A if side == "a" else B) and is_wrong(side, place)
    }


def _has(template: str, trace: Sequence[Happened], place: int, side: str, fits: Fits) -> bool:
    """Tell whether an event on one side of the rule has the other that it asks for."""
    one, own, others = trace[place], A if side == "a" else B, B if side == "a" else A
    step = 1 if side == "a" else -1
    if template in {"responded_existence", "coexistence"}:
        reach = list(range(len(trace)))
    else:
        reach = list(range(place + step, len(trace) if step == 1 else -1, step))
    if template.startswith("chain"):
        reach = reach[:1]
    if template.startswith("alternate"):
        again = [n for n, other in enumerate(reach) if trace[other].activity in own]
        reach = reach[: again[0] + 1] if again else reach  # what is on both sides ends the turn and is in it
    return any(
        trace[other].activity in others
        and (fits(one, trace[other]) if side == "a" else fits(trace[other], one))
        for other in reach
    )


def in_hours(least: float, most: float, *, either_way: bool) -> Fits:
    return lambda a, b: least <= (abs(b.hours - a.hours) if either_way else b.hours - a.hours) <= most


def in_rooms(wanted: Callable[[int, int], bool]) -> Fits:
    return lambda a, b: a.room is not None and b.room is not None and wanted(a.room, b.room)


LIMITS: dict[str, tuple[dict[str, object], Callable[[bool], Fits]]] = {
    "within two hours": ({"within": timedelta(hours=2)}, lambda way: in_hours(-99, 2, either_way=way)),
    "after two hours": ({"after": timedelta(hours=2)}, lambda way: in_hours(2, 99, either_way=way)),
    "in the same room": ({"same": ("room",)}, lambda way: in_rooms(lambda one, other: one == other)),
    "in another room": ({"different": ("room",)}, lambda way: in_rooms(lambda one, other: one != other)),
    "not limited": ({}, lambda way: lambda a, b: True),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_every_template_of_a_pair_is_judged_as_by_hand_under_every_limit(tmp_path: Path, limit: str) -> None:
    more, fitting = LIMITS[limit]
    random = Random(limit)
    traces = {str(n): a_trace(random) for n in range(40)}
    rules = [Rule(name, name, A, B, may_be_unknown=True, **more) for name in WINDOWED]  # type: ignore[arg-type]
    with played(tmp_path, {case: as_steps(trace) for case, trace in traces.items()}) as log:
        outcomes = check_rules(log, rules, n_deviations=10_000).rules
    for outcome in outcomes:
        either_way = outcome.template.endswith("existence")
        by_hand = [
            (case, place)
            for case, trace in traces.items()
            for place in sorted(broken_by_hand(outcome.template, trace, fitting(either_way)))
        ]
        assert [(one.case_id, one.position) for one in outcome.deviations] == by_hand, outcome.template
        assert outcome.violations == len(by_hand)
        assert outcome.fulfilments == outcome.activations - len(by_hand)
        assert outcome.violated_cases == len({case for case, _ in by_hand})


def check(directory: Path, rule: Rule, cases: Mapping[str, Trace], n: int = 20) -> RuleOutcome:
    with played(directory, cases) as log:
        return check_rules(log, [rule], n_deviations=n).rules[0]


def test_a_rule_of_whole_cases_is_broken_once_by_a_case(tmp_path: Path) -> None:
    found = check(tmp_path, Rule("r", "absence", ("a",), n=2), {"1": "aaa", "2": "ab", "3": "b", "4": "aaa"})
    assert [(one.case_id, one.position) for one in found.deviations] == [
        ("1", 1),
        ("1", 2),
        ("4", 1),
        ("4", 2),
    ]
    assert (found.cases, found.activations, found.fulfilments, found.violations) == (4, 4, 2, 2)
    assert (found.satisfied_cases, found.violated_cases, found.vacuous_cases) == (2, 2, 0)


def test_deviations_are_named_in_the_order_of_cases_as_many_as_asked_for(tmp_path: Path) -> None:
    cases = {"1": "ca", "2": "a", "3": "ca", "4": "ab", "5": "aa"}
    rule = Rule("r", "response", ("a",), ("b",))
    every = check(tmp_path / "all", rule, cases)
    assert [(one.case_id, one.position, one.activity) for one in every.deviations] == [
        ("1", 1, "a"), ("2", 0, "a"), ("3", 1, "a"), ("5", 0, "a"), ("5", 1, "a"),
    ]  # fmt: skip
    assert check(tmp_path / "some", rule, cases, n=3).deviations == every.deviations[:3]
    assert all(one.occurred_at is not None for one in every.deviations)


def done(activity: str, actor: str | None) -> Step:
    return Step(activity, actor=actor)


@pytest.mark.parametrize(
    ("template", "wrong"),
    [
        ("separation_of_duties", [("same", 0), ("same", 2), ("twice", 0), ("twice", 1)]),
        (
            "binding_of_duties",
            [("other", 0), ("other", 1), ("same", 0), ("same", 1), ("by two", 0), ("by two", 1)],
        ),
    ],
)
def test_duties_are_tested_by_known_persons_on_both_sides(
    tmp_path: Path, template: str, wrong: list[tuple[str, int]]
) -> None:
    cases: dict[str, Trace] = {
        "other": [done("a", "li"), done("b", "wu")],
        "same": [done("a", "li"), done("b", "wu"), done("b", "li")],
        "unknown": [done("a", "li"), done("b", None)],
        "one side": [done("a", "li"), done("a", "wu")],
        "one event": [done("x", "li")],
        "twice": [done("x", "li"), done("x", "li")],
        "neither": [done("c", "li")],
        "by two": [done("x", "li"), done("x", "wu")],
    }
    rule = Rule("r", template, A, B)
    found = check(tmp_path, rule, cases)
    assert [(one.case_id, one.position) for one in found.deviations] == wrong
    assert (found.activations, found.violations) == (9, len(wrong))
    assert (found.violated_cases, found.vacuous_cases) == (len({case for case, _ in wrong}), 4)


@pytest.mark.parametrize("within", [None, timedelta(days=99)])
def test_an_event_on_both_sides_tests_a_rule_once(tmp_path: Path, within: timedelta | None) -> None:
    rule = Rule("r", "not_coexistence", A, B, within=within)
    found = check(tmp_path, rule, {"1": "xx", "2": "ab"})
    assert (found.activations, found.violations) == (4, 4)


def test_rules_come_to_the_same_in_sequences_and_on_events(tmp_path: Path) -> None:
    random = Random("alike")
    cases = {str(n): "".join(random.choices("abcx", k=random.randint(1, 5))) for n in range(60)}
    declare = [name for name, template in TEMPLATES.items() if template.activated_by != "pair"]
    rules = [Rule(f"{name} {n}", name, A, B, n=n) for name in declare for n in (1, 2)]
    with_events = [replace(rule, where_a=(Condition("lifecycle", ("complete",)),)) for rule in rules]
    with played(tmp_path, cases) as log:
        # later events leave traces that nobody follows any more
        late = START + timedelta(days=1)
        more = [Event(f"more {case}", case, random.choice("abcx"), late) for case in cases if case < "4"]
        log.ledger.append("played", more)
        grown = prepare(log.ledger, "played")
        for n in (0, 7, 10_000):
            report = check_rules(grown, rules + with_events, n_deviations=n)
            assert report.rules[: len(rules)] == report.rules[len(rules) :]
    assert report.cases == len(cases)


def test_a_log_without_events_breaks_no_rule(tmp_path: Path) -> None:
    rules = [
        Rule(name, name, ("a",), ("b",), may_be_unknown=True) for name in ("absence", "init", "succession")
    ]
    with played(tmp_path, {}) as log:
        for one in check_rules(log, rules).rules:
            assert (one.cases, one.activations, one.violations, one.deviations) == (0, 0, 0, ())


def test_rules_on_sequences_and_on_events_are_checked_in_one_go(tmp_path: Path) -> None:
    plain = Rule("plain", "response", ("a",), ("b",))
    timed = replace(plain, name="timed", within=timedelta(hours=1))
    with played(tmp_path, {"1": ["a", "c", "b"], "2": ["a", "c", "b"], "3": ["a"]}) as log:
        for rules in ([plain, timed], [timed, plain], [timed], [plain]):
            counted = {one.rule: one.violations for one in check_rules(log, rules).rules}
            assert counted == {rule.name: {"plain": 1, "timed": 3}[rule.name] for rule in rules}


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        (Condition("n", (1, "x")), {"one", "word"}),
        (Condition("n", (True,)), {"yes"}),
        (Condition("n", (False,)), {"no"}),
        (Condition("n", least=1), {"one", "two"}),
        (Condition("n", most=1), {"one", "less"}),
        (Condition("n", least=1, most=1), {"one"}),
        (Condition("n", ("x",), least=2), {"two", "word"}),
        (Condition("n", (1, 2), negated=True), {"less", "word", "yes", "no", "none"}),
        (Condition("n", least=1, negated=True), {"less", "word", "yes", "no", "none"}),
    ],
)
def test_a_condition_takes_values_numbers_and_bounds(
    tmp_path: Path, condition: Condition, kept: set[str]
) -> None:
    values: dict[str, dict[str, Attribute]] = {
        "one": {"n": 1}, "two": {"n": 2.0}, "less": {"n": 0.5}, "word": {"n": "x"}, "yes": {"n": True},
        "no": {"n": False}, "none": {},
    }  # fmt: skip
    cases: dict[str, Trace] = {case: [Step("a", attributes=value)] for case, value in values.items()}
    by_event = check(tmp_path / "event", Rule("r", "absence", ("a",), where_a=(condition,)), cases)
    assert {one.case_id for one in by_event.deviations} == kept
    by_case = check(tmp_path / "case", Rule("r", "absence", ("a",), where_case=(condition,)), cases)
    assert {one.case_id for one in by_case.deviations} == kept
    assert by_case.cases == len(kept)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("role", "clerk"),
        ("resource", "li"),
        ("actor", "li"),
        ("lifecycle", "complete"),
        ("tool", "pen"),
        ("a/~b", "x"),
    ],
)
def test_a_condition_may_be_on_what_every_event_has(tmp_path: Path, attribute: str, value: str) -> None:
    cases: dict[str, Trace] = {
        "it": [Step("a", role="clerk", actor="li", tool="pen", attributes={"a/~b": "x"})],
        "other": [
            Step("a", role="guard", actor="wu", tool="ink", attributes={"a": {"~b": "x"}, "a/~0b": "x"})
        ],
    }
    found = check(tmp_path, Rule("r", "absence", where_a=(Condition(attribute, (value,)),)), cases)
    assert {one.case_id for one in found.deviations} == (
        {"it", "other"} if attribute == "lifecycle" else {"it"}
    )


def test_what_another_log_says_of_cases_of_the_same_name_changes_nothing(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    mine: dict[str, Trace] = {"1": [Step("a", attributes={"room": 1}), Step("b", attributes={"room": 2})]}
    others: dict[str, Trace] = {
        "1": [Step("a", attributes={"room": 2}), Step("b", attributes={"room": 2}), "b"]
    }
    for name, cases in (("another", others), ("played", mine), ("one more", others)):
        record(ledger, name, cases)
    found = check_rules(prepare(ledger, "played"), [Rule("r", "response", ("a",), ("b",), same=("room",))])
    ledger.close()
    assert (found.cases, found.rules[0].violations, found.rules[0].activations) == (1, 1, 1)


def test_an_unknown_activity_is_refused_on_either_side_with_what_is_like_it_or_all_there_are(
    tmp_path: Path,
) -> None:
    with played(tmp_path, {"1": ["sign", "pay", "paint", "payday"]}) as log:
        with pytest.raises(RuleRefusedError, match=r"'pays' is not in the log; known are pay \("):
            check_rules(log, [Rule("r", "response", ("sign",), ("pays",))])
        with pytest.raises(
            RuleRefusedError, match=r"'xyz' is not in the log; known are paint, pay, payday, sign \("
        ):
            check_rules(log, [Rule("r", "response", ("xyz",), ("pay",))])
        assert (
            check_rules(log, [Rule("r", "absence", ("xyz",), may_be_unknown=True)]).rules[0].violations == 0
        )


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ('template = "response"\nactivity_a = "a"', "'activity_b' is '';"),
        ('template = "response"\nactivity_b = "b"', "'activity_a' is '';"),
        ('template = "response"\nactivity_a = "a"\nactivity_b = "a"', "another than activity_a"),
        ('template = "absence"\nactivity_a = "a"\nwhere_a = { n = { least = true } }', "'where_a.n' is"),
        ('template = "absence"\nactivity_a = "a"\nwhere_a = { n = { about = 3 } }', "'where_a.n' is"),
        ('template = "absence"\nactivity_a = "a"\nwhere_a = { n = {} }', "'where_a.n' is"),
        (
            'template = "absence"\nactivity_a = "a"\nwhere_a = { n = { least = 1, most = "x" } }',
            "'where_a.n' is",
        ),
        ('template = "absence"\nactivity_a = "a"\nwhere_a = { n = { least = "1" } }', "'where_a.n' is"),
        ('template = "absence"\nactivity_a = "a"\nwhere_a = { n = 2024-03-01 }', "'where_a.n' is"),
        ('template = "absence"\nactivity_a = "a"\nwhere_a = { n = [] }', "'where_a.n' is"),
        ('template = "absence"\nactivity_a = "a"\nwhere_a = { n = [1, { least = 2 }] }', "'where_a.n' is"),
        ('template = "absence"\nactivity_a = ["a", ""]', "'activity_a' is"),
        ('template = "absence"\nactivity_a = ["a", 3]', "'activity_a' is"),
        ('template = "absence"\nactivity_a = "a"\ndifferent = "actor"', "absence takes no 'different'"),
        (
            'template = "choice"\nactivity_a = "a"\nactivity_b = "b"\ndifferent = "actor"',
            "takes no 'different'",
        ),
        (
            'template = "binding_of_duties"\nactivity_a = "a"\nactivity_b = "b"\nsame = "actor"',
            "binding_of_duties takes no 'same'",
        ),
        ('template = "absence"\nactivity_a = "a"\nwhere_a = "letter"', "'where_a' is 'letter'"),
    ],
)
def test_a_rule_without_what_its_template_needs_is_refused(tmp_path: Path, lines: str, sentence: str) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(f'[[rule]]\nname = "r"\n{lines}\n', "utf-8")
    with pytest.raises(RuleRefusedError, match=sentence):
        read_rules(file)


def test_a_list_with_anything_but_rules_in_it_is_no_list_of_rules(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text('rule = [{ name = "r", template = "absence", activity_a = "a" }, "absence"]', "utf-8")
    with pytest.raises(RuleRefusedError, match=r"there is no \[\[rule\]\] in it"):
        read_rules(file)


def test_a_condition_in_a_file_may_list_values_of_any_kind(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    conditions = '{ n = [1, 2.5, true, "x"], m = { not = [1, "y"] } }'
    file.write_text(f'[[rule]]\ntemplate = "absence"\nactivity_a = "a"\nwhere_a = {conditions}\n', "utf-8")
    assert read_rules(file)[0].where_a == (
        Condition("n", (1, 2.5, True, "x")),
        Condition("m", (1, "y"), negated=True),
    )
