"""Many odd inputs, one after another: each is taken or refused in a sentence, in bounded time and memory."""

import faulthandler
import re
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from counted import Count

from eventlogs.errors import EventLogError
from eventlogs.language import LANGUAGES

KEPT = Path(__file__).parent.parent / "build" / "fuzz"  # where inputs that show a fault are kept
LONGEST = 20.0  # seconds of processor time for one small input
HANGS = 300.0  # seconds after which an input that holds the interpreter ends the run with its traceback
LARGEST_GROWTH = 1_500_000  # kB that a run may come to hold


@dataclass
class Fuzz:
    """One run of odd inputs against one part."""

    name: str
    n: int
    seed: int = 20261126
    taken: int = 0
    refused: int = 0
    slowest: float = 0.0

    @property
    def n_tried(self) -> int:
        """How many inputs were taken or refused so far."""
        return self.taken + self.refused

    def dice(self) -> Iterator[Random]:
        """Yield the dice of each input; any one can be thrown again from its number alone."""
        for number in range(self.n):
            yield Random(f"{self.name} {self.seed} {number}")

    @contextmanager
    def input(self, shown: bytes | str) -> Iterator[None]:
        """Hold what is done with one input to its promises; keep the input if they are broken."""
        began = time.process_time()
        faulthandler.dump_traceback_later(HANGS, exit=True)
        try:
            yield
            self.taken += 1
        except EventLogError as error:
            self.refused += 1
            is_one_sentence(error)
        except BaseException:
            self._keep(shown)
            raise
        finally:
            faulthandler.cancel_dump_traceback_later()
        self.slowest = max(self.slowest, time.process_time() - began)
        if self.slowest > LONGEST:
            self._keep(shown)
            raise AssertionError(f"one input of {self.name} took {self.slowest:.0f} s")

    def _keep(self, shown: bytes | str) -> None:
        KEPT.mkdir(parents=True, exist_ok=True)
        file = KEPT / f"{re.sub('[^a-z0-9]+', '-', self.name)}-{self.n_tried}"
        file.write_bytes(shown if isinstance(shown, bytes) else shown.encode("utf-8", "surrogatepass"))


@contextmanager
def fuzzed(name: str, n: int, count: Count, at_least_refused: float = 0.0) -> Iterator[Fuzz]:
    """Lend a run; at its end its counts are told, and that it has not come to hold too much memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run = Fuzz(name, n)
    yield run
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < LARGEST_GROWTH, f"{name}: grew by {grown} kB"
    assert run.n_tried == n
    assert run.refused >= at_least_refused * n
    count(fuzz=name, inputs=n, taken=run.taken, refused=run.refused, slowest_s=round(run.slowest, 2))


def is_one_sentence(error: EventLogError) -> None:
    """Hold a refusal to being one sentence, said in both languages."""
    for language in LANGUAGES:
        told = error.in_language(language)
        assert told.strip(), repr(error)
        assert "Traceback" not in told, told
    assert re.search("[\u4e00-\u9fff]", error.in_language("zh")), repr(error)
