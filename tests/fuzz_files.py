"""Files of every exchange format made odd: in their structure, or in their bytes."""

import csv
import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from random import Random
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from fuzz_values import odd_bytes, odd_tree, odd_value

Tree = list[Any]  # of an element: its name, its attributes, its text, its children
TABLE: list[list[Any]] = [
    ["case", "activity", "time", "role", "floors"],
    ["SH-1", "提交", "2024-05-01 09:00", "街道", 6],
    ["SH-1", "公告", "2024-05-02 09:00", "街道", 6],
    ["SH-2", "提交", "2024-05-03T09:00:00+08:00", "居民", 7],
]


def odd_file(kind: str, valid: bytes, dice: Random) -> bytes:
    """Return a file of one exchange format, made odd from a valid one; a tenth are packed as well."""
    structural = dice.random() < 0.6
    data = _STRUCTURAL[kind](valid, dice) if structural else odd_bytes(valid, dice)
    if dice.random() < 0.1:
        packed = gzip.compress(data, 1)
        return odd_bytes(packed, dice) if dice.random() < 0.5 else packed
    return data


def _odd_xml(valid: bytes, dice: Random) -> bytes:
    return _xml(odd_tree(_tree(ElementTree.fromstring(valid)), dice)).encode("utf-8", "replace")


def _tree(element: ElementTree.Element) -> Tree:
    name = element.tag.rpartition("}")[2]
    return [name, dict(element.attrib), element.text or "", [_tree(child) for child in element]]


def _xml(tree: Any) -> str:
    """Write whatever the tree has become; where it is no element any more, as text."""
    if not (isinstance(tree, list) and len(tree) == 4):
        return "".join(map(_xml, tree)) if isinstance(tree, list) else escape(str(tree)[:5000])
    name, attributes, text, children = tree
    given = attributes.items() if isinstance(attributes, dict) else ()
    said = "".join(f" {key}={quoteattr(str(value)[:5000])}" for key, value in given)
    return f"<{name}{said}>{escape(str(text)[:5000])}{_xml(children)}</{name}>"


def _odd_json(valid: bytes, dice: Random) -> bytes:
    return json.dumps(odd_tree(json.loads(valid), dice), ensure_ascii=dice.random() < 0.5).encode(
        "utf-8", "replace"
    )


def _odd_rows(dice: Random) -> list[list[Any]]:
    rows = odd_tree(TABLE, dice)
    return [row if isinstance(row, list) else [row] for row in rows] if isinstance(rows, list) else [[rows]]


def _odd_csv(_: bytes, dice: Random) -> bytes:
    text = io.StringIO()
    with suppress(csv.Error):
        csv.writer(text, delimiter=dice.choice(",;\t|,,")).writerows(_odd_rows(dice))
    return text.getvalue().encode(dice.choice(("utf-8", "utf-8", "gb18030", "utf-16")), "replace")


def _odd_xlsx(valid: bytes, dice: Random) -> bytes:
    """Return a workbook of odd rows, or one whose parts are odd."""
    if dice.random() < 0.4:
        held = io.BytesIO()
        with xlsxwriter.Workbook(held, {"nan_inf_to_errors": True}) as book:
            sheet = book.add_worksheet()
            for place, row in enumerate(_odd_rows(dice)):
                for column, value in enumerate(row):
                    fits = isinstance(value, str | bool | float | int) and abs(float(len(str(value)))) < 300
                    sheet.write(place, column, value if fits else str(value)[:30_000])
        return held.getvalue()
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(valid)) as found, zipfile.ZipFile(held, "w") as made:
        chosen = dice.choice(found.namelist())
        for name in found.namelist():
            part = found.read(name)
            if name == chosen:
                part = odd_bytes(part, dice) if dice.random() < 0.5 else _odd_xml(part, dice)
            made.writestr(name, part)
    return held.getvalue()


def _odd_parquet(_: bytes, dice: Random) -> bytes:
    header, *rows = TABLE
    columns: dict[str, Any] = {str(name): [row[n] for row in rows] for n, name in enumerate(header)}
    columns = odd_tree(columns, dice) if dice.random() < 0.7 else columns
    made: dict[str, pa.Array] = {}
    for name, values in columns.items() if isinstance(columns, dict) else ():
        given = (values if isinstance(values, list) else [values])[:3]
        given += [None] * (3 - len(given))
        try:
            made[name] = pa.array(given)
        except (pa.ArrowException, OverflowError, RecursionError):
            made[name] = pa.array([str(value)[:3000] for value in given])
        if dice.random() < 0.15:
            with suppress(pa.ArrowException):
                made[name] = made[name].cast(dice.choice(_ARROW_TYPES))
    held = io.BytesIO()
    try:
        pq.write_table(pa.table(made), held)
    except pa.ArrowException:
        return odd_bytes(_, dice)
    return held.getvalue()


_ARROW_TYPES: tuple[Any, ...] = (
    *(pa.binary(), pa.large_string(), pa.dictionary(pa.int32(), pa.string()), pa.int8(), pa.float32()),
    *(pa.timestamp("ns"), pa.timestamp("s", "Asia/Shanghai"), pa.date32(), pa.time64("us"), pa.duration("s")),
    *(pa.decimal128(38, 10), pa.bool_(), pa.null(), pa.timestamp("us")),
)


def _odd_sqlite(valid: bytes, dice: Random) -> bytes:
    """Return a database some of whose tables are changed as SQL can change them."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(valid)
        for _ in range(dice.choice((1, 1, 2, 3))):
            with suppress(sqlite3.Error, OverflowError):
                _change(database, dice)
        database.commit()
        return database.serialize()


def _change(database: sqlite3.Connection, dice: Random) -> None:
    tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    table = dice.choice(tables)
    column = dice.choice(database.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall())[0]
    deed = dice.randrange(9)
    value = odd_value(dice)
    given = json.dumps(value)[:3000] if isinstance(value, list | dict) else value
    quoted, named = f'"{table}"', f'"{column}"'
    if deed <= 3:
        row = f"(SELECT rowid FROM {quoted} ORDER BY random() LIMIT 1)"  # noqa: S608
        database.execute(f"UPDATE {quoted} SET {named} = ? WHERE rowid = {row}", (given,))  # noqa: S608
    elif deed == 4:
        database.execute(f"UPDATE {quoted} SET {named} = ?", (given,))  # noqa: S608
    elif deed == 5:
        database.execute(f"DELETE FROM {quoted} WHERE rowid % 2 = 0")  # noqa: S608
    elif deed == 6:
        database.execute(f"DROP TABLE {quoted}")
    elif deed == 7:
        database.execute(f"ALTER TABLE {quoted} RENAME COLUMN {named} TO odd")
    else:
        database.execute(f"INSERT INTO {quoted} SELECT * FROM {quoted}")  # noqa: S608


_STRUCTURAL: Mapping[str, Callable[[bytes, Random], bytes]] = {
    "xes": _odd_xml,
    "csv": _odd_csv,
    "xlsx": _odd_xlsx,
    "parquet": _odd_parquet,
    "jsonocel": _odd_json,
    "xmlocel": _odd_xml,
    "sqlite": _odd_sqlite,
}
KINDS = tuple(_STRUCTURAL)
