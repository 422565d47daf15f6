"""Logs for the tests of the analysts' pages: a simulated cohort, and an imported log that is not ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from page_stage import ANALYST, Browser, browsing

from dashboards.access.access import open_access
from dashboards.access.visitor import Scope
from eventlogs.console import TerminalConsole
from eventlogs.exchange.choices import ImportChoices
from eventlogs.exchange.importing import import_log
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from flows.simulation.cohort import scripts
from flows.simulation.in_bulk import play_in_bulk
from flows.simulation.planting import Plants

CITIES = ("上海", "天津", "大连", "哈尔滨")
LOG, FOREIGN = "projects", "loans"
PLANTS = Plants.model_validate({"deviation": [{"rule": "S4"}]})
N_PROJECTS = 24
_FOREIGN = """case,activity,time,amount
1,apply,2024-01-01 09:00,small
1,check,2024-01-02 09:00,small
1,pay,2024-01-05 09:00,small
2,apply,2024-02-01 09:00,large
2,check,2024-02-11 09:00,large
2,check,2024-02-12 09:00,large
2,refuse,2024-02-20 09:00,large
3,apply,2024-03-01 09:00,small
3,check,2024-03-02 10:00,small
3,pay,2024-03-03 09:00,small
"""


def fill(data: Path) -> None:
    """Record both logs in the ledger of `data`."""
    ledger = DuckDBLedger(data / "events.duckdb")
    try:
        play_in_bulk(ledger, LOG, scripts(CITIES, N_PROJECTS, 3, PLANTS), processes=1)
        file = data / "loans.csv"
        file.write_text(_FOREIGN, "utf-8")
        import_log(ledger, file, FOREIGN, ImportChoices(), TerminalConsole(StringIO(), StringIO()))
    finally:
        ledger.close()


@contextmanager
def analysing(data: Path, name: str = ANALYST, scope: Scope | None = None) -> Iterator[Browser]:
    """Lend the browser of an analyst, who sees everything unless a scope is given."""
    access = open_access(data)
    if scope is not None and name not in {user.name for user in access.users.all()}:
        access.users.add(name, ("analyst",), scope, with_password=False)
    with browsing(data, name, "analyst") as reader:
        yield reader


def told(analyst: Browser, address: str, **parameters: str) -> Any:
    """Return what a page says to machines, in English."""
    more = urlencode({"format": "json", **parameters})
    answer = analyst.client.get(
        f"{address}{'&' if '?' in address else '?'}{more}", headers={"accept-language": "en"}
    )
    assert answer.status_code == 200, answer.text[:2000]
    return answer.json()
