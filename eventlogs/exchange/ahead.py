"""What is read in a thread while that before it is made use of."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Value = TypeVar("Value")

_AHEAD = 2  # values


def ahead(values: Iterable[Value]) -> Iterator[Value]:
    """Yield values in their order, those to come being made meanwhile; what one raises comes in its place.

    >>> list(ahead("abc"))
    ['a', 'b', 'c']
    """
    source = ([value] for value in values)
    with ThreadPoolExecutor(1, "ahead") as thread:
        waiting = deque(thread.submit(next, source, None) for _ in range(_AHEAD))
        while (made := waiting.popleft().result()) is not None:
            waiting.append(thread.submit(next, source, None))
            yield made[0]
