"""What time brings about, once: holds end, overdue work is told, deputies stand in, versions change."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lift_play import LOG, MONDAY, Play
from running import ran

from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.vocabulary import terms
from flows.errors import ProjectError
from flows.policies.policies import engine_policies, policy_named
from flows.policies.policy_model import Setting
from flows.process import processes as processes_module
from flows.process.history import day_of
from flows.process.process import Project
from flows.process.processes import process_named, process_of
from flows.project import migration
from flows.retrofits import lift as lift_module
from flows.routines import timers
from flows.routines.timers import Tick, tick
from flows.worklist import worklist
from flows.worklist.absence import Absence, on_duty, record_absence
from flows.worklist.live_index import Narrowing, live_index
from flows.worklist.worklist import Hold

LATE = MONDAY + timedelta(days=200)


@pytest.fixture
def play(ledger: DuckDBLedger) -> Play:
    begun = Play(ledger)
    begun.start()
    return begun


def test_a_tick_ends_holds_on_their_day_and_does_so_once(play: Play) -> None:
    until = day_of(MONDAY) + timedelta(days=5)
    worklist.hold(play.ledger, LOG, "p-1/raise_lift_wish/1", Hold("money", until), play.by())
    assert tick(play.ledger, LOG, MONDAY + timedelta(days=4)).advanced == []
    assert tick(play.ledger, LOG, MONDAY + timedelta(days=5)).advanced == ["p-1"]
    assert tick(play.ledger, LOG, MONDAY + timedelta(days=5)).advanced == []
    assert play.open()["raise_lift_wish"].state == "offered"


def test_overdue_work_is_told_to_the_next_role_once_and_stands_on_its_list(play: Play) -> None:
    due = play.open()["publicise_policy"].due
    assert due is not None
    last_day = MONDAY + (due - day_of(MONDAY)) * 1
    assert tick(play.ledger, LOG, last_day).escalated == []
    late = last_day + timedelta(days=1)
    assert "p-1/publicise_policy/1" in told_on(tick(play.ledger, LOG, late))
    assert tick(play.ledger, LOG, late).escalated == []
    told = Narrowing(role="party_branch", overdue=True)
    rows = live_index(play.ledger, LOG).work(play.ledger, late, told).work_items
    assert {"publicise_policy", "establish_party_lift_group"} <= {row.activity for row in rows}


def told_on(looked: Tick) -> dict[str, str]:
    return {one.work_item: one.role for one in looked.escalated}


def test_work_of_every_role_is_told_on_as_the_project_s_policy_says(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert all(set(policy.escalation) == set(terms("roles")) for policy in engine_policies())
    looked = tick(play.ledger, LOG, LATE)
    assert told_on(looked)["p-1/assess_feasibility/1"] == "party_branch"  # the administration's own
    assert play.open()["assess_feasibility"].escalated_to == "party_branch"
    assert "no office has confirmed" in looked.as_text()
    to_contractor = Setting[str](value="contractor", source="office", confidence="A")
    policy = policy_named("harbin/2021-05-11")
    own = policy.model_copy(update={"escalation": {"administration": to_contractor}})
    monkeypatch.setattr(timers, "policy_of", lambda history: own)
    Play(play.ledger, case_id="p-2").start()
    looked = tick(play.ledger, LOG, LATE)
    assert told_on(looked) == {"p-2/assess_feasibility/1": "contractor"}
    assert "no office has confirmed" not in looked.as_text()


def test_the_work_of_somebody_away_goes_to_the_deputy_and_the_deputy_s_deputy(play: Play) -> None:
    item, today = "p-1/publicise_policy/1", day_of(MONDAY)
    worklist.claim(play.ledger, LOG, item, play.by(actor="li"))
    for person, deputy in (("li", "wang"), ("wang", "zhao")):
        absence = Absence(person, today, today + timedelta(days=7), deputy)
        record_absence(play.ledger, LOG, absence, "boss", MONDAY)
    assert tick(play.ledger, LOG, MONDAY).passed_on == [item]
    assert tick(play.ledger, LOG, MONDAY).passed_on == []
    assert play.open()["publicise_policy"].assignee == "zhao"
    worklist.assign(play.ledger, LOG, "p-1/raise_lift_wish/1", "li", play.by())
    assert play.open()["raise_lift_wish"].assignee == "zhao"
    assert on_duty(play.ledger, LOG, "li", today + timedelta(days=8)) == "li"


def test_an_absence_must_make_sense(ledger: DuckDBLedger) -> None:
    today = day_of(MONDAY)
    with pytest.raises(ProjectError, match="stand in"):
        record_absence(ledger, LOG, Absence("li", today, today, "li"), "boss", MONDAY)
    with pytest.raises(ProjectError, match="lies before"):
        record_absence(ledger, LOG, Absence("li", today, today - timedelta(days=1), "wang"), "boss", MONDAY)
    for person, deputy in (("li", "wang"), ("wang", "li")):
        record_absence(ledger, LOG, Absence(person, today, today, deputy), "boss", MONDAY)
    with pytest.raises(ProjectError, match="away"):
        on_duty(ledger, LOG, "li", today)


def lift_without_party(project: Project) -> None:
    """The lift process that no longer asks for the party's acts, but for a meeting before the vote."""
    project.alongside(lift_module.objections, lift_module.informal_chain)
    project.need("assess_feasibility")
    project.need("convene_joint_meeting")


@pytest.fixture
def two_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    old = process_named("lift")
    new = replace(old, run=lift_without_party, version=2)
    known: dict[str, Any] = {**processes_module.all_versions(), "lift": {1: old, 2: new}}
    monkeypatch.setattr(processes_module, "all_versions", lambda: known)


def test_a_case_stays_on_its_version_until_it_is_moved_and_can_be_moved_back(
    play: Play, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("two_versions")
    assert process_of(play.history).version == 1
    before = set(play.open())
    planned = migration.moves(play.ledger, LOG, None, None)
    assert [(move.from_version, move.to_version) for move in planned] == [(1, 2)]
    assert "establish_party_lift_group" in planned[0].no_longer_asked_for
    told = migration.Migration(planned, done=False).as_text()
    assert "nothing was changed" in told
    assert "Adding a lift 1 → 2" in told
    assert "Publicise the lift policy in the community" in told
    assert process_of(play.history).version == 1
    migration.migrate(play.ledger, LOG, planned, play.by())
    assert process_of(play.history).version == 2
    assert "establish_party_lift_group" not in play.open()
    assert migration.moves(play.ledger, LOG, None, None) == []
    with pytest.raises(ProjectError, match="look again"):
        migration.migrate(play.ledger, LOG, planned, play.by())
    back = migration.moves_back(play.ledger, LOG, None)
    assert [(move.from_version, move.to_version) for move in back] == [(2, 1)]
    migration.migrate(play.ledger, LOG, back, play.by(), undoing=True)
    assert process_of(play.history).version == 1
    assert set(play.open()) == before
    assert migration.moves_back(play.ledger, LOG, None) == []
    assert migration.moves(play.ledger, LOG, None, None, "pipe_renewal") == []
    with pytest.raises(ProjectError, match="version 7"):
        migration.moves(play.ledger, LOG, None, 7)


def test_the_commands_of_time_tell_what_they_did(tmp_path: Path) -> None:
    assert ran("project start --city 上海 --name 1号 --floors 6 --actor li --at 2020-01-06", tmp_path)[0] == 0
    status, out, _ = ran("work tick --lang zh", tmp_path)
    assert status == 0
    assert "逾期，已转告基层党组织：shanghai-001/publicise_policy/1 " in out
    assert "制成文书" not in out
    status, out, _ = ran("work tick --sweep --lang zh", tmp_path)
    assert (status, out.strip().splitlines()[-1]) == (0, "制成文书 0 份")
    away = "work away li --from 2024-01-01 --until 2024-02-01 --deputy wang --actor boss"
    assert ran(away, tmp_path)[0] == 0
    status, out, _ = ran("project migrate --actor boss --lang zh", tmp_path)
    assert (status, out.strip()) == (0, "没有进行中的项目使用其他版本")


def test_moving_projects_is_told_to_anybody_and_done_in_a_name_with_its_reason(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    assert ran("project start --city 上海 --name 1号 --floors 6 --actor li", tmp_path)[0] == 0
    request.getfixturevalue("two_versions")
    status, out, _ = ran("project migrate --lang en", tmp_path)
    assert (status, "shanghai-001: Adding a lift 1 → 2" in out) == (0, True)
    assert "--actor" in ran("project migrate --apply --lang en", tmp_path)[2]
    done = "project migrate --apply --actor boss --reason new-rules --lang en"
    assert "1 project moved; --undo takes it back" in ran(done, tmp_path)[1]
    history = ran("project history shanghai-001 --lang zh", tmp_path)[1]
    assert "new-rules" in history
    assert "not both" in ran("project migrate --undo --to 1 --lang en", tmp_path)[2]
    assert "2 → 1" in ran("project migrate --undo --apply --actor boss", tmp_path)[1]
