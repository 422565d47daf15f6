"""The answer of a command that did something rather than told something."""

from collections.abc import Mapping
from dataclasses import dataclass

from eventlogs.language import say


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, as an English sentence with `{placeholders}` and the values that fill it."""

    done: str
    values: Mapping[str, object]

    def as_text(self) -> str:
        """Return the sentence."""
        return say(self.done, **self.values)
