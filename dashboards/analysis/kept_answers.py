"""Answers that are dear to find, kept while their log stands still; one asker finds, the others wait."""

import os
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, nullcontext
from threading import Lock, Semaphore, local
from typing import Any, TypeVar, cast

Answer = TypeVar("Answer")
KEPT = 400


class _Place:
    """Where one answer is kept once it is found."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.found = False
        self.answer: Any = None


class _Gate:
    """Lets a few threads find answers at a time; one that waits for another's answer steps out meanwhile."""

    def __init__(self, most: int) -> None:
        self._free = Semaphore(most)
        self._mine = local()

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Be one of those at work, a thread that already is one counting once."""
        if getattr(self._mine, "entered", False):
            yield
            return
        with self._free:
            self._mine.entered = True
            try:
                yield
            finally:
                self._mine.entered = False

    def take(self, place: _Place) -> None:
        """Take the lock of a place; while it must be waited for, somebody else may work."""
        if place.lock.acquire(blocking=False):
            return
        if not getattr(self._mine, "entered", False):
            place.lock.acquire()
            return
        self._free.release()
        place.lock.acquire()
        self._free.acquire()


class KeptAnswers:
    """The last answers asked for, by a key that changes with the log.

    Without a lock for each key, twenty readers who open the same page after an event would all compute it.
    No more answers are found at a time than there are processors, so that one who opens a plain page need
    not share them with twenty others whose maps nobody has opened yet.

    >>> kept = KeptAnswers()
    >>> kept.get("a", lambda: 1), kept.get("a", lambda: 2)
    (1, 1)
    """

    def __init__(self, most: int = KEPT, at_a_time: int | None = None) -> None:
        self._most = most
        self._places: OrderedDict[Hashable, _Place] = OrderedDict()
        self._lock = Lock()
        self._gate = _Gate(at_a_time or os.cpu_count() or 1)

    def get(self, key: Hashable, find: Callable[[], Answer], *, dear: bool = True) -> Answer:
        """Return what is kept under `key`; what `find` returns if that is nothing yet.

        What is not `dear` is found at once, whoever else is at work.
        """
        place = self._place(key)
        if place.found:
            return cast(Answer, place.answer)
        self._gate.take(place)
        try:
            if not place.found:
                with self._gate.inside() if dear else nullcontext():
                    place.answer = find()
                place.found = True
            return cast(Answer, place.answer)
        finally:
            place.lock.release()

    def _place(self, key: Hashable) -> _Place:
        with self._lock:
            place = self._places.setdefault(key, _Place())
            self._places.move_to_end(key)
            while len(self._places) > self._most:
                self._places.popitem(last=False)
            return place
