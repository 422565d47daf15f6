"""Large cohorts, played in memory and written down together: the same as played act by act."""

from collections import Counter, defaultdict
from pathlib import Path

from running import ran

from eventlogs.events import Event
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.shared_verification import ledger_verification
from eventlogs.storage import Ledger
from flows.simulation.cohort import scripts
from flows.simulation.in_bulk import play_in_bulk
from flows.simulation.planting import Plants
from flows.simulation.play import play
from flows.simulation.truth import cohort_truth, truth

CITIES = ("上海", "天津", "大连", "哈尔滨")
LOG = "simulated"
PLANTS = Plants.model_validate(
    {"deviation": [{"rule": "S4"}], "stall": [{"step": "raise_funds", "cause": "money"}]}
)


def histories(ledger: Ledger) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = defaultdict(list)
    for one in ledger.since(0, log=LOG, limit=100_000):
        found[one.event.case_id].append(one.event)
    return found


def test_every_project_has_the_events_and_the_truth_of_the_play_by_acts(tmp_path: Path) -> None:
    cohort = scripts(CITIES, 8, 3, PLANTS)
    by_acts, in_bulk = DuckDBLedger(tmp_path / "acts.duckdb"), DuckDBLedger(tmp_path / "bulk.duckdb")
    known = truth(LOG, 3, cohort, play(by_acts, LOG, cohort))
    projects, n_events = play_in_bulk(in_bulk, LOG, cohort, processes=1)
    assert histories(in_bulk) == histories(by_acts)
    assert cohort_truth(LOG, 3, projects) == known
    assert n_events == len(in_bulk.since(0, log=LOG))
    assert [one.rule for project in projects for one in project.deviations] == ["S4"]
    assert ledger_verification(in_bulk, LOG).exit_status == 0
    by_acts.close()
    in_bulk.close()


def test_several_processes_play_the_same_cohort_and_twice_is_once(tmp_path: Path) -> None:
    cohort = scripts(CITIES, 60, 3, Plants())
    ledger = DuckDBLedger(tmp_path / "events.duckdb")
    told: Counter[str] = Counter()
    first = play_in_bulk(ledger, LOG, cohort, lambda n: told.update(over=n), processes=2)
    again = play_in_bulk(ledger, LOG, cohort, processes=1)
    assert again == first
    assert told["over"] == 60
    assert len(ledger.since(0, log=LOG, limit=100_000)) == first[1]
    ledger.close()


def test_the_command_answers_the_same_either_way(tmp_path: Path) -> None:
    line = "simulate --cities 天津 --projects 2 --seed 3 --until 2025-09-30 --json"
    by_acts, in_bulk = ran(line, tmp_path / "acts"), ran(f"{line} --fast", tmp_path / "bulk")
    assert by_acts[0] == in_bulk[0] == 0
    assert by_acts[1] == in_bulk[1]
