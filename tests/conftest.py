"""What several test files share: a real PostgreSQL server, and a ledger of either size."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from counted import write_counts
from postgres_server import new_database, running_postgres

from eventlogs.data_directory import open_file
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.outgrown.postgres_ledger import PostgresLedger
from eventlogs.storage import Ledger

if TYPE_CHECKING:
    from flows.hosting.child import PrefectServer

_COUNTS: list[dict[str, Any]] = []  # what the tests of this run have told that they tried
SIZES = ("one machine", "outgrown")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seeds", type=int, default=1, help="how many seeds of random kills are tried")
    parser.addoption("--inputs", type=int, default=12, help="how many odd inputs each fuzz test tries")
    parser.addoption("--counts", type=Path, help="the JSON file that is told what was tried, and how often")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kill_seed" in metafunc.fixturenames:
        metafunc.parametrize("kill_seed", range(1, 1 + metafunc.config.getoption("seeds")))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" and report.passed:
        told = [cast(dict[str, Any], value) for name, value in report.user_properties if name == "count"]
        _COUNTS.extend(told)


def pytest_sessionfinish(session: pytest.Session) -> None:
    file = session.config.getoption("--counts")
    if file is not None and not hasattr(session.config, "workerinput"):
        seeds, inputs = (session.config.getoption(name) for name in ("--seeds", "--inputs"))
        write_counts(file, _COUNTS, seeds=seeds, inputs=inputs)


@pytest.fixture
def n_inputs(request: pytest.FixtureRequest) -> int:
    """Return how many odd inputs a fuzz test tries."""
    return int(request.config.getoption("--inputs"))


@pytest.fixture
def count(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Lend a function that is told what was tried and how often, for the file of `--counts`."""
    return lambda **told: record_property("count", told)


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
