"""What several test files share: a real PostgreSQL server, and a ledger of either size."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from postgres_server import new_database, running_postgres

from eventlogs.data_directory import open_file
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.outgrown.postgres_ledger import PostgresLedger
from eventlogs.storage import Ledger

if TYPE_CHECKING:
    from flows.hosting.child import PrefectServer

SIZES = ("one machine", "outgrown")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seeds", type=int, default=1, help="how many seeds of random kills are tried")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kill_seed" in metafunc.fixturenames:
        metafunc.parametrize("kill_seed", range(1, 1 + metafunc.config.getoption("seeds")))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Lend the address of a PostgreSQL server."""
    with running_postgres() as address:
        yield address


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[str]:
    """Lend the address of an empty PostgreSQL database."""
    with new_database(postgres_server) as address:
        yield address


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[DuckDBLedger]:
    """Lend an empty ledger of one machine."""
    opened = DuckDBLedger(tmp_path / "events.duckdb")
    yield opened
    opened.close()


@pytest.fixture(params=SIZES)
def either_ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """Lend a ledger, of the size of one machine and then of the outgrown one."""
    opened = cast(
        Ledger,
        DuckDBLedger(tmp_path / "events.duckdb")
        if request.param == "one machine"
        else PostgresLedger(request.getfixturevalue("postgres"), partial(open_file, tmp_path)),
    )
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def prefect_server(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator["PrefectServer"]:
    """Lend a Prefect server, its database in PostgreSQL; the tests that share it form one xdist group."""
    from prefect_api import running_prefect

    with (
        new_database(postgres_server) as database,
        running_prefect(tmp_path_factory.mktemp("prefect"), database) as server,
    ):
        yield server
