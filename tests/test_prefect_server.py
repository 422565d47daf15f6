"""Prefect's server beside the owner: it has its port for certain, and on SQLite refuses no writer."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
import sqlalchemy as sa
from prefect.server.database.configurations import AioSqliteConfiguration
from sqlalchemy.exc import OperationalError

from eventlogs.errors import EventLogError
from flows.hosting.child import PrefectServer, server_at
from flows.hosting.prefect_in_turn import InTurn

WRITERS = 5


@pytest.fixture
def taken() -> Iterator[int]:
    """Lend a port that somebody else has."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_a_port_taken_before_the_server_began_gives_way_to_another(tmp_path: Path, taken: int) -> None:
    server = PrefectServer(tmp_path, taken, or_any=True)
    server.start()
    try:
        assert server.alive
        had = server.port
        assert had not in (0, taken)
        assert server.client_settings()["PREFECT_API_URL"] == f"http://127.0.0.1:{had}/api"
        with pytest.raises(EventLogError, match=f"port {had} of this machine is taken"):
            server_at(tmp_path, had)
    finally:
        server.stop()


def test_a_port_that_was_asked_for_is_had_or_the_start_fails(tmp_path: Path, taken: int) -> None:
    server = PrefectServer(tmp_path, taken)
    server.start()
    with pytest.raises(EventLogError, match="does not start"):
        server.wait_until_answering(Event())
    server.stop()
    assert "Address already in use" in (tmp_path / "prefect/server.log").read_text("utf-8")


async def read_then_written(url: str, kind: type[AioSqliteConfiguration]) -> list[BaseException]:
    """Return what was refused of several transactions at once that read before they write."""
    config = kind(url)
    engine = await config.engine()
    async with engine.begin() as connection:
        await connection.execute(sa.text("CREATE TABLE IF NOT EXISTS run (name TEXT)"))

    async def write(name: str) -> None:
        session = await config.session(engine)
        async with session, config.begin_transaction(session):
            await session.execute(sa.text("SELECT count(*) FROM run"))
            await asyncio.sleep(0.02)  # the others have read by now too
            await session.execute(sa.text("INSERT INTO run VALUES (:name)"), {"name": name})

    ended = await asyncio.gather(*(write(str(n)) for n in range(WRITERS)), return_exceptions=True)
    await engine.dispose()
    return [one for one in ended if one is not None]


def test_transactions_that_read_before_they_write_are_not_refused(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'prefect.db'}"
    refused = asyncio.run(read_then_written(url, AioSqliteConfiguration))
    assert refused  # as the library has it: when this fails, turns are no longer needed
    assert all(isinstance(one, OperationalError) for one in refused)
    assert asyncio.run(read_then_written(url, InTurn)) == []


def test_a_transaction_inside_another_does_not_wait_for_its_own_turn(tmp_path: Path) -> None:
    async def nested() -> int:
        config = InTurn(f"sqlite+aiosqlite:///{tmp_path / 'prefect.db'}")
        engine = await config.engine()
        outer, inner = await config.session(engine), await config.session(engine)
        async with outer, config.begin_transaction(outer), inner, config.begin_transaction(inner):
            found = await inner.execute(sa.text("SELECT 1"))
            one = int(found.scalar_one())
        await engine.dispose()
        return one

    assert asyncio.run(asyncio.wait_for(nested(), 30)) == 1
