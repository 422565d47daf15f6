"""The big size: Prefect and the ledger in PostgreSQL, two hosts that carry the flows, one killed mid-way."""

import asyncio
from collections import Counter
from contextlib import AbstractContextManager, closing
from itertools import count
from pathlib import Path

import pytest
from lift_play import LOG, Play
from outgrown import lake_keys, opened
from prefect.client.orchestration import get_client
from prefect_api import asked_for, clock_stopped, runs
from up_process import Up, until, up

from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.shared_verification import ledger_verification
from eventlogs.storage import Ledger
from eventlogs.storage_settings import SharedLedger, write_shared_ledger
from flows.hosting.child import PrefectServer
from flows.hosting.follower import acts

CASES = ("p-1", "p-2", "p-3")
HALFWAY, FAR = "contact_core_residents", "submit_intention_form"

pytestmark = pytest.mark.xdist_group("prefect")


def event_keys(ledger: Ledger) -> dict[str, list[str]]:
    """Return the keys of what happened in each project, in order; the clock's own events are left out."""
    return {
        case: [one.event.key for one in ledger.case(LOG, case) if one.event.lifecycle != "unknown"]
        for case in CASES
    }


def play(ledger: Ledger, until_step: str) -> None:
    for case in CASES:
        project = Play(ledger, case_id=case, reason="so it was")
        if not project.history.exists:
            project.start()
        project.until(until_step)


def host(tmp_path: Path, name: str, postgres: str, server: PrefectServer) -> AbstractContextManager[Up]:
    data = tmp_path / name
    data.mkdir()
    write_shared_ledger(data, SharedLedger(postgres, str(tmp_path / "lake")))
    return up(data, LANG="C", **server.client_settings() | {"PREFECT_HOME": str(data / "home")})


def completed() -> set[str]:
    """Return the names of the runs that came to a good end."""
    return {run.name for run in asyncio.run(runs()) if run.state_name == "Completed"}


def started_until_taken_by(host: Up, ledger: Ledger) -> None:
    """Start more projects until the host has taken a run."""
    number = count(1)

    def taken() -> bool:
        Play(ledger, case_id=f"more-{next(number)}").start()
        return any(by.endswith(f"-{host.process.pid}") for by in asyncio.run(takers()))

    until(taken)


async def takers() -> set[str]:
    """Return the workers that have taken runs."""
    async with get_client() as client:
        states = [await client.read_flow_run_states(run.id) for run in await runs()]
    return {str(state.message) for of_run in states for state in of_run if state.is_pending()}


def test_one_of_two_hosts_is_killed_and_nothing_is_lost_or_doubled(
    tmp_path: Path, postgres: str, prefect_server: PrefectServer
) -> None:
    with closing(DuckDBLedger(tmp_path / "calm.duckdb")) as calm:
        play(calm, HALFWAY)
        play(calm, FAR)
        expected = event_keys(calm)
    hosts = [host(tmp_path, name, postgres, prefect_server) for name in ("one", "other")]
    with hosts[0] as one, hosts[1] as other, opened(postgres, tmp_path, "third") as ledger:
        for each in (one, other):
            each.until_said("flows are carried out here")
        play(ledger, HALFWAY)
        started_until_taken_by(one, ledger)
        one.process.kill()
        play(ledger, FAR)
        lasts = [acts(ledger.case(LOG, case), frozenset({LOG}))[0] for case in CASES]
        until(lambda: {f"{act.case_id}: after {act.activity}" for act in lasts} <= completed())
        asyncio.run(clock_stopped())
        asyncio.run(asked_for("sweep/retrofit"))
        until(lambda: "sweep of every live log" in completed())
        assert event_keys(ledger) == expected
        assert ledger_verification(ledger, LOG).intact
        ledger.drain()
        assert ledger.lake is not None
        recorded = [one.event.key for one in ledger.since(0)]
        assert Counter(lake_keys(ledger.lake)) == Counter(recorded)
        advances = [run for run in asyncio.run(runs()) if run.name[:3] in CASES]
        assert max(Counter(run.name for run in advances).values()) == 1
