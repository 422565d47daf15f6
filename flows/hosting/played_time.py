"""The time that a flow run goes by: the clock's, or the simulated moment in a play."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

_PLAYED: ContextVar[datetime | None] = ContextVar("played", default=None)


@contextmanager
def played_at(moment: datetime) -> Iterator[None]:
    """Let the flow runs begun inside the block take `moment` for now."""
    token = _PLAYED.set(moment)
    try:
        yield
    finally:
        _PLAYED.reset(token)


def played_moment() -> datetime | None:
    """Return the simulated moment; None outside of a play."""
    return _PLAYED.get()
