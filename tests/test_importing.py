import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from imported_logs import stored, written
from running import ran

from eventlogs.console import TerminalConsole
from eventlogs.data_directory import open_ledger
from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.choices import ImportChoices
from eventlogs.exchange.importing import import_log
from eventlogs.exchange.mapping import with_mapping
from eventlogs.ledger.verification import verification
from eventlogs.storage import Ledger

TABLE = (
    "案件,环节,时间,身份,结果\nSH-1,提交,2024-05-01 09:00,街道,建成\nSH-1,公告,2024-05-02 09:00,街道,建成\n"
)
MAPPING = """timezone = "Asia/Shanghai"
[columns]
role = "身份"
[activity]
"提交" = "submit_intention_form"
"公告" = "publicise_result"
[outcome]
"建成" = "completed"
"""


def counts(data: Path) -> list[int]:
    """Return how many rows every table of the ledger has."""
    ledger = open_ledger(data, TerminalConsole())
    try:
        with ledger.reading() as connection:
            tables = ("log", "event", "object", "object_change", "case_head")
            return [connection.table(name).count("*").fetchall()[0][0] for name in tables]
    finally:
        ledger.close()


def test_both_sizes_of_storage_take_a_file_in_once(either_ledger: Ledger, tmp_path: Path) -> None:
    path = written(tmp_path / "it.csv", TABLE)
    answers = [import_log(either_ledger, path, "it", ImportChoices(), TerminalConsole()) for _ in range(2)]
    assert [(it.new, it.cases, it.events, it.objects) for it in answers] == [
        (True, 1, 2, 1),
        (False, 1, 2, 1),
    ]
    with either_ledger.reading() as connection:
        assert verification(connection, "it").intact


def test_a_file_becomes_a_log_of_its_own_name(tmp_path: Path) -> None:
    path = written(tmp_path / "加梯.csv", TABLE)
    status, out, err = ran(f"log import '{path}' --json", tmp_path / "data")
    answer = json.loads(out)
    assert status == 0, err
    assert (answer["log"], answer["cases"], answer["events"], answer["activities"]) == ("加梯", 1, 2, 2)
    assert "is taken as the activity" in err
    assert ran("log list", tmp_path / "data")[1].startswith("加梯: 1 case, 2 events")


def test_the_same_file_again_changes_nothing_whatever_its_name(tmp_path: Path) -> None:
    path, data = written(tmp_path / "it.csv", TABLE), tmp_path / "data"
    assert ran(f"log import {path}", data)[0] == 0
    before = counts(data)
    copy = written(tmp_path / "copy.csv", TABLE)
    for line in (f"log import {path}", f"log import {copy} --log other"):
        status, out, _ = ran(line, data)
        assert (status, "is already imported as log it; nothing was changed" in out) == (0, True)
        status, out, _ = ran(f"--lang zh {line}", data)
        assert "已导入为日志 it，未作任何改动" in out
    assert counts(data) == before


def test_the_same_file_read_in_another_way_is_another_log(tmp_path: Path) -> None:
    path, data = written(tmp_path / "it.csv", TABLE), tmp_path / "data"
    assert ran(f"log import {path}", data)[0] == 0
    assert ran(f"log import {path} --activity 身份 --log roles", data)[0] == 0
    assert [line.split(":")[0] for line in ran("log list", data)[1].splitlines()] == ["it", "roles"]


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert ran(f"log import {written(tmp_path / 'it.csv', TABLE)}", data)[0] == 0
    before = counts(data)
    other = written(tmp_path / "other.csv", TABLE.replace("SH", "GZ"))
    status, out, err = ran(f"log import {other} --log it", data)
    assert (status, out) == (1, "")
    assert "there is already a log named it; choose another with --log NAME" in err
    assert counts(data) == before


@pytest.mark.parametrize("name", ["late.csv", "late.xes"])
def test_a_fault_late_in_a_file_leaves_nothing_behind(tmp_path: Path, name: str) -> None:
    if name.endswith(".csv"):
        rows = "".join(f"c{n % 9},a,2024-01-01\n" for n in range(70_000))
        text = f"case,activity,time\n{rows}c,a,never\n"
    else:
        event = '<event><string key="concept:name" value="a"/></event>'
        text = "<log>" + f'<trace><string key="concept:name" value="c"/>{event}</trace>' * 40_000 + "</trace>"
    status, out, err = ran(f"log import {written(tmp_path / name, text)}", tmp_path / "data")
    assert (status, out) == (1, "")
    assert name in err
    assert counts(tmp_path / "data") == [0] * 5


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("missing.xes", None, "there is no file"),
        ("empty.csv", b"", "is empty"),
        ("page.xes", b"<html><body/></html>", "its first element is <html> where <log> is expected"),
        ("other.json", b'{"answer": 42}', ""),
        ("picture.csv", bytes(range(256)) * 20, "is no event log that can be read"),
    ],
)
def test_what_is_no_log_is_refused_in_one_sentence(
    tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    status, out, err = ran(f"log import {path}", tmp_path / "data")
    said = [line for line in err.splitlines() if not line.startswith("Importing")]
    assert (status, out, len(said)) == (1, "", 1)
    assert name in said[0]
    assert sentence in said[0]


def test_a_folder_is_refused(tmp_path: Path) -> None:
    status, _, err = ran(f"--lang zh log import {tmp_path}", tmp_path / "data")
    assert status == 1
    assert re.search("[\u4e00-\u9fff]", err)


def test_faulty_rows_are_set_aside_beside_the_file_if_asked(tmp_path: Path) -> None:
    path = written(tmp_path / "it.csv", TABLE + "SH-1,验收,某日,街道,建成\n")
    assert ran(f"log import {path}", tmp_path / "data")[0] == 1
    status, out, _ = ran(f"--lang zh log import {path} --skip-bad", tmp_path / "data")
    assert status == 0
    assert "1 行无法读取" in out
    assert "某日" in (tmp_path / "it.rejects.csv").read_text("utf-8-sig")


def test_a_mapping_names_columns_and_translates_labels(tmp_path: Path) -> None:
    mapping = written(tmp_path / "mapping.toml", MAPPING)
    path = written(tmp_path / "it.csv", TABLE)
    choices: dict[str, Any] = dict(with_mapping(ImportChoices(), mapping).as_attribute())
    found = stored(path, **choices)
    assert [it["activity"] for it in found.events] == ["submit_intention_form", "publicise_result"]
    assert found.events[0]["role"] == "街道"
    assert found.cases == {"SH-1": {"outcome": "completed"}}


def test_labels_that_a_mapping_translates_in_vain_are_told(tmp_path: Path) -> None:
    labels = '[activity]\n"受理申请" = "publicise_policy"\n"登记" = "assess_feasibility"\n'
    mapping = written(tmp_path / "mapping.toml", labels)
    path = written(tmp_path / "it.csv", "case,activity,time\nc,登记,2024-01-01\n")
    told = ran(f"--lang zh log import {path} --mapping {mapping}", tmp_path / "data")[2]
    assert "映射文件翻译了文件中没有的用语：受理申请\n" in told


def test_choices_that_a_file_leaves_open_to_nobody_are_told(tmp_path: Path) -> None:
    path = written(tmp_path / "pages.csv", "case,activity,time\nc,a,2021-01-01\n")
    status, _, err = ran(f"log import {path} --sheet one --activity activity --classifier case", tmp_path)
    assert status == 0, err
    assert "this file is read the same whatever these say: --classifier, --sheet" in err


def test_the_mapping_of_the_manual_is_one() -> None:
    manual = (Path(__file__).parent.parent / "docs" / "importing.md").read_text("utf-8")
    example = re.search(r"```toml\n(.*?)```", manual, re.DOTALL)
    assert example is not None
    with TemporaryDirectory() as folder:
        choices = with_mapping(ImportChoices(), written(Path(folder) / "mapping.toml", example[1]))
    assert choices.lifecycle_labels == {"已受理": "start", "已办结": "complete"}


def test_what_is_said_on_the_command_line_overrules_the_mapping(tmp_path: Path) -> None:
    mapping = written(tmp_path / "mapping.toml", MAPPING)
    choices = with_mapping(ImportChoices(timezone="Europe/Amsterdam", role="角色"), mapping)
    assert (choices.timezone, choices.role, choices.activity_labels["提交"]) == (
        "Europe/Amsterdam",
        "角色",
        "submit_intention_form",
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "[columns]\nrole = 'r'\nwhen = 'time'\n",
            "line 3: columns.when is not known; known are: case, activity",
        ),
        ("colour = 'red'\n", "line 1: colour is not known; known are: classifier, timezone"),
        ("\n[activity]\n'提交' = 'submit_intention_from'\n", "line 3: "),
        ("[columns]\nrole = 3\n", "line 2: columns.role is 3, where a text in quotation marks is expected"),
        ("columns = 'role'\n", "line 1: columns must be a table"),
        ("[columns\n", "is not TOML"),
        ("timezone = 'Mars/Olympus'\n", "Mars/Olympus is no time zone"),
        (None, "cannot be read"),
    ],
)
def test_a_faulty_mapping_is_refused_with_its_line(tmp_path: Path, text: str | None, sentence: str) -> None:
    path = tmp_path / "mapping.toml"
    if text is not None:
        written(path, text)
    with pytest.raises(ImportRefusedError, match=re.escape(sentence)):
        with_mapping(ImportChoices(), path)
