"""Every verdict and every count of random cases is the one that plain sentences give."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from random import Random

import pytest
from played_logs import Step, played
from small_model import MODEL, rule
from verdicts_by_hand import Case, counted, deviations

from eventlogs.events import Attribute, ObjectChange, ObjectLink
from eventlogs.prepared import PreparedLog
from mining.conformance.case_conformance import case_conformance
from mining.conformance.counts import GroupConformance
from mining.conformance.judged_cases import cases_judged
from mining.conformance.judging import conformance
from mining.conformance.rule_cases import cases_of_rule
from mining.conformance.verdicts import Unjudged
from mining.normative.model import Loop, Mark, NormativeModel, Waiver

PLAIN = replace(MODEL, key="lift")  # so that there is a type of retrofit that it is not about
WAIVED = replace(
    PLAIN,
    loops=(*MODEL.loops, Loop(key="same", zh="", en="", chain="one", source="one_a", target="one_a")),
    waivers=(
        Waiver("AB", "tianjin", date(2024, 3, 2), ""),
        Waiver("gate", "tianjin", date(2024, 3, 3), ""),
        Waiver("XY", "shanghai", date(2024, 3, 1), ""),
    ),
    rules=(
        *MODEL.rules,
        rule("AZ", "soft", "one", "a", "z", cities=("shanghai", "Delft")),
        replace(rule("not first", "soft", "one", "a", "b"), before=Mark("role", ("one_a", "one_b"))),
        replace(rule("never tested", "soft", "one", "a", "b"), after=Mark("role", ("nobody",))),
    ),
)
TYPES = ("lift", "pipe_renewal")
OUTCOMES = ("completed", "vote_lost", "shelved", "odd")
LEAVES: list[Attribute] = ["AB", "XY", "gate", ["BZ", "CX"], ["AB", "gate"]]


def random_steps(case_id: str, random: Random) -> Iterator[Step]:
    """Yield the steps of a case: roles of both chains, objections, leave, work withdrawn, an end.

    A few are of a type of retrofit that the model is not about.
    """
    hours = float(random.randint(0, 48))
    about: dict[str, Attribute] = {
        "group": random.choice([None, "g", "h"]),
        "city": random.choice([None, "天津", "Tianjin", "上海", "Delft"]),
    }
    yield Step(
        "talk",
        hours,
        attributes={key: value for key, value in about.items() if value is not None},
        objects=(ObjectLink(case_id, "project"),),
        changes=tuple(
            ObjectChange(case_id, name, random.choice(words))
            for name, words in (("retrofit", TYPES), ("outcome", OUTCOMES))
            if random.random() < 0.15
        ),
    )
    for activity in random.choices("aabbccxxyyzz-", k=random.randint(1, 11)):
        hours += random.choice([0.5, 1, 3])
        word = "talk" if activity == "-" else activity
        attributes: dict[str, Attribute] = {}
        if random.random() < 0.15:
            attributes["waiver"] = random.choice(LEAVES)
        yield replace(_perhaps_about_an_objection(word, random, attributes), hours=hours)
    for end in random.sample(["done", "quit"], random.choice([0, 0, 1, 2])):
        hours += 1
        yield Step(end, hours)
    for outcome in random.sample([*OUTCOMES, "", None], random.choice([0, 0, 1, 2])):
        hours += 1
        yield Step("talk", hours, attributes={"outcome": outcome})


def _perhaps_about_an_objection(word: str, random: Random, attributes: dict[str, Attribute]) -> Step:
    objects: tuple[ObjectLink, ...] = ()
    if random.random() < 0.3:
        objects = (ObjectLink(f"objection {random.randint(1, 2)}", "objection"),)
        if random.random() < 0.5:
            attributes["resolution"] = "withdrawn"
    return Step(
        word,
        actor=random.choice([None, "li", "wu"]),
        role="one_b" if random.random() < 0.05 else None,
        objects=objects,
        attributes=attributes,
        lifecycle="withdraw" if random.random() < 0.1 else "complete",
    )


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    random = Random("verdicts")
    ids = [f"{number:03}" for number in range(120)]
    return [Case(case_id, list(random_steps(case_id, random))) for case_id in ids]


@pytest.fixture(scope="module")
def judged(cases: list[Case]) -> list[Case]:
    return [case for case in cases if case.project.get("retrofit") != "pipe_renewal"]


@pytest.fixture
def log(tmp_path: Path, cases: list[Case]) -> Iterator[PreparedLog]:
    with played(tmp_path, {case.case_id: case.steps for case in cases}) as log:
        yield log


@pytest.mark.parametrize("model", [PLAIN, WAIVED], ids=["without leave", "with leave"])
def test_random_cases_are_counted_as_by_hand(
    log: PreparedLog, cases: list[Case], judged: list[Case], model: NormativeModel
) -> None:
    report = conformance(log, model, by="group", n_deviations=1000)
    found = {"all": report.whole} | {group.group or "none": group for group in report.groups}
    grouped = {name: [it for it in judged if name in ("all", it.group or "none")] for name in found}
    assert {name: told(group) for name, group in found.items()} == {
        name: counted(some, model) for name, some in grouped.items()
    }
    assert sum(group.states.cases for group in report.groups) == len(judged)
    broken = [sum(case.answer(rule, model) == "broken" for case in judged) for rule in model.rules]
    assert [rule.broken for rule in report.whole.rules] == broken
    assert report.deviations == tuple(deviations(judged, model))
    assert report.unjudged == (Unjudged("pipe_renewal", len(cases) - len(judged)),)


def told(group: GroupConformance) -> dict[str, object]:
    """Return all of a group but its name, of its fitness how many cases fit and how many go differently."""
    fitting = (group.fitness.fitting_cases, group.fitness.role_variants)
    named = {it.name: getattr(group, it.name) for it in fields(group) if it.name not in {"group", "fitness"}}
    return {"fitting": fitting} | named


def test_the_steps_and_rules_of_one_case_are_those_by_hand(
    log: PreparedLog, cases: list[Case], judged: list[Case]
) -> None:
    for case in judged[:4]:
        found = case_conformance(log, WAIVED, case.case_id)
        assert (found.state, found.unjudged) == (case.state, None)
        assert found.steps == tuple(case.conformance_of_steps(WAIVED))
        assert found.rules == tuple(case.conformance_of_rules(WAIVED))
    other = next(case for case in cases if case.project.get("retrofit") == "pipe_renewal")
    found = case_conformance(log, WAIVED, other.case_id)
    assert (found.steps, found.rules, found.moves, found.unjudged) == ((), (), (), "pipe_renewal")


def test_the_cases_of_a_rule_are_those_by_hand(log: PreparedLog, judged: list[Case]) -> None:
    for key, answers in (("AB", ("kept",)), ("gate", ("broken", "waived")), ("AZ", ("untested",))):
        expected = ids(it for it in judged if it.answer(WAIVED.rule(key), WAIVED) in answers)
        assert cases_of_rule(log, WAIVED, key, *answers) == expected


def test_the_cases_behind_what_is_counted_are_those_by_hand(log: PreparedLog, judged: list[Case]) -> None:
    first = {case.case_id: case.first_break(PLAIN) for case in judged}
    pair = ("one_b", "two_y")
    assert [cases_judged(log, PLAIN, question, values) for question, values in QUESTIONS] == [
        ids(judged),
        ids(it for it in judged if it.fits(PLAIN)),
        ids(it for it in judged if first[it.case_id] is None),
        ids(
            it for it in judged if (one := first[it.case_id]) and (one.chain, one.strength) == ("two", "soft")
        ),
        ids(it for it in judged if all(it.places(role) for role in pair)),
        ids(it for it in judged if it.returns(PLAIN.loops[0])),
    ]


QUESTIONS: tuple[tuple[str, dict[str, str]], ...] = (
    ("is_judged", {}),
    ("fits_chains", {}),
    ("breaks_none", {}),
    ("breaks_first", {"chain": "two", "strength": "soft"}),
    ("has_both", {"chain": "one", "other": "two", "step": "2"}),
    ("comes_back", {"loop": "back"}),
)


def ids(cases: Iterable[Case]) -> tuple[str, ...]:
    return tuple(case.case_id for case in cases)
