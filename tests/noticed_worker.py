"""Tells people what is to be told, one matter a message, in children that are made to be killed."""

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from killing import killed_at_random
from lift_play import LOG, MONDAY

from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from flows.notices.outbox import send
from flows.notices.telling import waiting_messages

LATE = MONDAY + timedelta(days=100)


def tell_on(data: Path) -> None:
    """Tell what was not begun to be told."""
    ledger = DuckDBLedger(data / "events.duckdb")
    for message in waiting_messages(ledger, data, LOG, LATE):
        for notice in message.notices:
            send(ledger, LOG, replace(message, notices=(notice,)), LATE)
    ledger.close()


if __name__ == "__main__":
    died = killed_at_random(lambda: tell_on(Path(sys.argv[1])), int(sys.argv[2]))
    sys.stdout.write(f"{died}\n")
