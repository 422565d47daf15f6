"""How long projects may stand still, by the waits of others, and which are told of."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest
from played_logs import START, Step, Trace, played
from stalled_logs import DAY, DRAW, MONEY, VOTE, WISH, ended, found, item

from eventlogs.events import Attribute, ObjectChange
from mining.normative.file import lift_model
from mining.stalls.finding import case_stall, stalls
from mining.stalls.norms import gate_of


def good(city: str, n: int, days: float) -> dict[str, Trace]:
    """Return projects of a city that went well, some days from the wish to the drawings."""
    return {
        f"{city} {number}": [
            Step(WISH, 0, attributes={"city": city}),
            Step(DRAW, (days + 0.01 * number) * DAY),
            ended("completed", days + 1),
        ]
        for number in range(n)
    }


def test_a_case_is_judged_by_its_city_where_it_has_waits_enough_else_by_all(tmp_path: Path) -> None:
    cases = good("上海", 20, 2) | good("哈尔滨", 20, 50) | good("大连", 3, 2)
    for city in ("上海", "哈尔滨", "大连"):
        cases[f"{city} idle"] = [Step(WISH, 0, attributes={"city": city})]
    cases["elsewhere"] = [Step(VOTE, 0, attributes={"city": "上海"})]
    known = found(tmp_path, cases, day=4000)
    normal = {case.case_id: case.normal for case in known.cases if case.normal is not None}
    assert {case: (one.stratum, one.n) for case, one in normal.items()} == {
        "上海 idle": ("step and group", 20),
        "哈尔滨 idle": ("step and group", 20),
        "大连 idle": ("step", 43),
        "elsewhere": ("all steps", 86),
    }
    assert normal["上海 idle"].median == timedelta(days=2.095)
    assert normal["哈尔滨 idle"].limit > timedelta(days=50) > normal["上海 idle"].limit
    assert {case.case_id: case.group for case in known.cases}["elsewhere"] == "上海"


def test_a_case_of_a_city_with_few_waits_is_not_judged_by_those_of_a_slow_one(tmp_path: Path) -> None:
    waits = good("哈尔滨", 20, 100) | {f"{case} fast": trace for case, trace in good("哈尔滨", 20, 2).items()}
    cases = good("上海", 100, 2) | waits | {"it": [Step(WISH, 0, attributes={"city": "大连"})]}
    (it,) = (case for case in found(tmp_path, cases, day=4000).cases if case.case_id == "it")
    assert it.normal is not None
    assert (it.normal.stratum, it.normal.n) == ("step", 140)


def test_where_the_waits_after_a_step_are_those_before_the_next_a_case_is_judged_by_its_own_step(
    tmp_path: Path,
) -> None:
    idle = [Step(WISH, 0), item(1, DRAW, "schedule", 1)]
    (it,) = found(tmp_path, good("上海", 20, 2) | {"it": idle}, day=4000).cases
    assert it.normal is not None
    assert (it.normal.stratum, it.normal.awaited, it.normal.n) == ("step", None, 20)


def test_of_the_cases_at_a_step_where_most_are_idle_only_the_running_ones_are_counted(tmp_path: Path) -> None:
    cases = good("上海", 20, 2) | {f"idle {n}": [Step(WISH, 0)] for n in range(12)}
    cases |= {f"failed {n}": [Step(WISH, 0), Step("abandon_project", 90 * DAY)] for n in range(4)}
    cases |= {f"shelved {n}": [Step(WISH, 0, attributes={"outcome": "shelved"})] for n in range(3)}
    halt = [Step("project", 1 * DAY, lifecycle="suspend"), Step("project", 2 * DAY, lifecycle="resume")]
    cases |= {f"held {n}": [Step(WISH, 0), halt[0]] for n in range(2)}
    cases |= {f"once held {n}": [Step(WISH, 0), *halt] for n in range(2)}
    (step,) = found(tmp_path, cases, day=100).idle_steps
    assert (step.activity, step.idle, step.running) == (WISH, 14, 14)
    assert set(step.case_ids) == {f"idle {n}" for n in range(12)} | {f"once held {n}" for n in range(2)}


def test_a_step_that_takes_long_now_and_then_lets_a_case_wait_for_long(tmp_path: Path) -> None:
    cases = good("上海", 36, 2) | {f"{case} late": trace for case, trace in good("上海", 4, 200).items()}
    (idle,) = found(tmp_path, cases | {"it": [Step(WISH, 0)]}, day=4000).cases
    assert idle.normal is not None
    assert idle.normal.median < timedelta(days=3)
    assert idle.normal.limit > timedelta(days=900)


def limit(directory: Path, n_slow: int, *, quick: float = 2, slow: float = 4) -> timedelta:
    """Return how long a case may wait where so many of forty waits were slow ones, in days."""
    waits = [*[slow] * n_slow, *[quick] * (40 - n_slow)]
    cases: dict[str, Trace] = {
        str(n): [Step(WISH, 0), Step(DRAW, wait * DAY), ended("completed", wait + 1)]
        for n, wait in enumerate(waits)
    }
    (idle,) = found(directory / str(n_slow), cases | {"it": [Step(WISH, 0)]}, day=20_000).cases
    assert idle.normal is not None
    return idle.normal.limit


def test_the_more_waits_were_long_the_longer_a_case_may_wait(tmp_path: Path) -> None:
    limits = [limit(tmp_path, n_slow) for n_slow in (0, 3, 6, 12)]
    assert all(more > 1.3 * less for less, more in pairwise(limits)), limits


def test_where_most_waits_were_none_at_all_those_that_were_still_tell_what_is_normal(tmp_path: Path) -> None:
    assert timedelta(days=40) < limit(tmp_path, 6, quick=0, slow=40) < timedelta(days=30_000)


def test_after_a_hold_a_case_is_judged_by_how_others_went_on_after_theirs(tmp_path: Path) -> None:
    def held(*after: Step) -> Trace:
        return [
            Step(WISH, 0),
            Step("project", 1 * DAY, lifecycle="suspend"),
            Step("project", 100 * DAY, lifecycle="resume"),
            *after,
        ]

    cases = {f"on {n}": held(Step(DRAW, 110 * DAY), ended("completed", 111)) for n in range(20)}
    cases["on at once"] = held(Step(DRAW, 100 * DAY), ended("completed", 101))
    stuck = [item(1, MONEY, "suspend", 2), Step(DRAW, 110 * DAY), ended("completed", 111)]
    cases["one never ended"] = held(*stuck)
    cases["never ended"] = [*held()[:2], Step(DRAW, 50 * DAY), ended("completed", 51)]
    cases["back"] = held()
    (back,) = found(tmp_path, cases, day=4000).cases
    assert back.normal is not None
    assert (back.normal.stratum, back.normal.n, back.normal.median) == ("hold", 20, timedelta(days=10))
    assert back.idle == timedelta(days=3900)


@pytest.mark.parametrize(
    ("holds", "told"),
    [
        ([], True),
        ([{"until": "2030-01-01"}], False),
        ([{}], True),
        ([{"until": "2024-03-04"}], True),
        ([{"until": "2030-01-01"}, {"until": "2031-01-01"}], False),
        ([{"until": "2030-01-01"}, {}], True),
        ([{"until": "2030-01-01"}, {"until": "2024-03-04"}], True),
    ],
)
def test_an_idle_case_is_told_of_unless_all_that_holds_it_is_dated(
    tmp_path: Path, holds: list[dict[str, Attribute]], told: bool
) -> None:
    cases = good("上海", 20, 2)
    late: list[Step | str] = [Step(WISH, 0, attributes={"city": "上海"})]
    late += [item(n, MONEY, "suspend", 1, **more) for n, more in enumerate(holds)]
    cases["late"] = late
    cases["busy"] = [Step(WISH, 399.5 * DAY, attributes={"city": "上海"})]
    cases["held"] = [Step(WISH, 399.5 * DAY), *(item(9, MONEY, "suspend", 399.6, **more) for more in holds)]
    reported = {case.case_id for case in found(tmp_path, cases, day=400).cases}
    assert ("late" in reported) == told
    assert ("held" in reported) == (told and bool(holds))
    assert "busy" not in reported


def test_a_project_that_has_failed_is_an_alarm_whenever_it_is_looked_at(tmp_path: Path) -> None:
    with played(tmp_path, {"it": [Step(WISH, 0), ended("vote_lost")], "other": [WISH]}) as log:
        later = START + timedelta(days=2)
        assert case_stall(log, lift_model(), "it", now=later).alarm
        assert not case_stall(log, lift_model(), "other", now=later).alarm


def test_what_is_done_in_the_moment_a_halt_ends_is_what_a_case_is_idle_since(tmp_path: Path) -> None:
    halt = [Step("project", 1 * DAY, lifecycle="suspend"), Step("project", 2 * DAY, lifecycle="resume")]
    went_on = [Step(WISH, 0), *halt, Step(DRAW, 9 * DAY), ended("completed", 10)]
    cases = good("上海", 20, 2) | {f"on {n}": went_on for n in range(20)}
    cases["at once"] = [Step(DRAW, 0), *halt, Step(WISH, 2 * DAY)]
    cases["failed"] = [Step(WISH, 0), *halt, Step("abandon_project", 3 * DAY)]
    cases["back"] = [Step(WISH, 0), *halt]
    known = {case.case_id: case.normal for case in found(tmp_path, cases, day=4000).cases}
    strata = {case: one.stratum for case, one in known.items() if one is not None}
    assert strata == {"at once": "step", "failed": "step", "back": "hold and group"}


@pytest.mark.parametrize(("n_with", "n_good", "awaited"), [(4, 5, MONEY), (3, 5, None), (4, 4, None)])
def test_the_waits_before_a_step_count_where_four_in_five_of_five_good_projects_have_done_it(
    tmp_path: Path, n_with: int, n_good: int, awaited: str | None
) -> None:
    cases: dict[str, Trace] = {
        f"good {n}": [Step(WISH, 0), *([Step(MONEY, 1 * DAY)] if n < n_with else []), ended("completed", 9)]
        for n in range(n_good)
    }
    for n in range(20):
        cases[f"slow {n}"] = [Step(VOTE, 0), Step(MONEY, (9 + n) * DAY, attributes={"outcome": "vote_lost"})]
        cases[f"fast {n}"] = [Step(WISH, 0), Step(DRAW, 1 * DAY, attributes={"outcome": "vote_lost"})]
    cases["it"] = [Step(WISH, 0), item(1, MONEY, "schedule", 1), item(2, MONEY, "schedule", 2)]
    (it,) = (case for case in found(tmp_path, cases, day=4000).cases if case.case_id == "it")
    assert it.normal is not None
    assert it.normal.awaited == awaited
    assert it.normal.stratum == ("awaited step" if awaited else "step")


def test_cases_idle_exactly_as_long_as_is_slow_do_not_make_it_the_rule(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {
        str(n): [Step(WISH, 0), Step(DRAW, 40 * DAY), ended("completed", 80)] for n in range(30)
    }
    cases |= {f"idle {n}": [Step(WISH, 0)] for n in range(9)}
    assert not found(tmp_path / "a", cases | {"as long": [Step(WISH, 1 * DAY)]}, day=41).idle_steps
    assert found(tmp_path / "b", cases | {"longer": [Step(WISH, 0)]}, day=41).idle_steps


def test_a_log_is_too_small_to_judge_by_until_twenty_waits_are_over_after_whatever_step(
    tmp_path: Path,
) -> None:
    def waits(n: int) -> dict[str, Trace]:
        pairs = [(WISH, DRAW), (VOTE, MONEY)]
        return {
            str(one): [
                Step(pairs[one % 2][0], 0),
                Step(pairs[one % 2][1], DAY, attributes={"outcome": "completed"}),
            ]
            for one in range(n)
        }

    idle: dict[str, Trace] = {"it": [Step(WISH, 0)]}
    few, enough = (
        found(tmp_path / "a", waits(19) | idle, day=4000),
        found(tmp_path / "b", waits(20) | idle, day=4000),
    )
    assert (few.too_small, few.cases) == (True, [])
    assert not enough.too_small
    assert [case.normal.stratum for case in enough.cases if case.normal] == ["all steps"]


def test_projects_of_another_type_than_the_model_s_are_told_without_its_chains_and_missing_roles(
    tmp_path: Path,
) -> None:
    steps = ["publicise_policy", DRAW]
    cases: dict[str, Trace] = {
        f"good {n}": [*(Step(step, place * DAY) for place, step in enumerate(steps)), ended("completed", 9)]
        for n in range(20)
    }
    for case, retrofit in (("lift", "lift"), ("pipes", "pipe_renewal")):
        of_type = (ObjectChange(case, "retrofit", retrofit),)
        cases[case] = [Step("hold_owners_assembly", 0, changes=of_type), item(1, DRAW, "schedule", 1)]
    with played(tmp_path, cases) as log:
        lift, pipes = (case_stall(log, lift_model(), case).stall for case in ("lift", "pipes"))
        report = stalls(log, lift_model(), now=START + timedelta(days=4000))
    assert (bool(lift.chains), lift.missing_roles, lift.missing_tools) == (
        True,
        ("coordinator",),
        ("empowerment",),
    )
    assert (pipes.chains, pipes.missing_roles, pipes.missing_tools) == ((), (), ())
    assert [(one.retrofit, one.cases) for one in report.unjudged] == [("pipe_renewal", 1)]


def test_running_projects_are_told_before_those_that_are_over_and_the_longest_idle_first(
    tmp_path: Path,
) -> None:
    cases = good("上海", 20, 2)
    for case, day in (("b", 5), ("a", 5), ("c", 0)):
        cases[case] = [Step(WISH, day * DAY)]
        cases[f"failed {case}"] = [Step(WISH, day * DAY), Step("abandon_project", 30 * DAY)]
    with played(tmp_path, cases) as log:
        report = stalls(log, lift_model(), now=START + timedelta(days=4000))
    assert [one.case_id for one in report.alarms] == ["c", "a", "b"]
    assert [one.case_id for one in report.stalls[3:]] == ["failed c", "failed a", "failed b"]


@pytest.mark.parametrize(
    ("steps", "day", "alarm"),
    [
        ([Step("project", 400 * DAY, lifecycle="suspend")], 401, True),
        ([Step("project", 400 * DAY, lifecycle="suspend", attributes={"until": "2030-01-01"})], 401, False),
        ([Step("project", 400 * DAY, lifecycle="suspend", attributes={"until": "2024-04-01"})], 401, True),
        (
            [Step("project", 0, lifecycle="suspend"), Step("project", 400 * DAY, lifecycle="resume")],
            401,
            False,
        ),
        (
            [Step("project", 0, lifecycle="suspend"), Step("project", 400 * DAY, lifecycle="resume")],
            4000,
            True,
        ),
        ([], 4000, True),
        ([], 1, False),
    ],
)
def test_a_hold_that_stands_is_an_alarm_by_its_day_and_all_else_by_how_long_nothing_was_done(
    tmp_path: Path, steps: list[Step], day: int, alarm: bool
) -> None:
    cases = good("上海", 20, 2) | {"it": [Step(WISH, 0), *steps]}
    with played(tmp_path, cases) as log:
        shown = case_stall(log, lift_model(), "it", now=START + timedelta(days=day))
        report = stalls(log, lift_model(), now=START + timedelta(days=day))
    assert shown.alarm == alarm
    assert [one.case_id for one in report.stalls] == ["it"] * alarm


def test_who_would_do_a_step_is_who_it_was_offered_to_or_else_who_usually_does_it(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {
        "asked": [Step(WISH, 0), item(1, MONEY, "schedule", 1, acting_as="contractor")],
        "open": [Step(WISH, 0, role="household"), item(1, MONEY, "schedule", 1)],
    }
    with played(tmp_path, cases) as log:
        asked, unsaid = (case_stall(log, lift_model(), case).stall for case in ("asked", "open"))
    assert (asked.place, asked.role, asked.role_seen) == (MONEY, "contractor", False)
    assert (unsaid.place, unsaid.role, unsaid.role_seen) == (MONEY, "household", True)
    data = asked.as_data()
    assert (data["case_id"], data["open_steps"]) == ("asked", (MONEY,))
    assert set(cast(dict[str, str], data["sentences"])) == {"en", "zh"}


def test_without_a_gate_no_object_shuts_one() -> None:
    nothing = {"gated_type": "", "resolved_by": "/"}
    assert gate_of(None) == gate_of(replace(lift_model(), rules=())) == nothing
    assert gate_of(lift_model()) == {"gated_type": "objection", "resolved_by": "/resolution"}
