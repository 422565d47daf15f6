"""Makes the missing papers of a log in a process of its own, again and again; made to be killed."""

import sys
from pathlib import Path

from killing import killed_at_random
from lift_play import LOG, MONDAY

from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from flows.papers.making import make_missing_papers


def main(data: Path) -> None:
    """Make what is missing."""
    ledger = DuckDBLedger(data / "events.duckdb")
    make_missing_papers(ledger, data, LOG, MONDAY)
    ledger.close()


if __name__ == "__main__":
    died = killed_at_random(lambda: main(Path(sys.argv[1])), int(sys.argv[2]))
    sys.stdout.write(f"{died}\n")
