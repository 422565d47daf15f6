"""What texts become in a file or from it, worked out once for those that come again and again."""

from collections.abc import Callable
from typing import TypeVar

_ROOM = 50_000  # texts

T = TypeVar("T")


class Remembered(dict[str, T]):
    """Looked up as a mapping, by a text; when it is full it forgets, so that memory does not grow with a log.

    A text that `is_odd` is worked out each time, since each is to be counted.
    """

    def __init__(self, make: Callable[[str], T], is_odd: Callable[[str], bool] = lambda text: False) -> None:
        super().__init__()
        self._make, self._is_odd = make, is_odd

    def __missing__(self, text: str) -> T:
        made = self._make(text)
        if not self._is_odd(text):
            if len(self) >= _ROOM:
                self.clear()
            self[text] = made
        return made
