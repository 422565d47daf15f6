"""Replay: the same history asks for the same, whatever was interrupted, changed or told late."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lift_play import LOG, MONDAY, Play, good_data

from eventlogs.errors import EventLogError
from eventlogs.events import Event
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from flows.errors import ProjectError
from flows.process import processes as processes_module
from flows.process.history import CaseHistory, day_of
from flows.process.process import Process, Project, replayed
from flows.process.processes import policy_of, process_named, process_of
from flows.process.replay import consequences, plan_of
from flows.project import projects
from flows.project.advance import advance
from flows.retrofits import lift as lift_module
from flows.worklist import worklist
from flows.worklist.worklist import Hold


@pytest.fixture(scope="module")
def whole_history() -> tuple[Event, ...]:
    """The events of one project that went through, with an objection and a lost vote on its way."""
    with TemporaryDirectory() as folder:
        ledger = DuckDBLedger(Path(folder) / "events.duckdb")
        play = Play(ledger)
        play.start()
        play.until("reconcile_household_wishes")
        play.act("file_written_objection", origin="inside", household="1A", grounds=["light"])
        play.to_the_end()
        events = tuple(one.event for one in ledger.case(LOG, "p-1"))
        ledger.close()
    return events


def follows(events: Sequence[Event]) -> list[Event]:
    history = CaseHistory.of("p-1", events)
    moment = events[-1].occurred_at
    return consequences(process_of(history), policy_of(history), history, moment, moment)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(1, 10_000))
def test_from_any_point_of_a_history_the_replay_settles_at_once(
    whole_history: tuple[Event, ...], place: int
) -> None:
    prefix = whole_history[: 1 + place % len(whole_history)]
    more = follows(prefix)
    assert follows([*prefix, *more]) == []
    assert follows(prefix) == more
    keys = [event.key for event in (*prefix, *more)]
    assert len(keys) == len(set(keys))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(1, 10_000))
def test_a_history_cut_anywhere_and_carried_on_reaches_the_same_offers(
    whole_history: tuple[Event, ...], cut: int
) -> None:
    prefix = whole_history[: 1 + cut % len(whole_history)]
    history = CaseHistory.of("p-1", prefix)
    process, policy = process_of(history), policy_of(history)
    settled = history.followed_by(follows(prefix))
    open_now = {item.activity for item in settled.items.values() if item.is_open}
    assert open_now >= set(plan_of(process, policy, settled).offers)


def test_advancing_twice_appends_nothing(ledger: DuckDBLedger) -> None:
    play = Play(ledger)
    play.start()
    play.until("vote_on_installation")
    before = ledger.head(LOG, "p-1")
    for day in range(3):
        assert advance(ledger, LOG, "p-1", play.now + timedelta(days=day)).recorded == ()
    assert ledger.head(LOG, "p-1") == before


def test_a_trigger_that_was_lost_is_made_good_by_the_next_advance(ledger: DuckDBLedger) -> None:
    play = Play(ledger)
    play.start()
    bare = Event(
        key="p-1/publicise_policy/1/complete",
        case_id="p-1",
        activity="publicise_policy",
        occurred_at=MONDAY,
        attributes={"entered": good_data("publicise_policy", day_of(MONDAY)), "succeeded": True},
    )
    ledger.append(LOG, [bare])
    assert advance(ledger, LOG, "p-1", MONDAY).offered == ("convene_joint_meeting", "draft_lift_rules")


def test_an_end_told_by_another_program_is_seen_by_the_next_advance(ledger: DuckDBLedger) -> None:
    play = Play(ledger)
    play.start()
    play.until("handover_maintenance")
    bare = Event(
        key="p-1/handover_maintenance/1/complete",
        case_id="p-1",
        activity="handover_maintenance",
        occurred_at=play.now,
        attributes={"entered": {"manager": "m"}},
    )
    ledger.append(LOG, [bare])
    assert play.history.outcome is None
    ended = advance(ledger, LOG, "p-1", play.now).recorded
    assert [one.key for one in ended] == ["p-1/project/1/unknown"]
    assert play.history.outcome == "completed"
    assert advance(ledger, LOG, "p-1", play.now).recorded == ()


def test_the_act_that_ends_a_project_names_the_outcome_and_no_other_event_does(ledger: DuckDBLedger) -> None:
    play = Play(ledger)
    play.start()
    play.until("handover_maintenance")
    by = replace(play.by(), begun=play.now - timedelta(hours=1))
    done = worklist.complete(ledger, LOG, "p-1/handover_maintenance/1", {"manager": "m"}, by).recorded
    lifecycles = [one.lifecycle for one in done if one.activity == "handover_maintenance"]
    assert lifecycles == ["start", "complete"]
    named = [one.key for one in done if "outcome" in one.attributes]
    assert named == ["p-1/handover_maintenance/1/complete"]


def changed_lift(project: Project) -> None:
    """The lift process with a hearing put in before the vote and the party's part dropped."""
    project.alongside(lift_module.objections, lift_module.informal_chain)
    project.need("assess_feasibility")
    project.wait_for("submit_intention_form")
    project.need("convene_joint_meeting")
    lift_module.decide(project)
    project.together(lift_module.design, lift_module.funding)
    lift_module.approve(project)
    lift_module.build(project)
    lift_module.finish(project)


@pytest.fixture
def changed(monkeypatch: pytest.MonkeyPatch) -> Process:
    process = replace(process_named("lift"), run=changed_lift, version=2)
    known: dict[str, Any] = dict(processes_module.all_versions()) | {"lift": {2: process}}
    monkeypatch.setattr(processes_module, "all_versions", lambda: known)
    return process


def test_a_changed_process_goes_on_by_the_names_of_steps(
    ledger: DuckDBLedger, request: pytest.FixtureRequest
) -> None:
    play = Play(ledger)
    play.start()
    play.until("submit_intention_form")
    asked = {"submit_intention_form", "establish_party_lift_group"}
    play.act("submit_intention_form")
    request.getfixturevalue("changed")
    made = advance(ledger, LOG, "p-1", play.now)
    assert asked.isdisjoint(made.offered)
    history = play.history
    assert [one.activity for one in history.done["submit_intention_form"]] == ["submit_intention_form"]
    play.to_the_end()
    assert play.history.outcome == "completed"
    assert len(play.history.done["submit_intention_form"]) == 1


def test_a_step_put_in_before_an_answered_one_does_not_take_its_answer(
    ledger: DuckDBLedger, request: pytest.FixtureRequest
) -> None:
    play = Play(ledger)
    play.start()
    play.until("submit_intention_form")
    for activity in ("submit_intention_form", "vote_on_installation"):
        play.act(activity)
    request.getfixturevalue("changed")
    history = play.history
    plan = replayed(process_of(history), policy_of(history), history)
    vote = history.latest("vote_on_installation")
    assert vote is not None
    assert "ballots" in vote.entered
    if history.latest("convene_joint_meeting") is None:
        assert plan.waiting_for[-1] == "convene_joint_meeting"
    advance(ledger, LOG, "p-1", play.now)
    play.to_the_end()
    assert play.history.outcome == "completed"


def test_a_voided_act_is_to_be_done_again(
    ledger: DuckDBLedger,
) -> None:
    play = Play(ledger)
    play.start()
    play.complete("publicise_policy")
    original = "p-1/publicise_policy/1/complete"
    void = Event(
        key=f"{original}/void",
        case_id="p-1",
        activity="publicise_policy",
        occurred_at=play.now,
        correction="void",
        corrects=original,
    )
    ledger.append(LOG, [void])
    assert play.open()["publicise_policy"].state == "offered"
    play.complete("publicise_policy")
    assert [one.occurrence for one in play.history.done["publicise_policy"]] == [1]
    assert len({event.key for event in play.history.events}) == len(play.history.events)


def test_clocks_that_jump_back_change_nothing(ledger: DuckDBLedger) -> None:
    play = Play(ledger)
    play.start()
    play.until("survey_household_wishes")
    play.now -= timedelta(days=700)
    play.reason = "the clock was set back"
    play.to_the_end()
    assert play.history.outcome == "completed"
    with ledger.reading() as connection:
        assert connection.execute("SELECT count(*) FROM work_item WHERE is_open").fetchone() == (0,)


def test_what_is_refused_leaves_no_trace(ledger: DuckDBLedger) -> None:
    play = Play(ledger)
    play.start()
    before = ledger.head(LOG, "p-1")
    deeds: list[Callable[[], object]] = [
        lambda: play.act("vote_on_installation", ballots=[]),
        lambda: play.act("sign_lift_agreement"),
        lambda: play.act("dance", well=True),
        lambda: projects.hold(ledger, LOG, "p-1", Hold("weather"), play.by()),
        lambda: projects.abandon(ledger, LOG, "p-1", "completed", play.by()),
        lambda: projects.reopen(ledger, LOG, "p-1", play.by("why not")),
        lambda: projects.resume(ledger, LOG, "p-1", play.by()),
    ]
    for deed in deeds:
        with pytest.raises(EventLogError):
            deed()
    assert ledger.head(LOG, "p-1") == before
    with pytest.raises(ProjectError, match="p-9"):
        advance(ledger, LOG, "p-9", MONDAY)
