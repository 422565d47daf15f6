"""Acts that hold only if nothing has changed since they were thought of: `ETag` and `If-Match`."""

from collections.abc import Sequence
from typing import cast

from starlette.requests import Request

from dashboards.access.errors import AccessError
from eventlogs.events import Event
from eventlogs.storage import Appended, Ledger


class ChangedMeanwhileError(AccessError):
    """A project has moved on since it was read."""

    status = 412
    slug = "changed-meanwhile"


def etag(head: int) -> str:
    """Return the mark of a project's state: its last event.

    >>> etag(17)
    '"17"'
    """
    return f'"{head}"'


def matching(request: Request, ledger: Ledger, head: int) -> Ledger:
    """Return the ledger for an act: with `If-Match` one that records only upon the state that was read."""
    asked = request.headers.get("if-match")
    if asked is None or asked.strip() == "*":
        return ledger
    if etag(head) not in [one.strip() for one in asked.split(",")]:
        raise _changed()
    return cast(Ledger, _UponOneState(ledger, head))


class _UponOneState:
    """A ledger that appends to a case only while its head is the one that was read."""

    def __init__(self, ledger: Ledger, head: int) -> None:
        self._ledger = ledger
        self._head = head

    def __getattr__(self, name: str) -> object:
        return getattr(self._ledger, name)

    def append(self, log: str, events: Sequence[Event], *, expect_seq: int | None = None) -> Appended:
        """Record events, unless the case was read anew meanwhile."""
        if expect_seq is not None and expect_seq != self._head:
            raise _changed()
        return self._ledger.append(log, events, expect_seq=expect_seq)


def _changed() -> ChangedMeanwhileError:
    return ChangedMeanwhileError("the project has changed since it was read; read it again and decide anew")
