"""Faults that odd files once made of the engine: each is a reading, or a refusal in one sentence, now."""

import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from exchanged_logs import MadeEvent, exported, ledger_in, make_log
from fuzzing import is_one_sentence
from imported_logs import stored, written

from dashboards.staff.form_fields import Known, fields_of
from dashboards.staff.form_reading import data_of
from eventlogs.attributes import decode_value
from eventlogs.errors import EventLogError, ImportRefusedError
from eventlogs.exchange.choices import ImportChoices
from eventlogs.exchange.mapping import with_mapping
from flows.forms.forms import form
from flows.policies.policies import read_policy
from flows.simulation.planting import read_plants
from flows.steps.registry import STEPS
from mining.normative.file import read_model
from mining.rules.file import RuleRefusedError, read_rules

ROWS = "case,activity,time,city,floors,opened\n{0}\n"
OCEL = {
    "eventTypes": [{"name": "visit", "attributes": []}],
    "objectTypes": [{"name": "project", "attributes": [{"name": "floors", "type": "integer"}]}],
    "events": [
        {"id": "e1", "type": "visit", "time": "2024-05-01T09:00:00Z", "relationships": [{"objectId": "p"}]}
    ],
    "objects": [{"id": "p", "type": "project", "attributes": []}],
}
FAULTY_OCEL: dict[str, Callable[[dict[str, list[dict[str, object]]]], object]] = {
    "attributes that are no list": lambda it: it["eventTypes"][0].update(attributes=True),
    "a type that is no map": lambda it: it["eventTypes"].insert(0, [1]),  # type: ignore[arg-type]
    "types that are no list": lambda it: it.update(eventTypes=5),  # type: ignore[call-overload]
    "a value that is a list": lambda it: it["objects"][0].update(
        attributes=[{"name": "floors", "value": [6], "time": "2024-05-01T09:00:00Z"}]
    ),
    "a name that is missing": lambda it: it["objects"][0].update(attributes=[{"value": 1}]),
    "notes that are text": lambda it: it.update(retrofit="x"),  # type: ignore[call-overload]
    "notes with an unknown zone": lambda it: it.update(retrofit={"timezone": "Mars"}),  # type: ignore[call-overload]
}


def refused(path: Path) -> ImportRefusedError:
    with pytest.raises(ImportRefusedError) as caught:
        stored(path)
    is_one_sentence(caught.value)
    return caught.value


def test_a_case_without_any_attribute_stands_beside_one_with_several(tmp_path: Path) -> None:
    rows = "c1,a,2024-05-01,harbin,6,\nc1,b,2024-05-02,harbin,6,\nc2,a,2024-05-03,,,\nc2,b,2024-05-04,,,"
    assert stored(written(tmp_path / "it.csv", ROWS.format(rows))).cases == {
        "c1": {"city": "harbin", "floors": 6},
        "c2": {},
    }


def test_a_case_has_a_moment_of_its_own(tmp_path: Path) -> None:
    table = {"case": ["c1", "c1", "c2"], "activity": ["a", "b", "a"]}
    moments = [datetime(2024, 5, n, tzinfo=UTC) for n in (1, 2, 3)]
    opened = [datetime(2023, 6, 1), datetime(2023, 6, 1), None]  # noqa: DTZ001 - a file may have no zone
    pq.write_table(pa.table(table | {"time": moments, "opened": opened}), tmp_path / "it.parquet")
    cases = stored(tmp_path / "it.parquet").cases
    assert (cases["c1"]["opened"].year, cases["c2"]) == (2023, {})


def test_text_that_is_not_what_its_mark_says_is_refused(tmp_path: Path) -> None:
    rows = b"c1,a,2024-05-01\nc1,b,2024-05-02\n"
    path = written(
        tmp_path / "it.csv", b"\xef\xbb\xbfcase,activity,time\n" + rows + b"c1,\xde\xff,2024-05-03\n"
    )
    assert "save it as UTF-8" in refused(path).in_language("en")


def test_a_lone_return_ends_a_line(tmp_path: Path) -> None:
    assert len(stored(written(tmp_path / "it.csv", "case,activity,time\rc,a,2024-05-01\r")).events) == 1


@pytest.mark.parametrize("fault", FAULTY_OCEL)
def test_ocel_of_another_shape_is_refused(tmp_path: Path, fault: str) -> None:
    made = json.loads(json.dumps(OCEL))
    FAULTY_OCEL[fault](made)
    made = {"retrofit": made.pop("retrofit", {}), **made}  # where our own exports have it
    assert "it.jsonocel" in refused(written(tmp_path / "it.jsonocel", json.dumps(made))).in_language("zh")


def test_an_odd_qualifier_and_broken_text_do_not_stop_the_engine(tmp_path: Path) -> None:
    made = json.loads(json.dumps(OCEL))
    made["events"][0]["relationships"][0]["qualifier"] = 5
    assert len(stored(written(tmp_path / "it.jsonocel", json.dumps(made))).events) == 1
    broken = json.dumps(OCEL).encode().replace(b'"visit"', b'"vi\xed\xa0\x80sit"')
    assert "broken JSON" in refused(written(tmp_path / "broken.jsonocel", broken)).in_language("en")


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet", "sqlite"])
def test_an_export_of_ours_that_was_damaged_is_refused(tmp_path: Path, kind: str) -> None:
    event = MadeEvent(
        "c1", "a", datetime(2024, 5, 1, tzinfo=UTC), {"n": 1}, objects=[("h", "household", "of")]
    )
    with ledger_in(tmp_path) as ledger:
        make_log(ledger, [event] * 400)
        exported(ledger, tmp_path / f"it.{kind}")
    path = tmp_path / f"it.{kind}"
    {"csv": spoil_csv, "xlsx": spoil_xlsx, "parquet": spoil_parquet, "sqlite": spoil_sqlite}[kind](path)
    assert f"it.{kind}" in refused(path).in_language("en")


def spoil_csv(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-100] + b"\xff" + data[-100:])


def spoil_xlsx(path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(path) as found, zipfile.ZipFile(held, "w") as made:
        for name in found.namelist():
            part = found.read(name)
            made.writestr(name, part[:200] + b"<<" + part[200:] if "sheet1" in name else part)
    path.write_bytes(held.getvalue())


def spoil_parquet(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4:200] = bytes(196)
    path.write_bytes(data)


def spoil_sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE retrofit_note SET note = '{} x'")


def test_links_of_another_shape_in_an_export_are_refused(tmp_path: Path) -> None:
    event = MadeEvent("c1", "a", datetime(2024, 5, 1, tzinfo=UTC), objects=[("h", "household", "of")])
    with ledger_in(tmp_path) as ledger:
        make_log(ledger, [event])
        exported(ledger, tmp_path / "it.csv")
    text = (tmp_path / "it.csv").read_text("utf-8")
    written(tmp_path / "it.csv", text.replace('""object_id"":""h""', '""object_id"":null'))
    assert "row 2" in refused(tmp_path / "it.csv").in_language("en")


def test_a_workbook_whose_styles_make_no_sense_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "it.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_row(0, 0, ["case", "activity", "time"])
    held = io.BytesIO()
    with zipfile.ZipFile(path) as found, zipfile.ZipFile(held, "w") as made:
        for name in found.namelist():
            made.writestr(name, found.read(name).replace(b"<cellStyle name", b'<cellStyle odd="1" name'))
    path.write_bytes(held.getvalue())
    assert "is no Excel workbook" in refused(path).in_language("en")


@pytest.mark.parametrize("text", ['{"$time":5}', '{"$float":[]}', '{"$map":3}', '{"$int":"x"}', "{"])
def test_a_tagged_value_that_was_never_written_is_no_value(text: str) -> None:
    with pytest.raises(ValueError, match=r"\$|'x'|unexpected|EOF|end of"):
        decode_value(text)


def test_a_rule_file_whose_rules_are_no_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleRefusedError, match="no \\[\\[rule\\]\\]"):
        read_rules(written(tmp_path / "it.toml", "rule = [[1]]"))


def test_toml_of_absurd_depth_is_refused(tmp_path: Path) -> None:
    deep = written(tmp_path / "it.toml", "rule = " + "[" * 5000)
    for read in (read_rules, read_policy, read_plants, read_model):
        with pytest.raises(EventLogError) as caught:
            read(deep)
        is_one_sentence(caught.value)


def test_a_row_of_a_form_is_numbered_by_plain_digits() -> None:
    fields = fields_of(form(STEPS["raise_funds"], "en"), {}, {}, Known())
    sent = {"raised.².yuan": ["1"], f"raised.{'9' * 5000}.yuan": ["1"], "raised.0.yuan": ["2"]}
    assert data_of(fields, sent)["raised"] == [{"yuan": "2"}]


def test_a_time_zone_of_absurd_length_is_refused() -> None:
    with pytest.raises(ImportRefusedError, match="is no time zone"):
        with_mapping(ImportChoices(timezone="长" * 3000), None)
