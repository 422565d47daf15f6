"""Projects survive kill -9 at any instruction: nothing is lost, nothing happens twice."""

from pathlib import Path

import pytest
from counted import Count
from killed_worker import CITIES, main
from killing import lives_of
from lift_play import LOG

from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.verification import verification
from flows.project.advance import read_case

WORKER = Path(__file__).parent / "killed_worker.py"


def keys(file: Path) -> dict[str, list[str]]:
    ledger = DuckDBLedger(file)
    found = {city: [one.event.key for one in ledger.case(LOG, city)] for city in CITIES}
    with ledger.reading() as connection:
        assert verification(connection, LOG).intact
    assert [read_case(ledger, LOG, city).outcome for city in CITIES] == ["completed"] * len(CITIES)
    ledger.close()
    return found


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    file = tmp_path_factory.mktemp("calm") / "events.duckdb"
    main(file)
    return keys(file)


def test_killed_at_random_the_projects_end_with_the_same_events(
    tmp_path: Path, undisturbed: dict[str, list[str]], kill_seed: int, count: Count
) -> None:
    file = tmp_path / "events.duckdb"
    died = lives_of(WORKER, file, kill_seed)
    assert died >= 5
    assert keys(file) == undisturbed
    count(fault="kill -9 while projects go on", times=died)
