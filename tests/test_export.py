"""What is exported is read back as the very same log, in every format, and other tools read it too."""

import csv
import gzip
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from exchanged_logs import MadeEvent, events_of, exported, imported, ledger_in, make_log, objects_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from running import ran

from eventlogs.attributes import Identifier
from eventlogs.errors import EventLogError
from eventlogs.events import Attribute, Event
from eventlogs.exchange.xes.text import plain_name, xml_name
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.log_deletion import delete
from eventlogs.privacy.identity import Identity, People

ENDINGS = (".xes", ".csv", ".xlsx", ".parquet", ".jsonocel", ".xmlocel", ".sqlite")
XES_RULES = Path(__file__).parent / "data" / "xes-1849-2016.rng"
MONDAY = datetime(2024, 3, 4, 9, 30, 15, 123456, tzinfo=UTC)

FIRST, LAST = (datetime.fromisoformat(text) for text in ("1905-01-01", "2099-01-01"))  # without a zone
names = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=8
)
moments = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
scalars: st.SearchStrategy[Attribute] = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            "'",
            "'quoted",
            "=1+1",
            "+86 21",
            "-",
            "@home",
            "\tTab",
            "007",
            "true",
            "加装电梯",
            "a\nb",
            "_x0041_",
        ]
    ),
    st.integers(-(2**70), 2**70),
    st.integers(-5, 5),
    st.floats(),
    st.booleans(),
    moments,
    st.none(),
    names.map(Identifier),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=4,
)
attributes = st.dictionaries(
    st.sampled_from(["楼层", "cost", "total items", "note", "org:role"]) | names, values, max_size=4
)
events = st.builds(
    MadeEvent,
    case_id=st.sampled_from(["SH-01", "案件 2", "NA", "=3"]),
    activity=st.sampled_from(["提交申请", "vote", "+sign"]) | names,
    occurred_at=moments,
    attributes=attributes,
    lifecycle=st.sampled_from(["complete", "start"]),
    role=st.none() | names,
    tool=st.none() | names,
    actor=st.none() | names,
    evidence=st.dictionaries(names, names, max_size=2),
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DuckDBLedger, Path]]:
    folder = tmp_path_factory.mktemp("laws")
    with ledger_in(folder) as opened:
        yield opened, folder


SOME = [
    MadeEvent(
        "SH-01",
        "提交申请",
        MONDAY,
        {"楼层": 6, "cost": 12.5, "city": "上海"},
        actor="王主任",
        role="street_office",
    ),
    MadeEvent(
        "SH-02", "提交申请", MONDAY, {"楼层": 5, "cost": 1.0, "seen": MONDAY}, actor="李工", lifecycle="start"
    ),
    MadeEvent(
        "SH-01",
        "vote",
        MONDAY + timedelta(microseconds=1),
        {"floors": [1, 2], "by": {"name": "A", "n": None}},
    ),
]
CASES: dict[str, dict[str, Attribute]] = {
    "SH-01": {"district": "静安", "total households": 24},
    "SH-02": {"district": "徐汇"},
}


def same(value: Any) -> Any:
    """Return a value in which a number that is none equals itself, and 1, 1.0 and true differ."""
    if isinstance(value, dict):
        return {name: same(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [same(item) for item in value]
    return value if isinstance(value, datetime) else (type(value).__name__, repr(value))


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


@given(name=st.text())
def test_every_name_becomes_an_xml_name_and_back(name: str) -> None:
    assert plain_name(xml_name(name)) == name
    etree.Element("a").set("key", xml_name(name))
    assert " " not in xml_name(name)


@given(made=st.lists(events, min_size=1, max_size=4))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_xes_keeps_the_rules_of_the_standard(
    shared: tuple[DuckDBLedger, Path], made: list[MadeEvent]
) -> None:
    ledger, folder = shared
    name = f"made {next(number)}"
    make_log(ledger, made, {made[0].case_id: {"total items": {"deep inside": [1, None]}}}, name=name)
    exported(ledger, folder / "valid.xes", name)
    rules = etree.RelaxNG(file=str(XES_RULES))
    rules.assertValid(etree.parse(folder / "valid.xes"))


def test_xes_speaks_the_language_of_the_standard(ledger: DuckDBLedger, tmp_path: Path) -> None:
    make_log(ledger, SOME, CASES)
    exported(ledger, tmp_path / "log.xes")
    log = etree.parse(tmp_path / "log.xes").getroot()
    prefixes = {extension.get("prefix") for extension in log.iter("extension")}
    assert prefixes >= {"concept", "time", "lifecycle", "org", "identity"}
    assert [scope.get("scope") for scope in log.iter("global")] == ["trace", "event"]
    trace = log.find("trace")
    assert trace is not None
    assert {(it.tag, it.get("key"), it.get("value")) for it in trace if it.tag != "event"} == {
        ("string", "concept:name", "SH-01"),
        ("string", "district", "静安"),
        ("int", "total_x0020_households", "24"),
    }
    first = trace.findall("event")[0]
    assert {(it.tag, it.get("key"), it.get("value")) for it in first} >= {
        ("date", "time:timestamp", "2024-03-04T17:30:15.123456+08:00"),
        ("int", "楼层", "6"),
        ("float", "cost", "12.5"),
    }


def test_classifiers_and_log_attributes_of_an_imported_file_are_kept(
    ledger: DuckDBLedger, tmp_path: Path
) -> None:
    (tmp_path / "in.xes").write_text(
        '<log xes.version="1.0"><extension name="Cost" prefix="cost" uri="urn:cost"/>'
        '<global scope="event"><string key="concept:name" value="?"/></global>'
        '<classifier name="MXML Legacy Classifier" keys="concept:name lifecycle:transition"/>'
        '<string key="source"  value="电梯办"><int key="pages" value="3"/></string>'
        '<trace><string key="concept:name" value="1"/><event><string key="concept:name" value="a"/>'
        '<date key="time:timestamp" value="2024-05-01T10:00:00+08:00"/></event></trace></log>'
    )
    imported(ledger, tmp_path / "in.xes", "made")
    exported(ledger, tmp_path / "out.xes")
    written = (tmp_path / "out.xes").read_text()
    assert (
        '<classifier name="MXML_x0020_Legacy_x0020_Classifier" keys="concept:name lifecycle:transition"/>'
        in written
    )
    assert 'prefix="cost"' in written
    assert '<string key="source" value="电梯办"><int key="pages" value="3"/></string>' in written
    imported(ledger, tmp_path / "out.xes")
    assert same(events_of(ledger, "back")) == same(events_of(ledger, "made"))


def test_a_csv_opens_in_excel_with_chinese_and_without_formulas(ledger: DuckDBLedger, tmp_path: Path) -> None:
    made = [
        MadeEvent("=cmd()", "+提交", MONDAY, {"note": text})
        for text in ("=1+1", "-2", "@x", "\ty", "'z", "plain", "")
    ]
    make_log(ledger, made)
    exported(ledger, tmp_path / "log.csv")
    assert (tmp_path / "log.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "log.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["case:concept:name"] for row in rows} == {"'=cmd()"}
    assert [row["note"] for row in rows][:6] == ["'=1+1", "'-2", "'@x", "'\ty", "''z", "plain"]
    assert all(cell[:1] not in "=+-@\t" or not cell for row in rows for cell in row.values())
    exported(ledger, tmp_path / "bare.csv", bom=False)
    assert (tmp_path / "bare.csv").read_bytes().startswith(b"case:concept:name")


def test_a_workbook_has_real_dates_and_numbers(ledger: DuckDBLedger, tmp_path: Path) -> None:
    make_log(ledger, SOME, CASES)
    exported(ledger, tmp_path / "log.xlsx")
    book = openpyxl.load_workbook(tmp_path / "log.xlsx")
    assert [sheet.sheet_state for sheet in book.worksheets] == ["visible", "veryHidden"]
    header, first = list(book.worksheets[0].iter_rows(max_row=2, values_only=True))
    row = dict(zip(header, first, strict=True))
    assert row["time:timestamp"] == datetime.fromisoformat("2024-03-04T17:30:15.123")
    assert (row["楼层"], row["cost"], row["case:total households"]) == (6, 12.5, 24)


def test_a_time_changed_by_hand_in_a_workbook_counts(ledger: DuckDBLedger, tmp_path: Path) -> None:
    make_log(ledger, SOME[:1])
    exported(ledger, tmp_path / "log.xlsx")
    book = openpyxl.load_workbook(tmp_path / "log.xlsx")
    book.worksheets[0]["C2"] = datetime.fromisoformat("2024-05-01T08:00:00")
    book.save(tmp_path / "log.xlsx")
    imported(ledger, tmp_path / "log.xlsx")
    assert events_of(ledger, "back")[0][7] == datetime(2024, 5, 1, tzinfo=UTC)


def test_parquet_has_types_of_its_own(ledger: DuckDBLedger, tmp_path: Path) -> None:
    make_log(ledger, SOME, CASES)
    exported(ledger, tmp_path / "log.parquet")
    types = {field.name: str(field.type) for field in pq.read_schema(tmp_path / "log.parquet")}
    assert types["time:timestamp"] == "timestamp[us, tz=Asia/Shanghai]"
    assert (types["楼层"], types["cost"], types["city"]) == ("int64", "double", "string")


def test_a_column_spoilt_by_hand_is_refused_with_its_place(ledger: DuckDBLedger, tmp_path: Path) -> None:
    make_log(ledger, SOME)
    exported(ledger, tmp_path / "log.csv")
    text = (tmp_path / "log.csv").read_text("utf-8-sig")
    (tmp_path / "log.csv").write_text(text.replace(",6,", ",six,"), "utf-8-sig")
    with pytest.raises(EventLogError, match=r"row 2, column 楼层: 'six' is not what was exported there"):
        imported(ledger, tmp_path / "log.csv")


def test_a_table_that_becomes_odd_far_behind_its_start_is_read_on_row_by_row(
    ledger: DuckDBLedger, tmp_path: Path
) -> None:
    long = "x" * 3_000_000  # some of which fill a block that is read as columns
    made = [MadeEvent(f"{n // 2}", "vote", MONDAY, {"note": f"{long}{n}", "n": n}) for n in range(8)]
    make_log(ledger, made, {f"{n}": {"floor": n} for n in range(4)})
    exported(ledger, tmp_path / "log.csv")
    text = (tmp_path / "log.csv").read_bytes()
    (tmp_path / "log.csv").write_bytes(text + b"\r\n")  # an empty line
    imported(ledger, tmp_path / "log.csv")
    assert same(events_of(ledger, "back")) == same(events_of(ledger, "made"))
    assert objects_of(ledger, "back") == objects_of(ledger, "made")


def test_what_a_format_cannot_hold_is_said(ledger: DuckDBLedger, tmp_path: Path) -> None:
    made = [
        MadeEvent("1", "a", MONDAY, objects=[("H1", "household", "asks")]),
        MadeEvent("", "b", MONDAY, objects=[("H1", "household", "asks")]),
        MadeEvent("1", "c", None),
    ]
    make_log(ledger, made, {"1": {}, "2": {"district": "静安"}})
    assert exported(ledger, tmp_path / "log.xes").left_out == (
        "1 events belong to no case and stand behind the traces, where other tools may pass them over",
    )
    assert exported(ledger, tmp_path / "log.jsonocel").left_out == (
        "1 events have no time, which OCEL requires; they stand at 1970-01-01, marked retrofit:untimed",
    )
    assert exported(ledger, tmp_path / "log.csv").left_out == (
        "1 objects that are no cases are left out, as a table holds events only; OCEL 2.0 holds them",
        "1 cases without events are left out, as a table holds events only; XES and OCEL 2.0 hold them",
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
    assert result.left_out == ("1 corrections are applied: what they replace or take out is not in the file",)
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


def test_the_command_narrates_pseudonyms_and_names(tmp_path: Path) -> None:
    with ledger_in(tmp_path) as ledger:
        pseudonym = People(tmp_path).pseudonym_for("李梅", room="501")
        make_log(ledger, [MadeEvent("1", "sign", MONDAY, actor=pseudonym)])
    status, out, err = ran(f"log export made {tmp_path}/a.csv --lang en", tmp_path)
    assert (status, out) == (0, f"{tmp_path}/a.csv: 1 cases, 1 events of log made as csv\n")
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
