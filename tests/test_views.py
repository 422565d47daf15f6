"""Work items, case states, wishes and objections follow from the events that count."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from eventlogs.events import Event, ObjectChange, ObjectLink
from eventlogs.ledger.duckdb_ledger import DuckDBLedger

MONDAY = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
ITEM = "SH-01/vote/1"


class History:
    """Plays events into a log, an hour apart, and asks its views."""

    def __init__(self, ledger: DuckDBLedger) -> None:
        self._ledger = ledger
        self._number = 0
        self._log = "live"

    def turn_to(self, log: str) -> None:
        self._ledger.create_log(log)
        self._log = log

    def happens(self, lifecycle: str = "complete", activity: str = "vote", **details: Any) -> str:
        self._number += 1
        links = tuple(ObjectLink(*link) for link in details.pop("links", ()))
        values: dict[str, Any] = {"case_id": "SH-01", "occurred_at": MONDAY + timedelta(hours=self._number)}
        values |= details
        key = str(values.pop("key", f"k{self._number}"))
        self._ledger.append(
            self._log, [Event(key=key, activity=activity, lifecycle=lifecycle, objects=links, **values)]
        )
        return key

    def item(self, lifecycle: str, **details: Any) -> str:
        return self.happens(lifecycle, links=[(ITEM, "work_item")], **details)

    def caseless(self, key: str) -> None:
        """Let an event be of no case, as imported ones may be."""
        with self._ledger.writing() as connection:
            connection.execute("UPDATE event SET case_id = '' WHERE event_key = $1", [key])

    def asked(self, columns: str, view: str) -> list[tuple[Any, ...]]:
        with self._ledger.reading() as connection:
            return connection.execute(f"SELECT {columns} FROM {view} ORDER BY ALL").fetchall()  # noqa: S608


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    ledger = DuckDBLedger(tmp_path / "events.duckdb")
    ledger.create_log("live")
    yield History(ledger)
    ledger.close()


def test_a_void_event_does_not_count(history: History) -> None:
    history.happens(activity="a")
    wrong = history.happens(activity="b")
    history.happens(activity="note", correction="void", corrects=wrong)
    assert history.asked("event_key, activity", "effective_event") == [("k1", "a")]


def test_a_replacing_event_stands_in_the_place_of_the_wrong_one(history: History) -> None:
    wrong = history.happens(activity="a")
    history.happens(activity="b")
    history.happens(activity="c", correction="replace", corrects=wrong)
    assert history.asked("seq, activity, corrects", "effective_event") == [(1, "c", "k1"), (2, "b", None)]


def test_the_latest_correction_of_an_original_counts(history: History) -> None:
    wrong = history.happens(activity="a")
    history.happens(activity="b", correction="void", corrects=wrong)
    history.happens(activity="c", correction="replace", corrects=wrong)
    assert history.asked("activity", "effective_event") == [("c",)]
    history.happens(activity="d", correction="void", corrects=wrong)
    assert history.asked("activity", "effective_event") == []


def test_events_belong_to_their_case_and_their_objects(history: History) -> None:
    history.happens(links=[("H-601", "household", "owner"), ("U-6", "unit")])
    assert history.asked("object_id, object_type, qualifier", "event_object") == [
        ("H-601", "household", "owner"),
        ("SH-01", "project", "case"),
        ("U-6", "unit", ""),
    ]


def test_a_work_item_is_offered_claimed_held_and_completed(history: History) -> None:
    due = MONDAY + timedelta(days=9)
    state = "lifecycle, is_open, role, assignee, hold_cause"
    history.item("schedule", attributes={"role": "staff", "due": due})
    assert history.asked(state, "work_item") == [("schedule", True, "staff", None, None)]
    assert history.asked("work_item_id, case_id, activity, due", "work_item") == [
        (ITEM, "SH-01", "vote", due)
    ]
    history.item("assign", actor="P-boss", attributes={"assignee": "P-1"})
    assert history.asked(state, "work_item") == [("schedule", True, "staff", "P-1", None)]
    history.item("start", actor="P-2")
    assert history.asked(state, "work_item") == [("start", True, "staff", "P-2", None)]
    history.item("suspend", attributes={"cause": "money", "until": due})
    history.item("reassign", attributes={"assignee": "P-3"})
    assert history.asked(state, "work_item") == [("suspend", True, "staff", "P-3", "money")]
    assert history.asked("hold_until", "work_item") == [(due,)]
    history.item("resume")
    assert history.asked(state, "work_item") == [("resume", True, "staff", "P-3", None)]
    history.item("complete")
    assert history.asked(state, "work_item") == [("complete", False, "staff", "P-3", None)]


def test_what_was_recorded_late_takes_its_place_in_time(history: History) -> None:
    history.item("schedule")
    history.item("complete", occurred_at=MONDAY + timedelta(days=3))
    history.item("suspend", occurred_at=MONDAY + timedelta(days=2), attributes={"cause": "money"})
    assert history.asked("lifecycle, is_open, on_hold", "work_item") == [("complete", False, False)]


def test_a_corrected_completion_opens_the_work_item_again(history: History) -> None:
    history.item("schedule")
    wrong = history.item("complete")
    history.happens(activity="note", correction="void", corrects=wrong)
    assert history.asked("lifecycle, is_open", "work_item") == [("schedule", True)]


def test_a_case_shows_its_last_event_its_hold_and_its_outcome(history: History) -> None:
    history.item("schedule")
    history.item("suspend", attributes={"cause": "household"})
    state = "case_id, n_events, last_activity, outcome, hold"
    assert history.asked(state, "case_state") == [("SH-01", 2, "vote", None, "household")]
    history.item("resume")
    history.happens(activity="accept", attributes={"outcome": "success"})
    history.happens(activity="register")
    assert history.asked(state, "case_state") == [("SH-01", 5, "register", "success", None)]


def test_the_latest_wish_of_a_household_counts(history: History) -> None:
    for wish in ("against", "for"):
        history.happens(links=[("H-601", "household")], attributes={"wish": wish})
    history.happens(links=[("H-601", "household"), ("H-602", "household")])
    assert history.asked("household_id, case_id, wish", "household_wish") == [("H-601", "SH-01", "for")]


def test_an_objection_is_open_until_an_event_resolves_it(history: History) -> None:
    for objection in ("O-1", "O-2"):
        history.happens(activity="object", actor="P-7", links=[(objection, "objection")])
    history.happens(activity="mediate", links=[("O-1", "objection"), ("O-2", "objection")])
    history.happens(activity="settle", links=[("O-1", "objection")], attributes={"resolution": "withdrawn"})
    assert history.asked("objection_id, activity, opened_by", "open_objection") == [("O-2", "object", "P-7")]


def test_a_work_item_is_due_as_last_offered_and_begun_when_first_taken_up(history: History) -> None:
    first, later = MONDAY + timedelta(days=9), MONDAY + timedelta(days=5)
    history.item("schedule", attributes={"role": "staff", "due": first})
    history.item("start", actor="P-1")
    history.item("resume", attributes={"due": MONDAY, "role": "nobody"})
    history.item("schedule", role="clerk", attributes={"due": later})
    history.item("start", actor="P-2", attributes={"assignee": "P-9"})
    history.item("unknown", activity="remark", attributes={"assignee": "P-8"})
    assert history.asked("activity, role, due, offered_at, started_at, assignee", "work_item") == [
        ("vote", "clerk", later, MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=2), "P-2")
    ]
    assert history.asked("last_at, last_seq, lifecycle, hold_until", "work_item") == [
        (MONDAY + timedelta(hours=6), 6, "start", None)
    ]


def test_work_that_was_given_back_is_nobodys_and_a_new_offer_says_all_anew(history: History) -> None:
    history.item("schedule", attributes={"role": "staff", "due": MONDAY})
    history.item("assign", attributes={"assignee": "P-1"})
    history.item("reassign", attributes={"assignee": None})
    assert history.asked("assignee, role, due", "work_item") == [(None, "staff", MONDAY)]
    history.item("start", actor="P-2")
    history.item("start")
    history.item("schedule")
    assert history.asked("assignee, role, due", "work_item") == [(None, None, None)]


@pytest.mark.parametrize("end", ["manualskip", "autoskip", "withdraw", "abort", "pi_abort", "ate_abort"])
def test_work_that_has_ended_in_any_way_stays_ended(history: History, end: str) -> None:
    history.item(end)
    history.item("suspend", attributes={"cause": "money"})
    assert history.asked("lifecycle, is_open, on_hold, hold_cause", "work_item") == [
        (end, False, False, None)
    ]


def test_work_that_was_only_assigned_is_open_and_was_never_offered(history: History) -> None:
    history.item("assign", attributes={"assignee": "P-1"})
    history.happens(links=[("D-1", "document")])
    assert history.asked("lifecycle, is_open, assignee, offered_at, started_at", "work_item") == [
        (None, True, "P-1", None, None)
    ]


def test_a_hold_without_a_cause_or_with_a_new_one_is_told_as_it_last_was(history: History) -> None:
    day = MONDAY + timedelta(days=4)
    history.item("suspend", attributes={"cause": "money", "until": day})
    history.item("suspend")
    assert history.asked("hold_cause, hold_until, on_hold", "work_item") == [("", None, True)]
    history.item("suspend", attributes={"cause": "office", "until": "2025-03-07"})
    (cause, until) = history.asked("hold_cause, hold_until", "work_item")[0]
    assert (cause, until.date().isoformat()) == ("office", "2025-03-07")


def test_a_case_is_held_by_its_latest_open_hold_of_any_thing(history: History) -> None:
    def other(lifecycle: str, **details: Any) -> str:
        return history.happens(lifecycle, "design", links=[("SH-01/design/1", "work_item")], **details)

    history.item("suspend", attributes={"cause": "money"})
    other("suspend", attributes={"cause": "office"})
    assert history.asked("hold", "case_state") == [("office",)]
    history.happens("suspend", "project", attributes={"cause": "season"})
    assert history.asked("hold", "case_state") == [("season",)]
    history.happens("resume", "project")
    other("assign", attributes={"assignee": "P-1"})
    assert history.asked("hold", "case_state") == [("office",)]
    other("complete")
    assert history.asked("hold", "case_state") == [("money",)]
    history.item("withdraw")
    assert history.asked("hold, n_events", "case_state") == [(None, 7)]


@pytest.mark.parametrize(
    "end",
    ["start", "resume", "complete", "manualskip", "autoskip", "withdraw", "abort", "pi_abort", "ate_abort"],
)
def test_a_hold_of_a_case_ends_with_the_next_turn_of_what_was_held_and_of_nothing_else(
    history: History, end: str
) -> None:
    def design(lifecycle: str, **details: Any) -> None:
        links = [("D-1", "document"), ("SH-01/design/1", "work_item"), ("H-1", "household")]
        history.happens(lifecycle, "design", links=links, **details)

    history.happens("suspend", "project", attributes={"cause": "season"})
    design("suspend", attributes={"cause": "office"})
    history.item(end)
    history.happens(end, "register", links=[("D-1", "document")])
    history.happens(end, "design", links=[("SH-01/design/2", "work_item")])
    history.happens(end, "remark")
    history.happens("assign", "design", links=[("D-1", "document")])
    assert history.asked("hold", "case_state") == [("office",)]
    design(end)
    assert history.asked("hold", "case_state") == [("season",)]
    history.happens(end, "project")
    assert history.asked("hold", "case_state") == [(None,)]


def test_a_case_is_held_by_what_was_held_last_however_long_it_was_known(history: History) -> None:
    history.item("start")
    history.happens("suspend", "design", attributes={"cause": "office"})
    history.item("suspend", attributes={"cause": "money"})
    assert history.asked("hold", "case_state") == [("money",)]
    history.item("resume")
    history.item("suspend")
    assert history.asked("hold", "case_state") == [("",)]
    assert history.asked("lifecycle, on_hold", "work_item") == [("suspend", True)]


def test_a_household_of_two_projects_is_told_with_the_one_it_last_spoke_in(history: History) -> None:
    for case in ("SH-02", "SH-01"):
        history.happens(case_id=case, links=[("H", "household")], attributes={"wish": "for"})
    assert history.asked("case_id, household_id", "household_wish") == [("SH-01", "H")]


def test_an_event_of_no_case_belongs_to_its_objects_alone(history: History) -> None:
    history.happens(links=[("H-1", "household", "owner")])
    history.caseless("k1")
    assert history.asked("object_id, qualifier", "event_object") == [("H-1", "owner")]


def test_a_case_tells_its_last_event_by_time_and_its_outcome_by_recording(history: History) -> None:
    late = MONDAY + timedelta(days=9)
    history.happens(activity="end", occurred_at=late, attributes={"outcome": "failed"})
    history.happens(activity="told late", attributes={"outcome": "completed"})
    history.happens(activity="note", attributes={"outcome": None})
    told = "first_event, last_event, last_activity, n_events, outcome"
    assert history.asked(told, "case_state") == [(MONDAY + timedelta(hours=2), late, "end", 3, "completed")]
    history.happens(activity="open again", attributes={"outcome": ""})
    assert history.asked("outcome", "case_state") == [(None,)]


def test_a_wish_may_be_a_value_that_the_household_takes(history: History) -> None:
    house = [("H-601", "household")]
    history.happens(links=house, attributes={"wish": "against"})
    history.happens(links=house, changes=(ObjectChange("H-601", "wish", "for"),))
    assert history.asked("household_id, wish, said_at", "household_wish") == [
        ("H-601", "for", MONDAY + timedelta(hours=2))
    ]
    silent = (ObjectChange("H-601", "wish", None), ObjectChange("H-601", "floor", 6))
    history.happens(links=house, changes=silent)
    history.happens(links=house, attributes={"wish": None})
    history.happens(links=[("U-6", "unit")], attributes={"wish": "against"})
    assert history.asked("household_id, wish, said_at", "household_wish") == [  # who is silent says nothing
        ("H-601", "for", MONDAY + timedelta(hours=2))
    ]
    history.happens(links=house, occurred_at=MONDAY, attributes={"wish": "told late"})
    assert history.asked("household_id, wish", "household_wish") == [("H-601", "for")]


def test_an_objection_tells_who_opened_it_first_and_when_it_was_last_spoken_of(history: History) -> None:
    later = MONDAY + timedelta(days=1)
    history.happens(
        activity="mediate", case_id="SH-02", actor="P-1", occurred_at=later, links=[("O", "objection")]
    )
    history.happens(activity="object", actor="P-7", links=[("O", "objection"), ("D", "document")])
    assert history.asked(
        "objection_id, case_id, activity, opened_by, opened_at, last_at", "open_objection"
    ) == [("O", "SH-01", "object", "P-7", MONDAY + timedelta(hours=2), later)]


def test_an_objection_opened_by_a_stranger_is_not_said_to_be_of_who_spoke_of_it_later(
    history: History,
) -> None:
    history.happens(activity="object", links=[("O", "objection")])
    history.happens(activity="mediate", actor="P-1", links=[("O", "objection")])
    assert history.asked("activity, opened_by", "open_objection") == [("object", None)]


def test_an_event_of_an_object_that_is_its_case_names_it_once(history: History) -> None:
    history.happens(links=[("SH-01", "project", "itself")])
    assert history.asked("object_id, object_type, qualifier", "event_object") == [
        ("SH-01", "project", "itself")
    ]


def test_views_keep_logs_apart(history: History) -> None:
    history.item("schedule", attributes={"wish": "for"}, changes=(ObjectChange(ITEM, "wish", "x"),))
    links = [("O", "objection"), ("H", "household")]
    wrong = history.happens(activity="a", links=links, attributes={"wish": "for"})
    views = ("effective_event", "event_object", "work_item", "case_state", "household_wish", "open_objection")

    def told() -> dict[str, list[tuple[Any, ...]]]:
        columns = {"effective_event": "activity"}
        return {
            view: history.asked(columns.get(view, "* EXCLUDE (log_id)"), f"{view} WHERE log_id = 1")
            for view in views
        }

    before = told()
    history.turn_to("other")
    history.item("suspend", attributes={"cause": "money", "outcome": "failed"})
    history.happens(activity="b", links=links, attributes={"wish": "no", "resolution": "x"})
    history.happens(activity="c", key=wrong)
    history.happens(activity="d", correction="void", corrects=wrong)
    assert told() == before
    assert history.asked("activity", "effective_event WHERE log_id = 2") == [("b",), ("vote",)]
    history.happens(activity="e", correction="replace", corrects=wrong)
    assert told() == before
    assert history.asked("activity", "effective_event WHERE log_id = 2") == [("b",), ("e",), ("vote",)]
