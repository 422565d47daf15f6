"""The simulated neighbourhood lent to tests of the staff's pages, which change projects of their own."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import pytest
from neighbourhood import neighbourhood
from page_stage import OTHER, Browser, browsing

from eventlogs.ledger.duckdb_ledger import DuckDBLedger

Town = tuple[Path, DuckDBLedger]


@pytest.fixture(scope="session")
def played_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Play the neighbourhood once for all modules; each gets a copy of its own."""
    file = tmp_path_factory.mktemp("played_town") / "events.duckdb"
    ledger = DuckDBLedger(file)
    neighbourhood(ledger)
    ledger.close()
    return file


@pytest.fixture(scope="module")
def town(played_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Lend the folder and the ledger."""
    data = tmp_path_factory.mktemp("town")
    copy(played_town, data / "events.duckdb")
    ledger = DuckDBLedger(data / "events.duckdb")
    yield data, ledger
    ledger.close()


@pytest.fixture
def staff(town: Town, other: Browser) -> Iterator[Browser]:
    """Lend the browser of one of the staff, who has a colleague."""
    with browsing(town[0], ledger=town[1]) as browser:
        yield browser


@pytest.fixture
def other(town: Town) -> Iterator[Browser]:
    """Lend the colleague's browser."""
    with browsing(town[0], OTHER, ledger=town[1]) as browser:
        yield browser
