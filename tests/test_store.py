"""What the store keeps, however much comes at once and whoever else writes or reads."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import duckdb
import pyarrow as pa
import pytest
from small_store import MANY, event, objects, verified

from eventlogs.errors import ConcurrentAppendError, EventLogError, SchemaError, UnknownLogError
from eventlogs.events import ObjectLink
from eventlogs.ledger import appending, new_objects
from eventlogs.ledger.appending import Appender
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.migrations import migrate, migrations
from eventlogs.ledger.opening import opened
from eventlogs.ledger.rows import registered


@pytest.fixture
def ledger(ledger: DuckDBLedger) -> DuckDBLedger:
    ledger.create_log("live")
    return ledger


@pytest.mark.parametrize("n_cases", [1, 2, 3, 4, MANY])
def test_every_case_goes_on_from_its_own_last_event(ledger: DuckDBLedger, n_cases: int) -> None:
    ledger.create_log("other")
    known = [event(f"first {n}", f"case {n}") for n in range(0, n_cases, 2)]
    ledger.append("live", known)
    ledger.append("other", [event(f"{n}", f"case {n}") for n in range(n_cases)])
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
    ledger.append("live", [event("j")])
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


def test_moments_are_read_in_utc_and_rows_in_their_order(ledger: DuckDBLedger) -> None:
    names = ("TimeZone", "preserve_insertion_order", "write_buffer_row_group_count")
    with ledger.reading() as connection:
        set_to = [connection.execute("SELECT current_setting($1)", [name]).fetchall()[0][0] for name in names]
    assert set_to == ["UTC", True, 1]


def n_read(ledger: DuckDBLedger) -> int:
    """Count the events as a reader of its own."""
    with ledger.reading() as connection:
        return int(connection.execute("SELECT count(*) FROM event").fetchall()[0][0])


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
            late = others.submit(n_read, ledger)  # or readers who take turns would keep the file for ever
            with pytest.raises(TimeoutError):
                late.result(0.3)
            assert connection.execute("SELECT count(*) FROM event").fetchall() == [(1,)]
        swapped.result(60)
        assert late.result(60) == 1
    assert let_go.is_set()
    assert ledger.append("live", [event("l")]).new == ("l",)


def test_who_comes_to_read_while_the_file_is_let_go_of_waits(ledger: DuckDBLedger) -> None:
    ledger.append("live", [event("k")])
    with ThreadPoolExecutor() as others:
        with ledger.swapping():
            reader = others.submit(n_read, ledger)
            with pytest.raises(TimeoutError):
                reader.result(0.3)
        assert reader.result(60) == 1


def test_who_waits_to_write_writes_as_soon_as_the_one_before_has_ended(ledger: DuckDBLedger) -> None:
    with ThreadPoolExecutor() as others:
        with ledger.still():
            waiting = [others.submit(ledger.append, "live", [event(key)]) for key in "kl"]
            for one in waiting:
                with pytest.raises(TimeoutError):
                    one.result(0.2)
        assert [one.result(60).new for one in waiting] == [("k",), ("l",)]


def is_let_go_of(file: Path) -> bool:
    """Tell whether a file can be opened in another way than a ledger that holds it does."""
    try:
        duckdb.connect(str(file), read_only=True).close()
    except duckdb.ConnectionException:
        return False
    return True


def test_the_file_is_held_as_long_as_the_ledger_lives_but_while_it_is_swapped(
    ledger: DuckDBLedger,
) -> None:
    assert not is_let_go_of(ledger.file)
    with ledger.swapping():
        assert is_let_go_of(ledger.file)
    assert not is_let_go_of(ledger.file)
    with pytest.raises(SchemaError, match="newer"):
        DuckDBLedger(ledger.file, migrations()[:1])
    ledger.close()
    with pytest.raises(SchemaError) as refused:
        DuckDBLedger(ledger.file, migrations()[:1])
    assert is_let_go_of(ledger.file), refused


def test_a_cursor_is_lent_for_the_block_alone(ledger: DuckDBLedger) -> None:
    for lent in (ledger.reading, ledger.writing):
        with lent() as connection:
            connection.execute("SELECT 1")
        with pytest.raises(duckdb.ConnectionException):
            connection.execute("SELECT 1")


def test_a_writer_who_gives_up_waiting_is_not_waited_for(
    ledger: DuckDBLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(threading.Condition, "wait_for", interrupted)
        with pytest.raises(KeyboardInterrupt):
            ledger.append("live", [event("k")])
    assert ledger.append("live", [event("l")]).new == ("l",)


def test_what_is_registered_can_be_selected_from_inside_the_block_alone() -> None:
    with duckdb.connect() as cursor:
        for rows in ({"n": [1, 2]}, pa.table({"n": [1, 2]})):
            with registered(cursor, "few", rows):
                assert cursor.execute("SELECT sum(n) FROM few").fetchall() == [(3,)]
            with pytest.raises(duckdb.CatalogException):
                cursor.execute("FROM few")


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
        (duckdb.IOException("Corrupt database file"), "is damaged or is not an event log"),
        (duckdb.IOException("something else"), "^something else"),
    ],
)
def test_a_full_disk_and_a_damaged_file_are_told_in_a_sentence_and_other_faults_as_they_are(
    ledger: DuckDBLedger, fault: Exception, told: str
) -> None:
    with pytest.raises((EventLogError, duckdb.Error), match=told), ledger.writing():
        raise fault


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


def test_a_store_without_logs_says_so_to_who_asks_for_one(tmp_path: Path) -> None:
    empty = DuckDBLedger(tmp_path / "empty.duckdb")
    with pytest.raises(UnknownLogError, match="no log named live; there is no log yet"):
        empty.append("live", [event("k")])
    with pytest.raises(UnknownLogError, match="no log named live; there is no log yet"):
        empty.case("live", "A")
    empty.close()


class Asked:
    """The writer's cursor of an empty store, which notes what the store is asked for."""

    def __init__(self, file: Path) -> None:
        self._cursor = opened(file)
        migrate(self._cursor, file, migrations())
        self._cursor.execute(
            "INSERT INTO log (name, kind, case_type, simulated, timezone, created_at) "
            "VALUES ('live', 'live', 'project', false, 'UTC', now())"
        )
        self.questions = 0

    def execute(self, statement: str, *values: object) -> duckdb.DuckDBPyConnection:
        self.questions += statement.lstrip().startswith("SELECT") and statement != appending._PLACES
        return self._cursor.execute(statement, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


@pytest.mark.parametrize("n", [1, MANY])
def test_the_store_is_not_asked_for_what_was_written_or_asked_for_before(tmp_path: Path, n: int) -> None:
    asked = Asked(tmp_path / "new.duckdb")
    appender = Appender(cast(duckdb.DuckDBPyConnection, asked))
    houses = tuple(ObjectLink(f"H{one}", "house") for one in range(n))

    def questions(turn: int) -> int:
        before = asked.questions
        appender.append("live", [event(f"{turn} {one}", f"{one}", objects=houses) for one in range(n)], None)
        return asked.questions - before

    assert [questions(turn) for turn in range(3)] == [3, 0, 0]  # the log, the heads, the objects
    appender.forget()
    assert [questions(turn) for turn in range(3, 5)] == [3, 0]
    appender.append("live", [], None)
    assert asked.questions == 6
    asked.close()


@pytest.mark.parametrize(("kept", "questions"), [(2, 0), (1, 2)])
def test_no_more_is_kept_in_memory_than_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: int, questions: int
) -> None:
    monkeypatch.setattr(appending, "KEPT_HEADS", kept)
    monkeypatch.setattr(new_objects, "KEPT_OBJECTS", kept)
    asked = Asked(tmp_path / "new.duckdb")
    appender = Appender(cast(duckdb.DuckDBPyConnection, asked))
    appender.append("live", [event("0 A"), event("0 B", "B")], None)
    appender.append("live", [event("1 A")], None)
    before = asked.questions
    appender.append("live", [event("1 B", "B")], None)
    assert asked.questions - before == questions  # where the case ends, and what it is
    asked.close()


def test_what_a_killed_process_had_put_aside_is_removed(tmp_path: Path) -> None:
    file = tmp_path / "events.duckdb"
    spilled = tmp_path / "events.duckdb.tmp" / "duckdb_temp_storage_DEFAULT-0.tmp"
    opened(file).close()
    spilled.parent.mkdir()
    spilled.write_bytes(b"large")
    with closing(opened(file)):
        assert not spilled.exists()
