"""How far the analyses can be trusted: graded on cohorts whose truth is known because it was made.

The cohorts are those that the tests use, of seeds that no test and no method was made with.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from compared_cohorts import USUAL, Habit, cohort
from numpy.random import Generator, default_rng
from planted_cohorts import PLANTS, planted_log

from benchmarks.scoreboard.queues import CAUSES, SIZE, queues_found
from benchmarks.scoreboard.scores import Score
from eventlogs.data_directory import open_ledger
from eventlogs.prepared import prepare
from eventlogs.storage import Ledger
from flows.simulation.planting import Plants
from mining.comparison.comparing import Plan, compare
from mining.comparison.figures import median_estimate, share_estimate
from mining.normative.file import lift_model
from mining.outlook.survival import incidence
from mining.resampling import fitness_interval
from mining.stalls.grading import Grades, grades

PART = "Validity"
COMMAND = 'make scoreboard PARTS="validity"'
CITIES = ("shanghai", "tianjin", "dalian")
NULL_SEEDS = range(70_000, 70_400)
QUEUED_SEEDS, FREE_SEEDS = range(7_301, 7_351), range(7_401, 7_451)
PLANTED_SEEDS, CLEAN_SEEDS = range(7_101, 7_121), range(7_201, 7_251)
DRAWS = 4_000  # samples of which it is counted how many intervals hold the truth
LEAST_COVERAGE = 0.93  # of 95 % intervals; what 4,000 samples can tell from 0.95 and a percentile can reach


def measured() -> Iterator[Score]:
    """Yield the figures, the quick ones first."""
    yield from _coverage()
    yield _null_differences()
    yield from _stalls()


def _score(
    figure: str, reached: float, of: str, least: float | None = None, most: float | None = None
) -> Score:
    return Score(PART, figure, reached, COMMAND, at_least=least, at_most=most, of=of)


def _null_differences() -> Score:
    alike: list[Habit] = [USUAL] * len(CITIES)
    showing = sum(
        bool(
            compare(
                cohort(seed, dict(zip(CITIES, alike, strict=True)), 15), Plan("city", ("made up",), seed=seed)
            ).differences
        )
        for seed in NULL_SEEDS
    )
    return _score(
        "cohorts of one process with random city labels that show any difference, share",
        showing / len(NULL_SEEDS),
        f"{len(NULL_SEEDS)} cohorts of 3 cities with 15 cases",
        most=0.05,
    )


def _coverage() -> Iterator[Score]:
    rng = default_rng(20_261_126)
    for text, held, of in (
        ("of shares of cases (Wilson)", _shares_held(rng), "5 to 60 cases, shares 0.05 to 0.95"),
        (
            "of the share ended by a day (Aalen-Johansen)",
            _incidence_held(rng),
            "30 to 200 cases, a third censored",
        ),
        ("of median durations (Brookmeyer-Crowley)", _medians_held(rng), "30 to 200 cases, a third censored"),
        ("of a log's fitness (bootstrap)", _fitness_held(rng), "30 to 200 cases of 6 kinds"),
    ):
        yield _score(
            f"95 % intervals {text} that hold the truth, share",
            held,
            f"{DRAWS:,} samples of {of}",
            LEAST_COVERAGE,
        )


def _shares_held(rng: Generator) -> float:
    held = 0
    for _ in range(DRAWS):
        n, share = int(rng.integers(5, 61)), rng.uniform(0.05, 0.95)
        told = share_estimate(int(rng.binomial(n, share)), n)
        held += told.low is not None and told.high is not None and told.low <= share <= told.high
    return held / DRAWS


def _incidence_held(rng: Generator) -> float:
    held = asked = 0
    for _ in range(DRAWS):
        n, day = int(rng.integers(30, 201)), float(rng.uniform(0.3, 1.2))
        done, failed, seen = rng.exponential(1.0, n), rng.exponential(2.0, n), rng.exponential(3.0, n)
        times = np.minimum.reduce([done, failed, seen])
        causes = np.where(times == done, 1, np.where(times == failed, 2, 0))
        told = incidence(times, causes.astype(np.int64), 2).interval(1, day)
        if told is not None:
            asked += 1
            held += told[0] <= (1 - np.exp(-1.5 * day)) / 1.5 <= told[1]
    return held / asked


def _medians_held(rng: Generator) -> float:
    held = asked = 0
    for _ in range(DRAWS):
        n = int(rng.integers(30, 201))
        ends, seen = rng.exponential(1.0, n), rng.exponential(2.0, n)
        told = median_estimate(np.minimum(ends, seen), ends <= seen)
        if told.value is not None:
            asked += 1
            low, high = told.low or 0.0, np.inf if told.high is None else told.high
            held += low <= np.log(2) <= high
    return held / asked


def _fitness_held(rng: Generator) -> float:
    costs, worst = np.array([0, 1, 2, 3, 5, 8]), np.array([10, 11, 9, 12, 10, 14])
    chances = np.array([0.4, 0.2, 0.15, 0.1, 0.1, 0.05])
    truth = 1 - (chances @ costs) / (chances @ worst)
    held = 0
    for _ in range(DRAWS // 4):
        counts = rng.multinomial(int(rng.integers(30, 201)), chances)
        told = fitness_interval(costs, worst, counts, 400)
        held += told is not None and told[0] <= truth <= told[1]
    return held / (DRAWS // 4)


def _stalls() -> Iterator[Score]:
    with TemporaryDirectory() as place:
        directory = Path(place)
        ledger = open_ledger(directory)
        try:
            yield from _planted(ledger, directory)
            yield from _clean(ledger, directory)
            yield from _queues(ledger, directory)
        finally:
            ledger.close()


def _planted(ledger: Ledger, directory: Path) -> Iterator[Score]:
    true, found, right = Counter[str](), Counter[str](), Counter[str]()
    for seed in PLANTED_SEEDS:
        for mark in _graded(ledger, directory, seed, Plants.model_validate(PLANTS)).marks:
            true[mark.name] += mark.true
            found[mark.name] += mark.found
            right[mark.name] += mark.right
    for name in true:
        of = f"{true[name]} planted in {len(PLANTED_SEEDS)} cohorts of 40"
        yield _score(f"{name}, precision", right[name] / max(found[name], 1), of, least=0.95)
        yield _score(f"{name}, recall", right[name] / max(true[name], 1), of, least=0.95)


def _clean(ledger: Ledger, directory: Path) -> Iterator[Score]:
    alarming, deviating = 0, 0
    for seed in CLEAN_SEEDS:
        found = {mark.name: mark.found for mark in _graded(ledger, directory, seed, Plants()).marks}
        alarming += bool(found["stalls"])
        deviating += bool(found["deviations"])
    of = f"{len(CLEAN_SEEDS)} clean cohorts of 40"
    yield _score("clean cohorts with a stall alarm", alarming, of, most=0)
    yield _score("clean cohorts with a strict deviation", deviating, of, most=0)


def _queues(ledger: Ledger, directory: Path) -> Iterator[Score]:
    """Yield how causes of long waits for a person are told, each apart."""
    queued = queues_found(ledger, directory, QUEUED_SEEDS, 1)
    free = queues_found(ledger, directory, FREE_SEEDS, 0)
    for cause in CAUSES:
        told = queued.right[cause] + queued.wrong[cause]
        of = f"{told} waits told in {len(QUEUED_SEEDS)} cohorts of {SIZE} with planted waits"
        yield _score(f"waits for {cause}, precision", queued.right[cause] / max(told, 1), of, least=0.95)
        of = f"{queued.planted[cause]} waits planted in {len(QUEUED_SEEDS)} cohorts of {SIZE}"
        found = queued.again[cause] / max(queued.planted[cause], 1)
        yield _score(f"waits for {cause}, recall", found, of, least=0.95)
        told = free.right[cause] + free.wrong[cause]
        of = f"{told} waits told in {len(FREE_SEEDS)} cohorts of {SIZE} without planted waits"
        wrong = free.wrong[cause] / max(told, 1)
        yield _score(f"waits wrongly put down to {cause}, share", wrong, of, most=0.05)


def _graded(ledger: Ledger, directory: Path, seed: int, plants: Plants) -> Grades:
    log = planted_log(ledger, directory, seed, 40, plants)
    return grades(prepare(ledger, log.name), lift_model(), log.truth)
