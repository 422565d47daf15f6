"""Files and requests made to harm are refused in one sentence, quickly and in little memory."""

import csv
import gzip
import io
import json
import os
import resource
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xlsxwriter
from api_stage import NANGANG, Office, office
from exchanged_logs import MadeEvent, exported, ledger_in, make_log
from fuzzing import is_one_sentence
from imported_logs import stored, written
from openpyxl import load_workbook
from running import ran

from eventlogs.errors import EventLogError
from eventlogs.events import Event
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.verification import verification
from flows.papers.sent_files import LARGEST

pytestmark = pytest.mark.xdist_group("routes")
LAUGHS = '<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">'
    for before, name in zip("abcdefghij", "bcdefghijk", strict=True)
)
QUADRATIC = f'<?xml version="1.0"?><!DOCTYPE log [<!ENTITY k "{"x" * 50_000}">'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE log [<!ENTITY k SYSTEM "file:///etc/hostname">'
XES = (
    ']><log><trace><string key="concept:name" value="c"/><event>'
    '<string key="concept:name" value="{value}"/>'
    '<date key="time:timestamp" value="2024-05-01T09:00:00Z"/></event></trace></log>'
)
OCEL = (
    ']><log><object-types/><event-types><event-type name="visit"/></event-types><objects/><events>'
    '<event id="1" type="visit" time="2024-05-01T09:00:00Z"><attributes><attribute name="a">{value}'
    "</attribute></attributes></event></events></log>"
)
BOMBS = {
    "billion laughs": (LAUGHS, "&k;"),
    "quadratic": (QUADRATIC, "&k;" * 50_000),
    "outside": (OUTSIDE, "&k;"),
}
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(1)")
SQL = ("'; DROP TABLE event; --", '" OR 1=1 --', "$$", "%'", "); DELETE FROM event; (", "\\'; --")


@contextmanager
def in_bounds() -> Iterator[None]:
    """Hold the block to 10 seconds of processor time and 400 MB."""
    began, held = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.process_time() - began < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held < 400_000


def refused(path: Path) -> str:
    with in_bounds(), pytest.raises(EventLogError) as caught:
        stored(path)
    is_one_sentence(caught.value)
    return caught.value.in_language("en")


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize(("ending", "body"), [("xes", XES), ("xmlocel", OCEL)])
def test_an_xml_bomb_is_refused(tmp_path: Path, bomb: str, ending: str, body: str) -> None:
    head, value = BOMBS[bomb]
    path = written(tmp_path / f"bomb.{ending}", head + body.format(value=value))
    assert "bomb" in refused(path)


@pytest.mark.parametrize("bomb", BOMBS)
def test_an_xml_bomb_in_a_workbook_is_refused(tmp_path: Path, bomb: str) -> None:
    head, value = BOMBS[bomb]
    cell = f"<c t='inlineStr'><is><t>{value}</t></is></c>"
    sheet = f"{head}]><worksheet><sheetData><row>{cell}</row></sheetData></worksheet>"
    assert "bomb.xlsx" in refused(
        workbook(tmp_path / "bomb.xlsx", sheet.replace("DOCTYPE log", "DOCTYPE worksheet"))
    )


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/workbook.xml", b"\0" * (200 << 20))
    assert "unpacks to 200 MB" in refused(path)


@pytest.mark.parametrize("ending", ["xes.gz", "csv.gz", "jsonocel.gz", "xlsx.gz", "parquet.gz", "sqlite.gz"])
def test_a_packed_file_that_unpacks_without_end_is_refused(tmp_path: Path, ending: str) -> None:
    starts = {"xes": b"<log>", "csv": b"case,activity,time\n", "jsonocel": b'{"a":"', "xlsx": b"PK\x03\x04"}
    start = starts.get(
        ending[:-3], {"parquet.gz": b"PAR1", "sqlite.gz": b"SQLite format 3\0"}.get(ending, b"")
    )
    path = tmp_path / f"bomb.{ending}"
    with gzip.open(path, "wb", compresslevel=6) as packed:
        packed.write(start)
        for _ in range(150):
            packed.write(b" " * (1 << 20))
    assert path.stat().st_size < 1 << 20
    assert "bomb" in refused(path)


def test_no_cell_of_an_export_is_a_formula(tmp_path: Path) -> None:
    events = [
        MadeEvent(text, text, None, {"note": text, text: text}, role=text, actor=text) for text in FORMULAS
    ]
    with ledger_in(tmp_path) as ledger:
        make_log(ledger, events, {text: {"city": text} for text in FORMULAS})
        exported(ledger, tmp_path / "it.csv")
        exported(ledger, tmp_path / "it.xlsx")
    with (tmp_path / "it.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert [cell for cell in cells if cell[:1] in set("=+-@\t\r")] == []
    book = load_workbook(tmp_path / "it.xlsx")
    kinds = {cell.data_type for sheet in book for row in sheet for cell in row}
    assert "f" not in kinds


@pytest.mark.parametrize("name", ["../out", "..\\out", "/tmp/out", "a/../../out", "\0", "CON", "a\nb"])
def test_a_name_leads_nowhere(tmp_path: Path, name: str) -> None:
    data = tmp_path / "inside" / "data"
    path = written(tmp_path / "it.csv", "case,activity,time\nc,a,2024-05-01\n")
    quoted = "'" + name + "'"
    for line in (f"log import {path} --log {quoted}", f"log delete {quoted}", f"log describe {quoted}"):
        status, _, err = ran(line, data)
        assert status in (0, 1, 2), err
        assert "Traceback" not in err
    assert {it.name for it in tmp_path.iterdir()} <= {"inside", "it.csv"}
    assert {it.name for it in (tmp_path / "inside").iterdir()} == {"data"}


def test_sql_in_names_is_only_a_name(tmp_path: Path) -> None:
    ledger = DuckDBLedger(tmp_path / "events.duckdb")
    for text in SQL:
        ledger.create_log(text)
        event = Event(
            text, text, text, datetime(2024, 5, 1, tzinfo=UTC), role=text, actor=text, attributes={text: text}
        )
        ledger.append(text, [event])
        assert [it.event for it in ledger.case(text, text)] == [event]
    assert len(ledger.since(0)) == len(SQL)
    with ledger.reading() as connection:
        assert verification(connection).intact
    ledger.close()


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"a":' * 100_000, '{"events":' + "[" * 50_000])
def test_json_of_absurd_depth_is_refused(tmp_path: Path, deep: str) -> None:
    types = '{"eventTypes":[],"objectTypes":[],"objects":[],"events":[{"id":'
    assert "deep" in refused(written(tmp_path / "deep.jsonocel", types + deep))


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office")) as lent:
        yield lent


SENT: dict[str, Callable[[], bytes]] = {
    "absurd depth": lambda: b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "open depth": lambda: b"[" * 200_000,
    "too large": lambda: b'{"data":"' + b"x" * (40 << 20) + b'"}',
    "a number of a million digits": lambda: b'{"data":' + b"9" * 1_000_000 + b"}",
}


@pytest.mark.parametrize("sent", SENT)
def test_a_request_made_to_harm_is_refused(at: Office, sent: str) -> None:
    with at.machine() as client, in_bounds():
        address = f"/api/v1/projects/{NANGANG}/acts/publicise_policy"
        answer = client.post(address, content=SENT[sent](), headers={"content-type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert "Traceback" not in answer.text


def test_an_upload_that_is_too_large_is_refused_and_kept_nowhere(at: Office) -> None:
    held = sorted(str(it) for it in at.engine.data.rglob("*"))
    with at.machine() as client:
        address = f"/api/v1/projects/{NANGANG}/work-items/publicise_policy/1/evidence"
        file = io.BytesIO(b"%PDF-1.7 " + os.urandom(16) + b"x" * LARGEST)
        answer = client.post(address, files={"file": ("../../a.pdf", file)})
    assert 400 <= answer.status_code < 500
    assert json.loads(answer.text)["status"] == answer.status_code
    assert sorted(str(it) for it in at.engine.data.rglob("*")) == held


def workbook(path: Path, sheet: str) -> Path:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet().write_row(0, 0, ["case", "activity", "time"])
    with zipfile.ZipFile(made) as found, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in found.namelist():
            packed.writestr(name, sheet if "sheet1" in name else found.read(name))
    return path
