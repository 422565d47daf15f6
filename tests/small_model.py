"""A small model of two chains, and what becomes of cases by it, for the tests of verdicts."""

from collections.abc import Mapping
from pathlib import Path

from played_logs import Step, Trace, played

from eventlogs.events import Attribute, ObjectLink
from mining.conformance.judging import ConformanceReport, conformance
from mining.normative.model import (
    Chain,
    Ending,
    Gate,
    Loop,
    Mark,
    NormativeModel,
    OrderRule,
    SamePerson,
    Strength,
)  # fmt: skip

ROLES = {"a": "one_a", "b": "one_b", "c": "one_c", "x": "two_x", "y": "two_y", "z": "two_z"}


def role(activity: str) -> Mark:
    return Mark("role", (ROLES[activity],))


def rule(
    key: str, strength: Strength, chain: str, before: str | None, after: str, **more: object
) -> OrderRule:
    first = None if before is None else role(before)
    return OrderRule(
        key=key, zh="", en="", strength=strength, chain=chain, before=first, after=role(after), **more  # type: ignore[arg-type]
    )  # fmt: skip


MODEL = NormativeModel(
    key="small",
    zh="",
    en="",
    source="",
    doi="",
    chains=(
        Chain(key="one", zh="", en="", roles=("one_a", "one_b", "one_c")),
        Chain(key="two", zh="", en="", roles=("two_x", "two_y", "two_z")),
    ),
    rules=(
        rule("AB", "strict", "one", "a", "b"),
        rule("XY", "soft", "two", "x", "y"),
        rule("BZ", "regulatory", "two", "b", "z"),
        rule("CX", "strict", "one", "c", "x", only_if_both=True),
        rule("gate", "gate", "one", None, "c", forbidden_while=Gate("objection", "resolution")),
    ),
    loops=(
        Loop(key="back", zh="", en="", chain="one", source="one_c", target="one_a"),
        Loop(key="again", zh="", en="", chain="two", source="two_y", target="two_x"),
    ),
    same_persons=(
        SamePerson(key="P", zh="", en="", roles=("one_a", "two_x")),
        SamePerson(key="Q", zh="", en="", roles=("one_b", "two_y")),
    ),
    ending=Ending(success=("done",), failure=("quit",)),
    performances={activity: (one, None) for activity, one in ROLES.items()},
)


def found(directory: Path, cases: Mapping[str, Trace], model: NormativeModel = MODEL) -> ConformanceReport:
    with played(directory, cases) as log:
        return conformance(log, model)


def told(report: ConformanceReport) -> list[tuple[str, str, int, str]]:
    return [(one.rule, one.case_id, one.position, one.status) for one in report.deviations]


def counts(report: ConformanceReport, key: str) -> tuple[int, ...]:
    (one,) = [one for one in report.whole.rules if one.rule == key]
    return (one.kept, one.skipped, one.out_of_order, one.gate_shut, one.waived, one.untested)


def objection(name: str, activity: str = "talk", *, kind: str = "objection", **attributes: Attribute) -> Step:
    return Step(activity, objects=(ObjectLink(name, kind),), attributes=attributes)


def settled(name: str) -> Step:
    return objection(name, resolution="withdrawn")


def ended(outcome: str | None, activity: str = "talk") -> Step:
    return Step(activity, attributes={"outcome": outcome})
