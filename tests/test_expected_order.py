"""What an act would break of the order that a process expects, told before it is recorded."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from small_model import MODEL, rule

from eventlogs.events import Event, event_key
from flows.process.history import CaseHistory
from flows.process.order import breaches
from flows.process.process import Process, Project
from mining.normative.model import Mark

DAY = datetime(2025, 3, 3, 4, tzinfo=UTC)


def expecting(*cities: str) -> Process:
    model = replace(MODEL, rules=(rule("AB", "strict", "one", "a", "b", cities=cities),))

    def run(project: Project) -> None:
        project.need("b")

    return Process("small", 1, run, {}, lambda _: {}, lambda _: frozenset(), model=lambda: model)


def happened(activity: str, lifecycle: str = "complete", **more: Any) -> Event:
    return Event(event_key("c", activity, 1, lifecycle, 0), "c", activity, DAY, lifecycle, **more)


def history(*roles: str) -> CaseHistory:
    begun = happened("project", "start", attributes={"city": "harbin"})
    return CaseHistory.of("c", (begun, *(happened(role[-1], role=role) for role in roles)))


@pytest.mark.parametrize(
    ("cities", "broken"),
    [((), ["AB"]), (("harbin", "tianjin"), ["AB"]), (("tianjin",), [])],
)
def test_a_rule_of_some_cities_is_expected_in_those_alone(cities: tuple[str, ...], broken: list[str]) -> None:
    found = breaches(expecting(*cities), history(), "b", "one_b", date(2025, 3, 3))
    assert [(one.rule, one.strict) for one in found] == [(key, True) for key in broken]


def test_what_came_first_or_has_happened_before_breaks_nothing() -> None:
    def broken(known: CaseHistory, on: date = date(2025, 3, 3)) -> int:
        return len(breaches(expecting(), known, "b", "one_b", on))

    assert broken(history("one_a")) == 0
    assert broken(history("one_b")) == 0
    assert broken(history("two_x")) == 1
    assert broken(history("one_a"), on=date(2025, 3, 2)) == 1


def test_an_order_of_two_that_may_both_be_missing_is_not_asked_for_beforehand() -> None:
    known = expecting()
    model = known.model
    assert model is not None
    (asked,) = model().rules
    either = replace(known, model=lambda: replace(model(), rules=(replace(asked, only_if_both=True),)))
    assert breaches(either, history(), "b", "one_b", date(2025, 3, 3)) == []


def test_a_chain_is_acted_on_by_whoever_belongs_to_it() -> None:
    known = expecting()
    model = known.model
    assert model is not None
    (asked,) = model().rules
    formal_first = replace(asked, before=Mark("chain", ("formal",)), after=Mark("activity", ("b",)))
    process = replace(known, model=lambda: replace(model(), rules=(formal_first,)))
    assert len(breaches(process, history(), "b", "one_b", date(2025, 3, 3))) == 1
    assert breaches(process, history("coordinator"), "b", "one_b", date(2025, 3, 3)) == []
    assert len(breaches(process, history("opinion_leader"), "b", "one_b", date(2025, 3, 3))) == 1
