"""What an exported file does not hold of the log, said in so many words: nothing is lost in silence."""

from collections import Counter
from dataclasses import dataclass, field

from eventlogs.language import say


@dataclass
class Losses:
    """How often each thing was lost, by the sentence that says it with `{n}`."""

    found: Counter[str] = field(default_factory=Counter)

    def add(self, sentence: str, n: int = 1) -> None:
        """Count a loss."""
        if n:
            self.found[sentence] += n

    def sentences(self) -> list[str]:
        """Return the sentences in the reader's language."""
        return [say(sentence, n=n) for sentence, n in self.found.items()]
