"""Work items, case states, wishes and objections follow from the events that count."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from eventlogs.events import Event, ObjectLink
from eventlogs.ledger.duckdb_ledger import DuckDBLedger

MONDAY = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
ITEM = "SH-01/vote/1"


class History:
    """Plays events into a log, an hour apart, and asks its views."""

    def __init__(self, ledger: DuckDBLedger) -> None:
        self._ledger = ledger
        self._number = 0

    def happens(self, lifecycle: str = "complete", activity: str = "vote", **details: Any) -> str:
        self._number += 1
        links = tuple(ObjectLink(*link) for link in details.pop("links", ()))
        values: dict[str, Any] = {"case_id": "SH-01", "occurred_at": MONDAY + timedelta(hours=self._number)}
        values |= details
        key = f"k{self._number}"
        self._ledger.append(
            "live", [Event(key=key, activity=activity, lifecycle=lifecycle, objects=links, **values)]
        )
        return key

    def item(self, lifecycle: str, **details: Any) -> str:
        return self.happens(lifecycle, links=[(ITEM, "work_item")], **details)

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
