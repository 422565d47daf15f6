"""Answers that take long: found beside the request that asks for them, which need not wait to the end."""

from collections.abc import Callable, Hashable
from concurrent.futures import Future, wait
from contextvars import copy_context
from dataclasses import dataclass, field
from math import inf
from threading import Lock, Thread
from time import monotonic
from typing import Any, TypeVar, cast

Answer = TypeVar("Answer")
MOST = 30  # at a time; who asks for one more waits for it
KEPT = 300.0  # seconds for which an answer waits for who asked for it
LAST = 10.0  # seconds for what is under way when all ends


class StillUnderWayError(Exception):
    """An answer is not found yet."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class _Search:
    found: Future[Any] = field(default_factory=Future)
    begun: float = field(default_factory=monotonic)


class UnderWay:
    """The answers that are being found, by who asked for what.

    >>> under_way = UnderWay(patience=60)
    >>> under_way.answer("a", lambda: 1)
    1
    """

    def __init__(self, patience: float = inf, most: int = MOST) -> None:
        self._patience, self._most = patience, most
        self._searches: dict[Hashable, _Search] = {}
        self._lock = Lock()

    def answer(self, key: Hashable, find: Callable[[], Answer]) -> Answer:
        """Return what `find` finds, or raise `StillUnderWayError` and let it be asked for again."""
        if self._patience == inf or (search := self._search(key, find)) is None:
            return find()
        if not self.is_over(key):
            raise StillUnderWayError(monotonic() - search.begun)
        with self._lock:
            self._searches.pop(key, None)
        return cast(Answer, search.found.result())

    def is_over(self, key: Hashable) -> bool:
        """Tell whether nothing is under way any more, after waiting for it with patience."""
        search = self._searches.get(key)
        return search is None or bool(wait([search.found], self._patience).done)

    def close(self) -> None:
        """Let what is under way come to its end, for a while."""
        with self._lock:
            begun = [search.found for search in self._searches.values()]
        wait(begun, LAST)

    def _search(self, key: Hashable, find: Callable[[], Any]) -> _Search | None:
        with self._lock:
            if search := self._searches.get(key):
                return search
            self._let_go()
            if len(self._searches) >= self._most:
                return None
            search = self._searches[key] = _Search()
        run = copy_context().run
        Thread(target=lambda: run(_find, search.found, find), name="under way", daemon=True).start()
        return search

    def _let_go(self) -> None:
        oldest = monotonic() - KEPT
        for key, search in tuple(self._searches.items()):
            if search.begun < oldest and search.found.done():
                del self._searches[key]


def _find(found: Future[Any], find: Callable[[], Any]) -> None:
    try:
        found.set_result(find())
    except BaseException as error:  # noqa: BLE001  # told to whoever asks for the answer
        found.set_exception(error)
