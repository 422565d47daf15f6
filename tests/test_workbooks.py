import re
import warnings
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from imported_logs import stored, written

from eventlogs.errors import ImportRefusedError

SHANGHAI = timezone(timedelta(hours=8))


def workbook(path: Path, *rows: list[Any], title: str = "台账") -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "说明"
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_a_workbook_is_read_from_the_row_of_its_column_names(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "台账.xlsx",
        ["加装电梯办件台账"],
        [],
        ["案件编号", "环节", "办理时间", "费用", "编码", "备案", "建成"],
        ["SH-1", "登记", datetime.fromisoformat("2021-03-06 09:05"), 12, "007", date(2021, 4, 1), True],
        ["SH-1", "审核", datetime.fromisoformat("2021-03-07 09:05"), 12.5, "12", None, False],
        ["SH-2", "登记", datetime.fromisoformat("2021-03-08 09:05"), 1, "13", None, False],
    )
    found = stored(path)
    assert [it["time"].astimezone(SHANGHAI).day for it in found.events] == [6, 7, 8]
    filed = datetime(2021, 4, 1, tzinfo=SHANGHAI)
    assert found.events[0]["attributes"] == {"费用": 12.0, "编码": "007", "备案": filed, "建成": True}
    assert found.events[1]["attributes"] == {"费用": 12.5, "编码": "12", "建成": False}
    assert "the column names are read from row 3 of 台账" in found.notes
    with pytest.raises(ImportRefusedError, match="no sheet 别的; it has: 说明, 台账"):
        stored(path, sheet="别的")


def test_a_fault_in_a_workbook_names_its_own_row(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["案件编号", "环节", "办理时间"],
        ["c", "a", datetime.fromisoformat("2021-03-06")],
        ["c", "b", "下周"],
    ]
    path = workbook(tmp_path / "bad.xlsx", ["标题"], *rows)
    with pytest.raises(ImportRefusedError, match="row 4: '下周' in 办理时间 is no date and time"):
        stored(path)


def calculated(path: Path, cell: str) -> Path:
    """Write a workbook whose last cell, an amount, stands as given in the sheet's XML."""
    head = ["案件编号", "环节", "办理时间", "金额"]
    plain = workbook(
        path,
        head,
        ["c", "a", datetime.fromisoformat("2021-03-06"), 1],
        ["c", "b", datetime.fromisoformat("2021-03-07"), 2],
    )
    with zipfile.ZipFile(plain) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in parts.items():
            changed = re.sub(r'<c r="D3"[^>]*><v>2</v></c>', cell, text)
            packed.writestr(name, changed)
    return path


@pytest.mark.parametrize(
    "cell", ['<c r="D3"><f>1+1</f></c>', '<c r="D3"><f t="array" ref="D3">1+1</f><v/></c>']
)
def test_a_formula_without_a_stored_result_is_a_fault_of_its_row(tmp_path: Path, cell: str) -> None:
    path = calculated(tmp_path / "formula.xlsx", cell)
    with pytest.raises(ImportRefusedError, match="row 3: the formula in 金额 has no stored result; open the"):
        stored(path)
    found = stored(path, rejects=tmp_path / "rejects.csv")
    assert (len(found.events), found.answer.rejected) == (1, 1)
    assert "has no stored result" in (tmp_path / "rejects.csv").read_text("utf-8-sig").splitlines()[1]


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ('<c r="D3"><f>1+1</f><v>2</v></c>', {"金额": 2}),
        ('<c r="D3" t="str"><f>""</f><v></v></c>', {}),  # a text, and an empty one
    ],
)
def test_a_formula_is_read_as_what_it_came_to(tmp_path: Path, cell: str, amount: dict[str, int]) -> None:
    assert stored(calculated(tmp_path / "formula.xlsx", cell)).events[1]["attributes"] == amount


@pytest.mark.parametrize("name", ["台账.ods", "台账.docx", "台账.zip"])
def test_what_is_only_packed_like_a_workbook_is_refused_with_how_to_mend_it(
    tmp_path: Path, name: str
) -> None:
    with zipfile.ZipFile(tmp_path / name, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", "<office/>")
    with pytest.raises(ImportRefusedError, match=r"save the table as \.xlsx or \.csv") as refused:
        stored(tmp_path / name)
    assert "另存为 .xlsx 或 .csv" in refused.value.in_language("zh")


def test_an_old_or_locked_workbook_is_refused_with_how_to_mend_it(tmp_path: Path) -> None:
    path = written(tmp_path / "台账.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))
    with pytest.raises(ImportRefusedError, match=r"save it as \.xlsx without a password"):
        stored(path)


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "bomb.xlsx", ["case", "activity", "time"])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed, packed.open("bomb.xml", "w") as file:
        for _ in range(160):
            file.write(bytes(1 << 20))
    with pytest.raises(ImportRefusedError, match="unpacks to 160 MB, more than is let in"):
        stored(path)


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "half.xlsx", ["case", "activity", "time"])
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(ImportRefusedError, match="no whole Excel workbook"):
        stored(path)


def rewritten(path: Path, changed: Callable[[str, bytes], bytes]) -> Path:
    """Return a copy of a workbook whose parts another program might have written."""
    other = path.with_name(f"rewritten {path.name}")
    with zipfile.ZipFile(path) as plain, zipfile.ZipFile(other, "w") as packed:
        for part in plain.namelist():
            packed.writestr(part, changed(part, plain.read(part)))
    return other


def test_a_workbook_in_an_encoding_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    def oddly_encoded(part: str, text: bytes) -> bytes:
        if not part.startswith("xl/worksheets/"):
            return text
        return b'<?xml version="1.0" encoding="UTF-x"?>' + text.split(b"?>")[-1]

    odd = rewritten(workbook(tmp_path / "odd.xlsx", ["case", "activity", "time"]), oddly_encoded)
    with pytest.raises(ImportRefusedError, match="is no Excel workbook: unknown encoding: UTF-x"):
        stored(odd)


def test_a_workbook_without_styles_as_gnumeric_writes_it_is_read_in_silence(tmp_path: Path) -> None:
    def unstyled(part: str, text: bytes) -> bytes:
        return re.sub(rb"<cellStyles.*</cellStyles>", b"", text) if part == "xl/styles.xml" else text

    rows: list[list[Any]] = [["case", "activity", "time"], ["c", "a", datetime.fromisoformat("2021-03-06")]]
    plain = rewritten(workbook(tmp_path / "plain.xlsx", *rows), unstyled)
    with warnings.catch_warnings(record=True) as heard:
        assert len(stored(plain).events) == 1
    assert heard == []
