"""`make scoreboard`: measure the parts asked for, keep the newest of each figure, write the page."""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence

from benchmarks.scoreboard import counts, speed, validity
from benchmarks.scoreboard.page import write_pages
from benchmarks.scoreboard.running import PartFailedError
from benchmarks.scoreboard.scores import Score, keep, kept_scores

PARTS: dict[str, Callable[[], Iterable[Score]]] = {
    "speed": speed.measured,
    "validity": validity.measured,
    "faults": counts.faults,
    "fuzz": counts.fuzz,
    "mutants": counts.mutants,
    "accessibility": counts.accessibility,
}


def main(words: Sequence[str] | None = None) -> int:
    """Return 0; 1 if a part failed, whose figures then stay those of its last run."""
    asked = _asked(words)
    failed = [part for part in asked.parts or PARTS if not asked.page and not _measured(part)]
    write_pages(kept_scores())
    sys.stdout.write("docs/scoreboard.md, docs/scoreboard.zh.md\n")
    return 1 if failed else 0


def _measured(part: str) -> bool:
    sys.stderr.write(f"{part}\n")
    try:
        for score in PARTS[part]():
            sys.stderr.write(f"  {score.figure}: {score.reached:,.4g}\n")
            keep([score.stamped()])
    except PartFailedError as failure:
        sys.stderr.write(f"{failure}\n")
        return False
    return True


def _asked(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scoreboard", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="default: all")
    parser.add_argument("--page", action="store_true", help="only write the page from the kept figures")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
