"""What the store keeps, however much comes at once, and what shows that somebody tampered with it."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args

import duckdb
import pytest
from exchanged_logs import MadeEvent, make_log

from eventlogs.errors import ConcurrentAppendError, EventLogError, UnknownLogError
from eventlogs.events import Event, Lifecycle, ObjectChange, ObjectLink
from eventlogs.ledger import appending, new_objects
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.verification import SHOWN, LogVerification, Verification, verification

MONDAY = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
MANY = 9  # more than go in as plain values


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[DuckDBLedger]:
    opened = DuckDBLedger(tmp_path / "events.duckdb")
    opened.create_log("live")
    yield opened
    opened.close()


def event(key: str, case_id: str = "A", **more: Any) -> Event:
    return Event(key, case_id, "visit", MONDAY, **more)


def verified(ledger: DuckDBLedger, log: str | None = None) -> Verification:
    with ledger.reading() as connection:
        return verification(connection, log)


def objects(ledger: DuckDBLedger) -> dict[str, tuple[str, str]]:
    with ledger.reading() as connection:
        found = connection.execute(
            "SELECT object_id, object_type, attributes::VARCHAR FROM object"
        ).fetchall()
    assert len(found) == len({row[0] for row in found})
    return {row[0]: (row[1], row[2]) for row in found}


def changes(ledger: DuckDBLedger) -> list[tuple[str, str, str, datetime, int]]:
    with ledger.reading() as connection:
        return connection.execute(
            "SELECT object_id, name, value::VARCHAR, changed_at, seq FROM object_change ORDER BY seq, name"
        ).fetchall()


@pytest.mark.parametrize("n_cases", [1, 2, 3, 4, MANY])
def test_every_case_goes_on_from_its_own_last_event(ledger: DuckDBLedger, n_cases: int) -> None:
    known = [event(f"first {n}", f"case {n}") for n in range(0, n_cases, 2)]
    ledger.append("live", known)
    more = [event(f"{turn} {n}", f"case {n}") for turn in "ab" for n in range(n_cases)]
    assert ledger.append("live", more).new == tuple(one.key for one in more)
    ledger.append("live", [event(f"c {n}", f"case {n}") for n in range(n_cases)])
    for n in range(n_cases):
        told = ledger.case("live", f"case {n}")
        first = [f"first {n}"] if n % 2 == 0 else []
        assert [one.event.key for one in told] == [*first, f"a {n}", f"b {n}", f"c {n}"]
        assert ledger.head("live", f"case {n}").seq == told[-1].seq
        assert ledger.head("live", f"case {n}").chain_hash == told[-1].chain_hash
    assert verified(ledger).intact


@pytest.mark.parametrize("n_new", [0, 1, 2, 3, MANY])
@pytest.mark.parametrize("n_known", [1, 2, 3, MANY])
def test_of_what_comes_again_only_the_new_is_recorded(ledger: DuckDBLedger, n_new: int, n_known: int) -> None:
    known = [event(f"known {n}", f"case {n}") for n in range(n_known)]
    new = [event(f"new {n}", f"case {n}") for n in range(n_new)]
    before = ledger.append("live", known)
    assert (before.known, before.last_seq) == ((), ledger.since(0)[-1].seq)
    mixed = [one for pair in zip(known, new, strict=False) for one in pair]
    mixed += known[len(new) :] + new[len(known) :]
    appended = ledger.append("live", mixed)
    assert appended.new == tuple(one.key for one in mixed if one in new)
    assert appended.known == tuple(one.key for one in mixed if one in known)
    told = ledger.since(0)
    assert [one.event.key for one in told] == [
        one.key for one in (*known, *(one for one in mixed if one in new))
    ]
    assert appended.last_seq == told[-1].seq
    assert [one.seq for one in told] == sorted({one.seq for one in told})
    assert verified(ledger).intact


def test_an_append_of_nothing_tells_where_the_store_ends(ledger: DuckDBLedger) -> None:
    assert ledger.append("live", []).last_seq == 0
    last = ledger.append("live", [event("k")]).last_seq
    assert ledger.append("live", []) == ledger.append("live", [], expect_seq=7)
    assert ledger.append("live", []).last_seq == last
    with pytest.raises(EventLogError):
        ledger.append("live", [event("l"), event("m", correction="void", corrects="gone")])
    assert ledger.append("live", []).last_seq == last
    ledger.create_log("other")
    assert ledger.append("other", [event("k")]).last_seq == ledger.append("live", []).last_seq > last


def test_a_case_that_is_not_where_it_is_thought_to_be_takes_nothing(ledger: DuckDBLedger) -> None:
    with pytest.raises(ConcurrentAppendError, match="moved on to 0 since 7 was read"):
        ledger.append("live", [event("k")], expect_seq=7)
    seq = ledger.append("live", [event("k")], expect_seq=0).last_seq
    with pytest.raises(ConcurrentAppendError, match=f"moved on to {seq} since 0 was read"):
        ledger.append("live", [event("l")], expect_seq=0)
    again = ledger.append("live", [event("l"), event("m")], expect_seq=seq)
    assert again.new == ("l", "m")
    ledger.append("live", [event("n")])
    with pytest.raises(ConcurrentAppendError):
        ledger.append("live", [event(f"o{n}") for n in range(MANY)], expect_seq=again.last_seq)
    assert [one.event.key for one in ledger.case("live", "A")] == ["k", "l", "m", "n"]


def test_what_is_kept_in_memory_may_be_let_go_at_any_time(
    ledger: DuckDBLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appending, "KEPT_HEADS", 1)
    monkeypatch.setattr(new_objects, "KEPT_OBJECTS", 1)
    house = (ObjectLink("H", "house"),)
    for turn in range(4):
        ledger.append("live", [event(f"{turn} {n}", f"case {n}", objects=house) for n in range(turn + 1)])
    assert verified(ledger).intact
    assert [objects(ledger)[name][0] for name in ("H", "case 0", "case 3")] == ["house", "project", "project"]


@pytest.mark.parametrize("n", [1, 3, 4, MANY])
def test_objects_start_with_what_arrives_with_them_and_change_after(ledger: DuckDBLedger, n: int) -> None:
    links = tuple(ObjectLink(f"H{one}", "house") for one in range(n))

    def told(value: int) -> tuple[ObjectChange, ...]:
        return tuple(ObjectChange(f"H{one}", "floor", value + one) for one in range(n))

    ledger.append(
        "live", [event("k", objects=links, changes=told(1)), event("l", objects=links, changes=told(2))]
    )
    ledger.append("live", [event("m", objects=links, changes=told(3))])
    assert objects(ledger) == {"A": ("project", "{}")} | {
        f"H{one}": ("house", f'{{"floor":{1 + one}}}') for one in range(n)
    }
    second, third = (one.seq for one in ledger.since(0)[1:])
    found = changes(ledger)
    assert sorted(found) == sorted(
        (f"H{one}", "floor", str(value + one), MONDAY, seq)
        for value, seq in ((2, second), (3, third))
        for one in range(n)
    )
    assert verified(ledger).intact


def test_of_two_values_that_arrive_with_an_object_the_last_is_its_first(ledger: DuckDBLedger) -> None:
    twice = (ObjectChange("A", "city", "x"), ObjectChange("A", "city", "y"), ObjectChange("A", "floor", None))
    ledger.append("live", [event("k", changes=twice)])
    assert objects(ledger)["A"] == ("project", '{"city":"y","floor":null}')
    assert changes(ledger) == []
    assert verified(ledger).intact


def test_an_object_is_of_one_type_in_a_log_and_of_another_elsewhere(ledger: DuckDBLedger) -> None:
    ledger.create_log("other", case_type="person")
    ledger.append("live", [event("k", objects=(ObjectLink("x", "house"),))])
    ledger.append("other", [event("k", objects=(ObjectLink("x", "firm"),))])
    with ledger.reading() as connection:
        found = connection.execute(
            "SELECT log_id, object_id, object_type FROM object ORDER BY ALL"
        ).fetchall()
    assert found == [(1, "A", "project"), (1, "x", "house"), (2, "A", "person"), (2, "x", "firm")]
    with pytest.raises(EventLogError, match="event l links object A as house, but it is known as project"):
        ledger.append("live", [event("l", objects=(ObjectLink("A", "house"),))])
    with pytest.raises(EventLogError, match="links object y as firm, but it is known as house"):
        ledger.append("live", [event("m", objects=(ObjectLink("y", "house"), ObjectLink("y", "firm")))])
    assert len(ledger.since(0)) == 2
    assert ledger.append("live", [event("n", objects=(ObjectLink("A", "project", "itself"),))]).new == ("n",)
    assert verified(ledger).intact


class Nowhere(tzinfo):
    """A zone that cannot say how far it is from UTC."""

    def utcoffset(self, _: datetime | None) -> timedelta | None:
        return None

    dst = utcoffset

    def tzname(self, _: datetime | None) -> str | None:
        return None


@pytest.mark.parametrize("moment", [MONDAY.replace(tzinfo=None), MONDAY.replace(tzinfo=Nowhere())])
def test_a_moment_of_no_known_zone_is_refused(ledger: DuckDBLedger, moment: datetime) -> None:
    with pytest.raises(EventLogError, match="names no time zone"):
        ledger.append("live", [Event("k", "A", "visit", moment)])


def test_moments_are_read_in_utc_and_rows_in_their_order(ledger: DuckDBLedger) -> None:
    names = ("TimeZone", "preserve_insertion_order", "write_buffer_row_group_count")
    with ledger.reading() as connection:
        set_to = [connection.execute("SELECT current_setting($1)", [name]).fetchall()[0][0] for name in names]
    assert set_to == ["UTC", True, 1]


def test_the_file_is_let_go_of_only_when_nobody_reads_and_taken_up_again(ledger: DuckDBLedger) -> None:
    ledger.append("live", [event("k")])
    let_go = threading.Event()

    def swap() -> None:
        with ledger.swapping():
            let_go.set()

    with ThreadPoolExecutor() as others:
        with ledger.reading() as connection:
            swapped = others.submit(swap)
            assert not let_go.wait(0.3)
            assert connection.execute("SELECT count(*) FROM event").fetchall() == [(1,)]
        swapped.result(60)
    assert let_go.is_set()
    assert ledger.append("live", [event("l")]).new == ("l",)


def test_what_was_kept_in_memory_is_forgotten_once_others_have_written(ledger: DuckDBLedger) -> None:
    ledger.append("live", [event("k")])
    with ledger.writing() as connection:
        connection.execute("UPDATE log SET name = 'renamed' WHERE name = 'live'")
    with pytest.raises(UnknownLogError):
        ledger.append("live", [event("l")])
    assert ledger.append("renamed", [event("l")]).new == ("l",)
    assert verified(ledger).intact


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (duckdb.IOException("No space left on device"), "the disk that holds"),
        (duckdb.SerializationException("Failed to deserialize"), "is damaged or is not an event log"),
        (duckdb.IOException("something else"), "^something else"),
    ],
)
def test_a_full_disk_and_a_damaged_file_are_told_in_a_sentence_and_other_faults_as_they_are(
    ledger: DuckDBLedger, fault: Exception, told: str
) -> None:
    with pytest.raises((EventLogError, duckdb.Error), match=told), ledger.writing():
        raise fault


@pytest.mark.parametrize("lifecycle", get_args(Lifecycle))
def test_every_transition_of_the_standard_is_taken(ledger: DuckDBLedger, lifecycle: str) -> None:
    assert ledger.append("live", [event("k", lifecycle=lifecycle)]).new == ("k",)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"objects": (ObjectLink("x", ""),)}, "without an id or a type"),
        ({"objects": (ObjectLink("y", "house"), ObjectLink("", "house"))}, "without an id or a type"),
        ({"changes": (ObjectChange("A", "", 1),)}, "which it does not link"),
        ({"changes": (ObjectChange("A", "x", 1), ObjectChange("B", "x", 1))}, "'x' of object 'B'"),
        ({"correction": "undo", "corrects": "k"}, "half a correction"),
        ({"correction": "void", "corrects": "other"}, "belongs to case B; correct it there"),
        ({"correction": "void", "corrects": "gone"}, "corrects gone, which is not in the log"),
        ({"correction": "replace", "corrects": "void"}, "is a correction itself"),
        ({"correction": "void", "corrects": "twin"}, "corrects twin, which is not in the log"),
    ],
)
def test_what_makes_no_sense_is_refused_wherever_it_stands(
    ledger: DuckDBLedger, wrong: dict[str, Any], sentence: str
) -> None:
    ledger.create_log("elsewhere")
    ledger.append("elsewhere", [event("twin")])
    good = [event("k"), event("other", "B"), event("void", correction="void", corrects="k")]
    with pytest.raises(EventLogError, match=sentence):
        ledger.append("live", [*good, event("wrong", **wrong)])
    assert ledger.since(0, log="live") == []
    ledger.append("live", good)
    with pytest.raises(EventLogError, match=sentence):
        ledger.append("live", [event("wrong", **wrong)])
    assert len(ledger.since(0, log="live")) == 3


def test_a_correction_may_come_with_or_before_what_it_corrects(ledger: DuckDBLedger) -> None:
    ledger.append("live", [event("v", correction="void", corrects="k"), event("k")])
    ledger.append("live", [event("r", correction="replace", corrects="k")])
    assert [one.event.correction for one in ledger.since(0)] == ["void", None, "replace"]


def test_letters_that_are_written_as_escapes_are_hashed_alike_by_both(ledger: DuckDBLedger) -> None:
    odd = "a\x1f\n\t\\u001f\\n\x0b\u2028城"
    ledger.append("live", [event(odd, odd, attributes={odd: odd}, evidence={"quote": odd}, actor=odd)])
    assert ledger.since(0)[0].event.actor == odd
    assert verified(ledger).intact


def test_a_log_is_made_once_and_events_are_told_by_log_and_number(ledger: DuckDBLedger) -> None:
    ledger.create_log("live", case_type="house")
    ledger.create_log("played", simulated=True)
    with ledger.reading() as connection:
        found = connection.execute(
            "SELECT name, kind, case_type, simulated, timezone FROM log ORDER BY log_id"
        ).fetchall()
    assert found == [
        ("live", "live", "project", False, "Asia/Shanghai"),
        ("played", "live", "project", True, "Asia/Shanghai"),
    ]  # fmt: skip
    for name in ("", "  "):
        with pytest.raises(EventLogError, match="needs a name"):
            ledger.create_log(name)
    for n in range(4):
        ledger.append("live" if n % 2 else "played", [event(f"{n}")])
    places = [one.seq for one in ledger.since(0)]
    assert [(one.event.key, one.log) for one in ledger.since(places[0])] == [
        ("1", "live"), ("2", "played"), ("3", "live"),
    ]  # fmt: skip
    assert [one.event.key for one in ledger.since(0, log="played")] == ["0", "2"]
    assert [one.event.key for one in ledger.since(places[1], log="live", limit=1)] == ["3"]
    assert [one.event.key for one in ledger.case("played", "A")] == ["0", "2"]
    with pytest.raises(UnknownLogError, match="there are: live, played"):
        ledger.since(0, log="gone")
    with pytest.raises(UnknownLogError, match="there are: live, played"):
        ledger.append("gone", [event("k")])


def tamper(ledger: DuckDBLedger, *statements: str) -> LogVerification:
    with ledger.writing() as connection:
        for statement in statements:
            connection.execute(statement)
    return verified(ledger, "live").logs[0]


def filled(ledger: DuckDBLedger) -> None:
    ledger.create_log("other")
    for n in range(4):
        ledger.append("live", [event(f"{case}{n}", case) for case in "AB"])
        ledger.append("other", [event(f"{case}{n}", case, actor="wu") for case in "AB"])


def places(found: LogVerification) -> list[tuple[str | None, str | None, str]]:
    return [(one.case_id, one.event_key, one.what) for one in found.faults]


def test_each_fault_is_told_once_the_first_of_the_log_first(ledger: DuckDBLedger) -> None:
    filled(ledger)
    found = tamper(
        ledger,
        "UPDATE event SET actor = 'x' WHERE log_id = 1 AND event_key IN ('A1', 'B3')",
        "DELETE FROM event WHERE log_id = 1 AND event_key = 'B1'",
        "DELETE FROM recorded_key WHERE log_id = 1 AND event_key = 'A3'",
    )
    assert places(found) == [
        ("A", "A1", "changed"),
        (None, "B1", "missing"),
        ("B", "B2", "changed"),  # the event before it is gone
        ("A", "A3", "added"),
        ("B", "B3", "changed"),
    ]
    assert [it.intact for it in verified(ledger).logs] == [False, True]
    assert not verified(ledger).intact
    assert verified(ledger, "other").intact
    assert verified(ledger, "other").exit_status == 0


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("DELETE FROM event WHERE log_id = 1 AND event_key = 'A3'", ("A", None, "end missing")),
        ("UPDATE case_head SET seq = seq - 1 WHERE log_id = 1 AND case_id = 'A'", ("A", None, "end missing")),
        (
            "UPDATE case_head SET chain_hash = 'x'::BLOB WHERE log_id = 1 AND case_id = 'A'",
            ("A", None, "end missing"),
        ),
        ("INSERT INTO case_head SELECT 1, 'C', 99, 'x'::BLOB", ("C", None, "end missing")),
        ("DELETE FROM case_head WHERE log_id = 1 AND case_id = 'B'", ("B", None, "end added")),
        ("INSERT INTO recorded_key VALUES (1, 'C0', 99)", (None, "C0", "missing")),
        ("UPDATE recorded_key SET seq = 99 WHERE log_id = 1 AND event_key = 'B2'", ("B", "B2", "added")),
    ],
)
def test_a_case_s_end_and_every_key_are_accounted_for(
    ledger: DuckDBLedger, statement: str, fault: tuple[str | None, str | None, str]
) -> None:
    filled(ledger)
    found = tamper(ledger, statement)
    assert fault in places(found)
    assert len(found.faults) <= 2
    assert (found.events, found.cases) == (8 - statement.startswith("DELETE FROM event"), 2)
    assert [it.intact for it in verified(ledger).logs] == [False, True]


def test_no_more_faults_are_told_than_can_be_read(ledger: DuckDBLedger) -> None:
    ledger.append("live", [event(f"{n}", f"case {n}") for n in range(SHOWN + 5)])
    assert len(tamper(ledger, "UPDATE event SET actor = 'x'").faults) == SHOWN


def test_the_digest_is_made_of_the_heads_in_the_order_of_cases(ledger: DuckDBLedger) -> None:
    ledger.append("live", [event("1", "城"), event("2", "A"), event("3", "城")])
    digest = sha256()
    for case in ("A", "城"):
        head = ledger.head("live", case)
        digest.update(f"{len(case.encode())}:{case},{head.seq},".encode() + head.chain_hash)
    assert verified(ledger).logs[0].digest == digest.hexdigest()
    assert verified(ledger).as_text().startswith("live: all 3 events of 2 cases are what was recorded")


def test_objects_of_several_kinds_of_fault_are_each_told_once(ledger: DuckDBLedger) -> None:
    link = (ObjectLink("H", "house"), ObjectLink("I", "house"))
    ledger.append("live", [event("1", objects=link, changes=(ObjectChange("H", "floor", 1),))])
    ledger.append("live", [event("2", objects=link, changes=(ObjectChange("I", "floor", 2),))])
    ledger.create_log("other")
    ledger.append("other", [event("1", objects=(ObjectLink("H", "firm"),))])
    assert verified(ledger).intact
    found = tamper(
        ledger,
        "UPDATE object SET attributes = '{}', object_type = 'firm' WHERE log_id = 1 AND object_id = 'H'",
        "DELETE FROM object_change WHERE object_id = 'I'",
        "DELETE FROM object WHERE log_id = 1 AND object_id = 'A'",
    )
    assert [(one.object_id, one.what) for one in found.faults] == [
        ("A", "object"),
        ("H", "object"),
        ("I", "object"),
    ]
    assert [it.intact for it in verified(ledger).logs] == [False, True]


def test_the_objects_of_an_imported_log_are_held_to_their_digest_whatever_their_order(
    ledger: DuckDBLedger,
) -> None:
    moment = MONDAY + timedelta(hours=1)
    make_log(ledger, [MadeEvent(it, "visit", moment) for it in "AB"], {"A": {"city": "x"}, "B": {}})
    ledger.append("live", [event("k", "A", changes=(ObjectChange("A", "city", "z"),))])
    assert verified(ledger).intact
    with ledger.writing() as connection:
        kept = connection.execute(
            "SELECT * FROM object JOIN log USING (log_id) WHERE name = 'made'"
        ).fetchall()
        assert kept
        connection.execute("CREATE TEMP TABLE turned AS SELECT * FROM object ORDER BY object_id DESC")
        connection.execute("DELETE FROM object")
        connection.execute("INSERT INTO object SELECT * FROM turned")
    assert verified(ledger).intact
