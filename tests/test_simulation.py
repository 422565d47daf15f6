"""The simulated cohort: played the same from the same seed, and never real."""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from running import ran

from eventlogs.events import RecordedEvent
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import prepare
from eventlogs.storage import Ledger
from flows.policies.policies import policy_named
from flows.process.history import CaseHistory, day_of
from flows.simulation.calibration import calibration
from flows.simulation.cohort import Script, TooEarlyError, scripts
from flows.simulation.planting import PlantRefusedError, Plants, plantable, read_plants
from flows.simulation.play import play
from flows.simulation.truth import Truth, truth
from mining.conformance.judging import RuleDeviation, conformance
from mining.normative.file import lift_model

CITIES = ("上海", "天津", "大连", "哈尔滨")
LOG = "simulated"


def played(ledger: Ledger, cohort: list[Script]) -> dict[str, CaseHistory]:
    return play(ledger, LOG, cohort)


def opened(place: Path) -> DuckDBLedger:
    place.mkdir(exist_ok=True)
    return DuckDBLedger(place / "events.duckdb")


def deviations(ledger: Ledger) -> list[RuleDeviation]:
    """Return the breaches of strict rules, gates and the law; soft rules may be broken in a clean cohort."""
    strengths = {rule.key: rule.strength for rule in lift_model().rules}
    found = conformance(prepare(ledger, LOG), lift_model(), n_deviations=1000).deviations
    return [one for one in found if strengths[one.rule] != "soft"]


def told(recorded: list[RecordedEvent]) -> list[object]:
    return [one.event for one in recorded]


@pytest.mark.parametrize("seed", [1, 7, 2024])
def test_the_default_cohort_has_the_papers_shape_breaks_no_rule_and_follows_its_cities_policies(
    seed: int, tmp_path: Path
) -> None:
    ledger = opened(tmp_path)
    histories = played(ledger, scripts(CITIES, 12, seed, Plants()))
    outcomes = Counter(history.outcome for history in histories.values())
    assert outcomes.pop("completed") == 7
    assert None not in outcomes
    assert sorted(outcomes.values()) == [1, 1, 1, 1, 1]
    assert {history.facts["city"] for history in histories.values()} == {
        "shanghai",
        "tianjin",
        "dalian",
        "harbin",
    }
    assert deviations(ledger) == []
    assert prepare(ledger, LOG).log.simulated
    for history in histories.values():
        signed, posted = history.latest("sign_lift_agreement"), history.latest("publicise_result")
        if signed is None or posted is None:
            continue
        place = policy_named(str(history.facts["policy"])).publicity.place.value
        assert (posted.occurred_at < signed.occurred_at) == (place == "before_agreement")
    ledger.close()


def test_low_floors_are_against_it_and_high_floors_for_it() -> None:
    residents = [one for script in scripts(CITIES, 200, 3, Plants()) for one in script.people.residents]
    low = Counter(one.wish for one in residents if one.floor == 1)
    high = Counter(one.wish for one in residents if one.floor >= 5)
    assert low["agrees"] / low.total() < 0.3
    assert high["agrees"] / high.total() > 0.8
    assert low["opposes"] / low.total() > 0.25


def test_a_play_that_was_broken_off_ends_with_the_same_events(tmp_path: Path) -> None:
    class KilledError(Exception):
        pass

    plan = scripts(["哈尔滨", "上海"], 2, 5, Plants())
    whole, broken = opened(tmp_path / "whole"), opened(tmp_path / "broken")
    played(whole, plan)
    append, left = broken.append, iter(range(25))

    def killed(*args: object, **settings: object) -> object:
        if next(left, None) is None:
            raise KilledError
        return append(*args, **settings)  # type: ignore[arg-type]

    broken.append = killed  # type: ignore[method-assign, assignment]
    with pytest.raises(KilledError):
        played(broken, plan)
    broken.append = append  # type: ignore[method-assign]
    again = played(broken, scripts(["哈尔滨", "上海"], 2, 5, Plants()))
    assert len(again) == 2
    assert told(whole.since(0, log=LOG)) == told(broken.since(0, log=LOG))
    seen = len(broken.since(0, log=LOG))
    played(broken, plan)
    assert len(broken.since(0, log=LOG)) == seen
    whole.close()
    broken.close()


def test_what_is_planted_is_found_and_nothing_else(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    rules = ["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9"]
    asked = {
        "deviation": [{"rule": rule, "city": "大连" if rule == "S5" else None} for rule in rules],
        "stall": [{"step": "design_drawings", "cause": "contractor", "months": 7}],
    }
    plan = scripts(CITIES, 14, 11, Plants.model_validate(asked))
    known = truth(LOG, 11, plan, played(ledger, plan))
    planted = {(one.rule, project.project) for project in known.projects for one in project.deviations}
    assert sorted(rule for rule, _ in planted) == rules
    assert {(one.rule, one.case_id) for one in deviations(ledger)} == planted
    assert dict(planted)["S5"].startswith("dalian")
    assert_events_are_there(ledger, known)
    stalled = [one for project in known.projects for one in project.stalls if one.planted]
    assert [(one.step, one.cause) for one in stalled] == [("design_drawings", "contractor")]
    ledger.close()


def assert_events_are_there(ledger: Ledger, known: Truth) -> None:
    keys = {one.event.key for one in ledger.since(0, log=LOG)}
    for project in known.projects:
        for deviation in project.deviations:
            assert deviation.events
            assert set(deviation.events) <= keys


def test_late_projects_still_run_when_the_simulated_time_ends(tmp_path: Path) -> None:
    late = scripts(CITIES, 60, 1, Plants())[-3:]
    ledger = opened(tmp_path)
    histories = played(ledger, late)
    last = calibration().window.last_day
    assert None in {history.outcome for history in histories.values()}
    assert all(day_of(event.occurred_at) <= last for one in histories.values() for event in one.events)
    ledger.close()


def test_a_cohort_that_ends_later_begins_as_much_later_and_runs_up_to_its_day(tmp_path: Path) -> None:
    asked = (CITIES, 60, 1, Plants())
    until = calibration().window.last_day + timedelta(days=420)
    usual, moved = scripts(*asked)[-6:], scripts(*asked, until)[-6:]
    assert [one.begins + timedelta(days=420) for one in usual] == [one.begins for one in moved]
    ledger = opened(tmp_path)
    histories = played(ledger, moved)
    running = [one for one in histories.values() if one.outcome is None]
    days = [day_of(event.occurred_at) for one in running for event in one.events]
    assert until - timedelta(days=90) < max(days) <= until
    ledger.close()
    with pytest.raises(TooEarlyError, match="the earliest end is 2025-09-30"):
        scripts(*asked, calibration().window.last_day - timedelta(days=1))


def test_large_cohorts_fail_for_every_cause() -> None:
    fates = Counter(script.fate for script in scripts(CITIES, 240, 9, Plants()))
    assert fates["completed"] == 140
    assert set(fates) - {"completed"} == set(calibration().causes.weights)
    assert fates["objection_unresolved"] > fates["policy_gap"]


def test_the_command_plays_tells_and_writes_the_truth(tmp_path: Path) -> None:
    plant, known = tmp_path / "plant.toml", tmp_path / "truth.json"
    plant.write_text('[[deviation]]\nrule = "S7"\ncity = "天津"\n', "utf-8")
    line = f"simulate --cities 天津 --projects 1 --seed 3 --until 2025-09-30 --plant {plant} --truth {known}"
    status, out, err = ran(line, tmp_path / "data")
    assert status == 0, err
    assert "simulated, none of its projects is real" in out
    assert "S7 1" in out
    told_truth = json.loads(known.read_text("utf-8"))
    assert told_truth["simulated"] is True
    assert [one["rule"] for one in told_truth["projects"][0]["deviations"]] == ["S7"]
    status, out, _ = ran("log list", tmp_path / "data")
    assert "simulated" in out
    for another in ("--seed 4", "--seed 3"):  # the second is the same cohort with nothing planted
        status, _, err = ran(
            f"simulate --cities 天津 --projects 1 --until 2025-09-30 {another}", tmp_path / "data"
        )
        assert status != 0
        assert "another cohort" in err


def test_a_city_without_a_policy_is_named_before_it_plays_under_the_national_one(tmp_path: Path) -> None:
    played = "simulate --cities 月球,上海 --projects 2 --seed 3 --log moon"
    status, _, err = ran(f"{played} --lang zh", tmp_path)
    assert (status, "月球在此处没有自己的政策，适用全国默认" in err, "上海在此处" in err) == (0, True, False)


def test_a_log_of_real_projects_is_not_played_in(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    ledger.create_log(LOG)
    with pytest.raises(Exception, match="is not a simulated log"):
        played(ledger, scripts(CITIES, 1, 1, Plants()))
    ledger.close()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[[deviation]]\nrule = "A3"', "cannot be planted"),
        ('[[stall]]\nstep = "dance"\ncause = "money"', "not a step"),
        ('[[stall]]\nstep = "mediate_dispute"\ncause = "money"', "not a step"),
        ('[[stall]]\nstep = "raise_funds"\ncause = "boredom"', "not a cause"),
        ('[[deviation]]\nrule = "S1"\nprojects = 0', "deviation.0.projects is wrong"),
        ("deviation = ", "not readable as TOML"),
    ],
)
def test_what_cannot_be_planted_is_refused(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "plant.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(PlantRefusedError, match=why):
        read_plants(file)


def test_no_stall_is_planted_at_a_step_that_the_city_does_not_ask_for() -> None:
    stall = {"step": "grant_permit_or_filing", "cause": "office", "city": "哈尔滨"}
    with pytest.raises(PlantRefusedError, match="only 0"):
        scripts(CITIES, 12, 1, Plants.model_validate({"stall": [stall]}))


def test_more_plants_than_projects_are_refused() -> None:
    assert plantable("S5").strength == "strict"
    with pytest.raises(PlantRefusedError, match="only"):
        scripts(CITIES, 3, 1, Plants.model_validate({"deviation": [{"rule": "S5", "projects": 9}]}))
