import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from stage import stage

from eventlogs.console import TerminalConsole
from eventlogs.data_directory import FILE, open_ledger
from eventlogs.errors import ConcurrentAppendError, EventLogError, StoreBusyError, UnknownLogError
from eventlogs.events import Event
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.owner.client import OwnerClient, OwnerLostError, run_command
from eventlogs.owner.notice import NOTICE, Owner, read_notice
from eventlogs.owner.server import OwnerServer

STAGE = Path(__file__).with_name("stage.py")


MOMENT = datetime(2024, 5, 1, 9, tzinfo=UTC)


COUNT = "SELECT count(*) FROM object_object"


PATIENCE = 60  # seconds


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[DuckDBLedger, Owner]]:
    """Lend a ledger that this process holds, and its owner's notice."""
    with closing(DuckDBLedger(tmp_path / FILE)) as ledger:
        server = OwnerServer(ledger, tmp_path, stage)
        server.start()
        yield ledger, server.owner
        server.stop()


def an_event(key: str, case_id: str = "SH-01", hours: int = 0) -> Event:
    return Event(key, case_id, "cast_votes", MOMENT + timedelta(hours=hours), attributes={"n": hours})


def asked(owner: Owner, *argv: str, language: str = "en") -> tuple[int, str, str]:
    """Return exit status, stdout and stderr of a command line run in the owner."""
    out, err = StringIO(), StringIO()
    status = run_command(owner, argv, language, TerminalConsole(out, err))  # type: ignore[arg-type]
    return status, out.getvalue(), err.getvalue()


def test_the_owner_carries_out_a_command_and_the_reader_sees_all_it_says(
    held: tuple[DuckDBLedger, Owner],
) -> None:
    ledger, owner = held
    assert asked(owner, "fill", "3") == (0, "filled\n", "filling\n")
    with ledger.reading() as connection:
        assert connection.execute(COUNT).fetchall() == [(3,)]


def test_file_names_and_language_are_the_readers(
    held: tuple[DuckDBLedger, Owner], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a reader's"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert asked(held[1], "place", "log.xes", language="zh")[1] == f"{folder}/log.xes zh\n"
    assert asked(held[1], "place", "x", "--lang", "en", language="zh")[1].endswith(" en\n")


def test_wrong_usage_and_faults_have_their_exit_statuses_there_too(
    held: tuple[DuckDBLedger, Owner],
) -> None:
    assert asked(held[1], "fill")[0] == 2
    status, _, err = asked(held[1], "fault")
    assert (status, "a fault of its own (ZeroDivisionError)" in err) == (70, True)
    assert asked(held[1], "fill", "1")[0] == 0


def test_a_ledger_used_through_the_owner_answers_as_the_ledger_itself(
    held: tuple[DuckDBLedger, Owner],
) -> None:
    ledger, owner = held
    client = OwnerClient(owner)
    client.create_log("live", simulated=True)
    first = client.append("live", [an_event("a"), an_event("b", hours=1)])
    assert first.new == ("a", "b")
    assert client.append("live", [an_event("a"), an_event("c")], expect_seq=first.last_seq).known == ("a",)
    assert client.case("live", "SH-01") == ledger.case("live", "SH-01")
    assert client.head("live", "SH-01") == ledger.head("live", "SH-01")
    assert client.since(0) == ledger.since(0)
    assert client.since(1, log="live", limit=1) == ledger.since(1, log="live", limit=1)


def test_what_the_ledger_refuses_arrives_as_the_same_refusal(held: tuple[DuckDBLedger, Owner]) -> None:
    ledger, owner = held
    client = OwnerClient(owner)
    client.create_log("live")
    client.append("live", [an_event("a")])
    with pytest.raises(ConcurrentAppendError) as there:
        client.append("live", [an_event("b")], expect_seq=99)
    with pytest.raises(ConcurrentAppendError) as here:
        ledger.append("live", [an_event("b")], expect_seq=99)
    assert (there.value.text, there.value.values) == (here.value.text, here.value.values)
    with pytest.raises(UnknownLogError, match="no log named nowhere"):
        client.case("nowhere", "SH-01")


def test_a_question_in_sql_is_answered_as_a_table(held: tuple[DuckDBLedger, Owner]) -> None:
    client = OwnerClient(held[1])
    client.create_log("live")
    client.append("live", [an_event(str(n), hours=n) for n in range(5000)])
    sql = "SELECT event_key, occurred_at FROM event WHERE occurred_at >= $from_then ORDER BY seq"
    answer = client.query(sql, {"from_then": MOMENT + timedelta(hours=10)})
    assert answer.num_rows == 4990
    assert answer.column("event_key")[0].as_py() == "10"


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM event",
        "SELECT 1; DELETE FROM event",
        "COPY event TO 'stolen.csv'",
        "SELECT nextval('event_number')",
        "SELECT nonsense",
    ],
)
def test_a_question_cannot_change_the_log(
    held: tuple[DuckDBLedger, Owner], sql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EventLogError):
        OwnerClient(held[1]).query(sql)


def test_the_file_itself_cannot_be_had_through_the_owner(held: tuple[DuckDBLedger, Owner]) -> None:
    with pytest.raises(StoreBusyError, match=str(os.getpid())):
        OwnerClient(held[1]).reading()


def test_only_who_knows_the_token_is_answered(held: tuple[DuckDBLedger, Owner], tmp_path: Path) -> None:
    owner = held[1]
    assert (tmp_path / NOTICE).stat().st_mode & 0o777 == 0o600
    for token in ("", "Bearer ", "Bearer wrong", f"Basic {owner.token}"):
        with closing(http.client.HTTPConnection(owner.host, owner.port)) as connection:
            connection.request("POST", "/owner/since", b"{}", {"Authorization": token})
            assert connection.getresponse().status == 401


def test_a_stopped_owner_leaves_no_notice_and_undoes_what_runs(tmp_path: Path) -> None:
    with closing(DuckDBLedger(tmp_path / FILE)) as ledger:
        server = OwnerServer(ledger, tmp_path, stage)
        server.start()
        with running("run", tmp_path, "fill", "100000") as reader:
            wait_until(lambda: server.running > 0)
            server.stop()
            assert reader.wait(PATIENCE) == 1
            assert "was stopped; this command was undone" in reader.communicate()[1]
        with ledger.reading() as connection:
            assert connection.execute(COUNT).fetchall() == [(0,)]
    assert read_notice(tmp_path) is None


def test_a_reader_who_leaves_undoes_the_command(tmp_path: Path) -> None:
    with running("up", tmp_path) as owner:
        wait_until(lambda: read_notice(tmp_path) is not None)
        for leaving, words in (
            (signal.SIGINT, ("fill", "100000")),
            (signal.SIGKILL, ("fill", "100000")),
            (signal.SIGINT, ("fill-and-wait",)),
        ):
            with running("run", tmp_path, *words) as reader:
                assert reader.stderr is not None
                assert reader.stderr.readline() in ("filling\n", "waiting\n")
                reader.send_signal(leaving)
                assert reader.wait(PATIENCE) == (130 if leaving == signal.SIGINT else -signal.SIGKILL)
            # a further writer gets its turn, so the command before has ended
            finished = subprocess.run(
                [sys.executable, str(STAGE), "run", tmp_path, "fill", "0"],
                timeout=PATIENCE, check=False,
            )  # fmt: skip
            assert finished.returncode == 0
        assert OwnerClient(notice(tmp_path)).query(COUNT).to_pylist() == [{"count_star()": 0}]
        owner.send_signal(signal.SIGTERM)
        assert owner.wait(PATIENCE) == 0
    assert not (tmp_path / NOTICE).exists()


def test_a_killed_owner_is_named_and_the_next_command_opens_the_file_itself(tmp_path: Path) -> None:
    with running("up", tmp_path) as owner:
        wait_until(lambda: read_notice(tmp_path) is not None)
        client = OwnerClient(notice(tmp_path))
        with running("run", tmp_path, "fill", "100000") as reader:
            assert reader.stderr is not None
            assert reader.stderr.readline() == "filling\n"
            owner.kill()
            assert reader.wait(PATIENCE) == 1
            assert f"process {owner.pid}" in reader.communicate()[1]
    with pytest.raises(OwnerLostError):
        client.head("live", "SH-01")
    assert (tmp_path / NOTICE).exists()
    with closing(open_ledger(tmp_path)) as ledger, ledger.reading() as connection:
        assert connection.execute(COUNT).fetchall() == [(0,)]


def test_two_readers_are_served_at_once(tmp_path: Path) -> None:
    with running("up", tmp_path):
        wait_until(lambda: read_notice(tmp_path) is not None)
        with running("run", tmp_path, "fill", "30") as one, running("run", tmp_path, "fill", "30") as other:
            assert (one.wait(PATIENCE), other.wait(PATIENCE)) == (0, 0)
        assert OwnerClient(notice(tmp_path)).query(COUNT).to_pylist() == [{"count_star()": 60}]


def test_retrofit_up_answers_other_commands_and_refuses_a_second(tmp_path: Path) -> None:
    retrofit = [sys.executable, "-c", "from dashboards.cli import main; main()", "--data", str(tmp_path)]
    up = subprocess.Popen([*retrofit, "up", "--no-prefect", "--port", "0"], stderr=subprocess.PIPE, text=True)
    try:
        wait_until(lambda: read_notice(tmp_path) is not None)
        listed = subprocess.run(
            [*retrofit, "log", "list", "--json"], capture_output=True, text=True, check=True
        )
        assert listed.stdout == '{"logs":[]}\n'
        for deed in ("backup", "restore"):
            file = tmp_path.with_name("backup.duckdb")
            subprocess.run([*retrofit, "log", deed, str(file)], check=True)
        moving = subprocess.run(
            [*retrofit, "storage", "use-postgres", "postgresql://nowhere"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (moving.returncode, "stop it, move, and start it again" in moving.stderr) == (1, True)
        second = subprocess.run([*retrofit, "up"], capture_output=True, text=True, check=False)
        assert (second.returncode, f"process {up.pid} (retrofit up)" in second.stderr) == (1, True)
        up.send_signal(signal.SIGINT)
        assert up.wait(PATIENCE) == 0
    finally:
        up.kill()
        up.communicate()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["access.sqlite", FILE]


@contextmanager
def running(deed: str, data: Path, *words: str) -> Iterator["subprocess.Popen[str]"]:
    """Lend a process of `stage.py`, killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, str(STAGE), deed, str(data), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def notice(data: Path) -> Owner:
    owner = read_notice(data)
    assert owner is not None
    return owner


def wait_until(met: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < until
        time.sleep(0.02)
