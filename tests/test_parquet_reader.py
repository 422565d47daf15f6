from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from imported_logs import stored, written

from eventlogs.errors import ImportRefusedError

SHANGHAI = timezone(timedelta(hours=8))


def test_parquet_keeps_the_types_of_its_columns(tmp_path: Path) -> None:
    moment = datetime(2021, 3, 6, 1, 5, 7, 123456, tzinfo=UTC)
    rows = pa.table(
        {
            "case": ["c", "c"],
            "activity": pa.array(["a", "b"]).dictionary_encode(),
            "time": pa.array([moment, moment], pa.timestamp("us", "UTC")),
            "code": ["7", None],
            "n": pa.array([2**62, None], pa.int64()),
            "x": [0.1, float("inf")],
            "ok": [True, None],
            "on": pa.array([date(2021, 1, 1), None]),
            "floors": [[1, 2], None],
        }
    )
    pq.write_table(rows, tmp_path / "typed.parquet")
    found = stored(tmp_path / "typed.parquet")
    assert [it["time"] for it in found.events] == [moment] * 2
    new_year = datetime(2021, 1, 1, tzinfo=SHANGHAI)
    assert found.events[0]["attributes"] == {
        "code": "7",
        "n": 2**62,
        "x": 0.1,
        "ok": True,
        "on": new_year,
        "floors": [1, 2],
    }
    assert found.events[1]["attributes"] == {"x": float("inf")}


def test_a_cut_parquet_file_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"case": ["c"]}), tmp_path / "whole.parquet")
    path = written(tmp_path / "cut.parquet", (tmp_path / "whole.parquet").read_bytes()[:-10])
    with pytest.raises(ImportRefusedError, match="no whole Parquet file"):
        stored(path)


def test_parquet_times_of_an_unknown_zone_are_refused(tmp_path: Path) -> None:
    moments = pa.array([0], pa.timestamp("us", "Asia/Shcnghai"))
    pq.write_table(pa.table({"case": ["c"], "activity": ["a"], "time": moments}), tmp_path / "odd.parquet")
    with pytest.raises(ImportRefusedError, match=r"column time are said to be in Asia/Shcnghai, which is no"):
        stored(tmp_path / "odd.parquet")


def test_parquet_texts_that_are_no_utf_8_are_refused(tmp_path: Path) -> None:
    rows = pa.table({"case": ["c"], "activity": ["提交"], "time": ["2024-05-01"]})
    pq.write_table(rows, tmp_path / "whole.parquet", compression="none", use_dictionary=False)
    damaged = (tmp_path / "whole.parquet").read_bytes().replace("提交".encode(), b"\x91" * 6)
    path = written(tmp_path / "damaged.parquet", damaged)
    with pytest.raises(ImportRefusedError, match=r"is no whole Parquet file: .*UTF-?8"):
        stored(path)


def test_parquet_notes_that_are_no_utf_8_are_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"提交": ["c"]}), tmp_path / "whole.parquet", store_schema=False)
    damaged = (tmp_path / "whole.parquet").read_bytes().replace("提交".encode(), b"\x91" * 6)
    path = written(tmp_path / "damaged.parquet", damaged)
    with pytest.raises(ImportRefusedError, match="is no whole Parquet file"):
        stored(path)
