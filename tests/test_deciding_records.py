"""What is recorded of what a history asks for: offers, ends of holds, the outcome, whose and by when."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

import pytest
from lift_play import LOG, MONDAY, Play
from small_process import (
    BUILD,
    FORM,
    HARBIN,
    MEET,
    TALK,
    VOTE,
    follows,
    happened,
    history,
    needing,
    objected,
    process,
    settled,
)

from eventlogs.errors import ConcurrentAppendError
from eventlogs.events import Event, ObjectLink
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.storage import Ledger
from flows.process.history import CaseHistory
from flows.process.process import Plan, Project
from flows.process.replay import consequences, due_day, item_event, plan_of, with_completion
from flows.project.advance import Decision, read_case, record
from flows.worklist.work_item import WorkItem


def test_offers_are_recorded_once_and_numbered_on() -> None:
    def run(project: Project) -> None:
        project.need(VOTE)

    assert follows(run, history()) == [(VOTE, 1, "schedule")]
    offered = history(happened(VOTE, lifecycle="schedule"))
    assert follows(run, offered) == []
    lost = history(happened(VOTE, lifecycle="schedule"), happened(VOTE, succeeded=False))
    assert follows(run, lost) == [(VOTE, 2, "schedule")]


def test_idle_offers_that_nothing_asks_for_are_withdrawn_and_work_in_hand_is_not() -> None:
    def run(project: Project) -> None:
        project.wait_for(FORM)

    offered = happened(VOTE, lifecycle="schedule")
    assert follows(run, history(offered)) == [(VOTE, 1, "withdraw")]
    assigned = happened(VOTE, lifecycle="assign", assignee="li")
    assert follows(run, history(offered, assigned)) == [(VOTE, 1, "withdraw")]
    begun = happened(VOTE, lifecycle="start", actor="li")
    assert follows(run, history(offered, begun)) == []
    over = history(offered, begun, happened("project", lifecycle="unknown", outcome="abandoned"))
    assert follows(run, over) == [(VOTE, 1, "withdraw")]
    assert follows(lambda project: None, history(offered, begun)) == [(VOTE, 1, "withdraw")]


def test_nothing_is_asked_of_a_project_that_is_over_but_to_end() -> None:
    over = history(happened("project", lifecycle="unknown", outcome="vote_lost"))
    assert plan_of(process(needing(VOTE)), HARBIN, over) == Plan()
    assert follows(needing(VOTE), over) == []


def test_a_step_that_is_not_needed_is_recorded_as_skipped_with_the_reason() -> None:
    known = history()
    small = process(lambda project: project.skip(TALK, "nobody objects"))
    (skipped,) = consequences(small, HARBIN, known, MONDAY, MONDAY)
    assert (skipped.key, skipped.attributes) == (f"c/{TALK}/1/autoskip", {"reason": "nobody objects"})


def test_a_ledger_that_keeps_present_states_is_asked_for_them() -> None:
    class Keeping:
        def history(self, log: str, case_id: str) -> CaseHistory:
            return CaseHistory(f"{log}/{case_id}")

    assert read_case(cast(Ledger, Keeping()), LOG, "c") == CaseHistory(f"{LOG}/c")


def held(until: date | None = None, when: str | None = None) -> list[Event]:
    limits: dict[str, Any] = {"until": until.isoformat() if until else None, "when": when}
    return [
        happened(VOTE, lifecycle="schedule"),
        happened(VOTE, lifecycle="suspend", cause="weather", **limits),
    ]


@pytest.mark.parametrize(
    ("hold", "more", "resumes"),
    [
        ({"until": MONDAY.date()}, [], True),
        ({"until": MONDAY.date() - timedelta(days=1)}, [], True),
        ({"until": MONDAY.date() + timedelta(days=1)}, [], False),
        ({}, [], False),
        ({"when": FORM}, [], False),
        ({"when": FORM}, [happened(FORM, succeeded=False)], False),
        ({"when": FORM}, [happened(FORM)], True),
        ({"when": "objections_settled"}, [objected("1")], False),
        ({"when": "objections_settled"}, [objected("1"), settled("1")], True),
    ],
)
def test_a_hold_ends_by_itself_on_its_day_or_when_what_it_waits_for_has_happened(
    hold: dict[str, Any], more: list[Event], resumes: bool
) -> None:
    def run(project: Project) -> None:
        project.need(VOTE)

    known = history(*held(**hold), *more)
    assert follows(run, known) == ([(VOTE, 1, "resume")] if resumes else [])
    if resumes:
        (end,) = consequences(process(run), HARBIN, known, MONDAY, MONDAY + timedelta(hours=1))
        assert (end.occurred_at, end.attributes) == (MONDAY + timedelta(hours=1), {"automatic": True})
        assert known.followed_by([end]).items[VOTE, 1].state == "offered"


def test_a_hold_ends_also_behind_work_that_is_not_held() -> None:
    def run(project: Project) -> None:
        project.together(needing(MEET), needing(VOTE))

    known = history(happened(MEET, lifecycle="schedule"), *held(until=MONDAY.date()))
    assert follows(run, known) == [(VOTE, 1, "resume")]


def test_the_hold_of_the_whole_project_ends_in_the_same_way() -> None:
    def run(project: Project) -> None:
        project.wait_for(FORM)

    hold = happened("project", lifecycle="suspend", cause="money", until=MONDAY.date().isoformat())
    known = history(hold)
    assert known.hold == "money"
    (end,) = consequences(process(run), HARBIN, known, MONDAY, MONDAY)
    assert (end.key, end.objects, end.tool) == ("c/project/1/resume", (), None)
    assert known.followed_by([end]).hold is None
    ended = history(hold, happened("project", lifecycle="unknown", outcome="abandoned"))
    assert follows(run, ended) == []


def test_the_act_that_ends_the_process_names_the_outcome() -> None:
    small = process(needing(BUILD))
    acts = [happened(BUILD, entered={"n": 1}), happened(TALK)]
    first, second = with_completion(small, HARBIN, history(), acts, MONDAY)
    assert first.attributes == {"entered": {"n": 1}, "outcome": "completed"}
    assert second == acts[1]
    assert with_completion(small, HARBIN, history(), acts[1:], MONDAY) == acts[1:]
    (end,) = with_completion(small, HARBIN, history(acts[0]), [], MONDAY)
    assert (end.key, end.attributes) == ("c/project/1/unknown", {"outcome": "completed"})
    taken_up = [happened(BUILD, lifecycle="start"), acts[0], happened(TALK, lifecycle="schedule")]
    named = with_completion(small, HARBIN, history(), taken_up, MONDAY)
    assert named == [taken_up[0], replace(acts[0], attributes=first.attributes), taken_up[2]]
    passed = [happened(BUILD, lifecycle="autoskip")]
    (skipped,) = with_completion(process(lambda project: None), HARBIN, history(), passed, MONDAY)
    assert skipped.attributes["outcome"] == "completed"
    over = history(acts[0], happened("project", lifecycle="unknown", outcome="completed"))
    assert with_completion(small, HARBIN, over, [], MONDAY) == []
    assert with_completion(small, HARBIN, over, acts[1:], MONDAY) == acts[1:]


def test_an_activity_of_no_vocabulary_has_no_tool() -> None:
    item = WorkItem("paint_the_door", 1, "offered", "coordinator")
    assert item_event(history(), item, "schedule", MONDAY, {}).tool is None


def test_an_offer_names_who_does_it_with_which_tool_until_when_and_its_work_item() -> None:
    (offer,) = consequences(process(needing(MEET)), HARBIN, history(), MONDAY, MONDAY)
    assert offer.key == f"c/{MEET}/1/schedule"
    assert offer.role == process(lambda it: None).word(MEET).by[0].role
    assert offer.attributes == {
        "role": offer.role,
        "due": due_day(process(lambda it: None), HARBIN, MEET, MONDAY.date()).isoformat(),
    }
    assert offer.tool is not None
    assert offer.objects == (ObjectLink(f"c/{MEET}/1", "work_item", "moves"),)
    nobody = item_event(history(), WorkItem(MEET, 1, "offered"), "schedule", MONDAY, {})
    assert nobody.tool is None


def test_days_to_do_something_are_the_citys() -> None:
    small = process(lambda it: None)
    spring = date(2024, 3, 4)  # without a holiday for four weeks
    known = {name: term.value for name, term in HARBIN.due_working_days.items() if term.value <= 20}
    days = {
        name: due_day(small, HARBIN, name, spring)
        for name in ("publicise_result", "joint_review", VOTE, *known)
    }
    asked = {
        "publicise_result": HARBIN.publicity.working_days.value + 5,
        "joint_review": HARBIN.approval.review_working_days.value,
        VOTE: HARBIN.due_working_days["default"].value,
    } | known
    for name, n in asked.items():
        assert days[name] == working_day(spring, n), name


def working_day(start: date, n: int) -> date:
    """The n-th weekday after a day, in weeks without a holiday."""
    day = start
    while n:
        day += timedelta(days=1)
        n -= day.weekday() < 5
    return day


def test_a_project_that_always_moves_on_is_given_up_after_twenty_readings(ledger: DuckDBLedger) -> None:
    play = Play(ledger)
    play.start()
    readings = []

    def decide(known: CaseHistory) -> Decision:
        readings.append(known.head)
        ledger.append(
            LOG, [replace(happened(TALK), key=f"p-1/{TALK}/{len(readings)}/complete", case_id="p-1")]
        )
        return Decision([replace(happened(MEET), key=f"p-1/{MEET}/1/complete", case_id="p-1")])

    with pytest.raises(ConcurrentAppendError, match="p-1 has moved on"):
        record(ledger, LOG, "p-1", MONDAY, decide)
    assert readings == sorted(set(readings))
    assert len(readings) == 20
    assert play.history.latest(MEET) is None
