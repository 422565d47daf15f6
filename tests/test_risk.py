"""The risk of running cases: a model where it helps, the plain share where it does not, and the time left."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from played_logs import START, Step, Trace, played, record
from running import ran

from eventlogs.data_directory import open_ledger
from mining.normative.file import lift_model
from mining.outlook.prefix_snapshots import Snapshots, snapshots
from mining.outlook.remaining_time import RemainingTime
from mining.outlook.risk import risk
from mining.outlook.stall_risk import Baseline, tried

DAY = 24.0
NOW = START + timedelta(days=1000)


def cohort(n: int, seed: int, *, telling: bool, running: int = 8) -> dict[str, Trace]:
    """Return cases that fail mostly if nobody founded a chat group, or, not `telling`, by pure chance."""
    rng = np.random.default_rng(seed)
    cases: dict[str, Trace] = {}
    for number in range(n + running):
        founded = bool(rng.random() < 0.5)
        chance = (0.1 if founded else 0.8) if telling else 0.4
        begin = float(rng.uniform(0, 800)) if number < n else 985.0
        trace: list[Step | str] = [Step("raise_lift_wish", begin * DAY)]
        if founded:
            trace.append(Step("create_owner_chat_group", (begin + 2) * DAY))
        trace.append(Step("survey_household_wishes", (begin + 5) * DAY))
        if number < n:
            bad = bool(rng.random() < chance)
            last = "abandon_project" if bad else "handover_maintenance"
            end = begin + 5 + float(rng.uniform(10, 40))
            trace.append(Step(last, end * DAY, attributes={"outcome": "vote_lost" if bad else "completed"}))
        cases[f"{'over' if number < n else 'open'}-{number:03}"] = trace
    return cases


def looked_at(directory: Path, cases: dict[str, Trace], now: datetime = NOW) -> Snapshots:
    with played(directory, cases) as prepared:
        return snapshots(prepared, lift_model().ending, None, now)


def test_a_model_that_helps_is_used_and_names_its_reasons(tmp_path: Path) -> None:
    with played(tmp_path, cohort(240, 1, telling=True)) as prepared:
        report = risk(prepared, lift_model().ending, now=NOW)
    trial = report.trial
    assert trial.used == "model"
    assert trial.model is not None
    assert trial.baseline is not None
    assert trial.model.brier < trial.baseline.brier
    assert trial.model.calibration < 0.12
    assert len(report.cases) == 8
    by_chance = {one.case_id: one for one in report.cases}
    without = {name: one for name, one in by_chance.items() if any(
        reason.word == "create_owner_chat_group" and not reason.there for reason in one.reasons
    )}  # fmt: skip
    assert without
    assert len(without) < 8
    assert min(one.chance or 0 for one in without.values()) > 0.6
    assert max(one.chance or 0 for name, one in by_chance.items() if name not in without) < 0.35


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_where_nothing_tells_the_plain_share_is_used_and_the_report_says_so(
    tmp_path: Path, seed: int
) -> None:
    with played(tmp_path, cohort(120, seed, telling=False)) as prepared:
        report = risk(prepared, lift_model().ending, now=NOW)
    assert report.trial.used == "baseline"
    assert "the plain share is used" in report.as_text()
    assert all(0.25 < (one.chance or 0) < 0.55 for one in report.cases)


def test_too_few_cases_get_the_plain_share_and_none_nothing(tmp_path: Path) -> None:
    with played(tmp_path / "few", cohort(12, 1, telling=True)) as prepared:
        few = risk(prepared, lift_model().ending, now=NOW)
    assert (few.trial.used, few.trial.model, few.remaining_held) == ("baseline", None, None)
    assert "too few cases have ended" in few.as_text()
    with played(tmp_path / "none", cohort(0, 1, telling=True)) as prepared:
        none = risk(prepared, lift_model().ending, now=NOW)
    assert (none.trial.used, none.cases[0].chance) == ("none", None)
    assert "no case that is over went badly" in none.as_text()


def test_a_look_back_knows_only_what_had_happened_by_then(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {
        "a": [
            Step("raise_lift_wish", 0),
            Step("raise_funds", 10 * DAY, attributes={"succeeded": False}),
            Step("raise_funds", 60 * DAY),
            Step("handover_maintenance", 80 * DAY, attributes={"outcome": "completed"}),
        ]
    }
    found = looked_at(tmp_path, cases)
    names = dict(found.activity_names)
    columns = {(kind, names.get(code)): place for place, (kind, code) in enumerate(found.names)}
    assert found.features.shape[0] == 7  # every ten days before the end
    funds = found.features[:, columns["done", "raise_funds"]].tolist()
    assert funds == [1] * 7  # the first look falls on the day of the first try
    assert found.features[:, columns["done", "handover_maintenance"]].max() == 0
    assert np.expm1(found.features[:, columns["failures", None]]).round().tolist() == [1] * 7
    assert np.expm1(found.features[:, columns["repeats", None]]).round().tolist() == [0] * 5 + [1] * 2
    assert found.idle.round().tolist() == [0, 10, 20, 30, 40, 0, 10]
    assert found.remaining.round().tolist() == [70, 60, 50, 40, 30, 20, 10]


def test_a_later_wait_beyond_what_is_normal_counts_as_going_badly(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {
        f"usual-{n}": [
            Step("raise_lift_wish", 0),
            Step("raise_funds", (5 + n % 3) * DAY),
            Step("handover_maintenance", 20 * DAY, attributes={"outcome": "completed"}),
        ]
        for n in range(40)
    }
    cases["slow"] = [
        Step("raise_lift_wish", 0),
        Step("raise_funds", 400 * DAY),
        Step("handover_maintenance", 430 * DAY, attributes={"outcome": "completed"}),
    ]
    found = looked_at(tmp_path, cases)
    longest = found.remaining.max()
    assert longest > 300
    assert found.bad[found.remaining == longest].all()
    assert not found.bad[found.remaining < 15].any()


def test_the_plain_share_by_hand(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {
        f"{word}-{n}": [
            Step("raise_lift_wish", 0),
            Step("abandon_project" if bad else "handover_maintenance", 80 * DAY,
                 attributes={"outcome": "vote_lost" if bad else "completed"}),
        ]
        for word, bad, many in (("bad", True, 3), ("good", False, 7))
        for n in range(many)
    }  # fmt: skip
    found = looked_at(tmp_path, cases)
    assert Baseline(found).chances(found).tolist() == pytest.approx([0.3] * len(found.cases))
    assert tried(found).used == "baseline"


def test_the_interval_of_the_time_left_holds_as_often_as_it_says(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    cases: dict[str, Trace] = {}
    for number in range(400):
        begin, length = float(rng.uniform(0, 900)), float(rng.lognormal(4, 0.5))
        cases[str(number)] = [
            Step("raise_lift_wish", begin * DAY),
            Step("handover_maintenance", (begin + length) * DAY, attributes={"outcome": "completed"}),
        ]
    found = looked_at(tmp_path, cases)
    times = RemainingTime.of(found)
    assert times is not None
    assert times.coverage is not None
    assert 0.68 < times.coverage < 0.92
    told = times.remaining(found)
    assert (told.low <= told.median).all()
    assert (told.median <= told.high).all()


def test_the_command_tells_it_in_both_languages(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    record(ledger, "lifts", cohort(80, 1, telling=True))
    ledger.close()
    status, out, err = ran("mine risk lifts --now 2026-11-26", tmp_path)
    assert status == 0, err
    assert "Brier score" in out
    status, out, err = ran("mine risk lifts --now 2026-11-26 --lang zh", tmp_path)
    assert status == 0, err
    assert "顺利时还需" in out
    status, out, err = ran("mine risk lifts --now 2026-11-26 --json", tmp_path)
    assert status == 0, err
    assert {one["case_id"][:4] for one in json.loads(out)["cases"]} == {"open"}


def test_of_events_of_one_moment_the_last_is_where_a_case_stands(tmp_path: Path) -> None:
    cases = cohort(40, 3, telling=True)
    cases |= {
        f"twin-{n}": ["raise_lift_wish", Step("open_letter", 24 * 3), Step("joint_review", 24 * 3)]
        for n in range(3)
    }
    with played(tmp_path, cases) as prepared:
        report = risk(prepared, lift_model().ending, now=NOW)
    stands = {one.case_id: one.last_activity for one in report.cases}
    assert {stands[f"twin-{n}"] for n in range(3)} == {"joint_review"}
    told = report.as_text()
    assert ("retrofit mine stalls" in told) == any(one.stalled for one in report.cases)
    assert "(none)" not in told
