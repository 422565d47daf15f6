"""Tables that we write open as people expect: in Excel, with types, and changed by hand."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from exchanged_logs import MadeEvent, events_of, exported, imported, make_log, objects_of
from made_logs import CASES, MONDAY, SOME, same

from eventlogs.errors import EventLogError
from eventlogs.ledger.duckdb_ledger import DuckDBLedger


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
