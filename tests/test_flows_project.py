"""Whole projects, played through the functions that staff use."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from lift_play import LOG, MONDAY, REGISTER, Play, ballots, good_data, intake

from eventlogs.errors import EventLogError
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.verification import verification
from flows.errors import GateClosedError, OrderWarningError, ProjectError, StepRefusedError, WorkItemError
from flows.process.history import day_of
from flows.process.process import Plan
from flows.process.processes import policy_of, process_of
from flows.process.replay import plan_of
from flows.project import projects
from flows.project.acts import By
from flows.project.advance import advance, read_project
from flows.project.ending import ended, heading_for
from flows.project.waivers import waive_for_city
from flows.worklist import worklist
from flows.worklist.worklist import Hold


@pytest.fixture
def play(ledger: DuckDBLedger) -> Play:
    begun = Play(ledger)
    begun.start()
    return begun


def trouble(play: Play) -> str | None:
    history = play.history
    return plan_of(process_of(history), policy_of(history), history).trouble


def outcome_seen(ledger: DuckDBLedger) -> str | None:
    with ledger.reading() as connection:
        found = connection.execute("SELECT outcome FROM case_state").fetchone()
    assert found is not None
    return str(found[0]) if found[0] else None


@pytest.mark.parametrize("city", ["shanghai", "tianjin", "dalian", "harbin", "nanjing"])
def test_a_project_goes_from_its_start_to_the_handover_in_every_city(ledger: DuckDBLedger, city: str) -> None:
    play = Play(ledger, city=city)
    play.start()
    play.to_the_end()
    assert play.history.outcome == "completed"
    assert outcome_seen(ledger) == "completed"
    assert play.open() == {}
    with ledger.reading() as connection:
        assert verification(connection, LOG).intact


def test_tianjin_signs_before_publicity_and_harbin_after(ledger: DuckDBLedger) -> None:
    for city, first in (("tianjin", "sign_lift_agreement"), ("harbin", "publicise_result")):
        play = Play(ledger, city=city, case_id=city)
        play.start()
        play.until("vote_on_installation")
        play.complete("vote_on_installation")
        assert first in play.open()
        other = ({"sign_lift_agreement", "publicise_result"} - {first}).pop()
        with pytest.raises(GateClosedError, match=first):
            play.act(other)


def test_harbin_asks_for_no_permit_and_says_so(play: Play) -> None:
    play.until("sign_construction_contract")
    skipped = play.history.latest("grant_permit_or_filing")
    assert skipped is not None
    assert skipped.skipped


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
    assert outcome_seen(play.ledger) == "shelved"  # type: ignore[arg-type]
    with pytest.raises(ProjectError, match="Shelved"):
        play.act("vote_on_installation")
    play.now += timedelta(days=300)
    projects.reopen(play.ledger, LOG, play.case_id, play.by("the pipes are moved"))
    assert set(play.open()) == before
    assert outcome_seen(play.ledger) is None  # type: ignore[arg-type]
    play.to_the_end()
    assert play.history.outcome == "completed"


def test_the_model_s_order_is_warned_about_and_broken_with_a_reason(play: Play) -> None:
    with pytest.raises(OrderWarningError, match="S1"):
        play.act("convene_joint_meeting")
    made = play.act("convene_joint_meeting", reason="the street called it")
    assert made.recorded[0].attributes["breaks"] == ["S1"]
    play.act("draft_lift_rules")


def test_the_order_is_that_of_happening_not_of_telling(play: Play) -> None:
    play.now += timedelta(days=20)
    play.act("publicise_policy")
    early = By("wang", play.now, occurred_at=play.now - timedelta(days=10))
    meeting = good_data("convene_joint_meeting", day_of(play.now))
    with pytest.raises(OrderWarningError, match="S1"):
        projects.act(play.ledger, LOG, "p-1", "convene_joint_meeting", meeting, early)
    earlier = By("wang", play.now, occurred_at=play.now - timedelta(days=12))
    chat = good_data("create_owner_chat_group", day_of(play.now))
    projects.act(play.ledger, LOG, "p-1", "create_owner_chat_group", chat, earlier)
    projects.act(play.ledger, LOG, "p-1", "convene_joint_meeting", meeting, early)


def test_a_waiver_of_case_or_city_lifts_the_warning_until_its_last_day(ledger: DuckDBLedger) -> None:
    play = Play(ledger)
    play.start()
    today = day_of(MONDAY)
    projects.waive(ledger, LOG, "p-1", "S1", today + timedelta(days=1), play.by("pilot"))
    assert play.act("convene_joint_meeting").recorded[0].attributes["waiver"] == ["S1"]
    other = Play(ledger, case_id="p-2")
    other.start()
    with pytest.raises(OrderWarningError):
        other.act("convene_joint_meeting")
    waive_for_city(ledger, LOG, "harbin", "S1", today + timedelta(days=2), "pilot", "li", MONDAY)
    other.act("convene_joint_meeting")
    late = Play(ledger, case_id="p-3", now=MONDAY + timedelta(days=5))
    late.start()
    with pytest.raises(OrderWarningError):
        late.act("convene_joint_meeting")
    with pytest.raises(ProjectError, match="A1"):
        projects.waive(ledger, LOG, "p-1", "A1", today, play.by("no"))


def test_two_people_at_once_one_wins_and_the_other_is_told(play: Play) -> None:
    data = good_data("publicise_policy", day_of(MONDAY))

    def attempt(actor: str) -> str:
        try:
            worklist.complete(play.ledger, LOG, "p-1/publicise_policy/1", data, By(actor, MONDAY))
        except WorkItemError as refusal:
            return str(refusal)
        return "won"

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(attempt, ["wang", "li", "zhao", "qian"]))
    assert told.count("won") == 1
    assert all("was completed by" in one for one in told if one != "won")
    assert len(play.history.done["publicise_policy"]) == 1


def test_a_claimed_item_is_its_owner_s_until_it_is_handed_over(play: Play) -> None:
    item = "p-1/publicise_policy/1"
    worklist.claim(play.ledger, LOG, item, play.by(actor="wang"))
    with pytest.raises(WorkItemError, match="in the hands of wang"):
        worklist.claim(play.ledger, LOG, item, play.by(actor="li"))
    with pytest.raises(WorkItemError, match="not yours"):
        worklist.hand_over(play.ledger, LOG, item, "li", play.by(actor="zhao"))
    worklist.hand_over(play.ledger, LOG, item, "li", play.by(actor="wang"))
    data = good_data("publicise_policy", day_of(MONDAY))
    with pytest.raises(WorkItemError, match="in the hands of li"):
        worklist.complete(play.ledger, LOG, item, data, play.by(actor="wang"))
    worklist.release(play.ledger, LOG, item, play.by(actor="li"))
    worklist.complete(play.ledger, LOG, item, data, play.by(actor="zhao"))


def test_a_hold_until_a_day_ends_on_that_day_by_itself(play: Play) -> None:
    until = day_of(MONDAY) + timedelta(days=10)
    projects.hold(play.ledger, LOG, "p-1", Hold("season", until), play.by())
    assert {item.state for item in play.open().values()} == {"suspended"}
    advance(play.ledger, LOG, "p-1", MONDAY + timedelta(days=9))
    assert {item.state for item in play.open().values()} == {"suspended"}
    advance(play.ledger, LOG, "p-1", MONDAY + timedelta(days=10))
    assert {item.state for item in play.open().values()} == {"offered"}


def test_a_hold_until_something_happens_ends_when_it_has(play: Play) -> None:
    play.act("file_written_objection", origin="outside", grounds=["noise"])
    worklist.hold(
        play.ledger,
        LOG,
        "p-1/assess_feasibility/1",
        Hold("household", when="objections_settled"),
        play.by(),
    )
    assert play.open()["assess_feasibility"].state == "suspended"
    play.complete("mediate_dispute", reason="the neighbours are waiting")
    assert play.open()["assess_feasibility"].state == "offered"
    with pytest.raises(EventLogError, match="weather"):
        worklist.hold(play.ledger, LOG, "p-1/assess_feasibility/1", Hold("weather"), play.by())


def test_law_cannot_be_declared_unnecessary_but_guidance_can_with_a_reason(play: Play) -> None:
    with pytest.raises(WorkItemError, match="reason"):
        worklist.skip(play.ledger, LOG, "p-1/publicise_policy/1", play.by())
    worklist.skip(play.ledger, LOG, "p-1/publicise_policy/1", play.by("everybody knows it"))
    worklist.skip(play.ledger, LOG, "p-1/create_owner_chat_group/1", play.by("they meet anyway"))
    assert "convene_joint_meeting" in play.open()
    play.until("vote_on_installation")
    with pytest.raises(WorkItemError, match="harbin/2021-05-11"):
        worklist.skip(play.ledger, LOG, "p-1/vote_on_installation/1", play.by("all agree"))


def test_what_is_told_late_keeps_both_times_and_leaves_the_worklist(play: Play) -> None:
    long_ago = By("wang", MONDAY, occurred_at=MONDAY - timedelta(days=30))
    projects.act(
        play.ledger, LOG, "p-1", "publicise_policy", good_data("publicise_policy", date(2024, 2, 1)), long_ago
    )
    assert "publicise_policy" not in play.open()
    with play.ledger.reading() as connection:
        found = connection.execute(
            "SELECT is_open FROM work_item WHERE work_item_id = 'p-1/publicise_policy/1'"
        ).fetchone()
    assert found == (False,)


def test_what_follows_from_what_is_told_late_is_of_the_same_time(play: Play) -> None:
    long_ago = MONDAY - timedelta(days=30)
    made = projects.start(
        play.ledger, LOG, intake(), By("wang", MONDAY, occurred_at=long_ago), case_id="late"
    )
    assert {event.occurred_at for event in made.recorded if event.lifecycle == "schedule"} == {long_ago}


def test_a_day_in_the_future_or_before_what_it_follows_is_refused_unless_explained(play: Play) -> None:
    play.until("publicise_result")
    early = By("wang", play.now, occurred_at=play.now - timedelta(days=300))
    data = good_data("publicise_result", day_of(play.now))
    del data["explanation"]
    with pytest.raises(StepRefusedError, match=r"occurred.*Owners vote"):
        projects.act(play.ledger, LOG, "p-1", "publicise_result", data, early)
    with pytest.raises(StepRefusedError, match="future"):
        projects.act(
            play.ledger,
            LOG,
            "p-1",
            "publicise_result",
            data,
            By("wang", play.now, occurred_at=play.now + timedelta(days=2)),
        )
    projects.act(
        play.ledger, LOG, "p-1", "publicise_result", data | {"explanation": "posted before the count"}, early
    )


def test_a_project_keeps_the_policy_it_began_under(ledger: DuckDBLedger) -> None:
    play = Play(ledger, city="哈尔滨")
    play.start(began_on="2020-05-01")
    assert play.history.facts["policy"] == "harbin/2019-07-10"
    with pytest.raises(ProjectError, match="already"):
        play.start()


def test_readiness_and_register_are_kept_as_attributes(ledger: DuckDBLedger) -> None:
    play = Play(ledger)
    play.start(readiness={"mobiliser_traits": "strong"})
    with ledger.reading() as connection:
        found = dict(
            connection.execute(
                "SELECT object_type, any_value(attributes ORDER BY object_id) FROM object GROUP BY ALL"
            ).fetchall()
        )
    assert '"mobiliser_traits":"strong"' in found["project"]
    assert '"floor":1' in found["household"]
    assert len(play.history.households) == len(REGISTER)


def hold_seen(ledger: DuckDBLedger) -> str | None:
    with ledger.reading() as connection:
        found = connection.execute("SELECT hold FROM case_state").fetchone()
    return found[0] if found else None


def test_the_hold_of_a_whole_project_ends_with_its_day_or_with_the_project(ledger: DuckDBLedger) -> None:
    play = Play(ledger)
    play.start()
    until = day_of(MONDAY) + timedelta(days=10)
    projects.hold(ledger, LOG, "p-1", Hold("season", until), play.by())
    assert (play.history.hold, hold_seen(ledger)) == ("season", "season")
    advance(ledger, LOG, "p-1", MONDAY + timedelta(days=10))
    assert (play.history.hold, hold_seen(ledger)) == (None, None)
    projects.hold(ledger, LOG, "p-1", Hold("money"), play.by())
    projects.abandon(ledger, LOG, "p-1", "funding_gap", play.by("nobody pays"))
    assert (play.history.hold, hold_seen(ledger)) == (None, None)


def test_a_step_of_a_completed_project_is_done_again_by_taking_it_back(play: Play) -> None:
    play.to_the_end()
    with pytest.raises(ProjectError, match="withdraw"):
        projects.reopen(play.ledger, LOG, "p-1", play.by("the firm has gone"))
    projects.take_back(play.ledger, LOG, "p-1", "handover_maintenance", play.by("the manager resigned"))
    assert set(play.open()) == {"handover_maintenance"}
    assert play.history.outcome is None
    play.to_the_end()
    assert play.history.outcome == "completed"


def test_a_free_name_is_found_whatever_others_chose(ledger: DuckDBLedger) -> None:
    Play(ledger, case_id="harbin-002").start()
    by = By("wang", MONDAY)
    started = [projects.start_numbered(ledger, LOG, intake(), by).case_id for _ in range(3)]
    assert started == ["harbin-003", "harbin-004", "harbin-005"]
    with ThreadPoolExecutor(4) as pool:
        more = list(pool.map(lambda _: projects.start_numbered(ledger, LOG, intake(), by).case_id, range(4)))
    assert len(set(more)) == 4


def test_a_hold_ends_only_on_what_can_happen(play: Play) -> None:
    with pytest.raises(ProjectError, match="objections_settled or a step"):
        projects.hold(play.ledger, LOG, "p-1", Hold("money", when="rain"), play.by())


def test_a_project_that_there_is_none_of_is_refused_by_name(ledger: DuckDBLedger) -> None:
    Play(ledger, "harbin-1").start()
    with pytest.raises(ProjectError, match="no project harbin-2 in the log"):
        read_project(ledger, LOG, "harbin-2")
