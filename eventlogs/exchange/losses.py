"""What an exported file does not hold of the log, said in so many words: nothing is lost in silence."""

from collections import Counter
from dataclasses import dataclass, field

from eventlogs.language import say


@dataclass
class Losses:
    """How often each thing was lost, by the sentence that says it with `{n}`."""

    found: Counter[str] = field(default_factory=Counter)

    n_events: int = 0  # how many of the events are not in the file

    def add(self, sentence: str, n: int = 1, *, events: bool = False) -> None:
        """Count a loss; `events` if whole events are left out."""
        if n:
            self.found[sentence] += n
            self.n_events += n if events else 0

    def sentences(self) -> list[str]:
        """Return the sentences in the reader's language."""
        return [say(sentence, n=n) for sentence, n in self.found.items()]
