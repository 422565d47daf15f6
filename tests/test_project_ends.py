"""How projects come to an end before the handover, and go on after trouble."""

from datetime import timedelta

import pytest
from lift_play import LOG, Play, ballots, outcome_seen

from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from flows.errors import GateClosedError, ProjectError
from flows.process.process import Plan
from flows.process.processes import policy_of, process_of
from flows.process.replay import plan_of
from flows.project import projects
from flows.project.ending import ended, heading_for
from flows.worklist.worklist import Hold


@pytest.fixture
def play(ledger: DuckDBLedger) -> Play:
    begun = Play(ledger)
    begun.start()
    return begun


def trouble(play: Play) -> str | None:
    history = play.history
    return plan_of(process_of(history), policy_of(history), history).trouble


def test_a_lost_vote_is_offered_again_and_may_end_the_project(play: Play) -> None:
    play.until("vote_on_installation")
    play.complete("vote_on_installation", ballots=ballots(**{"1A": "against", "1B": "absent"}))
    assert play.open()["vote_on_installation"].occurrence == 2
    assert trouble(play) == "vote_lost"
    projects.abandon(play.ledger, LOG, play.case_id, None, play.by())
    assert play.history.outcome == "vote_lost"
    assert play.open() == {}


def test_an_open_objection_closes_the_intention_form_until_it_is_settled(play: Play) -> None:
    play.until("reconcile_household_wishes")
    play.act("file_written_objection", origin="inside", household="1A", grounds=["light"])
    play.complete("reconcile_household_wishes")
    assert "submit_intention_form" not in play.open()
    assert {"mediate_dispute", "lobby_opposing_household"} <= set(play.open())
    with pytest.raises(GateClosedError, match="p-1/objection/1"):
        play.act("submit_intention_form")
    assert trouble(play) == "objection_unresolved"
    play.complete("mediate_dispute", mediator="街道", objection="1", result="unresolved")
    assert play.open()["mediate_dispute"].occurrence == 2
    play.complete("mediate_dispute")
    assert "submit_intention_form" in play.open()
    assert "mediate_dispute" not in play.open()


def test_an_unresolved_objection_may_end_the_project(play: Play) -> None:
    play.until("reconcile_household_wishes")
    play.act("file_written_objection", origin="inside", household="1A", grounds=["noise"])
    play.complete("reconcile_household_wishes")
    projects.abandon(play.ledger, LOG, play.case_id, None, play.by())
    assert play.history.outcome == "objection_unresolved"


def test_an_objection_from_outside_during_construction_is_mediated_and_stops_nothing(play: Play) -> None:
    play.until("install_lift")
    play.act("file_written_objection", origin="outside", grounds=["noise"])
    assert {"mediate_dispute", "install_lift"} <= set(play.open())
    play.to_the_end()
    assert play.history.outcome == "completed"


def test_a_funding_gap_may_end_the_project(play: Play) -> None:
    play.until("raise_funds")
    play.complete("raise_funds", needed=350000, raised=[{"source": "owners", "yuan": 100000}])
    assert trouble(play) == "funding_gap"
    projects.abandon(play.ledger, LOG, play.case_id, None, play.by())
    assert play.history.outcome == "funding_gap"


def test_a_firm_that_withdraws_is_replaced_or_ends_the_project(play: Play) -> None:
    play.until("install_lift")
    projects.take_back(
        play.ledger, LOG, play.case_id, "sign_construction_contract", play.by("the firm was dissolved")
    )
    assert trouble(play) == "firm_withdrawn"
    assert "install_lift" not in play.open()
    play.complete("sign_construction_contract")
    assert "install_lift" in play.open()
    projects.take_back(play.ledger, LOG, play.case_id, "sign_construction_contract", play.by("again"))
    projects.abandon(play.ledger, LOG, play.case_id, None, play.by())
    assert play.history.outcome == "firm_withdrawn"


def test_a_retracted_signature_stops_the_project_and_may_end_it(play: Play) -> None:
    play.until("install_lift")
    projects.take_back(play.ledger, LOG, play.case_id, "sign_lift_agreement", play.by("301 takes it back"))
    assert trouble(play) == "retracted_after_signing"
    with pytest.raises(GateClosedError, match="sign_lift_agreement"):
        play.act("install_lift")
    projects.abandon(play.ledger, LOG, play.case_id, None, play.by())
    assert play.history.outcome == "retracted_after_signing"


def test_a_house_found_unfit_may_end_the_project(play: Play) -> None:
    play.complete("assess_feasibility", feasible=False, grade="C", assessor="设计院")
    projects.abandon(play.ledger, LOG, play.case_id, None, play.by())
    assert play.history.outcome == "not_feasible"


@pytest.mark.parametrize("cause", ["policy_gap", "pipelines_blocked", "abandoned", None])
def test_other_causes_are_told_with_a_reason(play: Play, cause: str | None) -> None:
    with pytest.raises(ProjectError, match=f"nothing in the history shows {cause or 'abandoned'}"):
        projects.abandon(play.ledger, LOG, play.case_id, cause, play.by())
    projects.abandon(play.ledger, LOG, play.case_id, cause, play.by("no rules in this city yet"))
    assert play.history.outcome == (cause or "abandoned")
    end = ended(play.history)
    assert end is not None
    assert (end.by, end.reason) == ("wang", "no rules in this city yet")


@pytest.mark.parametrize(
    ("hold", "outcome"),
    [("policy", "policy_gap"), ("money", "funding_gap"), ("utility", "pipelines_blocked")],
)
def test_a_project_given_up_while_on_hold_ends_for_what_it_waited_for(
    play: Play, hold: str, outcome: str
) -> None:
    projects.hold(play.ledger, LOG, play.case_id, Hold(hold), play.by())
    with pytest.raises(ProjectError, match=f"does not show vote_lost .* but {outcome}"):
        projects.abandon(play.ledger, LOG, play.case_id, "vote_lost", play.by())
    projects.abandon(play.ledger, LOG, play.case_id, None, play.by())
    assert play.history.outcome == outcome
    with pytest.raises(ProjectError, match="is over"):
        projects.resume(play.ledger, LOG, play.case_id, play.by())


@pytest.mark.parametrize(
    ("grounds", "outcome"), [("noise", "objection_unresolved"), ("retraction", "retracted_after_signing")]
)
def test_an_objection_during_construction_that_nothing_settles_may_end_the_project(
    play: Play, grounds: str, outcome: str
) -> None:
    play.until("install_lift")
    play.act("file_written_objection", origin="inside", household="2A", grounds=[grounds])
    assert heading_for(play.history, Plan()) == outcome
    end = {"cause": outcome, "reason": "the household stands in the way"}
    projects.act(play.ledger, LOG, play.case_id, "abandon_project", end, play.by())
    assert (play.history.outcome, play.open()) == (outcome, {})


def test_a_shelved_project_is_opened_again_where_it_stopped(play: Play) -> None:
    play.until("vote_on_installation")
    before = set(play.open())
    projects.shelve(play.ledger, LOG, play.case_id, play.by("waits for the pipes"))
    assert play.open() == {}
    assert outcome_seen(play.ledger) == "shelved"
    with pytest.raises(ProjectError, match="Shelved"):
        play.act("vote_on_installation")
    play.now += timedelta(days=300)
    projects.reopen(play.ledger, LOG, play.case_id, play.by("the pipes are moved"))
    assert set(play.open()) == before
    assert outcome_seen(play.ledger) is None
    play.to_the_end()
    assert play.history.outcome == "completed"
