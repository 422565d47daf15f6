"""`retrofit up` in a process of its own, for tests."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

RETROFIT = [sys.executable, "-c", "from dashboards.cli import main; main()", "--data"]
PATIENCE = 120  # seconds


class Up:
    """A running `retrofit up`, and what it has said."""

    def __init__(self, data: Path, *options: str, **environment: str) -> None:
        self.data = data
        self.said = data.with_name(f"{data.name}.said")
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                [*RETROFIT, str(data), "up", "--port", "0", *options],
                stderr=said,
                env=os.environ | environment,
                start_new_session=True,
            )

    def until_said(self, sentence: str) -> str:
        until(lambda: sentence in self.text() or self.process.poll() is not None)
        assert sentence in self.text(), self.text()
        return self.text()

    def text(self) -> str:
        return self.said.read_text("utf-8")

    def children(self) -> list[int]:
        """Return the processes of its session and those it started in sessions of their own."""
        listed = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout
        pairs = [line.split() for line in listed.splitlines()[1:]]
        return [int(pid) for pid, parent in pairs if int(parent) == self.process.pid]

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*RETROFIT, str(self.data), *words], capture_output=True, text=True, check=False
        )


@contextmanager
def up(data: Path, *options: str, **environment: str) -> Iterator[Up]:
    started = Up(data, *options, **environment)
    try:
        yield started
    finally:
        for process in (started.process.pid, *started.children()):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        started.process.wait()


def until(met: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < end
        time.sleep(0.1)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
