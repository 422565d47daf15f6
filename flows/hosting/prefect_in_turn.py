"""Prefect's server on SQLite: its transactions begin as writers, and take turns.

The library begins most of them as readers. SQLite refuses a reader that wants to write after somebody else
has written, at once and however patient it is otherwise; the server then answers 503, and the client asks
again seconds later. A transaction that begins as a writer waits for its turn, here without a connection.
"""

from asyncio import AbstractEventLoop, Lock, get_running_loop
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from weakref import WeakKeyDictionary

from prefect.server.database.configurations import AioSqliteConfiguration
from prefect.server.database.dependencies import set_database_config
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction

_turns: "WeakKeyDictionary[AbstractEventLoop, Lock]" = WeakKeyDictionary()
_has_the_turn: ContextVar[bool] = ContextVar("has_the_turn", default=False)


class InTurn(AioSqliteConfiguration):
    """The library's way to SQLite, with one writer at a time."""

    @asynccontextmanager
    async def begin_transaction(
        self, session: AsyncSession, with_for_update: bool = False
    ) -> AsyncGenerator[AsyncSessionTransaction, None]:
        """Begin as a writer once nobody else writes; one inside another begins as the library has it."""
        first = not _has_the_turn.get()
        async with AsyncExitStack() as held:
            if first:
                await held.enter_async_context(_turns.setdefault(get_running_loop(), Lock()))
                held.callback(_has_the_turn.reset, _has_the_turn.set(True))
            begun = super().begin_transaction(session, with_for_update=with_for_update or first)
            yield await held.enter_async_context(begun)


def write_in_turn(connection_url: str) -> None:
    """Let the server of this process take turns, if its database is SQLite."""
    if connection_url.startswith("sqlite"):
        set_database_config(InTurn(connection_url))
