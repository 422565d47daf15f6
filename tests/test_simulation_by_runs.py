"""A cohort played with a flow run of Prefect after every act, on a real server."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from prefect_api import artifacts, runs

from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from flows.project.acts import ENGINE
from flows.routines.following import artifact_key, run_name
from flows.simulation.by_flow_runs import SIMULATED, flow_runs
from flows.simulation.cohort import scripts
from flows.simulation.planting import Plants
from flows.simulation.play import play

LOG = "by-runs"

pytestmark = [pytest.mark.xdist_group("prefect"), pytest.mark.usefixtures("prefect_server")]


def test_every_act_has_its_flow_run_and_the_events_are_those_of_a_play_without(tmp_path: Path) -> None:
    whole = scripts(["大连", "天津"], 2, 7, Plants())
    cohort = [replace(one, until=one.begins.date() + timedelta(days=30)) for one in whole]
    with_runs, without = DuckDBLedger(tmp_path / "with.duckdb"), DuckDBLedger(tmp_path / "without.duckdb")
    with flow_runs(with_runs, tmp_path, LOG) as following:
        play(with_runs, LOG, cohort, following=following)
    play(without, LOG, cohort)
    assert [one.event for one in with_runs.since(0)] == [one.event for one in without.since(0)]
    case_id = cohort[0].case_id
    followed = [run for run in asyncio.run(runs()) if f"case:{case_id}" in run.tags]
    done = [one.event for one in without.case(LOG, case_id) if one.event.lifecycle == "complete"]
    acts = ["project", *(event.activity for event in done if event.actor != ENGINE)]
    assert sorted(run.name for run in followed) == sorted(run_name(LOG, case_id, act) for act in acts)
    assert len(acts) > 3
    assert {run.state.name for run in followed if run.state} == {"Completed"}
    assert all(SIMULATED in run.tags for run in followed)
    (card, *_) = asyncio.run(artifacts(artifact_key(LOG, cohort[1].case_id)))
    assert "**(simulated)**" in str(card.data)
    assert "**（模拟数据）**" in str(card.data)
    with_runs.close()
    without.close()
