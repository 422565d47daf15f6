"""Answers that are dear to find, kept while their log stands still; one asker finds, the others wait."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar, cast

Answer = TypeVar("Answer")
KEPT = 400


class _Place:
    """Where one answer is kept once it is found."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.found = False
        self.answer: Any = None


class KeptAnswers:
    """The last answers asked for, by a key that changes with the log.

    Without a lock for each key, twenty readers who open the same page after an event would all compute it.

    >>> kept = KeptAnswers()
    >>> kept.get("a", lambda: 1), kept.get("a", lambda: 2)
    (1, 1)
    """

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._places: OrderedDict[Hashable, _Place] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, find: Callable[[], Answer]) -> Answer:
        """Return what is kept under `key`; what `find` returns if that is nothing yet."""
        place = self._place(key)
        with place.lock:
            if not place.found:
                place.answer = find()
                place.found = True
            return cast(Answer, place.answer)

    def _place(self, key: Hashable) -> _Place:
        with self._lock:
            place = self._places.setdefault(key, _Place())
            self._places.move_to_end(key)
            while len(self._places) > self._most:
                self._places.popitem(last=False)
            return place
