"""Plays projects to their end in a process of its own, from wherever they stand; made to be killed."""

import sys
from datetime import timedelta
from pathlib import Path

from killing import killed_at_random
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


if __name__ == "__main__":
    died = killed_at_random(lambda: main(Path(sys.argv[1])), int(sys.argv[2]))
    sys.stdout.write(f"{died}\n")
