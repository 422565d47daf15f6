"""A log as it stood at an earlier moment is mined like one in which nothing later was ever recorded."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from planted_cohorts import planted_log
from played_logs import START, Step, Trace, played
from running import ran

from eventlogs.data_directory import open_ledger
from eventlogs.prepared import prepare
from flows.simulation.planting import Plants
from mining.cases.as_of import NothingYetError, as_of
from mining.cases.derived_log import DerivedLog
from mining.conformance.judging import conformance
from mining.discovery.process_map import process_map
from mining.discovery.variants import variants
from mining.normative.file import lift_model
from mining.outlook.competing_risks import outlook
from mining.outlook.risk import risk
from mining.stalls.finding import stalls

DAY = 24.0
STALL = {"step": "design_drawings", "cause": "contractor", "record": "undated", "projects": 2}


def cases() -> dict[str, Trace]:
    """Return cases that differ in length, two of which end before day 50."""
    steps = ["raise_lift_wish", "survey_household_wishes", "design_drawings", "raise_funds", "joint_review"]
    found: dict[str, Trace] = {}
    for number in range(30):
        trace: list[Step | str] = [
            Step(step, (number + place * (3 + number % 4)) * DAY) for place, step in enumerate(steps)
        ]
        end = (number + 20 + 2 * (number % 4)) * DAY
        trace.append(Step("handover_maintenance", end, attributes={"outcome": "completed"}))
        found[f"case-{number:02}"] = trace
    return found


def upto(day: float, all_cases: dict[str, Trace]) -> dict[str, Trace]:
    """Return the steps done by a day."""
    kept = {name: [step for step in trace if _hour(step) <= day * DAY] for name, trace in all_cases.items()}
    return {name: trace for name, trace in kept.items() if trace}


def _hour(step: Step | str) -> float:
    assert isinstance(step, Step)
    assert step.hours is not None
    return step.hours


@pytest.mark.parametrize("day", [7, 30, 44])
def test_all_answers_are_those_of_a_log_that_ends_there(tmp_path: Path, day: int) -> None:
    moment, model = START + timedelta(days=day), lift_model()
    with played(tmp_path / "whole", cases()) as whole, played(tmp_path / "cut", upto(day, cases())) as cut:
        then = as_of(whole, moment)
        assert isinstance(then, DerivedLog)
        assert variants(then) == variants(cut)
        assert process_map(then) == process_map(cut)
        assert conformance(then, model) == conformance(cut, model)
        early, late = stalls(whole, model, now=moment), stalls(cut, model, now=moment)
        assert early.later_events > 0
        assert replace(early, later_events=0) == late
        assert risk(whole, model.ending, now=moment) == risk(cut, model.ending, now=moment)
        assert outlook(whole, model.ending, now=moment) == outlook(cut, model.ending, now=moment)


def test_nothing_is_cut_where_nothing_is_later_and_nothing_is_left_before_the_first_event(
    tmp_path: Path,
) -> None:
    with played(tmp_path, cases()) as whole:
        assert as_of(whole, None) is whole
        assert as_of(whole, START + timedelta(days=365)) is whole
        with pytest.raises(NothingYetError, match="nothing of the log"):
            as_of(whole, START - timedelta(days=1))


def test_a_hold_and_an_outcome_of_later_are_not_known_yet(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    log = planted_log(ledger, tmp_path, 3, 12, Plants.model_validate({"stall": [STALL]}))
    prepared = prepare(ledger, log.name)
    whole = stalls(prepared, lift_model())
    held = next(one for one in whole.alarms if one.kind == "hold" and one.since is not None)
    failed = next(one for one in whole.stalls if one.state == "failed" and one.last_at is not None)
    assert held.since is not None
    assert failed.last_at is not None
    before_hold = stalls(prepared, lift_model(), now=held.since - timedelta(hours=1))
    assert held.case_id not in {one.case_id for one in before_hold.stalls}
    before_end = stalls(prepared, lift_model(), now=failed.last_at + timedelta(minutes=1))
    assert failed.case_id not in {one.case_id for one in before_end.stalls if one.state == "failed"}
    ledger.close()
    status, out, err = ran(f"mine stalls {log.name} --now {failed.last_at:%Y-%m-%d}", tmp_path)
    assert status == 0, err
    assert "later events of the log are left out" in out


def test_a_moment_told_without_a_zone_is_one_of_the_logs_zone(tmp_path: Path) -> None:
    ran("simulate --projects 1 --cities harbin --seed 5", tmp_path)
    status, out, err = ran("mine stalls simulated --now 2024-05-01T14:30 --json", tmp_path)
    assert (status, json.loads(out)["now"]) == (0, "2024-05-01T06:30:00+00:00"), err
    for question in ("stalls", "outlook", "risk"):  # the day is that of the offices, not of Greenwich
        status, out, err = ran(f"mine {question} simulated --now 2024-05-01", tmp_path)
        assert status == 0, err
        assert " on 2024-05-01" in out.replace("\n", " ")
    status, _, err = ran("mine stalls simulated --now 2000-01-01", tmp_path)
    assert err.splitlines()[-1] == "nothing of the log simulated had happened by 2000-01-01 00:00"
    status, _, err = ran("mine stalls simulated --now 2024-05 --lang zh", tmp_path)
    assert (status, err.splitlines()[-1]) == (
        2,
        "错误：'--now' 的取值无效：2024-05 不是日期或时间；应如 2024-05-01 或 2024-05-01T14:30",
    )
