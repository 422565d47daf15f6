"""Stalls graded: over many seeds what is planted is found with its cause and place, and nothing else."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from planted_cohorts import PLANTS, PlantedLog, planted_log
from running import ran

from eventlogs.data_directory import open_ledger
from eventlogs.prepared import prepare
from eventlogs.storage import Ledger
from flows.simulation.planting import Plants
from mining.normative.file import lift_model
from mining.outlook.risk import risk
from mining.stalls.finding import stalls
from mining.stalls.grading import Grades, grades

pytestmark = pytest.mark.xdist_group("stall_grading")

PLANTED_SEEDS = (1, 2, 3, 4, 5)
CLEAN_SEEDS = (101, 102, 103, 104, 105, 106)


@dataclass(frozen=True)
class Cohorts:
    directory: Path
    ledger: Ledger
    planted: list[PlantedLog]
    clean: list[PlantedLog]


@pytest.fixture(scope="module")
def cohorts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cohorts]:
    directory = tmp_path_factory.mktemp("cohorts")
    ledger = open_ledger(directory)
    plants = Plants.model_validate(PLANTS)
    planted = [planted_log(ledger, directory, seed, 40, plants) for seed in PLANTED_SEEDS]
    clean = [planted_log(ledger, directory, seed, 40, Plants()) for seed in CLEAN_SEEDS]
    yield Cohorts(directory, ledger, planted, clean)
    ledger.close()


def graded(cohorts: Cohorts, log: PlantedLog) -> Grades:
    return grades(prepare(cohorts.ledger, log.name), lift_model(), log.truth)


def test_planted_stalls_are_found_with_cause_and_place_over_many_seeds(cohorts: Cohorts) -> None:
    sums: dict[str, list[int]] = {}
    for log in cohorts.planted:
        for mark in graded(cohorts, log).marks:
            true, found, right = sums.setdefault(mark.name, [0, 0, 0])
            sums[mark.name] = [true + mark.true, found + mark.found, right + mark.right]
    assert all(right / found >= 0.95 and right / true >= 0.95 for true, found, right in sums.values()), sums
    assert sums["stalls"][0] >= 7 * len(PLANTED_SEEDS)
    assert sums["deviations"][0] == 2 * len(PLANTED_SEEDS)
    assert sums["failures"][0] >= 10 * len(PLANTED_SEEDS)


def test_clean_cohorts_show_no_stall_and_no_strict_deviation(cohorts: Cohorts) -> None:
    for log in cohorts.clean:
        marks = {mark.name: mark for mark in graded(cohorts, log).marks}
        assert (marks["stalls"].true, marks["stalls"].found) == (0, 0), marks["stalls"]
        assert (marks["deviations"].true, marks["deviations"].found) == (0, 0), marks["deviations"]


def test_the_risk_report_marks_just_the_projects_that_are_told_of(cohorts: Cohorts) -> None:
    prepared = prepare(cohorts.ledger, cohorts.planted[0].name)
    alarms = {one.case_id for one in stalls(prepared, lift_model()).alarms}
    marked = {one.case_id for one in risk(prepared, lift_model().ending).cases if one.stalled}
    assert marked == alarms
    assert alarms


def test_a_project_that_nobody_holds_up_on_paper_is_watched_within_four_months(cohorts: Cohorts) -> None:
    log = cohorts.planted[0]
    prepared, told = prepare(cohorts.ledger, log.name), json.loads(log.truth.read_text("utf-8"))
    quiet = [
        (project["project"], datetime.fromisoformat(stall["begins"]))
        for project in told["projects"]
        for stall in project["stalls"]
        if stall["cause"] in ("missing_role", "objection")
    ]
    assert len(quiet) == 4
    for case_id, begins in quiet:
        seen = stalls(prepared, lift_model(), now=begins + timedelta(days=120))
        watched = [one.case_id for one in seen.watched]
        assert case_id in watched
        assert len(watched) <= 10
        assert not {one.case_id for one in seen.stalls} & set(watched)
        assert all(one.idle > one.slow for one in seen.watched)
    assert case_id in seen.as_text()


def test_the_command_grades_and_tells_of_each_stall_in_both_languages(cohorts: Cohorts) -> None:
    log = cohorts.planted[0]
    cohorts.ledger.close()
    status, out, err = ran(f"mine grade {log.name} --truth {log.truth}", cohorts.directory)
    assert status == 0, err
    assert "running and stalled (case, cause)" in out
    status, out, err = ran(f"mine stalls {log.name} --by city --json", cohorts.directory)
    assert status == 0, err
    alarms = [one for one in json.loads(out)["stalls"] if one["state"] == "running"]
    assert {one["kind"] for one in alarms} == {"hold", "objection", "role"}
    for one in alarms:
        assert one["sentences"]["zh"] != one["sentences"]["en"]
    status, out, err = ran(f"mine stalls {log.name} --by city --lang zh", cohorts.directory)
    assert status == 0, err
    assert "未定恢复日期" in out
    assert "自" in out
    case = alarms[0]["case_id"]
    status, out, err = ran(f"mine stalls {log.name} --case {case}", cohorts.directory)
    assert status == 0, err
    assert "\nstalled\n" in out
    assert "Formal" in out
    status, _, err = ran(f"mine grade {log.name} --truth {cohorts.clean[0].truth}", cohorts.directory)
    assert status == 1
    assert "tells the truth of the log" in err
