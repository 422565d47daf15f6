"""What a case's events say together: its work items, deeds, objections and corrections."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from lift_play import MONDAY
from small_process import (
    BUILD,
    MEET,
    TALK,
    VOTE,
    happened,
    history,
    objected,
    settled,
)

from eventlogs.events import ObjectChange, ObjectLink
from flows.process.history import effective


def test_a_work_item_keeps_what_its_transitions_said() -> None:
    later = MONDAY + timedelta(days=1)
    known = history(
        happened(VOTE, lifecycle="schedule", role="clerk", due="2024-05-01T00:00", assignee=None),
        happened(VOTE, lifecycle="assign", assignee="li"),
        happened(VOTE, lifecycle="start", actor="wu", at=later),
        happened(VOTE, lifecycle="suspend", cause="money", until="2024-06-01"),
        happened(VOTE, lifecycle="suspend", cause="season", repeat=1),
    )
    item = known.items[VOTE, 1]
    assert (item.state, item.before, item.cause, item.until) == ("suspended", "started", "season", None)
    assert (item.role, item.due, item.assignee) == ("clerk", date(2024, 5, 1), "wu")
    assert (item.offered_at, item.started_at, item.last_at, item.is_open) == (MONDAY, later, MONDAY, True)
    back = known.followed_by(
        [happened(VOTE, lifecycle="resume"), happened(VOTE, lifecycle="start", repeat=1)]
    )
    assert (back.items[VOTE, 1].state, back.items[VOTE, 1].cause) == ("started", None)
    assert back.items[VOTE, 1].started_at == later
    freed = back.followed_by([happened(VOTE, lifecycle="reassign", assignee=None)])
    assert (freed.items[VOTE, 1].state, freed.items[VOTE, 1].assignee) == ("offered", None)
    assert known.items[VOTE, 1].state == "suspended"


@pytest.mark.parametrize("lifecycle", ["complete", "manualskip", "autoskip", "withdraw"])
def test_finished_work_is_not_open(lifecycle: str) -> None:
    known = history(happened(MEET, lifecycle="schedule"), happened(VOTE, lifecycle="schedule", assignee="li"))
    assert known.open_item(VOTE) == known.items[VOTE, 1]
    assert known.items[VOTE, 1].state == "assigned"
    assert known.followed_by([happened(VOTE, lifecycle=lifecycle)]).open_item(VOTE) is None


def test_a_history_carried_on_is_the_history_read_whole_and_leaves_the_first_alone() -> None:
    told = [
        happened(VOTE, lifecycle="schedule"),
        happened(VOTE, succeeded=False),
        objected("1", "outside"),
        happened("project", lifecycle="unknown", waives="S1", until="2024-05-01", reason="said so"),
        happened(VOTE, 2, lifecycle="schedule"),
        happened(VOTE, 2),
        settled("1"),
        happened(VOTE, 2, lifecycle="withdraw"),
        happened(VOTE, 3, escalated_to="office", lifecycle="schedule"),
        happened("project", lifecycle="resume", process_version=2),
        replace(
            happened(VOTE, 4),
            key="c/correction",
            correction="void",
            corrects="c/vote_on_installation/1/complete",
        ),
    ]
    for end in (len(told) - 1, len(told)):  # without the correction, and with it
        whole = history(*told[:end])
        for cut in range(end):
            before, copy = history(*told[:cut]), history(*told[:cut])
            assert before.followed_by(told[cut:end]) == whole
            assert before == copy


def test_a_withdrawn_deed_is_taken_back_until_it_is_done_again() -> None:
    done = history(happened(VOTE), happened(VOTE, 2))
    back = done.followed_by([happened(VOTE, 2, lifecycle="withdraw")])
    assert [one.occurrence for one in back.done[VOTE]] == [1]
    assert back.taken_back == {VOTE}
    assert back.followed_by([happened(VOTE, 3)]).taken_back == set()
    assert history(happened(VOTE, lifecycle="withdraw")).taken_back == set()


def test_a_deed_is_kept_with_what_was_entered_and_how_it_went() -> None:
    known = history(
        happened(VOTE, entered={"n": 1}, actor="li", acting_as="clerk"),
        happened(MEET, entered="words", lifecycle="manualskip"),
        happened(BUILD, succeeded=False),
    )
    vote, meet = known.done[VOTE][0], known.done[MEET][0]
    assert (vote.entered, vote.succeeded, vote.skipped, vote.actor, vote.role) == (
        {"n": 1}, True, False, "li", "clerk",
    )  # fmt: skip
    assert (meet.entered, meet.skipped) == ({}, True)
    assert (known.reached(VOTE), known.reached(MEET), known.reached(BUILD), known.reached(TALK)) == (
        True, True, False, False,
    )  # fmt: skip


def test_an_empty_outcome_opens_the_case_again_and_an_item_may_be_escalated() -> None:
    over = history(happened("project", lifecycle="unknown", outcome="abandoned"))
    assert over.outcome == "abandoned"
    assert over.followed_by([happened("project", lifecycle="unknown", outcome="", repeat=1)]).outcome is None
    known = history(
        happened(VOTE, lifecycle="schedule"), happened(VOTE, lifecycle="unknown", escalated_to="office")
    )
    assert known.items[VOTE, 1].escalated_to == "office"
    assert history(happened(VOTE, lifecycle="unknown", escalated_to="office")).items == {}


def test_an_objection_stays_settled_whoever_names_it_again_and_other_objects_are_none() -> None:
    again = happened(TALK, 2, objects=(ObjectLink("1", "objection"), ObjectLink("p", "document")))
    strange = happened(
        TALK, 3, changes=(ObjectChange("p", "resolution", "x"), ObjectChange("p", "origin", "y"))
    )
    known = history(objected("1"), settled("1"), again, strange)
    assert known.objections == {"1": "withdrawn"}
    assert known.origins == {"1": "inside"}


def test_the_next_key_counts_what_is_recorded_and_what_is_about_to_be() -> None:
    known = history(happened(VOTE, lifecycle="suspend"), happened(VOTE, 3, lifecycle="schedule"))
    assert known.key(VOTE, 1, "suspend") == f"c/{VOTE}/1/suspend/1"
    assert known.key(VOTE, 1, "suspend", 2) == f"c/{VOTE}/1/suspend/3"
    assert known.key(VOTE, 2, "suspend") == f"c/{VOTE}/2/suspend"
    assert (known.next_occurrence(VOTE), known.next_occurrence(BUILD)) == (4, 1)
    marked = known.followed_by([replace(happened(VOTE, lifecycle="suspend"), key=f"c/{VOTE}/1/remark/x")])
    assert marked.key(VOTE, 1, "remark") == f"c/{VOTE}/1/remark/1"  # the key counts, whatever the transition
    assert marked.key(VOTE, 1, "suspend") == known.key(VOTE, 1, "suspend")


def test_the_cost_is_what_the_latest_drawings_say_unless_none_are_needed() -> None:
    drawings = [happened("design_drawings", n, entered={"cost": cost}) for n, cost in ((1, "7"), (2, 8.5))]
    assert history().cost is None
    assert history(*drawings).cost == Decimal("8.5")
    assert history(*drawings, happened("design_drawings", 3, lifecycle="autoskip")).cost is None


def test_of_corrections_the_latest_counts_and_keeps_the_key_of_the_first() -> None:
    wrong = happened(VOTE, entered={"n": 1})
    mended = replace(
        wrong, key="m", attributes={"entered": {"n": 2}}, correction="replace", corrects=wrong.key
    )
    (found,) = effective([wrong, mended])
    assert found == replace(wrong, attributes=mended.attributes)
    void = replace(wrong, key="v", correction="void", corrects=wrong.key)
    other = happened(MEET)
    assert list(effective([wrong, mended, void, other])) == [other]
    assert list(effective([wrong, void, mended])) == [found]


def test_keys_made_by_other_programs_count_as_the_first_time() -> None:
    strange = replace(happened(VOTE), key="c/vote/first/complete")
    foreign = replace(happened(VOTE), key="7")
    assert [one.occurrence for one in history(strange, foreign).done[VOTE]] == [1, 1]
