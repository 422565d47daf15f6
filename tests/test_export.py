"""What is exported is read back as the very same log, in every format, and other tools read it too."""

import gzip
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from exchanged_logs import MadeEvent, events_of, exported, imported, ledger_in, make_log, objects_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_logs import CASES, MONDAY, SOME, attributes, events, same
from running import ran

from eventlogs.errors import EventLogError
from eventlogs.events import Attribute, Event
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.log_deletion import delete
from eventlogs.privacy.identity import Identity, People

ENDINGS = (".xes", ".csv", ".xlsx", ".parquet", ".jsonocel", ".xmlocel", ".sqlite")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DuckDBLedger, Path]]:
    folder = tmp_path_factory.mktemp("laws")
    with ledger_in(folder) as opened:
        yield opened, folder


number = iter(range(1_000_000))


@pytest.mark.parametrize("ending", ENDINGS)
@given(
    made=st.lists(events, min_size=1, max_size=12),
    cases=st.dictionaries(st.sampled_from(["SH-01", "NA"]), attributes),
)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_exported_is_read_back_as_the_same_log(
    shared: tuple[DuckDBLedger, Path],
    ending: str,
    made: list[MadeEvent],
    cases: dict[str, dict[str, Attribute]],
) -> None:
    ledger, folder = shared
    there, back = f"made {next(number)}", f"back {next(number)}"
    file = folder / f"{back}{ending}"
    present = {event.case_id for event in made}
    make_log(ledger, made, {case: given for case, given in cases.items() if case in present}, name=there)
    result = exported(ledger, file, there)
    assert result.left_out == ()
    imported(ledger, file, back)
    assert same(events_of(ledger, back)) == same(events_of(ledger, there))
    assert same(objects_of(ledger, back)) == same(objects_of(ledger, there))
    with ledger.writing() as connection:
        delete(connection, there)
        delete(connection, back)


@pytest.mark.parametrize(
    "ending", [".xes.gz", ".csv.gz", ".xlsx", ".parquet.gz", ".json.gz", ".xml.gz", ".sqlite.gz"]
)
def test_the_order_of_events_that_contradicts_their_times_is_kept(
    ledger: DuckDBLedger, tmp_path: Path, ending: str
) -> None:
    make_log(ledger, [MadeEvent("1", f"a{hour}", MONDAY - timedelta(hours=hour % 3)) for hour in range(7)])
    exported(ledger, tmp_path / f"log{ending}")
    imported(ledger, tmp_path / f"log{ending}")
    assert [event[2] for event in events_of(ledger, "back")] == [f"a{hour}" for hour in range(7)]


@pytest.mark.parametrize("ending", [".xes", ".csv", ".parquet", ".jsonocel"])
def test_a_simulated_log_stays_marked_as_simulated_in_its_own_zone(
    ledger: DuckDBLedger, tmp_path: Path, ending: str
) -> None:
    make_log(ledger, SOME, simulated=True, timezone="Europe/Amsterdam")
    exported(ledger, tmp_path / f"log{ending}")
    imported(ledger, tmp_path / f"log{ending}")
    with ledger.reading() as connection:
        kept = connection.execute("SELECT simulated, timezone FROM log WHERE name = 'back'").fetchall()
    assert kept == [(True, "Europe/Amsterdam")]


def test_what_a_format_cannot_hold_is_said(ledger: DuckDBLedger, tmp_path: Path) -> None:
    made = [
        MadeEvent("1", "a", MONDAY, objects=[("H1", "household", "asks")]),
        MadeEvent("", "b", MONDAY, objects=[("H1", "household", "asks")]),
        MadeEvent("1", "c", None),
    ]
    make_log(ledger, made, {"1": {}, "2": {"district": "静安"}})
    assert exported(ledger, tmp_path / "log.xes").left_out == (
        "1 event belongs to no case and stand behind the traces, where other tools may pass them over",
    )
    assert exported(ledger, tmp_path / "log.jsonocel").left_out == (
        "1 event has no time, which OCEL requires; they stand at 1970-01-01, marked retrofit:untimed",
    )
    assert exported(ledger, tmp_path / "log.csv").left_out == (
        "1 object that is no cases are left out, as a table holds events only; OCEL 2.0 holds them",
        "1 case without events is left out, as a table holds events only; XES and OCEL 2.0 hold them",
    )
    imported(ledger, tmp_path / "log.xes", "from xes")
    assert ("2", "case", {"district": "静安"}) in objects_of(ledger, "from xes")
    assert exported(ledger, tmp_path / "log.xes").events == 3


@pytest.mark.parametrize("ending", ["xes", "jsonocel", "xmlocel", "sqlite"])
def test_events_without_case_or_time_come_back(ledger: DuckDBLedger, tmp_path: Path, ending: str) -> None:
    made = [
        MadeEvent("1", "a", MONDAY),
        MadeEvent("1", "b", None, {"retrofit:untimed": True, "floor": 6}),
        MadeEvent("1", "c", MONDAY),
        MadeEvent("", "d", None),
        MadeEvent("", "d", MONDAY, {"floor": 7}),
    ]
    make_log(ledger, made, {"1": {}})
    assert exported(ledger, tmp_path / f"log.{ending}").events == 5
    assert _read_back(ledger, tmp_path / f"log.{ending}") == events_of(ledger, "made")


def _read_back(ledger: DuckDBLedger, file: Path) -> list[tuple[Any, ...]]:
    imported(ledger, file)
    return events_of(ledger, "back")


def test_corrections_are_applied_and_said(ledger: DuckDBLedger, tmp_path: Path) -> None:
    ledger.create_log("live")
    wrong = Event("k1", "SH-01", "vote", MONDAY)
    right = Event("k2", "SH-01", "hearing", MONDAY, correction="replace", corrects="k1")
    ledger.append("live", [wrong, right])
    result = exported(ledger, tmp_path / "log.csv", "live")
    assert result.left_out == ("1 correction is applied: what they replace or take out is not in the file",)
    assert [event[2] for event in _read_back(ledger, tmp_path / "log.csv")] == ["hearing"]


@pytest.mark.parametrize("ending", [".xes", ".csv", ".jsonocel", ".sqlite", ".parquet"])
def test_residents_stand_under_pseudonyms_unless_asked_otherwise(
    ledger: DuckDBLedger, tmp_path: Path, ending: str
) -> None:
    people = {"P-ABCDEF": Identity("P-ABCDEF", '陈"静"'), "P-GHJKLM": Identity("P-GHJKLM", "李梅")}
    made = [
        MadeEvent(
            "1",
            "sign",
            MONDAY,
            {"for": "P-GHJKLM"},
            actor="P-ABCDEF",
            objects=[("P-ABCDEF", "person", "signs")],
        )
    ]
    make_log(ledger, made)
    assert exported(ledger, tmp_path / f"plain{ending}").residents_named == 0
    imported(ledger, tmp_path / f"plain{ending}", "plain")
    assert events_of(ledger, "plain")[0][6] == "P-ABCDEF"
    assert exported(ledger, tmp_path / f"named{ending}", identities=people).residents_named == 2
    imported(ledger, tmp_path / f"named{ending}", "named")
    assert events_of(ledger, "named")[0][6] == '陈"静"'
    assert events_of(ledger, "named")[0][8] == {"for": "李梅"}


def test_pseudonyms_are_found_in_chinese_that_sets_no_spaces(ledger: DuckDBLedger, tmp_path: Path) -> None:
    said = {"note": "由P-ABCDEF提出，XP-ABCDEF不是"}
    make_log(ledger, [MadeEvent("1", "sign", MONDAY, said)])
    people = {"P-ABCDEF": Identity("P-ABCDEF", "李梅")}
    exported(ledger, tmp_path / "named.csv", identities=people)
    assert "由李梅提出，XP-ABCDEF不是" in (tmp_path / "named.csv").read_text("utf-8-sig")


def test_an_export_tells_where_staff_wrote_a_residents_name_themselves(tmp_path: Path) -> None:
    with ledger_in(tmp_path) as ledger:
        People(tmp_path).pseudonym_for("李梅", "13800138000")
        People(tmp_path).pseudonym_for("韩(雪)", "13800138001")
        notes = ["李梅不同意", "韩(雪)同意", "请打13800138000", "无人"]
        make_log(ledger, [MadeEvent("1", "visit", MONDAY, {"note": note}) for note in notes])
        make_log(ledger, [MadeEvent("1", "visit", MONDAY, {"note": "李梅"})], name="other")
    told = "into 3 events themselves; it stands in the file"
    assert told in ran(f"log export made {tmp_path}/a.csv --lang en", tmp_path)[2]
    assert "有 3 个事件" in ran(f"log export made {tmp_path}/b.jsonocel --lang zh", tmp_path)[2]
    assert told not in ran(f"log export made {tmp_path}/c.csv --with-identities --lang en", tmp_path)[2]


def test_the_command_narrates_pseudonyms_and_names(tmp_path: Path) -> None:
    with ledger_in(tmp_path) as ledger:
        pseudonym = People(tmp_path).pseudonym_for("李梅", room="501")
        make_log(ledger, [MadeEvent("1", "sign", MONDAY, actor=pseudonym)])
    status, out, err = ran(f"log export made {tmp_path}/a.csv --lang en", tmp_path)
    assert (status, out) == (0, f"{tmp_path}/a.csv: 1 case, 1 event of log made as csv\n")
    assert "residents stand in the file under pseudonyms" in err
    status, out, err = ran(f"log export made {tmp_path}/b.csv --with-identities --lang zh", tmp_path)
    assert "文件中写有 1 位居民的姓名" in err
    assert "李梅" in (tmp_path / "b.csv").read_text("utf-8-sig")


def test_nothing_half_written_is_left_behind(ledger: DuckDBLedger, tmp_path: Path) -> None:
    make_log(ledger, SOME)
    with pytest.raises(EventLogError, match="cannot be written"):
        exported(ledger, tmp_path / "no such folder" / "log.csv")
    with pytest.raises(EventLogError, match="names no format"):
        exported(ledger, tmp_path / "log.doc")
    with pytest.raises(EventLogError, match="there is no log named other"):
        exported(ledger, tmp_path / "log.csv", "other")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith((".log", "log"))] == []


def test_one_log_exported_twice_gives_the_same_bytes(ledger: DuckDBLedger, tmp_path: Path) -> None:
    make_log(ledger, SOME, CASES)
    for ending in (".xes.gz", ".csv.gz", ".jsonocel"):
        exported(ledger, tmp_path / f"a{ending}")
        exported(ledger, tmp_path / f"b{ending}")
        assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()
    assert gzip.decompress((tmp_path / "a.xes.gz").read_bytes()).startswith(b"<?xml")


def test_pm4py_reads_our_files_and_counts_the_same(
    ledger: DuckDBLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PM4PY_SHOW_PROGRESS_BAR", "0")
    import pm4py

    houses = [("H1", "household", "asks"), ("H2", "household", "asks")]
    made = [
        MadeEvent(
            f"SH-{n % 3}", f"a{n % 4}", MONDAY + timedelta(hours=n), {"floor": n}, objects=houses[: n % 3]
        )
        for n in range(20)
    ]
    make_log(ledger, made, {f"SH-{n}": {"district": "静安"} for n in range(3)})
    n_links = sum(len(event.objects) for event in made) + 20
    exported(ledger, tmp_path / "log.xes")
    frame = pm4py.read_xes(str(tmp_path / "log.xes"))
    assert (len(frame), frame["case:concept:name"].nunique(), frame["concept:name"].nunique()) == (20, 3, 4)
    assert set(frame["case:district"]) == {"静安"}
    for ending in (".jsonocel", ".xmlocel", ".sqlite"):
        exported(ledger, tmp_path / f"log{ending}")
        log = pm4py.read_ocel2(str(tmp_path / f"log{ending}"))
        assert (len(log.events), len(log.objects), len(log.relations)) == (20, 5, n_links), ending


def test_the_sqlite_layout_is_that_of_the_standard(ledger: DuckDBLedger, tmp_path: Path) -> None:
    from pm4py.objects.ocel.validation import ocel20_rel_validation

    make_log(ledger, [MadeEvent("1", "Pay order", MONDAY, {"price": 1, "Price": 2.5})], CASES)
    exported(ledger, tmp_path / "log.sqlite")
    satisfied, unsatisfied = ocel20_rel_validation.apply(str(tmp_path / "log.sqlite"))
    assert unsatisfied == [], satisfied
    with sqlite3.connect(tmp_path / "log.sqlite") as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(event_Payorder)")]
    assert columns == ["ocel_id", "ocel_time", "Price", "price_2"]
    imported(ledger, tmp_path / "log.sqlite")
    assert events_of(ledger, "back")[0][8] == {"price": 1, "Price": 2.5}


def test_times_keep_their_moment_whatever_the_zone_did(ledger: DuckDBLedger, tmp_path: Path) -> None:
    moments = [
        datetime(1890, 1, 1, tzinfo=UTC),
        datetime(1945, 8, 1, 12, tzinfo=timezone(timedelta(hours=9))),
    ]
    make_log(ledger, [MadeEvent("1", "a", moment, {"seen": moment}) for moment in moments])
    for ending in (".xes", ".xlsx", ".csv", ".sqlite"):
        exported(ledger, tmp_path / f"log{ending}")
        imported(ledger, tmp_path / f"log{ending}", ending)
        assert [(event[7], event[8]["seen"]) for event in events_of(ledger, ending)] == [
            (it, it) for it in moments
        ]
