"""Every verdict and every count of random cases is the one that plain sentences give."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from random import Random

import pytest
from played_logs import Step, played
from small_model import MODEL, rule
from verdicts_by_hand import Case, counted, deviations

from eventlogs.events import Attribute, ObjectLink
from eventlogs.prepared import PreparedLog
from mining.conformance.case_conformance import case_conformance
from mining.conformance.counts import GroupConformance
from mining.conformance.judging import conformance
from mining.conformance.rule_cases import cases_of_rule
from mining.normative.model import NormativeModel, Waiver

WAIVED = replace(
    MODEL,
    waivers=(
        Waiver("AB", "tianjin", date(2024, 3, 2), ""),
        Waiver("gate", "tianjin", date(2024, 3, 3), ""),
        Waiver("XY", "shanghai", date(2024, 3, 1), ""),
    ),
    rules=(
        *MODEL.rules,
        rule("AZ", "soft", "one", "a", "z", cities=("shanghai", "Delft")),
    ),
)  # fmt: skip
LEAVES: list[Attribute] = ["AB", "XY", "gate", ["BZ", "CX"], ["AB", "gate"]]


def random_steps(random: Random) -> Iterator[Step]:
    """Yield the steps of a case: roles of both chains, objections, leave, work withdrawn, an end."""
    hours = float(random.randint(0, 48))
    about: dict[str, Attribute] = {
        "group": random.choice([None, "g", "h"]),
        "city": random.choice([None, "天津", "Tianjin", "上海", "Delft"]),
    }
    yield Step("talk", hours, attributes={key: value for key, value in about.items() if value is not None})
    for activity in random.choices("aabbccxxyyzz-", k=random.randint(1, 11)):
        hours += random.choice([0.5, 1, 3])
        word = "talk" if activity == "-" else activity
        attributes: dict[str, Attribute] = {}
        if random.random() < 0.15:
            attributes["waiver"] = random.choice(LEAVES)
        yield replace(_perhaps_about_an_objection(word, random, attributes), hours=hours)
    if random.random() < 0.5:
        yield Step(random.choice(["done", "quit"]), hours + 1)
    if random.random() < 0.4:
        outcome = random.choice(["completed", "vote_lost", "shelved", "odd", ""])
        yield Step("talk", hours + 2, attributes={"outcome": outcome})


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
        lifecycle="withdraw" if random.random() < 0.05 else "complete",
    )


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    random = Random("verdicts")
    return [Case(f"{number:03}", list(random_steps(random))) for number in range(120)]


@pytest.fixture
def log(tmp_path: Path, cases: list[Case]) -> Iterator[PreparedLog]:
    with played(tmp_path, {case.case_id: case.steps for case in cases}) as log:
        yield log


@pytest.mark.parametrize("model", [MODEL, WAIVED], ids=["without leave", "with leave"])
def test_random_cases_are_counted_as_by_hand(
    log: PreparedLog, cases: list[Case], model: NormativeModel
) -> None:
    report = conformance(log, model, by="group", n_deviations=1000)
    found = {"all": report.whole} | {group.group or "none": group for group in report.groups}
    grouped = {name: [it for it in cases if name in ("all", it.group or "none")] for name in found}
    assert {name: fields_of(group) for name, group in found.items()} == {
        name: counted(some, model) for name, some in grouped.items()
    }
    assert sum(group.states.cases for group in report.groups) == len(cases)
    assert report.deviations == tuple(deviations(cases, model))


def fields_of(group: GroupConformance) -> dict[str, object]:
    """Return all of a group but its name and its fitness."""
    return {it.name: getattr(group, it.name) for it in fields(group) if it.name not in {"group", "fitness"}}


def test_the_steps_and_rules_of_one_case_are_those_by_hand(log: PreparedLog, cases: list[Case]) -> None:
    for case in cases[:4]:
        found = case_conformance(log, WAIVED, case.case_id)
        assert found.state == case.state
        assert found.steps == tuple(case.conformance_of_steps(WAIVED))
        assert found.rules == tuple(case.conformance_of_rules(WAIVED))


def test_the_cases_of_a_rule_are_those_by_hand(log: PreparedLog, cases: list[Case]) -> None:
    for key, answers in (("AB", ("kept",)), ("gate", ("broken", "waived")), ("AZ", ("untested",))):
        expected = tuple(it.case_id for it in cases if it.answer(WAIVED.rule(key), WAIVED) in answers)
        assert cases_of_rule(log, WAIVED, key, *answers) == expected
