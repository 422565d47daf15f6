"""What becomes of cases from each step on: by hand, against lifelines, and as the command tells it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from lifelines import AalenJohansenFitter
from played_logs import START, Step, Trace, played, record
from running import ran

from eventlogs.data_directory import open_ledger
from mining.normative.file import lift_model
from mining.normative.model import Ending
from mining.outlook.competing_risks import Outlook, outlook, step_curves

DAY = 24.0


def ends(outcome: str, day: float) -> Step:
    return Step("abandon_project" if outcome != "completed" else "handover_maintenance", day * DAY,
                attributes={"outcome": outcome})  # fmt: skip


def cohort(n: int, seed: int, city: str, slowness: float = 1.0) -> dict[str, Trace]:
    """Return cases that come to the survey and then complete, fail, withdraw, or still run."""
    rng = np.random.default_rng(seed)
    cases: dict[str, Trace] = {}
    for number in range(n):
        begin, surveyed = float(rng.uniform(0, 30)), float(rng.uniform(1, 20))
        trace: list[Step | str] = [Step("raise_lift_wish", begin * DAY, attributes={"city": city})]
        trace.append(Step("survey_household_wishes", (begin + surveyed) * DAY))
        fate = rng.choice(["completed", "vote_lost", "abandoned", "running"], p=[0.4, 0.2, 0.2, 0.2])
        if fate != "running":
            trace.append(ends(str(fate), begin + surveyed + slowness * float(rng.exponential(60))))
        cases[f"{city}-{number}"] = trace
    return cases


def of(answer: Outlook, step: str, group: str | None = None) -> dict[str, tuple[int, float]]:
    found = next(one for one in answer.steps if one.step == step and one.whole == (group is None)
                 and one.group == group)  # fmt: skip
    return {one.end: (one.cases, one.share) for one in found.ends}


def test_shares_by_hand_with_a_running_case_censored(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {
        "a": [Step("survey_household_wishes", 0), ends("completed", 10)],
        "b": [Step("survey_household_wishes", 0), ends("vote_lost", 20)],
        "c": [Step("survey_household_wishes", 0), ends("retracted_after_signing", 40)],
        "d": [Step("survey_household_wishes", 35 * DAY), Step("raise_lift_wish", 36 * DAY)],
        "e": [Step("survey_household_wishes", 0), ends("completed", 50)],
        "f": [Step("survey_household_wishes", 33 * DAY), ends("shelved", 38)],
    }
    with played(tmp_path, cases) as prepared:
        answer = outlook(prepared, lift_model().ending, now=START + timedelta(days=60))
    found = of(answer, "survey_household_wishes")
    assert {end: n for end, (n, _) in found.items()} == {"completed": 2, "failed": 1, "withdrawn": 1}
    shares = [found[end][1] for end in ("completed", "failed", "withdrawn")]
    assert shares == pytest.approx([1 / 6 + 4 / 6 / 2, 1 / 6, 4 / 6 / 2])
    step = next(one for one in answer.steps if one.step == "survey_household_wishes")
    assert (step.cases, step.running) == (6, 2)
    few = next(one for one in answer.steps if one.step == "raise_lift_wish")
    assert (few.ends, few.mean_open) == ((), None)


def test_curves_by_step_and_city_are_those_of_lifelines(tmp_path: Path) -> None:
    with played(tmp_path, cohort(60, 1, "shanghai") | cohort(40, 2, "harbin")) as prepared:
        curves = list(step_curves(prepared, lift_model().ending, by="city"))
        now = max(one.occurred_at for case in prepared.ledger.since(0, log="played") for one in [case.event])
        spans = {
            (step, one.case_id): one.occurred_at
            for recorded in prepared.ledger.since(0, log="played")
            for one in [recorded.event]
            for step in [one.activity]
        }
    assert now
    found = next(one for one in curves if one.step == "survey_household_wishes" and one.group == "harbin")
    assert found.cases == 40
    begun = {case: moment for (step, case), moment in spans.items() if step == "survey_household_wishes"}
    done = {case: moment for (step, case), moment in spans.items() if step == "handover_maintenance"}
    over = {case: moment for (step, case), moment in spans.items() if step == "abandon_project"}
    cases = [case for case in begun if case.startswith("harbin")]
    clock = datetime.now(UTC)
    days = [((done | over).get(case, clock) - begun[case]) / timedelta(days=1) for case in cases]
    causes = [1 if case in done else 2 if case in over else 0 for case in cases]
    theirs = AalenJohansenFitter(calculate_variance=False).fit(days, causes, event_of_interest=1)
    ours = [found.curve.share(1, time) for time in theirs.cumulative_density_.index]
    assert np.abs(np.array(ours) - theirs.cumulative_density_["CIF_1"].to_numpy()).max() < 1e-12


def test_a_slower_city_is_told_apart_and_equal_ones_are_not(tmp_path: Path) -> None:
    with played(tmp_path / "one", cohort(60, 1, "shanghai") | cohort(60, 2, "harbin", 6.0)) as prepared:
        slower = outlook(prepared, lift_model().ending, by="city")
    with played(tmp_path / "two", cohort(60, 3, "shanghai") | cohort(60, 4, "harbin")) as prepared:
        equal = outlook(prepared, lift_model().ending, by="city")
    assert any(one.end == "completed" and one.corrected < 0.01 for one in slower.differences)
    assert [one for one in equal.differences if one.corrected < 0.05] == []


def test_a_log_without_outcomes_ends_where_its_cases_usually_do(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {str(n): ["order", "pay", "receive"] for n in range(9)}
    cases |= {"x": ["order", "pay"]}
    with played(tmp_path, cases) as prepared:
        answer = outlook(prepared, Ending(), now=START + timedelta(days=3))
    assert answer.supposed
    assert of(answer, "order")["ended"][0] == 9
    assert "supposed" in answer.as_text()


def test_the_command_tells_it_in_both_languages(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    record(ledger, "lifts", cohort(30, 1, "shanghai") | cohort(30, 2, "harbin"))
    ledger.close()
    status, out, err = ran("mine outlook lifts --by city --now 2024-09-01", tmp_path)
    assert status == 0, err
    assert "City: Harbin" in out
    assert "comparisons between groups differ" in out
    status, out, err = ran("mine outlook lifts --by city --lang zh", tmp_path)
    assert status == 0, err
    assert "城市：哈尔滨" in out
    assert "有人退出" in out
    status, out, err = ran("mine outlook lifts --json", tmp_path)
    assert (status, '"end":"withdrawn"' in out) == (0, True), err
