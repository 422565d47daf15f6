"""`retrofit up` as people use it: all of it starts, an act is followed, one Ctrl-C leaves nothing behind."""

import base64
import json
import os
import re
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

import pytest
from lift_play import intake
from up_process import PATIENCE, RETROFIT, Up, is_running, until, up

from flows.hosting.child import HOME

ENDED_ADVANCES = {
    "flows": {"name": {"any_": ["advance"]}},
    "flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}},
}

SOON = 45  # seconds: the library by itself would try for longer to reach the server that was killed

pytestmark = pytest.mark.xdist_group("prefect")


@contextmanager
def trap() -> Iterator[tuple[str, list[object]]]:
    """Lend the address of a proxy, and who came by: everybody who wants to reach another host."""
    caught: list[object] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def catch() -> None:
            while True:
                try:
                    connection, came = server.accept()
                except OSError:
                    return
                caught.append((came, connection.recv(200)))
                connection.close()

        Thread(target=catch, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", caught


def test_everything_starts_follows_acts_also_when_prefect_was_killed_and_ends_with_one_ctrl_c(
    tmp_path: Path,
) -> None:
    data, file = tmp_path / "data", tmp_path / "intake.json"
    file.write_text(json.dumps(intake(), ensure_ascii=False), "utf-8")
    with trap() as (proxy, caught):
        nowhere = {"HTTP_PROXY": proxy, "HTTPS_PROXY": proxy, "NO_PROXY": "127.0.0.1,localhost"}
        with up(data, "--prefect-port", "0", LANG="C", **nowhere) as running:
            running.until_said("Prefect is starting")
            begun = running.run("project", "start", "--data-file", str(file), "--actor", "wang")
            assert begun.returncode == 0, begun.stderr  # and Prefect does not answer yet
            said = running.until_said("flows are carried out here")
            (page,) = re.findall(r"Prefect's page: (\S+)", said)
            until(lambda: len((data / HOME / "followed").read_text("utf-8")) > 0)
            until(lambda: advanced(data, page) == ["harbin-001: after project"])
            second = running.run("up", "--port", "0")
            assert f"process {running.process.pid} (retrofit up)" in second.stderr
            busy = subprocess.run(
                [*RETROFIT, str(tmp_path / "b"), "up", "--port", "0", "--prefect-port", page[-5:]],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert (busy.returncode, "is taken; name another with --prefect-port" in busy.stderr) == (1, True)
            kill_the_server(running)
            until(
                lambda: set(advanced(data, page)) > {"dalian-001: after project", "dalian-002: after project"}
            )
            children = running.children()
            assert len(children) == 1
            running.process.send_signal(signal.SIGINT)
            assert running.process.wait(SOON) == 0
            assert [child for child in children if is_running(child)] == []
            assert "Traceback" not in running.text()
        assert caught == []
    assert (data / HOME / "password").stat().st_mode & 0o777 == 0o600
    assert (data / HOME / "prefect.db").exists()


def kill_the_server(running: Up) -> None:
    """Kill Prefect's server, act twice while nobody answers, and wait until it is started again."""
    (child,) = running.children()
    os.kill(child, signal.SIGKILL)
    for name in ("1", "2"):
        begun = running.run(
            "project", "start", "--city", "大连", "--name", name, "--floors", "6", "--actor", "w"
        )
        assert begun.returncode == 0, begun.stderr
    running.until_said("Prefect's server has ended; it is started again")
    until(lambda: running.children() not in ([], [child]))


def advanced(data: Path, page: str) -> list[str]:
    """Return the names of the ended advances that Prefect's API knows."""
    password = base64.b64encode((data / HOME / "password").read_bytes().strip()).decode()
    asked = urllib.request.Request(
        f"{page}/api/flow_runs/filter",
        json.dumps(ENDED_ADVANCES).encode(),
        {"Content-Type": "application/json", "Authorization": f"Basic {password}"},
    )
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked) as answer:
            return [run["name"] for run in json.load(answer)]
    except OSError:  # nobody answers for now
        return []


def test_a_killed_owner_takes_the_server_with_it(tmp_path: Path) -> None:
    with up(tmp_path / "data", "--prefect-port", "0") as running:
        until(lambda: len(running.children()) == 1)
        (child,) = running.children()
        running.process.kill()
        until(lambda: not is_running(child))


def test_without_prefect_a_timetable_does_what_time_brings(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with up(data, "--no-prefect", LANG="C") as running:
        running.until_said("the pages are at")
        begun = running.run(
            "project", "start", "--city", "哈尔滨", "--name", "7", "--floors", "6", "--actor", "w"
        )
        assert begun.returncode == 0, begun.stderr
        assert running.children() == []
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(PATIENCE) == 0
    assert not (data / HOME).exists()
