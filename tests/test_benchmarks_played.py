"""The logs that conformance, stalls and lists are measured on are played projects, copied whole."""

import json
from pathlib import Path

import pytest

from benchmarks import played
from benchmarks.__main__ import main
from benchmarks.flows import FLOWS, PARTIES, flows_table
from benchmarks.measuring import Measurement, differs
from benchmarks.pages import PAGES, Length
from benchmarks.played import CITIES, LOG, open_projects
from benchmarks.workers.appends import some_events
from benchmarks.workers.ours_lift import LIFT
from benchmarks.workers.peer_conformance import Peer, judged
from benchmarks.workers.peer_stalls import stalled
from benchmarks.workers.worker import Task
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from flows.project.advance import read_project
from flows.worklist.listing import utc_now
from flows.worklist.live_index import live_index

pytestmark = pytest.mark.xdist_group("benchmarks_played")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lend where the played log is, which is played once."""
    return tmp_path_factory.mktemp("played")


def test_copied_projects_are_open_ones_with_work_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(played, "BEGUN", 6)
    ledger = DuckDBLedger(open_projects(tmp_path, 20) / "ledger.duckdb")
    projects = live_index(ledger, LOG).projects(ledger, utc_now())
    assert projects.total >= 20
    assert {one.outcome for one in projects.projects} == {None}
    for one in projects.projects[:3]:
        history = read_project(ledger, LOG, one.project)
        assert len(history.events) == played.BEGUN_EVENTS
        assert any(item.is_open for item in history.items.values())
        assert history.facts["name"] == one.name
    ledger.close()


def test_whole_projects_are_mined_like_by_peers(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(played, "PLAYED", 8)
    kept = tmp_path / "figures.json"
    words = ["mining", "--events", "1500", "--without-peers", "--repeats", "1", "-o", str(kept)]
    chosen = "conformance_by_city,stalls_by_city,chain_alignments,curves,filter"
    assert main([*words, "--data", str(place), "--operations", chosen]) == 0
    assert "all results are equal" in capsys.readouterr().out
    told = json.loads(kept.read_text("utf-8"))["measurements"]
    assert [one["fault"] for one in told] == [None] * 6
    assert {one["tool"] for one in told if one["operation"] == "curves"} == {"ours", "lifelines"}


def test_an_analysts_whole_answers_are_ours_value_by_value(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(played, "PLAYED", 8)
    data = played.played_log(place, 1500)
    peer = Peer(Task("", data, 1))
    for operation, answer in (("conformance_by_city", judged), ("stalls_by_city", stalled)):
        ours = LIFT[operation]
        found = ours.told(ours.work(ours.ready(Task(operation, data, 1))))
        assert differs(found, answer(peer)) is None
        assert found["stalls" if operation == "stalls_by_city" else "rules"]


def test_readers_open_maps_lists_and_projects(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(played, "PLAYED", 8)
    monkeypatch.setattr("benchmarks.pages.CITIES", CITIES[:1])
    monkeypatch.setattr("benchmarks.__main__.OF_PAGES", Length(1_000_000, 2, 3))
    monkeypatch.setattr("benchmarks.pages.played_log", lambda place, _: played.played_log(place, 1500))
    assert main(["pages", "--data", str(place)]) == 0
    shown = capsys.readouterr().out
    assert all(name.replace("_", " ") in shown for name in PAGES)
    assert "map page for 20 readers, warm, 95 % at most, ms" in shown


def test_everybody_appends_the_same_new_events(tmp_path: Path) -> None:
    ledger = DuckDBLedger(tmp_path / "ledger.duckdb")
    ledger.create_log(LOG, simulated=True)
    events = list(some_events(Task("append_many", tmp_path, 6)))
    assert len(ledger.append(LOG, events).new) == len(events) == 600
    ledger.close()


def test_rates_are_those_of_the_median() -> None:
    found = {
        (party.name, operation): Measurement(party.name, operation, 100, 0.5, 3, worked=0.1)
        for party in PARTIES
        for operation in party.operations
    }
    shown = flows_table(found)
    assert "200 events a second" in shown
    assert "12,000 projects a minute" in shown
    assert all(operation.replace("_", " ") in shown for operation in FLOWS)
