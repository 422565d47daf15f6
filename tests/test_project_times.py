"""What lasts until a day, what is told late, and what order days make."""

from datetime import date, timedelta

import pytest
from lift_play import LOG, MONDAY, Play, good_data, intake

from eventlogs.errors import EventLogError
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from flows.errors import OrderWarningError, ProjectError, StepRefusedError
from flows.process.history import day_of
from flows.project import projects
from flows.project.acts import By
from flows.project.advance import advance
from flows.worklist import worklist
from flows.worklist.worklist import Hold


@pytest.fixture
def play(ledger: DuckDBLedger) -> Play:
    begun = Play(ledger)
    begun.start()
    return begun


def hold_seen(ledger: DuckDBLedger) -> str | None:
    with ledger.reading() as connection:
        found = connection.execute("SELECT hold FROM case_state").fetchone()
    return found[0] if found else None


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


def test_a_hold_ends_only_on_what_can_happen(play: Play) -> None:
    with pytest.raises(ProjectError, match="objections_settled or a step"):
        projects.hold(play.ledger, LOG, "p-1", Hold("money", when="rain"), play.by())


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
