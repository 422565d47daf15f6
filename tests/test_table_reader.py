import gzip
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imported_logs import stored, written

from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.tables.csv_dialect import dialect_of
from eventlogs.exchange.tables.moments import moments, time_column
from eventlogs.exchange.tables.names import by_names
from eventlogs.exchange.tables.source import TableSource
from eventlogs.exchange.tables.stage import staged
from eventlogs.language import say, speaking

SHANGHAI = timezone(timedelta(hours=8))
ZH = """案件编号,环节,办理时间,办理人,角色,城市,楼层,费用,编码,备注
SH-1,登记,2021-03-06 09:05:00,张三,居民,上海,6,12.50,007,
SH-1,审核,2021-03-07 10:00:00,李四,街道,上海,6,3,008,NA
NA,登记,2021-03-08 00:00:00,张三,居民,广州,7,1,009,"一, ""二""
三"
"""


def table(tmp_path: Path, *times: str, head: str = "time") -> Path:
    rows = "".join(f'c,a,"{time}"\n' for time in times)
    return written(tmp_path / "times.csv", f"case,activity,{head}\n{rows}")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def local(found: Any) -> list[datetime]:
    return [it["time"].astimezone(SHANGHAI).replace(tzinfo=None) for it in found.events]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_columns_are_found_and_typed_however_the_table_is_written(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    text = ZH.replace("一, ", "一 ").replace(",", delimiter)
    path = tmp_path / "办件.csv.gz"
    path.write_bytes(gzip.compress(text.encode(encoding)))
    found = stored(path)
    assert found.source["read_as"] == {
        "case": "案件编号",
        "activity": "环节",
        "time": "办理时间",
        "resource": "办理人",
        "role": "角色",
        "city": "城市",
        "timezone": "Asia/Shanghai",
    }
    first, second, third = found.events
    assert (first["case"], first["activity"], first["actor"], first["role"]) == (
        "SH-1",
        "登记",
        "张三",
        "居民",
    )
    assert first["time"] == datetime(2021, 3, 6, 9, 5, tzinfo=SHANGHAI)
    assert first["attributes"] == {"费用": 12.5, "编码": "007"}
    assert second["attributes"] == {"费用": 3.0, "编码": "008", "备注": "NA"}
    assert third["attributes"]["备注"] == '一 "二"\n三'
    assert found.cases == {"SH-1": {"city": "上海", "楼层": 6}, "NA": {"city": "广州", "楼层": 7}}
    assert "办理时间 is taken as the time" in found.notes


def test_a_value_is_a_number_only_if_it_comes_back_as_the_same_text(tmp_path: Path) -> None:
    head = "case,activity,time,int,zero,plus,float,exp,bool,big,seen,mixed"
    rows = ["-7,007,+1,1.5,1e5,true,12345678901234567890,2021/3/6,1", "0,1,2,-2,2.25,FALSE,1,2021年3月7日,x"]
    text = "\n".join([head, *(f"c,a,2021-01-0{n},{row}" for n, row in enumerate(rows, 1))])
    found = stored(written(tmp_path / "kinds.csv", text)).events[0]["attributes"]
    seen = datetime(2021, 3, 6, tzinfo=SHANGHAI)
    assert found == {
        "int": -7,
        "zero": "007",
        "plus": "+1",
        "float": 1.5,
        "exp": 1e5,
        "bool": True,
        "big": 12345678901234567890.0,
        "seen": seen,
        "mixed": "1",
    }
    assert [type(found[name]) for name in ("int", "float", "bool")] == [int, float, bool]


def test_marked_case_columns_leave_constant_ones_to_the_events(tmp_path: Path) -> None:
    head = "case:concept:name,concept:name,time:timestamp,case:city,unit"
    text = f"{head}\nc,a,2021-01-01,上海,7\nc,b,2021-01-02,上海,7\n"
    found = stored(written(tmp_path / "marked.csv", text))
    assert found.cases == {"c": {"city": "上海"}}
    assert [it["attributes"] for it in found.events] == [{"unit": 7}] * 2


def test_a_marked_case_column_that_changes_stays_with_the_events(tmp_path: Path) -> None:
    text = "case,activity,time,case:x\nc,a,2021-01-01,1\nc,b,2021-01-02,2\n"
    found = stored(written(tmp_path / "changing.csv", text))
    assert found.cases == {"c": {}}
    assert [it["attributes"] for it in found.events] == [{"case:x": 1}, {"case:x": 2}]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021-03-06T14:05:06.123", at("2021-03-06 14:05:06.123000")),
        ("2021-03-06T06:05:00Z", at("2021-03-06 14:05")),
        ("2021-03-06 14:05:00+08:00", at("2021-03-06 14:05")),
        ("2021年3月6日", at("2021-03-06")),
        ("2021年3月6日 14时05分", at("2021-03-06 14:05")),
        ("2021年3月6日(星期六) 下午2:05:07", at("2021-03-06 14:05:07")),
        ("2021/3/6 14:05", at("2021-03-06 14:05")),
        ("2021.03.06 14:05", at("2021-03-06 14:05")),
        ("２０２１－０３－０６ １４：０５", at("2021-03-06 14:05")),
        ("31/3/2021 12:05 AM", at("2021-03-31 00:05")),
        ("3/31/2021 2:05 PM", at("2021-03-31 14:05")),
        ("06-Mar-2021 14:05", at("2021-03-06 14:05")),
        ("20210306", at("2021-03-06")),
        ("20210306140507", at("2021-03-06 14:05:07")),
        ("1615010700", at("2021-03-06 14:05")),
        ("1615010700123", at("2021-03-06 14:05:00.123000")),
        ("44261.586806", at("2021-03-06 14:05")),
    ],
)
def test_times_are_read_as_people_and_machines_write_them(
    tmp_path: Path, text: str, moment: datetime
) -> None:
    assert local(stored(table(tmp_path, text))) == [moment]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.datetimes(at("1950-01-01"), at("2050-01-01")), min_size=1, max_size=5))
def test_every_iso_time_is_read_exactly(times: list[datetime]) -> None:
    texts = [time.replace(tzinfo=SHANGHAI).isoformat() for time in times]
    batch = pa.record_batch([pa.array(texts)], names=["c0"])
    with staged(TableSource(["time"], iter([batch]))) as stage:
        column, _ = time_column(stage, "time", None, Path("it"))
        read = f"SELECT {column.wall} AS w, {column.offset} AS o FROM cell ORDER BY place"  # noqa: S608 - ours
        rows = stage.connection.execute(read).to_arrow_table()
    found = moments(rows["w"], rows["o"], "UTC").to_pylist()
    assert found == [time.replace(tzinfo=SHANGHAI) for time in times]


def test_the_whole_column_decides_whether_the_day_comes_first(tmp_path: Path) -> None:
    found = stored(table(tmp_path, "03/04/2021", "25/04/2021"))
    assert local(found) == [at("2021-04-03"), at("2021-04-25")]
    assert "03/04/2021 is read with the day first" in found.notes
    both = table(tmp_path, "03/04/2021", "05/04/2021")
    with pytest.raises(
        ImportRefusedError, match="whether the day or the month comes first, as in 03/04/2021"
    ):
        stored(both)
    assert local(stored(both, date_order="mdy"))[0] == at("2021-03-04")
    with pytest.raises(ImportRefusedError, match="day first in row 2 and the month first in row 3"):
        stored(table(tmp_path, "25/04/2021", "04/25/2021"))


def test_a_start_column_makes_two_events_of_a_row_when_it_is_chosen(tmp_path: Path) -> None:
    text = "case,activity,start_time,end_time\nc,a,2021-01-01 08:00,2021-01-01 09:00\nc,b,,2021-01-02 09:00\n"
    path = written(tmp_path / "spans.csv", text)
    plain = stored(path)
    assert [it["activity"] for it in plain.events] == ["a", "b"]
    assert "--start-time start_time" in plain.notes
    found = stored(path, start_time="start_time").events
    assert [(it["activity"], it["lifecycle"], it["time"].astimezone(SHANGHAI).hour) for it in found] == [
        ("a", "start", 8),
        ("a", "complete", 9),
        ("b", "complete", 9),
    ]


def test_columns_without_telling_names_are_told_by_their_values(tmp_path: Path) -> None:
    rows = "".join(
        f"x{n // 3},{['做事', '看事', '办事'][n % 3]},2021-01-{n % 28 + 1:02},{n}\n" for n in range(30)
    )
    found = stored(written(tmp_path / "plain.csv", "甲,乙,丙,丁\n" + rows))
    assert {name: found.source["read_as"][name] for name in ("case", "activity", "time")} == {
        "case": "甲",
        "activity": "乙",
        "time": "丙",
    }


def test_names_are_compared_without_case_spaces_and_strokes() -> None:
    assert by_names(["Case ID", "Complete-Timestamp", "ACTIVITY"]) == {
        "case": "Case ID",
        "activity": "ACTIVITY",
        "time": "Complete-Timestamp",
    }


GOOD = "case,activity,time\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (GOOD, "has a header but no events under it"),
        (GOOD + "c,a,2021-01-01\n\nc,a,yesterday\n", "row 4: 'yesterday' in time is no date and time"),
        (GOOD + "c,a,2021-02-30\n", "row 2: '2021-02-30' in time is no date and time"),
        (GOOD + "c,,2021-01-01\n", "row 2: the event has no activity"),
        (GOOD + ",a,2021-01-01\n", "row 2: the event has no case"),
        (GOOD + "c,a,2021-01-01\nc,a\n", "row 3: the row has 2 cells where the header has 3"),
        (GOOD + 'c,"a,2021-01-01\nc,a,2021-01-01\n', "row 2: the row has 2 cells where the header has 3"),
        (GOOD + 'c,a,"2021-01-01\nc,a,2021-01-01\n', "a quotation mark is opened and never closed"),
        ("case,activity,activity\nc,a,2021-01-01\n", "two columns are named activity"),
        ("nothing\nc\n", "has one column, 'nothing', where an event log needs case, activity and time"),
        (
            "case,activity,x\nc,a,b\n",
            "no column that is plainly the time; choose one with --time COLUMN from: case",
        ),
        (GOOD + "c,a,soon\nc,,2021-01-01\nc,a\n", "row 2: 'soon' in time is no date and time"),
        (GOOD + "c,a,2021-01-01\nc,a\n,a,2021-01-01\n", "row 3: the row has 2 cells where"),
        (GOOD + "c;a;2021-01-01\n" * 1001, "row 2: the row has 1 cell where the header has 3"),
        (b"case,activity,time\nc,\xff\xff\xff,2021-01-01\n", "neither UTF-8, GB18030 nor UTF-16"),
    ],
)
def test_a_fault_refuses_the_table_in_one_sentence(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    path = written(tmp_path / "bad.csv", text)
    with pytest.raises(ImportRefusedError, match=re.escape(sentence)):
        stored(path)


@pytest.mark.parametrize(
    ("beyond", "encoding"),
    [
        ("申请".encode(), "utf-8"),
        ("申请".encode("gb18030"), "gb18030"),
        (b"plain", "utf-8"),
        (b"\xe7##", None),
    ],
)
def test_the_encoding_is_told_by_a_character_that_a_block_cuts(
    tmp_path: Path, beyond: bytes, encoding: str | None
) -> None:
    path = tmp_path / "far.csv"
    path.write_bytes(GOOD.encode().ljust((1 << 20) - 1, b"#") + beyond)
    if encoding is None:
        with pytest.raises(ImportRefusedError, match="near byte 1048576: the text is neither"):
            dialect_of(path, compressed=False)
    else:
        assert dialect_of(path, compressed=False).encoding == encoding


def test_a_classifier_joins_columns_of_a_table(tmp_path: Path) -> None:
    rows = "c,apply,owner,2021-01-01\nc,vote,block group,2021-01-02\n"
    path = written(tmp_path / "joined.csv", f"case,act,done by,time\n{rows}")
    for classifier in ("act done by", "'act' 'done by'"):
        found = stored(path, classifier=classifier)
        assert [it["activity"] for it in found.events] == ["apply+owner", "vote+block group"]
    with pytest.raises(ImportRefusedError, match="no column nobody; it has: case, act, done by, time"):
        stored(path, classifier="act nobody")
    bad = written(tmp_path / "lacking.csv", f"case,act,done by,time\n{rows}c,vote,,2021-01-03\n")
    with pytest.raises(ImportRefusedError, match="row 4: the event has no done by"):
        stored(bad, classifier="act 'done by'")


def test_a_column_that_is_not_there_is_refused_with_the_one_meant(tmp_path: Path) -> None:
    path = table(tmp_path, "2021-01-01", head="end_time")
    with pytest.raises(ImportRefusedError, match="no column endtime; did you mean end_time"):
        stored(path, time="endtime")


def test_bad_rows_can_be_set_aside_with_reasons(tmp_path: Path) -> None:
    rows = ["c,a,2021-01-01", "c,b", "c,c,soon", ",d,2021-01-02", "c,e,2021-01-03"]
    path = written(tmp_path / "some.csv", GOOD + "\n".join(rows) + "\n")
    found = stored(path, rejects=tmp_path / "rejects.csv")
    assert [it["activity"] for it in found.events] == ["a", "e"]
    assert found.answer.rejected == 3
    lines = (tmp_path / "rejects.csv").read_text("utf-8-sig").splitlines()
    assert lines[0] == "row,column,value,reason,case,activity,time"
    assert [line.split(",")[0] for line in lines[1:]] == ["3", "4", "5"]
    assert lines[1].startswith("3,,,")
    assert lines[2].endswith(",c,c,soon")


def test_rows_of_another_length_are_told_in_the_language_of_who_imports(tmp_path: Path) -> None:
    path = written(tmp_path / "some.csv", f"{GOOD}c,a,2021-01-01\nc,b\n")
    with speaking("zh"):
        with pytest.raises(ImportRefusedError) as refused:
            stored(path)
        told = say(refused.value.text, **refused.value.values)
        assert told.endswith("第 3 行：本行有 2 格，而表头有 3 格；请改正其分隔符或引号")
        stored(path, rejects=tmp_path / "rejects.csv")
    assert "本行有 2 格，而表头有 3 格" in (tmp_path / "rejects.csv").read_text("utf-8-sig")
