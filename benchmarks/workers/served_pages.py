"""The pages over a log, for readers in another process: `served_pages DIRECTORY LOG READERS`.

One line of JSON tells where they are, the cookies of so many people who are staff and analysts, and projects
to open; the end of standard input ends it.
"""

import json
import sys
from pathlib import Path

from dashboards.access.access import open_access
from dashboards.access.guards import COOKIE
from dashboards.engine import Engine
from dashboards.serving import pages_served
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from flows.worklist.listing import utc_now
from flows.worklist.live_index import live_index


def main(data: Path, log: str, n_readers: int) -> None:
    """Serve until standard input ends."""
    ledger = DuckDBLedger(data / "ledger.duckdb")
    access = open_access(data)
    names = [f"reader{number:02}" for number in range(n_readers)]
    for name in names:
        access.users.add(name, ("staff", "analyst"), with_password=False)
    projects = live_index(ledger, log).projects(ledger, utc_now(), limit=200).projects
    with pages_served(Engine(ledger, data, log), access, port=0, warm=True) as served:
        told = {
            "address": served.address,
            "cookies": [{COOKIE: access.begin(name, "127.0.0.1", by="password")} for name in names],
            "projects": [one.project for one in projects],
        }
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
    ledger.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
