"""One event of a project, told wrongly, put right or taken out."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lift_play import LOG, MONDAY, Play, ballots

from eventlogs.errors import EventLogError
from eventlogs.events import Event
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.verification import verification
from eventlogs.prepared import prepare
from flows.errors import ProjectError, StepRefusedError
from flows.process.history import CaseHistory, day_of
from flows.project import projects
from flows.project.acts import By
from flows.project.advance import Advance
from flows.project.correcting import Correction, correct, event_named, is_correctable, standing
from flows.worklist.worklist import Hold, claim, comment
from mining.conformance.case_conformance import case_conformance
from mining.normative.file import lift_model

EFFECTIVE = "SELECT occurred_at, actor, role FROM effective_event WHERE event_key = $key"
AGAINST = {f"{floor}{side}": "against" for floor in range(1, 7) for side in "AB"}


@pytest.fixture
def play(ledger: DuckDBLedger) -> Play:
    begun = Play(ledger)
    begun.start()
    return begun


def mend(play: Play, event: str, reason: str | None = "told wrongly", **right: Any) -> Advance:
    play.now += timedelta(days=1)
    return correct(play.ledger, LOG, play.case_id, event, Correction(**right), play.by(reason, actor="li"))


def test_a_vote_counted_wrongly_is_put_right_and_what_follows_is_offered(play: Play) -> None:
    play.until("vote_on_installation")
    play.complete("vote_on_installation", ballots=ballots(**AGAINST))
    assert "vote_on_installation" in play.open()
    made = mend(play, "vote_on_installation/1", data={"ballots": ballots()})
    assert play.history.reached("vote_on_installation")
    assert "vote_on_installation" not in play.open()
    assert "publicise_result" in made.offered
    assert made.recorded[0].attributes["approval_heads"] == 1


def test_a_vote_that_was_lost_after_all_is_to_be_taken_again(play: Play) -> None:
    play.until("design_drawings")
    mend(play, "vote_on_installation/1", data={"ballots": ballots(**AGAINST)})
    assert not play.history.reached("vote_on_installation")
    assert "vote_on_installation" in play.open()
    assert "design_drawings" not in play.open()


def test_a_completed_project_is_open_again_if_it_was_not_complete(play: Play) -> None:
    play.to_the_end()
    assert play.history.outcome == "completed"
    mend(play, "inspect_and_accept/1", data={"passed": False})
    assert play.history.outcome is None
    assert "inspect_and_accept" in play.open()


def test_a_project_completed_after_all_is_told_as_completed_once_more(play: Play) -> None:
    play.to_the_end()
    mend(play, "inspect_and_accept/1", data={"passed": False})
    mend(play, "inspect_and_accept/1", "it had passed after all", data={"passed": True})
    assert play.history.outcome == "completed"
    assert not play.open()


def test_a_step_taken_out_is_to_be_done_again_and_one_offer_of_it_is_enough(play: Play) -> None:
    play.until("vote_on_installation")
    play.complete("vote_on_installation", ballots=ballots(**AGAINST))
    mend(play, "vote_on_installation/1", void=True)
    votes = [one for one in play.history.items.values() if one.activity == "vote_on_installation"]
    assert [one.occurrence for one in votes if one.is_open] == [1]
    play.complete("vote_on_installation")
    assert "publicise_result" in play.open()


def test_a_completed_project_stays_so_when_only_a_day_was_wrong(play: Play) -> None:
    play.to_the_end()
    last = play.history.events[-1]
    done = max(one.occurred_at for many in play.history.done.values() for one in many)
    mend(play, "handover_maintenance/1", occurred_at=done + timedelta(hours=3))
    assert play.history.outcome == "completed"
    assert play.history.events[-1] != last


def test_only_what_is_given_is_changed_and_who_corrects_stands_beside_who_did_it(play: Play) -> None:
    play.until("hold_owners_assembly")
    play.complete("hold_owners_assembly", attended=12, agreed=True)
    before = play.history.latest("hold_owners_assembly")
    assert before is not None
    right = before.occurred_at - timedelta(days=3)
    made = mend(play, "hold_owners_assembly/1", "the minutes say Friday", occurred_at=right)
    after = play.history.latest("hold_owners_assembly")
    assert after is not None
    assert (after.occurred_at, after.actor, after.role) == (right, before.actor, before.role)
    assert after.entered == before.entered
    attributes = made.recorded[0].attributes
    assert (attributes["corrected_by"], attributes["corrected_because"]) == ("li", "the minutes say Friday")


def test_the_event_log_counts_the_last_correction_and_keeps_all(play: Play) -> None:
    play.act("convene_joint_meeting", reason="the street called it")
    key = "p-1/convene_joint_meeting/1/complete"
    for days, actor in ((1, "chen"), (2, "zhou")):
        mend(play, key, occurred_at=MONDAY + timedelta(days=days), actor=actor)
    with play.ledger.reading() as connection:
        found = connection.execute(EFFECTIVE, {"key": "p-1/convene_joint_meeting/1/correct/1"}).fetchall()
        assert [actor for _, actor, _ in found] == ["zhou"]
        assert verification(connection, LOG).intact
    original = event_named(play.history, key)
    stands = standing(play.history, original)
    assert stands is not None
    assert (original.actor, stands.actor) == ("wang", "zhou")
    assert sum(event.corrects == key for event in play.history.events) == 2


def test_an_objection_taken_out_no_longer_stands_in_the_way(play: Play) -> None:
    play.until("vote_on_installation")
    play.act("file_written_objection", origin="inside", household="1A", grounds=["light"])
    assert play.history.open_objections
    mend(play, "file_written_objection/1", "of another house", void=True)
    assert not play.history.open_objections
    assert standing(play.history, event_named(play.history, "file_written_objection/1")) is None


def test_what_was_taken_out_can_be_put_back(play: Play) -> None:
    play.act("convene_joint_meeting", reason="the street called it")
    mend(play, "convene_joint_meeting/1", void=True)
    assert not play.history.reached("convene_joint_meeting")
    mend(play, "convene_joint_meeting/1", data={"attended": 7})
    after = play.history.latest("convene_joint_meeting")
    assert after is not None
    assert (after.entered["attended"], after.entered["agreed"]) == (7, True)


def test_a_correction_sent_twice_is_recorded_once(play: Play) -> None:
    play.act("convene_joint_meeting", reason="the street called it")
    assert mend(play, "convene_joint_meeting/1", actor="chen").recorded
    assert not mend(play, "convene_joint_meeting/1", actor="chen").recorded
    assert mend(play, "convene_joint_meeting/1", void=True).recorded
    assert not mend(play, "convene_joint_meeting/1", void=True).recorded


def test_a_project_given_up_for_another_cause_ends_for_that(play: Play) -> None:
    projects.abandon(play.ledger, LOG, "p-1", "vote_lost", play.by("told so"))
    mend(play, "abandon_project/1", data={"cause": "funding_gap"})
    assert play.history.outcome == "funding_gap"
    mend(play, "abandon_project/1", void=True)
    assert play.history.outcome is None
    assert play.open()


def test_a_remark_and_the_beginning_of_work_can_be_corrected_too(play: Play) -> None:
    item = next(iter(play.open()))
    comment(play.ledger, LOG, f"p-1/{item}/1", "wrong house", play.by())
    remark = play.history.events[-1]
    with pytest.raises(ProjectError, match="lies in the future"):
        mend(play, remark.key, occurred_at=MONDAY + timedelta(days=900))
    mend(play, remark.key, void=True)
    assert standing(play.history, remark) is None


def test_the_beginning_of_work_and_a_step_taken_back_can_be_corrected(play: Play) -> None:
    item = next(iter(play.open()))
    begun = play.now
    play.now += timedelta(days=2)
    claim(play.ledger, LOG, f"p-1/{item}/1", play.by())
    mend(play, f"{item}/1/start", occurred_at=begun)
    assert play.history.items[item, 1].started_at == begun
    play.complete(item)
    projects.take_back(play.ledger, LOG, "p-1", item, play.by("told so"))
    assert not play.history.reached(item)
    mend(play, f"{item}/1/withdraw", "it was another house", void=True)
    assert play.history.reached(item)


def test_the_key_of_a_correction_leads_to_the_event_that_it_corrects(play: Play) -> None:
    play.act("convene_joint_meeting", reason="the street called it")
    first = mend(play, "convene_joint_meeting/1", actor="chen").recorded[0]
    again = mend(play, first.key, actor="zhou").recorded[0]
    assert again.corrects == first.corrects == "p-1/convene_joint_meeting/1/complete"


def test_a_project_that_is_not_there_is_told_of(play: Play) -> None:
    with pytest.raises(ProjectError, match="there is no project p-9"):
        correct(play.ledger, LOG, "p-9", "vote_on_installation/1", Correction(void=True), play.by("no"))


@pytest.mark.parametrize(
    ("event", "right", "says"),
    [
        ("vote_on_installation/7", {"actor": "chen"}, "is no event of p-1"),
        ("raise_lift_wish/1", {"void": True}, "is no event of p-1"),  # offered, and not done
        ("p-1/project/1/start", {"actor": "chen"}, "cannot be corrected"),
        ("project/1/suspend", {"void": True}, "cannot be corrected"),
        ("convene_joint_meeting/1", {"data": {"attended": "many"}}, "not a whole number"),
        ("convene_joint_meeting/1", {"data": {"guests": 3}}, "is not a field"),
        ("convene_joint_meeting/1", {"occurred_at": MONDAY + timedelta(days=900)}, "lies in the future"),
        ("convene_joint_meeting/1", {"role": "wizard"}, "wizard"),
        ("convene_joint_meeting/1", {}, "say what is to be right"),
        ("convene_joint_meeting/1", {"void": True, "actor": "chen"}, "one of the two"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    play: Play, event: str, right: dict[str, Any], says: str
) -> None:
    play.act("convene_joint_meeting", reason="the street called it")
    projects.hold(play.ledger, LOG, "p-1", Hold("money"), play.by())
    before = play.history.events
    with pytest.raises(EventLogError, match=says):
        mend(play, event, **right)
    assert play.history.events == before


def test_what_has_no_field_to_explain_it_in_is_not_put_into_the_future(play: Play) -> None:
    item = next(iter(play.open()))
    comment(play.ledger, LOG, f"p-1/{item}/1", "wrong house", play.by())
    remark = play.history.events[-1].key
    projects.abandon(play.ledger, LOG, "p-1", "vote_lost", play.by("told so"))
    for event in (remark, "abandon_project/1"):
        with pytest.raises(ProjectError, match="lies in the future"):
            mend(play, event, occurred_at=play.now + timedelta(days=30))
        mend(play, event, occurred_at=play.now + timedelta(days=1))  # the day of the correction
    with pytest.raises(ProjectError, match="has no form"):
        mend(play, remark, data={"comment": "another house"})


def test_documents_stay_unless_others_are_named(play: Play) -> None:
    play.act("convene_joint_meeting", reason="it was so", attended=9, documents=[{"name": "签到表"}])

    def proof() -> str | None:
        stands = standing(play.history, event_named(play.history, "convene_joint_meeting/1"))
        assert stands is not None
        assert [link.qualifier for link in stands.objects if link.object_type == "document"] == [
            stands.evidence["document"]
        ]
        return stands.evidence["document"]

    mend(play, "convene_joint_meeting/1", actor="chen")
    assert proof() == "签到表"
    mend(play, "convene_joint_meeting/1", data={"documents": [{"name": "会议纪要"}]})
    assert proof() == "会议纪要"


def test_a_project_given_up_is_not_corrected_into_one_that_was_completed(play: Play) -> None:
    projects.abandon(play.ledger, LOG, "p-1", "vote_lost", play.by("told so"))
    with pytest.raises(ProjectError, match="is no cause to end a project"):
        mend(play, "abandon_project/1", data={"cause": "completed"})
    assert play.history.outcome == "vote_lost"


def test_a_correction_needs_a_reason(play: Play) -> None:
    play.act("convene_joint_meeting", reason="the street called it")
    with pytest.raises(ProjectError, match="give a reason"):
        mend(play, "convene_joint_meeting/1", None, actor="chen")


def test_a_step_is_not_put_behind_what_follows_it_by_law_without_an_explanation(play: Play) -> None:
    play.until("design_drawings")
    signed = play.history.latest("sign_lift_agreement")
    assert signed is not None
    late = signed.occurred_at + timedelta(hours=30)
    with pytest.raises(StepRefusedError, match="lies after"):
        mend(play, "vote_on_installation/1", occurred_at=late)
    mend(play, "vote_on_installation/1", occurred_at=late, data={"explanation": "the vote was repeated"})


def test_the_verdict_on_a_rule_follows_the_corrected_day(play: Play) -> None:
    play.act("convene_joint_meeting", reason="the street called it")
    play.act("publicise_policy")

    def verdict() -> str:
        rules = case_conformance(prepare(play.ledger, LOG), lift_model(), "p-1").rules
        return next(rule.status for rule in rules if rule.rule == "S1")

    assert verdict() == "out_of_order"
    mend(play, "publicise_policy/1", occurred_at=MONDAY)
    assert verdict() == "kept"


@pytest.fixture(scope="module", params=["design_drawings", "the end"])
def far_gone(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> CaseHistory:
    ledger = DuckDBLedger(tmp_path_factory.mktemp("far") / "events.duckdb")
    play = Play(ledger)
    play.start()
    if request.param == "the end":
        play.to_the_end()
    else:
        play.until(request.param)
    history = play.history
    ledger.close()
    return history


class Remembered:
    """A ledger's place taken by one history, so that hundreds of corrections need no file."""

    def __init__(self, history: CaseHistory) -> None:
        self.known = history

    def history(self, log: str, case_id: str) -> CaseHistory:
        return self.known

    def case(self, log: str, case_id: str) -> list[Any]:
        return []  # no city waives a rule

    def append(self, log: str, events: Any, *, expect_seq: int | None = None) -> Any:
        self.known = self.known.followed_by(events)
        return type("Appended", (), {"known": ()})()


def correctable(history: CaseHistory) -> list[Event]:
    return [one for one in history.events if is_correctable(one)]


def test_what_is_taken_out_and_put_back_leaves_the_project_as_it_was(far_gone: CaseHistory) -> None:
    by = By("li", MONDAY + timedelta(days=400), reason="told wrongly")
    for event in correctable(far_gone):
        ledger: Any = Remembered(far_gone)
        assert not correct(ledger, LOG, "p-1", event.key, Correction(actor=event.actor), by).recorded
        correct(ledger, LOG, "p-1", event.key, Correction(void=True), by)
        correct(ledger, LOG, "p-1", event.key, Correction(actor=event.actor), by)
        after = ledger.known
        assert {key: done for key, done in after.done.items() if done} == far_gone.done, event.key
        assert (after.outcome, after.objections) == (far_gone.outcome, far_gone.objections), event.key
        is_open = [{item.activity for item in it.items.values() if item.is_open} for it in (after, far_gone)]
        assert is_open[0] == is_open[1], event.key


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_correction_leads_where_the_right_record_would_have_led(far_gone: CaseHistory, data: Any) -> None:
    corrected = data.draw(st.sampled_from(correctable(far_gone)))
    right = data.draw(
        st.one_of(
            st.builds(Correction, void=st.just(True)),
            st.builds(
                Correction,
                occurred_at=st.none() | st.timedeltas(timedelta(0), timedelta(days=30)).map(MONDAY.__sub__),
                actor=st.sampled_from([None, "chen"]),
                role=st.sampled_from([None, "household"]),
                data=st.just({"explanation": "as it was"}),
            ),
        )
    )
    by = By("li", MONDAY + timedelta(days=400), reason="told wrongly")
    ledger: Any = Remembered(far_gone)
    made = correct(ledger, LOG, "p-1", corrected.key, right, by)
    stands = standing(made.history, corrected)
    at_first = [stands if one is corrected else one for one in far_gone.events]
    said_right: list[Event] = [one for one in at_first if one is not None]
    followed = [one for one in made.recorded if one.corrects is None]
    expected = CaseHistory.of("p-1", (*said_right, *followed))
    for name in ("facts", "items", "done", "objections", "outcome", "halt", "taken_back"):
        assert getattr(made.history, name) == getattr(expected, name)
    assert day_of(made.history.events[0].occurred_at) == day_of(MONDAY)
