"""What a history asks for next: decided by a process of a few steps, without a ledger."""

from dataclasses import replace

from small_process import (
    BUILD,
    FORM,
    HARBIN,
    MEET,
    RAISE,
    TALK,
    VOTE,
    happened,
    history,
    needing,
    objected,
    plan,
    process,
    settled,
)

from eventlogs.vocabulary import activity as vocabulary_activity
from flows.policies.policy_model import Policy
from flows.process.process import Project, blocking_objections, closed, replayed


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
    only_one = plan(run, happened(VOTE, entered={"ballots": 3}), happened(VOTE, lifecycle="withdraw"))
    assert (only_one.offers, only_one.trouble) == ([VOTE], "vote_lost")


def test_the_first_trouble_is_that_of_the_project() -> None:
    def run(project: Project) -> None:
        project.together(
            needing(VOTE, "lost"),
            needing(RAISE, "gap"),
        )

    failed = [happened(VOTE, succeeded=False), happened(RAISE, succeeded=False)]
    assert plan(run, *failed).trouble == "lost"
    assert plan(run, failed[1]).trouble == "gap"
    assert plan(run, failed[0], objected("1"), shut=[RAISE]).trouble == "lost"


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


def test_a_process_may_ask_whether_a_step_was_reached() -> None:
    def run(project: Project) -> None:
        project.offer(BUILD if project.reached(VOTE) else MEET)

    assert plan(run).offers == [MEET]
    assert plan(run, happened(VOTE)).offers == [BUILD]


def test_a_process_may_ask_whether_an_objection_is_open() -> None:
    def run(project: Project) -> None:
        project.offer(TALK if project.has_open_objection else MEET)

    assert plan(run).offers == [MEET]
    assert plan(run, objected("1")).offers == [TALK]


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


def test_a_process_names_itself_and_its_own_steps_and_is_for_any_house() -> None:
    door = vocabulary_activity(MEET)
    own = replace(process(needing(VOTE)), key="lift", words={"paint_the_door": door})
    assert own.word("paint_the_door") is door
    assert own.word(VOTE) is vocabulary_activity(VOTE)
    assert own.least_floors(HARBIN) == 1
    assert own.title == "Adding a lift"


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
