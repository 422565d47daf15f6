"""What a log shows of projects that stand still, told beforehand by hand: work, halts, attempts."""

from datetime import timedelta
from pathlib import Path

import pytest
from exchanged_logs import MadeEvent, make_log
from played_logs import START, Step, Trace, played, record
from stalled_logs import DAY, DRAW, MONEY, VOTE, WISH, at, ended, found, item, of_case

from eventlogs.data_directory import open_ledger
from eventlogs.events import Attribute, ObjectLink
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import prepare
from mining.normative.file import lift_model
from mining.stalls.evidence import evidence
from mining.stalls.facts import Attempt, ChainPlace, Halt, OpenItem, RecordedHalt


def test_open_work_is_what_was_offered_and_has_not_ended(tmp_path: Path) -> None:
    case = of_case(
        tmp_path,
        [
            item(9, WISH, "complete", 0),
            item(1, MONEY, "schedule", 3),
            item(2, DRAW, "schedule", 2, acting_as="contractor"),
            item(2, DRAW, "start", 4),
            item(3, VOTE, "schedule", 1),
            item(3, VOTE, "complete", 5),
            item(4, VOTE, "schedule", 6),
            item(4, VOTE, "withdraw", 7),
            item(5, VOTE, "schedule", 8, acting_as="contractor"),
            item(5, VOTE, "assign", 9, acting_as="household"),
            item(6, VOTE, "manualskip", 9.5),
            item(1, MONEY, "schedule", 9.6),  # told once more
            item(7, WISH, "reassign", 9.61),
            item(7, "remark", "schedule", 9.62),
            item(8, DRAW, "start", 9.63),
            item(10, MONEY, "schedule", 8),
            Step("set_cost_sharing", 9.7 * DAY, lifecycle="schedule"),  # no piece of work
        ],
    )
    assert case.items == [
        OpenItem(DRAW, "contractor", at(2), True),
        OpenItem(MONEY, None, at(3), False),
        OpenItem(MONEY, None, at(8), False),
        OpenItem(VOTE, "household", at(8), True),
        OpenItem(WISH, None, at(9.62), True),
        OpenItem(DRAW, None, None, True),
    ]


def test_work_withdrawn_by_the_end_of_a_failed_project_was_open_at_its_end(tmp_path: Path) -> None:
    case = of_case(
        tmp_path,
        [
            Step(WISH, 0),
            item(1, MONEY, "schedule", 1),
            item(2, DRAW, "schedule", 1),
            item(2, DRAW, "withdraw", 2),
            item(3, VOTE, "schedule", 1),
            item(3, VOTE, "complete", 4),
            Step("abandon_project", 5 * DAY, attributes={"outcome": "vote_lost"}),
            item(1, MONEY, "withdraw", 5),
        ],
        day=50,
    )
    assert (case.state, case.outcome, case.over_at) == ("failed", "vote_lost", at(5))
    assert [one.activity for one in case.items] == [MONEY]


def test_work_of_which_only_a_withdrawal_at_no_known_time_is_told_was_not_open(ledger: DuckDBLedger) -> None:
    def told(number: int, lifecycle: str, day: float | None) -> MadeEvent:
        links = ((f"item {number}", "work_item", ""),)
        return MadeEvent("it", MONEY, at(day) if day else None, lifecycle=lifecycle, objects=links)

    over = MadeEvent("it", "abandon_project", at(9))
    turns = [told(1, "withdraw", None), told(2, "schedule", 1), told(2, "withdraw", None)]
    make_log(ledger, [MadeEvent("it", WISH, at(0)), *turns, over])
    (case,) = evidence(prepare(ledger, "made"), lift_model(), None, at(50)).cases
    assert case.items == [OpenItem(MONEY, None, at(1), False)]


def test_a_failed_project_of_whose_deeds_no_time_is_known_was_not_idle(ledger: DuckDBLedger) -> None:
    make_log(ledger, [MadeEvent("it", WISH, None), MadeEvent("it", "abandon_project", at(9))])
    (case,) = evidence(prepare(ledger, "made"), lift_model(), None, at(50)).cases
    assert (case.last_activity, case.last_at, case.over_at) == (WISH, None, at(9))
    assert (case.idle, case.normal) == (timedelta(0), None)


def test_a_halt_lasts_until_the_same_thing_moves_again(tmp_path: Path) -> None:
    steps: Trace = [
        Step(WISH, 0),
        Step("project", 1 * DAY, lifecycle="suspend", attributes={"cause": "office", "reason": "a letter"}),
        item(1, MONEY, "schedule", 2),
        item(1, MONEY, "suspend", 3, cause="money", until="2024-04-01"),
        item(1, MONEY, "unknown", 3.2),
        item(1, MONEY, "schedule", 3.3),
        item(1, MONEY, "assign", 3.5),
        item(1, MONEY, "reassign", 4),
        item(2, DRAW, "suspend", 4),
        item(2, DRAW, "resume", 5),
        item(3, VOTE, "suspend", 6),
        item(3, VOTE, "start", 7),
        item(3, VOTE, "suspend", 8),
    ]
    case = of_case(tmp_path, steps)
    assert case.halts[:2] == [
        Halt("project", False, at(1), None, "office", None, "a letter"),
        Halt(MONEY, True, at(3), None, "money", case.halts[1].until, None),
    ]
    assert case.halts[1].until is not None
    assert case.halts[1].until.date().isoformat() in {"2024-03-31", "2024-04-01"}
    # of those that ended, the ones after which nothing was done any more
    assert [(one.activity, one.began_at, one.ended_at) for one in case.halts[2:]] == [
        (DRAW, at(4), at(5)),
        (VOTE, at(6), at(7)),
        (VOTE, at(8), None),
    ]


def test_a_halt_after_which_something_was_done_holds_nothing_up(tmp_path: Path) -> None:
    halt = [Step("project", 1 * DAY, lifecycle="suspend"), Step("project", 2 * DAY, lifecycle="resume")]
    assert of_case(tmp_path / "a", [Step(WISH, 0), *halt, Step(MONEY, 3 * DAY)]).halts == []
    (late,) = of_case(tmp_path / "b", [Step(WISH, 0), *halt]).halts
    assert late.ended_at == at(2)
    (at_once,) = of_case(tmp_path / "c", [Step(WISH, 0), *halt, Step(MONEY, 2 * DAY)]).halts
    assert at_once.ended_at == at(2)  # by the deed, as far as anybody can tell
    both = [item(1, MONEY, "suspend", 1), Step("project", 1 * DAY, lifecycle="suspend")]
    assert [one.of_item for one in of_case(tmp_path / "d", [Step(WISH, 0), *both]).halts] == [False, True]


@pytest.mark.parametrize(
    "end", ["complete", "manualskip", "autoskip", "withdraw", "abort", "pi_abort", "ate_abort"]
)
def test_work_that_has_ended_in_any_way_is_not_open(tmp_path: Path, end: str) -> None:
    assert (
        of_case(tmp_path, [Step(WISH, 0), item(1, MONEY, "schedule", 1), item(1, MONEY, end, 2)]).items == []
    )


def test_a_halt_that_ends_in_the_moment_it_began_has_ended(tmp_path: Path) -> None:
    steps = [
        Step(WISH, 0),
        item(1, MONEY, "suspend", 1),
        item(1, MONEY, "unknown", 1),
        item(1, MONEY, "resume", 1),
    ]
    assert [(one.began_at, one.ended_at) for one in of_case(tmp_path, steps).halts] == [(at(1), at(1))]


def test_every_halt_that_was_recorded_is_told_with_the_step_it_stood_before(tmp_path: Path) -> None:
    def halted(day: float, **more: Attribute) -> list[Step]:
        return [Step(WISH, 0), Step("project", day * DAY, lifecycle="suspend", attributes=more)]

    def resumed(day: float) -> Step:
        return Step("project", day * DAY, lifecycle="resume")

    cases: dict[str, Trace] = {
        "named": [*halted(1, cause="money", reason=VOTE), resumed(2), Step(MONEY, 3 * DAY)],
        "next": [*halted(4, reason="x"), resumed(5), Step(DRAW, 6 * DAY), Step(MONEY, 7 * DAY)],
        "standing": [*halted(8), Step(DRAW, 9 * DAY)],
        "standing too": [*halted(8), Step(DRAW, 9 * DAY)],
        "item": [Step(WISH, 0), item(1, MONEY, "suspend", 10, cause="household")],
        "both": [*halted(11, cause="office"), item(2, MONEY, "suspend", 11, cause="office")],
        "failed": [*halted(12), resumed(13), Step("abandon_project", 14 * DAY)],
        "done": [*halted(12.5), resumed(13), Step("handover_maintenance", 14 * DAY)],
        "twice": [
            *(*halted(15), resumed(16), Step(DRAW, 17 * DAY)),
            *(*halted(18)[1:], resumed(19), Step(MONEY, 20 * DAY)),
        ],
        "voted": [*halted(18), resumed(19), Step(VOTE, 19 * DAY), Step(DRAW, 20 * DAY)],
        "work": [*halted(5), item(3, MONEY, "suspend", 18), item(4, MONEY, "suspend", 18)],
    }
    halts = found(tmp_path, cases).halts
    assert [(one.case_id, one.step, one.cause) for one in halts] == [
        ("named", VOTE, "money"),
        ("next", DRAW, None),
        ("work", None, None),
        ("standing", None, None),
        ("standing too", None, None),
        ("item", MONEY, "household"),
        ("both", None, "office"),
        ("failed", None, None),
        ("done", "handover_maintenance", None),
        ("twice", DRAW, None),
        ("twice", MONEY, None),
        ("voted", VOTE, None),
        ("work", MONEY, None),
    ]
    assert halts[0] == RecordedHalt("named", VOTE, "money", at(1), at(2), None)


def test_what_last_went_wrong_is_told_with_how_often_and_when(tmp_path: Path) -> None:
    def tried(activity: str, day: float, succeeded: bool | None = None, **more: Attribute) -> Step:
        known: dict[str, Attribute] = {} if succeeded is None else {"succeeded": succeeded}
        return Step(activity, day * DAY, attributes=known | more)

    case = of_case(
        tmp_path,
        [
            tried(VOTE, 1, False),
            tried(MONEY, 2, False),
            tried(MONEY, 3, True),
            tried(DRAW, 4),
            Step(DRAW, 5 * DAY, lifecycle="withdraw", attributes={"taken_back": True}),
            tried(VOTE, 6, True),
            tried(VOTE, 7, False),
            Step(VOTE, 7.5 * DAY, lifecycle="schedule"),
            tried(WISH, 7, taken_back=False),
            Step(WISH, 8 * DAY, lifecycle="withdraw"),
        ],
    )
    assert case.attempts == [Attempt(DRAW, 1, "taken_back", at(5)), Attempt(VOTE, 2, "failed", at(7))]


def test_open_objections_are_counted_from_the_first(tmp_path: Path) -> None:
    def about(name: str, day: float, **more: Attribute) -> Step:
        links = (ObjectLink(name, "objection"), ObjectLink("paper", "document"))
        return Step("file_written_objection", day * DAY, objects=links, attributes=more)

    steps = [
        about("o1", 3),
        about("o2", 2),
        about("o3", 1),
        about("o3", 4, resolution="settled"),
        about("o2", 5),
        Step(
            "file_written_objection",
            6 * DAY,
            objects=(ObjectLink("paper", "document"), ObjectLink("o4", "objection")),
        ),
    ]
    case = of_case(tmp_path / "a", steps)
    assert (case.objections, case.objecting_since) == (3, at(2))
    none = of_case(tmp_path / "b", [about("o1", 3), about("o1", 4, resolution="settled")])
    assert (none.objections, none.objecting_since) == (0, None)


def test_a_case_stands_on_each_chain_where_its_roles_last_acted(tmp_path: Path) -> None:
    case = of_case(
        tmp_path,
        [
            Step("hold_owners_assembly", 1 * DAY),
            Step("publicise_policy", 2 * DAY),
            Step("raise_lift_wish", 3 * DAY),
            Step("convene_joint_meeting", 4 * DAY),
            Step("publicise_policy", 5 * DAY),
        ],
    )
    assert [(one.role, one.activity, one.at) for one in case.chains] == [
        ("coordinator", "publicise_policy", at(5)),
        (case.chains[1].role, "raise_lift_wish", at(3)),
    ]
    assert isinstance(case.chains[0], ChainPlace)
    assert case.roles == frozenset()  # nobody said as what they acted
    assert case.activities == {
        "hold_owners_assembly", "publicise_policy", "raise_lift_wish", "convene_joint_meeting"
    }  # fmt: skip


def test_the_roles_that_have_acted_in_a_case_are_those_that_were_said(tmp_path: Path) -> None:
    roles = ("household", "contractor", "administration", None)
    case = of_case(tmp_path, [Step(WISH, n * DAY, role=role) for n, role in enumerate(roles)])
    assert case.roles == {"household", "contractor", "administration"}


def test_a_case_is_idle_since_it_last_acted_or_its_halt_ended_and_never_before(tmp_path: Path) -> None:
    halt = [Step("project", 10 * DAY, lifecycle="suspend"), Step("project", 20 * DAY, lifecycle="resume")]
    assert of_case(tmp_path / "a", [Step(WISH, 5 * DAY)], day=9).idle == timedelta(days=4)
    assert of_case(tmp_path / "b", [Step(WISH, 5 * DAY), *halt], day=50).idle == timedelta(days=30)
    assert of_case(tmp_path / "c", [Step(WISH, 5 * DAY), *halt], day=15).idle == timedelta(days=10)
    assert of_case(tmp_path / "ended", [Step(WISH, 5 * DAY), *halt], day=20).idle == timedelta(0)
    assert of_case(tmp_path / "d", [Step(WISH, 30 * DAY)], day=9).idle == timedelta(0)
    failed = of_case(tmp_path / "e", [Step(WISH, 5 * DAY), Step("abandon_project", 8 * DAY)], day=50)
    assert (failed.idle, failed.last_activity, failed.last_at) == (timedelta(days=3), WISH, at(5))


def test_what_follows_is_told_in_shares_without_the_ends_of_failed_projects(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {
        "1": [WISH, DRAW, "abandon_project"],
        "2": [WISH, DRAW],
        "3": [WISH, MONEY, VOTE],
        "4": [WISH, "abandon_project"],
        "5": [WISH, WISH],
        "6": [WISH, ended("shelved", 3)],
    }
    follow = found(tmp_path, cases, day=3).following  # too soon for any but the failed to be told of
    assert set(follow) == {WISH}
    assert follow[WISH] == [(DRAW, 0.4), ("mediate_dispute", 0.2), (MONEY, 0.2), (WISH, 0.2)]


def test_needs_are_what_good_cases_have_done_and_where_in_them(tmp_path: Path) -> None:
    good = ended("completed", 9)
    cases: dict[str, Trace] = {
        "1": [WISH, DRAW, DRAW, good],
        "2": [WISH, MONEY, DRAW, good],
        "3": [DRAW, WISH, good],
        "4": [VOTE],
    }
    known = found(tmp_path, cases)
    assert known.n_good == 3
    assert known.n_cases == 4
    assert {name: (round(share, 3), place) for name, (share, place) in known.needs.items()} == {
        WISH: (1.0, 0.0), DRAW: (1.0, 1.0), MONEY: (0.333, 1.0), "mediate_dispute": (1.0, 3.0),
    }  # fmt: skip


@pytest.mark.parametrize(("trace", "n_good"), [([VOTE], 0), ([ended("completed")], 1)])
def test_cases_that_came_to_a_good_end_are_counted_however_few_they_are_and_did(
    tmp_path: Path, trace: Trace, n_good: int
) -> None:
    assert found(tmp_path, {"it": trace}).n_good == n_good


@pytest.mark.parametrize(
    ("n_good", "n_others", "needed"),
    [(9, 1, True), (8, 2, False), (5, 0, True), (4, 0, False), (0, 20, False)],
)
def test_a_mark_is_needed_before_a_step_where_nine_in_ten_of_five_cases_or_more_had_shown_it(
    tmp_path: Path, n_good: int, n_others: int, needed: bool
) -> None:
    with_it: Trace = ["publicise_policy", DRAW, ended("completed", 9)]
    without: Trace = [DRAW, "publicise_policy", ended("completed", 9)]
    cases = {f"good {n}": with_it for n in range(n_good)} | {f"other {n}": without for n in range(n_others)}
    known = found(tmp_path, cases)
    assert bool(known.needed_marks.get(DRAW)) == needed
    assert "publicise_policy" not in known.needed_marks
    marks = {(known.marks[one].layer, *known.marks[one].keys) for one in known.needed_marks.get(DRAW, ())}
    assert marks == ({("role", "coordinator"), ("tool", "empowerment")} if needed else set())


@pytest.mark.parametrize("by", [None, "city"])
def test_what_another_log_says_of_projects_of_the_same_name_changes_nothing(
    tmp_path: Path, by: str | None
) -> None:
    first = Step(WISH, 0, attributes={"city": "上海"})
    objection = (ObjectLink("o", "objection"),)
    cases: dict[str, Trace] = {
        "1": [first, item(1, MONEY, "schedule", 1), Step(VOTE, 2 * DAY, attributes={"succeeded": False})],
        "2": [first, Step("file_written_objection", 2 * DAY, objects=objection)],
        "3": [first, Step("project", 2 * DAY, lifecycle="suspend", attributes={"cause": "office"})],
        "4": [first, DRAW, ended("completed", 9)],
    }
    others: dict[str, Trace] = {
        "1": [item(1, MONEY, "complete", 2), item(2, DRAW, "schedule", 1), Step(VOTE, 3 * DAY)],
        "2": [Step(DRAW, 3 * DAY, attributes={"resolution": "x", "succeeded": False}, objects=objection)],
        "3": [Step("project", 3 * DAY, lifecycle="resume"), Step("project", 4 * DAY, lifecycle="suspend")],
        "4": [item(3, MONEY, "suspend", 2, cause="money"), ended("vote_lost", 9)],
    }
    now = START + timedelta(days=400)
    with played(tmp_path / "alone", cases) as log:
        alone = evidence(log, lift_model(), by, now)
        one = evidence(log, lift_model(), by, now, "1")
    ledger = open_ledger(tmp_path / "beside")
    for name, traces in (("another", others), ("played", cases), ("one more", others)):
        record(ledger, name, traces)
    log = prepare(ledger, "played")
    beside = evidence(log, lift_model(), by, now)
    assert beside == alone
    assert evidence(log, lift_model(), by, now, "1") == one
    ledger.close()
    assert [case.case_id for case in one.cases] == ["1"]
    assert {case.group for case in alone.cases} == {"上海"}
