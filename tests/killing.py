"""Lives of children that are killed with signal 9 after a random while, until one comes to its end."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

SHORTEST = 0.05  # seconds, the most that the first lives last
GROWTH = 1.08  # of that, with each that died


def lives_of(worker: Path, *words: object) -> int:
    """Run a worker that kills its own children until one comes to its end; return how many died."""
    told = subprocess.run(
        [sys.executable, str(worker), *map(str, words)], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    return int(told.stdout.splitlines()[-1])


def killed_at_random(life: Callable[[], None], seed: int) -> int:
    """Live in children until one comes to its end; return how many died.

    Children are forked before they open anything, so that a life costs no start of Python. Lives begin
    short and grow longer, so that many die on a fast machine and one comes to its end on a slow one.
    """
    chance, n_killed, longest = random.Random(seed), 0, SHORTEST
    while True:
        child = os.fork()
        if child == 0:
            _live(life)
        time.sleep(chance.random() * longest)
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended and status == 0:
            return n_killed
        if ended:
            raise RuntimeError(f"a child failed with status {status}")
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        n_killed += 1
        longest *= GROWTH


def _live(life: Callable[[], None]) -> None:
    status = 1
    try:
        life()
        status = 0
    finally:
        os._exit(status)
