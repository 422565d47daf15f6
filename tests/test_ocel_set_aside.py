"""With `--skip-bad` what is faulty in an OCEL file is set aside with its reason; the rest is imported."""

import csv
import json
import sqlite3
from copy import deepcopy
from pathlib import Path

import pytest
from exchanged_logs import exported, imported, objects_of
from running import ran
from test_ocel import LOG, written

from eventlogs.data_directory import open_file
from eventlogs.ledger.duckdb_ledger import DuckDBLedger


def set_aside(file: Path, data: Path) -> tuple[str, list[list[str]]]:
    """Import a file with `--skip-bad` and return what was said and the rejects without their header."""
    status, out, err = ran(f"log import {file} --log made --case order --skip-bad --lang en", data)
    assert status == 0, err
    rejects = file.with_name("log.rejects.csv")
    rows = list(csv.reader(rejects.open(encoding="utf-8-sig"))) if rejects.exists() else [[]]
    return out, rows[1:]


def keys(ledger: DuckDBLedger) -> list[str]:
    with ledger.reading() as connection:
        rows = connection.execute("SELECT event_key FROM event ORDER BY event_key").fetchall()
    return [key for (key,) in rows]


def spoilt(path: Path) -> Path:
    """Write a log with one fault of each kind."""
    log = deepcopy(LOG)
    log["events"] += [
        log["events"][0] | {"time": "a later one of the same id"},
        log["events"][0],
        log["events"][0] | {"id": "e4", "time": "yesterday"},
        log["events"][0] | {"id": "e5", "type": "ship"},
        log["events"][0] | {"id": "e6", "relationships": [{"objectId": "o1"}, {"objectId": "o9"}]},
        "e7",
    ]
    log["objects"] += [{"id": "x1", "type": "unheard"}, log["objects"][1]]
    log["objects"][0]["attributes"][2]["value"] = "dear"
    log["objects"][0]["relationships"].append({"objectId": "i9"})
    path.write_text(json.dumps(log))
    return path


def test_each_fault_is_set_aside_with_its_reason_and_the_rest_is_kept(tmp_path: Path) -> None:
    out, rejects = set_aside(spoilt(tmp_path / "log.json"), tmp_path)
    assert "rows that could not be read: 10" in out
    assert [row[0] for row in rejects] == [
        "objects[0]", "objects[4]", "events[3]", "events[5]", "events[6]", "events[8]",
        "event e2", "object o2", "event e6", "object o1",
    ]  # fmt: skip
    assert "is no time" in rejects[3][3]
    assert rejects[0][1:3] == ["price", "'dear'"]
    ledger = open_file(tmp_path)
    assert keys(ledger) == ["e1", "e2", "e3", "e6"]
    assert [it[0] for it in objects_of(ledger, "made")] == ["i1", "i2", "o1", "o2"]
    with ledger.reading() as connection:
        links = connection.execute("SELECT objects FROM event WHERE event_key = 'e6'").fetchall()[0][0]
        relations = connection.execute("SELECT source_id, target_id FROM object_object").fetchall()
    assert [link["object_id"] for link in links] == ["o1"]
    assert relations == [("o1", "i1")]
    ledger.close()


def test_a_file_without_faults_leaves_no_rejects(tmp_path: Path) -> None:
    _, rejects = set_aside(written(tmp_path / "log.json"), tmp_path)
    assert rejects == []
    assert not (tmp_path / "log.rejects.csv").exists()


@pytest.mark.parametrize("ending", ["xmlocel", "sqlite"])
def test_the_other_formats_set_aside_too(ledger: DuckDBLedger, tmp_path: Path, ending: str) -> None:
    imported(ledger, written(tmp_path / "made.json"), "made")
    file = tmp_path / f"log.{ending}"
    exported(ledger, file)
    if ending == "sqlite":
        with sqlite3.connect(file) as database:
            database.execute("UPDATE event_pay SET ocel_time = 'soon' WHERE ocel_id = 'e3'")
            database.execute("INSERT INTO event_object VALUES ('e99', 'o1', '')")
        expected = ["event_pay, row 2", "event_object"]
    else:
        text = file.read_text("utf-8")
        place = text.index('id="e3"')
        file.write_text(text[:place] + text[place:].replace("2024-05-02", "soon", 1), "utf-8")
        expected = [f"line {text[:place].count(chr(10)) + 1}"]
    _, rejects = set_aside(file, tmp_path / "data")
    assert [row[0] for row in rejects] == expected
    back = open_file(tmp_path / "data")
    assert keys(back) == ["e1", "e2"]
    back.close()
