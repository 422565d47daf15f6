"""A line to Prefect that breaks at any byte while a project is carried on: one run, which ends."""

import asyncio
from pathlib import Path
from random import Random
from threading import Event, Thread

import pytest
from counted import Count
from lift_play import LOG, Play
from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, temporary_settings
from prefect_api import Carried, artifacts, runs
from relay import Relay, relay

from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from flows.hosting.child import PrefectServer
from flows.routines.following import artifact_key

CUTS = 2
WITHIN = 30_000  # bytes, of which one advance sends and gets some fifty thousand

pytestmark = [pytest.mark.xdist_group("prefect"), pytest.mark.usefixtures("prefect_server")]


class Spoiler(Thread):
    """Cuts a line some times, half a second each."""

    def __init__(self, line: Relay, dice: Random) -> None:
        super().__init__(daemon=True)
        self._line, self._dice = line, dice
        self.done = Event()
        self.n_cuts = 0

    def run(self) -> None:
        while self.n_cuts < CUTS and not self.done.is_set():
            self._line.breaks_after = self._dice.randrange(1, WITHIN)
            while not (self._line.broken or self.done.wait(0.02)):
                pass
            self.n_cuts += self._line.broken
            self.done.wait(0.5)
            self._line.mend()


def test_a_project_whose_line_to_prefect_breaks_anywhere_is_carried_on_once(
    ledger: DuckDBLedger, tmp_path: Path, prefect_server: PrefectServer, kill_seed: int, count: Count
) -> None:
    carried, case = Carried(ledger, tmp_path), f"spoilt {kill_seed}"
    carried.mark.begin(ledger)
    Play(ledger, case_id=case).start()
    recorded = ledger.case(LOG, case)
    with relay(prefect_server.port) as line:
        address = f"http://127.0.0.1:{line.port}/api"
        with temporary_settings({PREFECT_API_URL: address, PREFECT_CLIENT_MAX_RETRIES: 0}):
            spoiler = Spoiler(line, Random(kill_seed))
            spoiler.start()
            run = carried.named(f"{case}: after project")
            spoiler.done.set()
            spoiler.join()
    assert run.state is not None
    assert run.state.name == "Completed"
    assert [it.name for it in asyncio.run(runs())].count(run.name) == 1
    assert (
        len(asyncio.run(artifacts(artifact_key(LOG, case)))) >= 1
    )  # an answer lost, the card is put up anew
    assert ledger.case(LOG, case)[: len(recorded)] == recorded
    count(fault="line to Prefect broken while a project is carried on", times=spoiler.n_cuts)
