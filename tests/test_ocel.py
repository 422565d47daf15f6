"""OCEL 2.0 in its three formats is read alike, checked, and refused in one sentence with its place."""

import gzip
import json
import sqlite3
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from exchanged_logs import counts, events_of, exported, imported, objects_of

from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.ocel.values import Values
from eventlogs.ledger.duckdb_ledger import DuckDBLedger

LOG: dict[str, Any] = {
    "eventTypes": [
        {
            "name": "place order",
            "attributes": [{"name": "total", "type": "float"}, {"name": "urgent", "type": "boolean"}],
        },
        {"name": "pay", "attributes": []},
    ],
    "objectTypes": [
        {
            "name": "order",
            "attributes": [{"name": "price", "type": "integer"}, {"name": "due", "type": "time"}],
        },
        {"name": "item", "attributes": []},
        {"name": "invoice", "attributes": []},
    ],
    "events": [
        {
            "id": "e2",
            "type": "pay",
            "time": "2024-05-02T08:00:00Z",
            "attributes": [],
            "relationships": [{"objectId": "o1", "qualifier": "paid"}],
        },
        {
            "id": "e1",
            "type": "place order",
            "time": "2024-05-01T10:00:00+08:00",
            "attributes": [{"name": "total", "value": 12}, {"name": "urgent", "value": True}],
            "relationships": [
                {"objectId": "i1", "qualifier": "item"},
                {"objectId": "o1", "qualifier": "order"},
                {"objectId": "i2", "qualifier": "item"},
            ],
        },
        {
            "id": "e3",
            "type": "pay",
            "time": "2024-05-02T08:00:00Z",
            "relationships": [{"objectId": "o2", "qualifier": "paid"}],
        },
    ],
    "objects": [
        {
            "id": "o1",
            "type": "order",
            "attributes": [
                {"name": "price", "time": "1970-01-01T00:00:00Z", "value": 10},
                {"name": "due", "time": "1970-01-01T00:00:00Z", "value": "2024-06-01T00:00:00Z"},
                {"name": "price", "time": "2024-05-03T00:00:00Z", "value": 11},
            ],
            "relationships": [{"objectId": "i1", "qualifier": "contains"}],
        },
        {
            "id": "o2",
            "type": "order",
            "attributes": [{"name": "price", "time": "2024-01-01T00:00:00Z", "value": 7}],
        },
        {"id": "i1", "type": "item"},
        {"id": "i2", "type": "item", "attributes": []},
    ],
}


def written(path: Path, change: Callable[[dict[str, Any]], object] = lambda log: None) -> Path:
    """Write the log, changed, as JSON."""
    log = deepcopy(LOG)
    change(log)
    path.write_text(json.dumps(log))
    return path


@pytest.mark.parametrize("ending", [".jsonocel", ".json.gz", ".xmlocel", ".xml.gz", ".sqlite", ".sqlite.gz"])
def test_every_format_gives_the_same_log(ledger: DuckDBLedger, tmp_path: Path, ending: str) -> None:
    imported(ledger, written(tmp_path / "log.json"), "made")
    exported(ledger, tmp_path / f"out{ending}")
    imported(ledger, tmp_path / f"out{ending}")
    assert events_of(ledger, "back") == events_of(ledger, "made")
    assert objects_of(ledger, "back") == objects_of(ledger, "made")
    with ledger.reading() as connection:
        assert counts(connection, "back") == counts(connection, "made") == (3, 4, 5, 1)


def test_events_come_by_time_and_equal_times_in_file_order(ledger: DuckDBLedger, tmp_path: Path) -> None:
    imported(ledger, written(tmp_path / "log.json"), "made")
    with ledger.reading() as connection:
        keys = connection.execute("SELECT event_key, case_id FROM event ORDER BY seq").fetchall()
    assert keys == [("e1", "o1"), ("e2", "o1"), ("e3", "o2")]


def test_values_have_their_declared_types_and_those_of_the_start_are_case_attributes(
    ledger: DuckDBLedger, tmp_path: Path
) -> None:
    imported(ledger, written(tmp_path / "log.json"), "made")
    assert events_of(ledger, "made")[0][8] == {"total": 12.0, "urgent": True}
    due = datetime(2024, 6, 1, tzinfo=UTC)
    assert objects_of(ledger, "made")[2:] == [
        ("o1", "order", {"price": 10, "due": due}),
        ("o2", "order", {"price": 7}),
    ]
    with ledger.reading() as connection:
        changes = connection.execute(
            "SELECT object_id, name, value FROM object_change ORDER BY ALL"
        ).fetchall()
    assert changes == [("o1", "price", "11"), ("o2", "price", "7")]


def test_types_that_only_are_declared_are_kept(ledger: DuckDBLedger, tmp_path: Path) -> None:
    imported(ledger, written(tmp_path / "log.json"), "made")
    exported(ledger, tmp_path / "out.json")
    types = [kind["name"] for kind in json.loads((tmp_path / "out.json").read_text())["objectTypes"]]
    assert sorted(types) == ["invoice", "item", "order"]


def test_a_file_is_told_by_its_content_whatever_its_name(ledger: DuckDBLedger, tmp_path: Path) -> None:
    imported(ledger, written(tmp_path / "log.txt"), "made")
    assert len(events_of(ledger, "made")) == 3


def test_a_type_can_be_chosen_as_the_case(tmp_path: Path) -> None:
    from running import ran

    file = written(tmp_path / "log.json")
    status, out, _ = ran(f"log import {file} --case item --log items --lang en", tmp_path)
    assert (status, out.splitlines()[0][:14]) == (0, "log items: 1 c")
    status, _, err = ran(f"log import {file} --case parcel --log parcels --lang en", tmp_path)
    assert (status, err.splitlines()[-1]) == (
        1,
        "log.json has no object type parcel; it has order, item, invoice",
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda log: log["events"][0].pop("id"), r"events\[0\]: id is missing; OCEL 2.0 requires it"),
        (lambda log: log["events"][0].pop("time"), r"events\[0\]: time is missing"),
        (
            lambda log: log["events"][1].update(time="yesterday"),
            r"events\[1\]: 'yesterday' is no time; write it as 2024",
        ),
        (
            lambda log: log["events"][1].update(type="ship"),
            r"events\[1\]: the type ship is not declared; declared are place",
        ),
        (
            lambda log: log["events"][1].update(type="ship\r\nof\u2028war"),
            r"events\[1\]: the type ship of war is not declared; declared are place",
        ),
        (lambda log: log["objects"][2].update(type="x"), r"objects\[2\]: the type x is not declared"),
        (
            lambda log: log["events"][1]["attributes"][0].update(value="much"),
            r"events\[1\]: attribute total has the value 'much', which is not of its declared type float",
        ),
        (
            lambda log: log["objects"][0]["attributes"][0].update(value=1.5),
            "attribute price has the value 1.5",
        ),
        (
            lambda log: log["eventTypes"][0]["attributes"][0].update(type="money"),
            "with the type money; OCEL 2.0 has string",
        ),
        (lambda log: log["objects"].pop(3), "event e1 is related to object i2, which the file does not have"),
        (
            lambda log: log["objects"][0]["relationships"][0].update(objectId="i9"),
            "from object o1 to object i9 names",
        ),
        (lambda log: log["objects"].append(log["objects"][0]), "the id o1 is given to 2 objects"),
        (lambda log: log["events"].append(log["events"][0]), "the id e2 is given to 2 events"),
        (lambda log: log.pop("objects"), 'its member "objects" is missing'),
        (lambda log: log["events"].clear(), "has no events"),
        (lambda log: log["events"].append("e4"), r"events\[3\]: a JSON object is expected"),
    ],
)
def test_a_faulty_file_is_refused_with_its_place_and_nothing_is_kept(
    ledger: DuckDBLedger, tmp_path: Path, change: Callable[[dict[str, Any]], object], sentence: str
) -> None:
    with pytest.raises(ImportRefusedError, match=sentence):
        imported(ledger, written(tmp_path / "log.json", change))
    with ledger.reading() as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchall() == [(0,)]


@pytest.mark.parametrize("filler", [0, 70_000])
def test_broken_json_is_told_to_the_byte(ledger: DuckDBLedger, tmp_path: Path, filler: int) -> None:
    text = json.dumps(LOG | {"aside": "x" * filler} | {"z": 1})
    place = text.index('"z": 1') + 3
    (tmp_path / "log.json").write_text(text[:place] + " ?" + text[place:])
    with pytest.raises(ImportRefusedError, match=rf"broken JSON at byte {place + 1}: "):
        imported(ledger, tmp_path / "log.json")
    (tmp_path / "log.json").write_text(text[:200])
    with pytest.raises(ImportRefusedError, match="broken JSON at byte 200: "):
        imported(ledger, tmp_path / "log.json")


def test_a_file_cut_off_is_refused(ledger: DuckDBLedger, tmp_path: Path) -> None:
    packed = gzip.compress(json.dumps(LOG).encode())
    (tmp_path / "log.json.gz").write_bytes(packed[:-30])
    with pytest.raises(ImportRefusedError, match="breaks off: its compressed stream"):
        imported(ledger, tmp_path / "log.json.gz")
    imported(ledger, written(tmp_path / "log.json"), "made")
    exported(ledger, tmp_path / "out.xml")
    text = (tmp_path / "out.xml").read_text()
    (tmp_path / "cut.xml").write_text(text[: text.index("</events>")])
    with pytest.raises(ImportRefusedError, match=r"broken XML at line \d+: "):
        imported(ledger, tmp_path / "cut.xml")


def test_a_document_type_is_refused(ledger: DuckDBLedger, tmp_path: Path) -> None:
    hostile = (
        '<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
        "<log><event-types/><object-types/><events/><objects/></log>"
    )
    (tmp_path / "log.xml").write_text(hostile)
    with pytest.raises(ImportRefusedError, match="document type declaration"):
        imported(ledger, tmp_path / "log.xml")


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("DROP TABLE event_object", "the table event_object is missing"),
        ("DROP TABLE event_pay", "the table event_pay is missing"),
        (
            "ALTER TABLE object_object RENAME COLUMN ocel_qualifier TO kind",
            "object_object has no column ocel_qualifier",
        ),
        (
            "DELETE FROM event_pay",
            "the table event has 2 events of type pay, but the table of that type has 0",
        ),
        ("INSERT INTO event_object VALUES ('e9', 'o1', '')", "relates object o1 to event e9"),
        ("UPDATE event_pay SET ocel_time = 'soon'", "event_pay, row 1: 'soon' is no time"),
    ],
)
def test_a_database_of_another_layout_is_refused(
    ledger: DuckDBLedger, tmp_path: Path, statement: str, sentence: str
) -> None:
    imported(ledger, written(tmp_path / "log.json"), "made")
    exported(ledger, tmp_path / "out.sqlite")
    database = sqlite3.connect(tmp_path / "out.sqlite")
    with database:
        database.execute(statement)
    database.close()
    with pytest.raises(ImportRefusedError, match=sentence):
        imported(ledger, tmp_path / "out.sqlite")


def test_the_old_standard_is_named(ledger: DuckDBLedger, tmp_path: Path) -> None:
    (tmp_path / "old.jsonocel").write_text('{"ocel:global-log": {}, "ocel:events": {}}')
    with pytest.raises(ImportRefusedError, match=r"is OCEL 1\.0; convert it to OCEL 2\.0"):
        imported(ledger, tmp_path / "old.jsonocel")


def test_cases_are_guessed_not_to_be_products_or_employees(ledger: DuckDBLedger, tmp_path: Path) -> None:
    log: dict[str, Any] = {
        "eventTypes": [{"name": "do", "attributes": []}],
        "objectTypes": [{"name": name, "attributes": []} for name in ("employee", "order", "item")],
        "objects": [{"id": "Ann", "type": "employee"}]
        + [{"id": f"o{n}", "type": "order"} for n in range(10)]
        + [{"id": f"i{n}", "type": "item"} for n in range(20)],
        "events": [
            {
                "id": f"e{n}",
                "type": "do",
                "time": "2024-05-01T00:00:00Z",
                "relationships": [
                    {"objectId": it, "qualifier": ""}
                    for it in ("Ann", f"o{n % 10}", f"i{n % 20}", f"i{(n + 1) % 20}")
                ],
            }
            for n in range(40)
        ],
    }
    (tmp_path / "log.json").write_text(json.dumps(log))
    imported(ledger, tmp_path / "log.json", "made")
    with ledger.reading() as connection:
        assert connection.execute("SELECT case_type FROM log").fetchall() == [("order",)]


def test_moments_without_an_offset_are_of_the_chosen_zone() -> None:
    assert Values("Asia/Shanghai").moment("2024-05-01 08:00:00").astimezone(UTC) == datetime(
        2024, 5, 1, tzinfo=UTC
    )
