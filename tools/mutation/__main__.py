"""`python -m tools.mutation`: put faults into the heart, one at a time, and tell which no test notices."""

import argparse
import sys
from collections.abc import Sequence
from zlib import crc32

from tools.mutation.mutants import Mutant
from tools.mutation.parts import parts_named
from tools.mutation.results import Results, table
from tools.mutation.running import Trial, Trials, try_mutants

KEPT_EVERY = 10  # mutants, so that a run broken off is not lost


def main(words: Sequence[str] | None = None) -> int:
    """Try the mutants asked for and return 0, or 1 if files changed meanwhile."""
    asked = _asked(words)
    for part, paths in parts_named(asked.module):
        results = Results.read(part.name)
        left = set(results.survivors(paths)) if asked.survivors else None
        if left is None and not asked.go_on:
            results.forget(paths)
        tried = results.tried(paths)

        def wanted(mutant: Mutant, left: set[str] | None = left, tried: frozenset[str] = tried) -> bool:
            if left is not None:
                return mutant.key in left
            return mutant.key not in tried and crc32(mutant.key.encode()) % asked.every == 0

        def tell(trial: Trial, place: int, of: int, results: Results = results) -> None:
            _tell(trial, place, of)
            results.add(trial)
            if place % KEPT_EVERY == 0 or place == of:
                results.write()

        tests = [f"tests/{name}" for name in part.tests]
        done = try_mutants(paths, tests, wanted, tell, part.seconds, asked.processes)
        _tell_of_all(done)
        if done.is_moved:
            results.write()
            return 1
    sys.stdout.write(table() + "\n")
    return 0


def _tell(trial: Trial, place: int, of: int) -> None:
    if trial.fate in {"survived", "not reached"}:
        sys.stderr.write(f"{place}/{of} {trial.fate}: {trial.mutant.line}: {trial.mutant.key}\n")
    elif place % 50 == 0:
        sys.stderr.write(f"{place}/{of}\n")


def _tell_of_all(done: Trials) -> None:
    for test in done.failing:
        sys.stderr.write(f"left out, since it fails without any change: {test}\n")
    if done.is_moved:
        sys.stderr.write("stopped, since files have changed meanwhile; try the rest with --go-on\n")


def _asked(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.mutation", description=__doc__)
    parser.add_argument("module", nargs="?", default="", help="a part, or a piece of paths; all without it")
    parser.add_argument("--survivors", action="store_true", help="only those that survived the last time")
    parser.add_argument("--go-on", action="store_true", help="only those that a run broken off has left")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="a fixed N-th of all mutants")
    parser.add_argument("--processes", type=int, default=1)
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
