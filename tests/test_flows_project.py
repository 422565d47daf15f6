"""Whole projects, played through the functions that staff use."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from lift_play import LOG, MONDAY, REGISTER, Play, good_data, intake, outcome_seen

from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.verification import verification
from flows.errors import GateClosedError, OrderWarningError, ProjectError, WorkItemError
from flows.process.history import day_of
from flows.project import projects
from flows.project.acts import By
from flows.project.advance import read_project
from flows.project.waivers import waive_for_city
from flows.worklist import worklist


@pytest.fixture
def play(ledger: DuckDBLedger) -> Play:
    begun = Play(ledger)
    begun.start()
    return begun


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


def test_the_model_s_order_is_warned_about_and_broken_with_a_reason(play: Play) -> None:
    with pytest.raises(OrderWarningError, match="S1"):
        play.act("convene_joint_meeting")
    made = play.act("convene_joint_meeting", reason="the street called it")
    assert made.recorded[0].attributes["breaks"] == ["S1"]
    play.act("draft_lift_rules")


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


def test_law_cannot_be_declared_unnecessary_but_guidance_can_with_a_reason(play: Play) -> None:
    with pytest.raises(WorkItemError, match="reason"):
        worklist.skip(play.ledger, LOG, "p-1/publicise_policy/1", play.by())
    worklist.skip(play.ledger, LOG, "p-1/publicise_policy/1", play.by("everybody knows it"))
    worklist.skip(play.ledger, LOG, "p-1/create_owner_chat_group/1", play.by("they meet anyway"))
    assert "convene_joint_meeting" in play.open()
    play.until("vote_on_installation")
    with pytest.raises(WorkItemError, match="harbin/2021-05-11"):
        worklist.skip(play.ledger, LOG, "p-1/vote_on_installation/1", play.by("all agree"))


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


def test_a_project_that_there_is_none_of_is_refused_by_name(ledger: DuckDBLedger) -> None:
    Play(ledger, "harbin-1").start()
    assert read_project(ledger, LOG, "harbin-1").case_id == "harbin-1"
    with pytest.raises(ProjectError, match="no project harbin-2 in the log"):
        read_project(ledger, LOG, "harbin-2")
