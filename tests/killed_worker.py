"""Plays projects to their end in a process of its own, from wherever they stand; made to be killed."""

import os
import random
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

from lift_play import LOG, MONDAY, Play

from eventlogs.ledger.duckdb_ledger import DuckDBLedger

CITIES = ("tianjin", "harbin")


def play_on(ledger: DuckDBLedger, city: str) -> None:
    """Carry one project to its end; what is done, and when, follows from its history alone."""
    play = Play(ledger, city=city, case_id=city)
    if not play.history.exists:
        play.start()
    while (history := play.history).outcome is None:
        play.now = MONDAY + timedelta(days=len(history.events))
        item = next(item for item in history.items.values() if item.is_open)
        play.complete_item(item, None, {})


def main(file: Path) -> None:
    """Play every city's project."""
    ledger = DuckDBLedger(file)
    ledger.create_log(LOG)
    for city in CITIES:
        play_on(ledger, city)
    ledger.close()


def killed_at_random(file: Path, seed: int) -> int:
    """Play in children, each killed after a random while, until one comes to the end; return how many died.

    Children are forked before the ledger is opened, so that a life costs no start of Python. Lives grow
    longer, so that there is an end on a slow machine too.
    """
    chance, n_killed, longest = random.Random(seed), 0, 0.4
    while True:
        child = os.fork()
        if child == 0:
            _live(file)
        time.sleep(chance.random() * longest)
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended and status == 0:
            return n_killed
        if ended:
            raise RuntimeError(f"a child failed with status {status}")
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        n_killed += 1
        longest *= 1.05


def _live(file: Path) -> None:
    status = 1
    try:
        main(file)
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    sys.stdout.write(f"{killed_at_random(Path(sys.argv[1]), int(sys.argv[2]))}\n")
