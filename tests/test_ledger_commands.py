"""`retrofit log list`, `verify`, `delete`, `rename`, `backup` and `restore` answer people and machines."""

import json
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from running import ran

from dashboards.cli import retrofit
from eventlogs.data_directory import open_ledger
from eventlogs.events import Event
from eventlogs.owner.server import OwnerServer

MONDAY = datetime(2025, 3, 3, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    ledger = open_ledger(tmp_path / "data")
    for log in ("live", "played"):
        ledger.create_log(log, simulated=log == "played")
        ledger.append(
            log,
            [
                Event(f"k{it}", f"C{it % 2}", "visit", datetime(2025, 3, it, 20, tzinfo=UTC))
                for it in (1, 2, 3)
            ],
        )
    ledger.close()
    return tmp_path / "data"


def test_a_directory_without_logs_says_so(tmp_path: Path) -> None:
    assert ran("log list --lang en", tmp_path)[1].startswith("there is no log yet; import one with")
    assert ran("log list --json", tmp_path)[1] == '{"logs":[]}\n'
    assert ran("log verify --lang zh", tmp_path)[:2] == (0, "还没有日志\n")


def test_logs_are_listed(data: Path) -> None:
    assert ran("log list --lang en", data)[1].splitlines() == [
        "live: 2 cases, 3 events, 2025-03-02 … 2025-03-04 (live)",
        "played: 2 cases, 3 events, 2025-03-02 … 2025-03-04 (live, simulated)",
    ]
    assert "2 个案例，3 个事件" in ran("log list --lang zh", data)[1]
    first = json.loads(ran("log list --json", data)[1])["logs"][0]
    assert (first["log"], first["kind"], first["cases"], first["events"]) == ("live", "live", 2, 3)
    assert first["first_event"] == "2025-03-01T20:00:00+00:00"


def test_an_intact_log_verifies_with_status_0(data: Path) -> None:
    status, out, _ = ran("log verify live --lang en", data)
    assert status == 0
    assert out.startswith("live: all 3 events of 2 cases are what was recorded (digest ")
    assert json.loads(ran("log verify --json", data)[1])["intact"] is True
    assert ran("log verify nothing --lang en", data)[0] == 1


def test_a_changed_log_verifies_with_status_1_and_names_the_event(data: Path) -> None:
    ledger = open_ledger(data)
    with ledger.writing() as connection:
        connection.execute("UPDATE event SET actor = 'P-9' WHERE event_key = 'k2' AND log_id = 1")
    ledger.close()
    status, out, _ = ran("log verify --lang en", data)
    assert status == 1
    assert out.startswith(
        "log live, case C0: event k2 (number 2), or the place of the event before it, is not"
    )
    status, out, _ = ran("log verify --json", data)
    assert status == 1
    assert json.loads(out)["logs"][0]["faults"][0]["event_key"] == "k2"
    assert ran("log verify played", data)[0] == 0


def test_only_logs_that_can_be_had_again_are_deleted(data: Path) -> None:
    status, _, err = ran("log delete live --lang en", data)
    assert (status, err.split(",")[0]) == (1, "live is a live log of real projects")
    assert ran("log delete played --lang en", data)[1] == "log played is deleted\n"
    ledger = open_ledger(data)
    with ledger.reading() as connection:
        for table in ("event", "recorded_key", "case_head", "object"):
            assert connection.execute(f"SELECT DISTINCT log_id FROM {table}").fetchall() == [(1,)]  # noqa: S608
    ledger.create_log("played", simulated=True)
    assert ledger.append("played", [Event("k1", "C", "visit", MONDAY)]).new == ("k1",)
    ledger.close()
    assert ran("log verify", data)[0] == 0


def test_a_renamed_log_goes_on_under_its_new_name(data: Path) -> None:
    assert ran("log rename live 上海 --json", data)[1] == '{"log":"上海","before":"live"}\n'
    assert ran("log rename played 上海 --lang en", data)[2].startswith("there is already a log named 上海")
    assert ran("log rename played ' ' --lang en", data)[0] == 1
    assert ran("log verify 上海", data)[0] == 0
    ledger = open_ledger(data)
    assert ledger.append("上海", [Event("k4", "C1", "visit", MONDAY)]).new == ("k4",)
    ledger.close()
    assert ran("log verify 上海", data)[0] == 0


def beside(line: str, data: Path) -> tuple[int, str, str]:
    """Return status, stdout and stderr of a command line run in a process of its own."""
    command = [sys.executable, "-c", "from dashboards.cli import main; main()", "--data", str(data)]
    done = subprocess.run([*command, *shlex.split(line)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_backup_and_restore_work_beside_the_owner(data: Path, tmp_path: Path) -> None:
    ledger = open_ledger(data)
    owner = OwnerServer(ledger, data, retrofit)
    owner.start()
    try:
        backup = tmp_path / "backup.duckdb"
        told = f"{backup} holds 2 logs with 6 events, verified\n"
        assert beside(f"log backup {backup} --lang en", data)[1] == told
        ledger.append("live", [Event("k4", "C1", "visit", MONDAY)])
        status, _, err = beside(f"log restore {backup} --lang en", data)
        assert (status, "has 1 event that" in err) == (1, True)
        status, out, _ = beside(f"log restore {backup} --force --lang en", data)
        assert (status, "what stood there before is kept in" in out) == (0, True)
        assert len(ledger.since(0)) == 6
        assert ledger.append("live", [Event("k5", "C1", "visit", MONDAY)]).new == ("k5",)
        assert beside("log verify --lang zh", data)[0] == 0
        assert beside("log list --lang en", data)[1].startswith("live: 2 cases, 4 events")
    finally:
        owner.stop()
        ledger.close()
