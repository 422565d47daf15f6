"""What a history asks to be recorded next: decided by a process of a few steps, without a ledger."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from lift_play import LOG, MONDAY, Play

from eventlogs.errors import ConcurrentAppendError
from eventlogs.events import Event, ObjectChange, ObjectLink, event_key
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from flows.advance import Decision, record
from flows.history import CaseHistory, effective
from flows.policies import policy_in_force
from flows.policy_model import Policy
from flows.process import Plan, Process, Project, blocking_objections, closed, replayed
from flows.replay import consequences, due_day, item_event, plan_of, with_completion
from flows.work_item import WorkItem

HARBIN = policy_in_force("harbin", date(2024, 3, 4))
RAISE, VOTE, FORM, BUILD = "raise_funds", "vote_on_installation", "submit_intention_form", "install_lift"
MEET, TALK = "convene_joint_meeting", "mediate_dispute"
Follow = Callable[[Project], None]


def process(
    run: Follow, order: dict[str, tuple[str, ...]] | None = None, shut: Iterable[str] = ()
) -> Process:
    return Process(
        "small",
        1,
        "",
        run,
        {},
        lambda policy: order or {},
        lambda policy: frozenset(shut),
        optional=frozenset(),
    )


def happened(activity: str, occurrence: int = 1, lifecycle: str = "complete", **values: Any) -> Event:
    """Return an event of the case c."""
    known = {name: values.pop(name) for name in ("actor", "objects", "changes") if name in values}
    return Event(
        event_key("c", activity, occurrence, lifecycle, values.pop("repeat", 0)),
        "c",
        activity,
        values.pop("at", MONDAY),
        lifecycle,
        role=values.pop("acting_as", None),
        attributes=values,
        **known,
    )


def needing(activity: str, or_else: str | None = None) -> Follow:
    def run(project: Project) -> None:
        project.need(activity, or_else=or_else)

    return run


def history(*events: Event) -> CaseHistory:
    return CaseHistory.of("c", (happened("project", lifecycle="start", city="harbin"), *events))


def plan(run: Follow, *events: Event, **law: Any) -> Plan:
    return replayed(process(run, **law), HARBIN, history(*events))


def follows(run: Follow, known: CaseHistory, policy: Policy = HARBIN) -> list[tuple[str, int, str]]:
    found = consequences(process(run), policy, known, MONDAY, MONDAY)
    return [(one.activity, int(one.key.split("/")[2]), one.lifecycle) for one in found]


def objected(name: str, origin: str = "inside") -> Event:
    return happened(
        "file_written_objection",
        int(name),
        objects=(ObjectLink(name, "objection"),),
        changes=(ObjectChange(name, "origin", origin),),
    )


def settled(name: str) -> Event:
    return happened(TALK, int(name), changes=(ObjectChange(name, "resolution", "withdrawn"),))


def test_a_needed_step_is_offered_until_it_went_well_and_what_comes_after_waits() -> None:
    def run(project: Project) -> None:
        assert project.need(VOTE, or_else="vote_lost").entered == {"ballots": 3}
        project.need(BUILD)

    new = plan(run)
    assert (new.offers, new.waiting_for, new.trouble, new.completed) == ([VOTE], [VOTE], None, False)
    lost = plan(run, happened(VOTE, succeeded=False))
    assert (lost.offers, lost.trouble) == ([VOTE], "vote_lost")
    won = (happened(VOTE, succeeded=False), happened(VOTE, 2, entered={"ballots": 3}))
    assert (plan(run, *won).offers, plan(run, *won).trouble) == ([BUILD], None)
    assert plan(run, *won, happened(BUILD)).completed
    taken_back = plan(run, *won, happened(VOTE, 2, lifecycle="withdraw"))
    assert (taken_back.offers, taken_back.trouble) == ([VOTE], "vote_lost")


def test_the_first_trouble_is_that_of_the_project() -> None:
    def run(project: Project) -> None:
        project.together(
            needing(VOTE, "lost"),
            needing(RAISE, "gap"),
        )

    failed = [happened(VOTE, succeeded=False), happened(RAISE, succeeded=False)]
    assert plan(run, *failed).trouble == "lost"
    assert plan(run, failed[1]).trouble == "gap"


def test_branches_run_side_by_side_and_are_waited_for_only_together() -> None:
    def one(project: Project) -> None:
        project.need(VOTE)

    def other(project: Project) -> None:
        project.need(RAISE)

    def waiting(project: Project) -> None:
        project.together(one, other)
        project.offer(BUILD)

    def going_on(project: Project) -> None:
        project.alongside(one, other)
        project.offer(BUILD)

    assert plan(waiting).offers == [VOTE, RAISE]
    assert plan(waiting, happened(VOTE)).offers == [RAISE]
    assert plan(waiting, happened(VOTE), happened(RAISE)).offers == [BUILD]
    assert plan(going_on).offers == [VOTE, RAISE, BUILD]
    assert plan(going_on).completed


def test_what_is_waited_for_is_not_offered_and_named_once() -> None:
    def run(project: Project) -> None:
        project.alongside(lambda it: it.wait_for(FORM), lambda it: it.wait_for(FORM))
        project.wait_for(FORM)

    found = plan(run)
    assert (found.offers, found.waiting_for, found.completed) == ([], [FORM], False)
    assert plan(run, happened(FORM)).completed
    assert plan(run, happened(FORM, lifecycle="autoskip")).completed


def test_a_leaders_act_waits_for_one_of_several_or_for_none_that_is_needed() -> None:
    def run(project: Project) -> None:
        project.guide(MEET, TALK)
        project.offer(BUILD)

    assert plan(run).offers == [MEET, TALK]
    assert plan(run, happened(MEET)).offers == [TALK, BUILD]
    assert plan(run, happened(MEET, lifecycle="manualskip")).offers == [TALK]
    both = [happened(name, lifecycle="manualskip") for name in (MEET, TALK)]
    assert plan(run, *both).offers == [BUILD]


def test_an_offer_stands_once_unless_it_is_made_again_each_time() -> None:
    once = plan(lambda project: project.offer(TALK), happened(TALK))
    again = plan(lambda project: project.offer(TALK, again=True), happened(TALK))
    assert (once.offers, again.offers) == ([], [TALK])

    def twice(project: Project) -> None:
        project.offer(TALK)
        project.offer(TALK)

    assert plan(twice).offers == [TALK]


def test_a_step_is_skipped_with_its_reason_unless_it_has_happened() -> None:
    assert plan(lambda it: it.skip(RAISE, "nothing to pay")).skips == {RAISE: "nothing to pay"}
    assert plan(lambda it: it.skip(RAISE, "nothing to pay"), happened(RAISE)).skips == {}


def test_the_law_closes_a_step_until_all_before_it_went_well() -> None:
    order = {FORM: (MEET,), VOTE: (FORM,), BUILD: (VOTE, FORM)}
    small = process(needing(BUILD), order)
    assert closed(small, HARBIN, history(), BUILD) == [MEET, FORM, VOTE]
    assert closed(small, HARBIN, history(happened(MEET), happened(FORM)), BUILD) == [VOTE]
    assert closed(small, HARBIN, history(), MEET) == []
    assert replayed(small, HARBIN, history()).offers == []
    assert small.legal_steps(HARBIN) == {MEET, FORM, VOTE, BUILD}
    assert replace(small, optional=frozenset({MEET})).legal_steps(HARBIN) == {FORM, VOTE, BUILD}


def test_an_open_objection_closes_the_steps_that_the_city_says() -> None:
    def run(project: Project) -> None:
        project.alongside(needing(VOTE))
        project.need(FORM)

    shut = plan(run, objected("1"), shut=[FORM])
    assert (shut.offers, shut.trouble) == ([VOTE], "objection_unresolved")
    free = plan(run, objected("1"), settled("1"), shut=[FORM])
    assert (free.offers, free.trouble) == ([VOTE, FORM], None)
    assert plan(run, objected("1")).offers == [VOTE, FORM]


def test_objections_from_outside_close_gates_only_where_they_count() -> None:
    known = history(objected("1"), objected("2", "outside"), objected("3"), settled("3"))
    assert known.open_objections == {"1", "2"}

    def policy(counts: bool) -> Policy:
        term = HARBIN.objection.outside_counts.model_copy(update={"value": counts})
        objection = HARBIN.objection.model_copy(update={"outside_counts": term})
        return HARBIN.model_copy(update={"objection": objection})

    assert blocking_objections(policy(False), known) == {"1"}
    assert blocking_objections(policy(True), known) == {"1", "2"}


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
    over = history(acts[0], happened("project", lifecycle="unknown", outcome="completed"))
    assert with_completion(small, HARBIN, over, [], MONDAY) == []
    assert with_completion(small, HARBIN, over, acts[1:], MONDAY) == acts[1:]


def test_an_offer_names_who_does_it_with_which_tool_until_when_and_its_work_item() -> None:
    (offer,) = consequences(process(needing(MEET)), HARBIN, history(), MONDAY, MONDAY)
    assert offer.key == f"c/{MEET}/1/schedule"
    assert offer.role is not None
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
    days = {
        name: due_day(small, HARBIN, name, spring)
        for name in ("publicise_result", "joint_review", TALK, VOTE)
    }
    asked = {
        "publicise_result": HARBIN.publicity.working_days.value + 5,
        "joint_review": HARBIN.approval.review_working_days.value,
        TALK: HARBIN.due_working_days.get(TALK, HARBIN.due_working_days["default"]).value,
        VOTE: HARBIN.due_working_days.get(VOTE, HARBIN.due_working_days["default"]).value,
    }
    for name, n in asked.items():
        assert days[name] == working_day(spring, n), name


def working_day(start: date, n: int) -> date:
    """The n-th weekday after a day, in weeks without a holiday."""
    day = start
    while n:
        day += timedelta(days=1)
        n -= day.weekday() < 5
    return day


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
    known = history(happened(VOTE, lifecycle="schedule", assignee="li"))
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
    whole = history(*told)
    for cut in range(len(told)):
        before = history(*told[:cut])
        copy = history(*told[:cut])
        assert before.followed_by(told[cut:]) == whole
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


def test_of_corrections_the_latest_counts_and_keeps_the_key_of_the_first() -> None:
    wrong = happened(VOTE, entered={"n": 1})
    mended = replace(
        wrong, key="m", attributes={"entered": {"n": 2}}, correction="replace", corrects=wrong.key
    )
    (found,) = effective([wrong, mended])
    assert found == replace(wrong, attributes=mended.attributes)
    void = replace(wrong, key="v", correction="void", corrects=wrong.key)
    assert list(effective([wrong, mended, void])) == []
    assert list(effective([wrong, void, mended])) == [found]


def test_keys_made_by_other_programs_count_as_the_first_time() -> None:
    strange = replace(happened(VOTE), key="c/vote/first/complete")
    foreign = replace(happened(VOTE), key="7")
    assert [one.occurrence for one in history(strange, foreign).done[VOTE]] == [1, 1]


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
