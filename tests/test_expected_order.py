"""What an act would break of the order that a process expects, told before it is recorded."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from small_model import MODEL, rule

from eventlogs.events import Event, event_key
from flows.process.history import CaseHistory
from flows.process.order import breaches, order_rules, sentence_of, waived_for_case
from flows.process.process import Process, Project
from mining.normative.file import lift_model
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


def test_only_rules_that_guide_are_asked_for_and_each_says_what_comes_before_what() -> None:
    process = replace(expecting(), model=lambda: MODEL)
    assert [one.key for one in order_rules(process)] == ["AB", "XY", "CX"]
    assert order_rules(replace(process, model=None)) == ()
    assert breaches(replace(process, model=None), history(), "b", "one_b", date(2025, 3, 3)) == []
    (soft,) = breaches(process, history(), "y", "two_y", date(2025, 3, 3))
    assert soft.values == {"before": "two_x", "after": "two_y", "sentence": ""}
    assert not soft.strict
    guide = replace(MODEL, rules=(rule("C", "strict", "one", None, "c"),))
    assert breaches(replace(process, model=lambda: guide), history(), "c", "one_c", date(2025, 3, 3)) == []


def test_a_tool_is_used_by_who_acts_in_a_role_that_uses_it() -> None:
    tooled = replace(rule("T", "strict", "one", "a", "b"), before=Mark("tool", ("empowerment",)))
    process = replace(expecting(), model=lambda: replace(MODEL, rules=(tooled,)))

    def broken(*before: Event) -> int:
        begun = happened("project", "start", attributes={"city": "harbin"})
        return len(breaches(process, CaseHistory.of("c", (begun, *before)), "b", "one_b", date(2025, 3, 3)))

    assert broken() == 1
    assert broken(happened("publicise_policy", role="coordinator")) == 0
    assert broken(happened("publicise_policy")) == 1  # nobody said as what
    assert broken(happened("own_words", role="coordinator")) == 1


def test_a_rule_is_waived_for_a_case_until_its_last_day() -> None:
    waived = happened("project", "unknown", attributes={"waives": "AB", "until": "2025-03-03"})
    known = CaseHistory.of("c", (waived,))
    days = (date(2025, 3, 2), date(2025, 3, 3), date(2025, 3, 4))
    assert [waived_for_case(known, day) for day in days] == [{"AB"}, {"AB"}, frozenset()]


def test_a_rule_is_told_by_the_sentence_it_rests_on_and_an_unknown_one_by_its_name() -> None:
    known = next(one for one in lift_model().rules if one.strength == "strict")
    assert sentence_of(known.key) == known.sentence
    assert sentence_of("of old") == "of old"
