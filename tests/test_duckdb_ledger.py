"""The ledger of either size records every event exactly once, all or none, in order."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventlogs.attributes import Identifier
from eventlogs.describe import describe
from eventlogs.errors import ConcurrentAppendError, EventLogError, UnknownLogError
from eventlogs.events import Event, ObjectChange, ObjectLink, event_key
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.logs import logs
from eventlogs.ledger.verification import verification
from eventlogs.prepared import prepare
from eventlogs.storage import Head, Ledger

MONDAY = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def ledger(either_ledger: Ledger) -> Ledger:
    either_ledger.create_log("live")
    return either_ledger


def event(number: int, case_id: str = "SH-01", **details: object) -> Event:
    key = event_key(case_id, "visit", number, "complete")
    return Event(key, case_id, "visit", MONDAY + timedelta(hours=number), **details)  # type: ignore[arg-type]


def recorded(ledger: Ledger, log: str = "live") -> list[Event]:
    return [it.event for it in ledger.since(0, log=log)]


def is_intact(ledger: Ledger) -> bool:
    with ledger.reading() as connection:
        return verification(connection).intact


def test_an_event_comes_back_as_it_was_recorded(ledger: Ledger) -> None:
    full = Event(
        "k",
        "SH-01",
        "拜访",
        MONDAY,
        "start",
        "staff",
        "persuade",
        "P-1",
        {"floor": 6, "share": 0.5, "seen": MONDAY, "id": Identifier("x"), "list": [1, {"a": None}]},
        {"quote": "好的", "document": "a\x1f\\u001f.pdf"},
        (ObjectLink("H-601", "household", "owner"), ObjectLink("U-6", "unit")),
        (ObjectChange("H-601", "wish", "for"), ObjectChange("SH-01", "city", "上海")),
    )
    assert ledger.append("live", [full]).new == ("k",)
    assert recorded(ledger) == [full]
    assert ledger.case("live", "SH-01")[0].log == "live"
    assert is_intact(ledger)


def test_the_same_key_twice_is_one_event(ledger: Ledger) -> None:
    first = ledger.append("live", [event(1), event(1), event(2)])
    again = ledger.append("live", [event(2), event(3)])
    once_more = ledger.append("live", [event(3)])
    assert first.new == (event(1).key, event(2).key)
    assert (again.new, again.known) == ((event(3).key,), (event(2).key,))
    assert (once_more.new, once_more.known) == ((), (event(3).key,))
    assert once_more.last_seq == again.last_seq == ledger.since(0)[-1].seq
    assert recorded(ledger) == [event(1), event(2), event(3)]


def test_the_same_key_in_two_logs_is_two_events(ledger: Ledger) -> None:
    ledger.create_log("played", simulated=True)
    ledger.append("live", [event(1)])
    assert ledger.append("played", [event(1)]).new == (event(1).key,)
    assert len(ledger.since(0)) == 2


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=7), max_size=6))
def test_any_split_and_repetition_of_appends_gives_the_same_log(batches: list[list[tuple[int, int]]]) -> None:
    with TemporaryDirectory() as folder:
        ledger = DuckDBLedger(Path(folder) / "events.duckdb")
        ledger.create_log("live")
        appended = [
            ledger.append("live", [event(number, f"C{case}") for case, number in batch]) for batch in batches
        ]
        ledger.close()
        ledger = DuckDBLedger(Path(folder) / "events.duckdb")
        wanted = list(
            dict.fromkeys(f"C{case}/visit/{number}/complete" for batch in batches for case, number in batch)
        )
        assert [it.key for it in recorded(ledger)] == wanted
        assert [key for one in appended for key in one.new] == wanted
        places = [it.seq for it in ledger.since(0)]
        assert places == sorted(set(places))
        assert is_intact(ledger)
        ledger.close()


@pytest.mark.parametrize("again", [[], [event(1)]])
def test_a_refused_event_leaves_nothing_of_its_append(ledger: Ledger, again: list[Event]) -> None:
    ledger.append("live", [event(1)])
    wrong = event(3, correction="void", corrects="unknown")
    with pytest.raises(EventLogError, match="corrects unknown, which is not in the log"):
        ledger.append("live", [*again, event(2), *(event(number, "SH-02") for number in range(9)), wrong])
    assert recorded(ledger) == [event(1)]
    assert ledger.append("live", [event(2)]).new == (event(2).key,)
    assert is_intact(ledger)


def test_a_case_that_has_moved_on_refuses_the_second_advance(ledger: Ledger) -> None:
    seq = ledger.append("live", [event(1)], expect_seq=0).last_seq
    ledger.append("live", [event(1, "SH-02")])
    ledger.append("live", [event(2)], expect_seq=seq)
    with pytest.raises(ConcurrentAppendError, match="case SH-01 has moved on"):
        ledger.append("live", [event(3)], expect_seq=seq)
    assert ledger.append("live", [event(2)], expect_seq=seq).known == (event(2).key,)
    with pytest.raises(EventLogError, match="several: SH-01, SH-02"):
        ledger.append("live", [event(4), event(4, "SH-02")], expect_seq=seq)


def test_the_head_is_where_a_case_ends(ledger: Ledger) -> None:
    assert ledger.head("live", "SH-01") == Head(0, bytes(32))
    ledger.append("live", [event(1), event(2), event(1, "SH-02")])
    last = ledger.case("live", "SH-01")[-1]
    assert ledger.head("live", "SH-01") == Head(last.seq, last.chain_hash)


def test_events_since_a_number_come_in_recorded_order(ledger: Ledger) -> None:
    ledger.append("live", [event(number) for number in range(5, 0, -1)])
    first, second = ledger.since(0, limit=2)
    assert [it.event for it in (first, second)] == [event(5), event(4)]
    assert [it.event for it in ledger.since(second.seq)] == [event(3), event(2), event(1)]


@pytest.mark.parametrize(
    ("details", "sentence"),
    [
        ({"key": ""}, "has an empty key"),
        ({"case_id": ""}, "has an empty case_id"),
        ({"activity": ""}, "has an empty activity"),
        ({"occurred_at": datetime(2025, 3, 3)}, "names no time zone"),  # noqa: DTZ001
        ({"lifecycle": "done"}, "lifecycle transition 'done'; known are: abort"),
        ({"correction": "void"}, "half a correction"),
        ({"corrects": "k"}, "half a correction"),
        ({"objects": (ObjectLink("", "household"),)}, "without an id or a type"),
        ({"changes": (ObjectChange("H-601", "wish", "for"),)}, "'H-601', which it does not link"),
    ],
)
def test_what_cannot_be_recorded_is_refused(
    ledger: Ledger, details: dict[str, object], sentence: str
) -> None:
    values: dict[str, object] = {"key": "k", "case_id": "SH-01", "activity": "visit", "occurred_at": MONDAY}
    with pytest.raises(EventLogError, match=sentence):
        ledger.append("live", [Event(**(values | details))])  # type: ignore[arg-type]
    assert not recorded(ledger)


def test_corrections_refer_to_an_original_of_their_case(ledger: Ledger) -> None:
    ledger.append("live", [event(1), event(1, "SH-02"), event(2, correction="void", corrects=event(1).key)])
    with pytest.raises(EventLogError, match="belongs to case SH-02"):
        ledger.append("live", [event(3, correction="void", corrects=event(1, "SH-02").key)])
    with pytest.raises(EventLogError, match="is a correction itself"):
        ledger.append("live", [event(3, correction="void", corrects=event(2).key)])
    ledger.append("live", [event(4), event(5, correction="replace", corrects=event(4).key)])
    assert len(recorded(ledger)) == 5


def test_the_list_counts_the_events_that_a_description_counts(ledger: Ledger) -> None:
    ledger.append("live", [event(1), event(2), event(30), event(4, "SH-02")])
    ledger.append("live", [event(5, "SH-02", correction="void", corrects=event(4, "SH-02").key)])
    for hour in (40, 50):
        late = replace(event(hour, correction="replace", corrects=event(30).key), occurred_at=MONDAY)
        ledger.append("live", [late])
    with ledger.reading() as connection:
        (listed,) = logs(connection).logs
    told = describe(prepare(ledger, "live"))
    assert (listed.events, listed.first_event, listed.last_event) == (3, MONDAY, MONDAY + timedelta(hours=2))
    assert (told.events, told.first_event, told.last_event) == (
        listed.events,
        listed.first_event,
        listed.last_event,
    )


def test_an_object_keeps_its_type_and_starts_with_what_arrives_with_it(ledger: Ledger) -> None:
    household = (ObjectLink("H-601", "household"),)
    ledger.append("live", [event(1, objects=household, changes=(ObjectChange("H-601", "wish", "against"),))])
    ledger.append("live", [event(2, objects=household, changes=(ObjectChange("H-601", "wish", "for"),))])
    with pytest.raises(EventLogError, match="H-601 as firm, but it is known as household"):
        ledger.append("live", [event(3, objects=(ObjectLink("H-601", "firm"),))])
    with ledger.reading() as connection:
        objects = connection.execute("SELECT object_id, object_type, attributes FROM object").fetchall()
        changes = connection.execute("SELECT object_id, name, value, seq FROM object_change").fetchall()
    assert objects == [("SH-01", "project", "{}"), ("H-601", "household", '{"wish":"against"}')]
    assert changes == [("H-601", "wish", '"for"', ledger.since(0)[1].seq)]


def test_objects_are_not_doubled_after_the_file_was_opened_again(tmp_path: Path) -> None:
    for number in (1, 2):
        ledger = DuckDBLedger(tmp_path / "events.duckdb")
        ledger.create_log("live")
        ledger.append("live", [event(number, objects=(ObjectLink("H-601", "household"),))])
        with ledger.reading() as connection:
            assert connection.execute("SELECT count(*) FROM object").fetchall() == [(2,)]
        ledger.close()


def test_logs_that_take_no_events_say_so(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO log (name, kind, case_type, simulated, timezone, created_at) "
            "VALUES ('receipt', 'imported', 'case', false, 'UTC', current_timestamp)"
        )
    with pytest.raises(EventLogError, match="receipt is an imported log"):
        ledger.append("receipt", [event(1)])
    with pytest.raises(EventLogError, match="receipt is an imported log"):
        ledger.create_log("receipt")
    with pytest.raises(UnknownLogError, match="no log named missing; there are: live, receipt"):
        ledger.append("missing", [event(1)])
    with pytest.raises(UnknownLogError, match="there are: live, receipt"):
        ledger.case("missing", "SH-01")


def test_a_failed_write_leaves_nothing(ledger: Ledger) -> None:
    def write_and_fail() -> None:
        with ledger.writing() as connection:
            connection.execute("INSERT INTO object VALUES (1, 'a', 'b', '{}')")
            ledger.append("live", [event(1)])

    with pytest.raises(RuntimeError, match="may not append through the ledger"):
        write_and_fail()
    with ledger.reading() as connection:
        assert connection.execute("SELECT count(*) FROM object").fetchall() == [(0,)]


def test_a_reader_keeps_its_snapshot_while_others_append(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        before = connection.execute("SELECT count(*) FROM event").fetchall()
        ledger.append("live", [event(1)])
        assert connection.execute("SELECT count(*) FROM event").fetchall() == before
    assert len(ledger.since(0)) == 1


def test_moments_are_utc_whatever_zone_they_were_said_in(ledger: Ledger) -> None:
    from zoneinfo import ZoneInfo

    ledger.append("live", [Event("k", "SH-01", "visit", MONDAY.astimezone(ZoneInfo("Asia/Shanghai")))])
    (it,) = ledger.since(0)
    assert it.event.occurred_at == MONDAY
    assert it.event.occurred_at.tzinfo is UTC
    assert it.recorded_at.tzinfo is UTC


def test_eight_threads_record_every_event_once(ledger: Ledger) -> None:
    def work(worker: int) -> list[str]:
        new: list[str] = []
        for number in range(12):
            shared, own = event(number), event(number, f"T-{worker}")
            new += ledger.append("live", [shared, own]).new
            ledger.case("live", "SH-01")
        return new

    with ThreadPoolExecutor(8) as pool:
        new = [key for keys in pool.map(work, range(8)) for key in keys]
    assert len(new) == len(set(new)) == 12 + 8 * 12
    assert sorted(it.key for it in recorded(ledger)) == sorted(new)
    assert is_intact(ledger)
