"""The chance that a running case will go badly: a logistic model, if it beats what similar cases did.

Both are judged on cases that ended later than all they learnt from. The model is used only if its Brier score
there is better beyond doubt; otherwise the plain share among cases at the same step is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mining.outlook.prefix_snapshots import Flags, Floats, Ints, Snapshots
from mining.resampling import SEED

Method = Literal["model", "baseline", "none"]

LEAST_CASES, LEAST_OF_EACH = 20, 5  # to learn from: cases, and cases that went badly and well
LEAST_LATER, LEAST_OF_EACH_LATER = 10, 3  # to judge by
LATER = 1 / 3  # of the cases that ended, the latest, are kept for judging
WEIGHT = 10.0  # of the overall share, in cases, in the share at a step
RESAMPLES = 1000
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Score:
    """How good chances were on later cases: Brier score, area under the curve, mean error of calibration."""

    brier: float
    area: float | None
    calibration: float


@dataclass(frozen=True, slots=True)
class Trial:
    """What was compared on which cases, and which of the two is used.

    `gain` is the baseline's Brier score less the model's, with its 95 % interval.
    """

    used: Method
    trained_cases: int
    judged_cases: int
    bad_share: float | None
    model: Score | None
    baseline: Score | None
    gain: float | None
    gain_interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Push:
    """A feature that moves a chance up, by how much on the scale of log odds, and whether it was there."""

    kind: str
    code: int
    weight: float
    there: bool


class Baseline:
    """The share of cases that went badly among those at the same step, drawn to the overall share."""

    def __init__(self, known: Snapshots) -> None:
        weights = known.weights()
        size = int(known.activities.max(initial=0)) + 1
        self.overall = float(np.average(known.bad, weights=weights))
        bad = np.bincount(known.activities, weights * known.bad, minlength=size)
        every = np.bincount(known.activities, weights, minlength=size)
        self._shares = (bad + WEIGHT * self.overall) / (every + WEIGHT)

    def chances(self, some: Snapshots) -> Floats:
        """Return each row's chance."""
        known = some.activities < len(self._shares)
        place = np.where(known, some.activities, 0)
        return np.where(known, self._shares[place], self.overall)


class Model:
    """A logistic regression on what cases have done, its chances calibrated on cases it did not see."""

    def __init__(self, known: Snapshots) -> None:
        from sklearn.calibration import CalibratedClassifierCV
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import GroupKFold

        self._mean = known.features.mean(axis=0)
        spread = known.features.std(axis=0)
        self._spread = np.where(spread > 0, spread, 1.0)
        scaled, weights = self._scaled(known), known.weights()
        plain = LogisticRegression(C=0.05, max_iter=500)
        folds = list(GroupKFold(FOLDS).split(scaled, known.bad, known.cases))
        self._calibrated = CalibratedClassifierCV(plain, method="sigmoid", cv=folds, ensemble=False)
        self._calibrated.fit(scaled, known.bad, sample_weight=weights)
        self._weights: Floats = plain.fit(scaled, known.bad, sample_weight=weights).coef_[0]

    def chances(self, some: Snapshots) -> Floats:
        """Return each row's chance."""
        found: Floats = self._calibrated.predict_proba(self._scaled(some))[:, 1]
        return found

    def pushes(self, some: Snapshots) -> Floats:
        """Return by how much each feature moves each row's log odds from that of a mean case."""
        found: Floats = self._scaled(some) * self._weights
        return found

    def _scaled(self, some: Snapshots) -> Floats:
        scaled: Floats = (some.features - self._mean) / self._spread
        return scaled


def tried(known: Snapshots) -> Trial:
    """Let model and baseline learn from the earlier cases and judge both on the later ones."""
    early, late = split(known)
    n_early, n_late = len(np.unique(early.cases)), len(np.unique(late.cases))
    share = float(np.average(known.bad, weights=known.weights())) if len(known.cases) else None
    enough = _holds(early, LEAST_CASES, LEAST_OF_EACH) and _holds(late, LEAST_LATER, LEAST_OF_EACH_LATER)
    if not enough:
        used: Method = "baseline" if known.bad.any() else "none"
        return Trial(used, n_early, n_late, share, None, None, None, None)
    baseline, model = Baseline(early).chances(late), Model(early).chances(late)
    gains = (baseline - late.bad) ** 2 - (model - late.bad) ** 2
    by_case = _by_case(gains, late)
    drawn = np.random.default_rng(SEED).integers(0, len(by_case), (RESAMPLES, len(by_case)))
    low, high = np.quantile(by_case[drawn].mean(axis=1), [0.025, 0.975])
    return Trial(
        used="model" if low > 0 else "baseline",
        trained_cases=n_early,
        judged_cases=n_late,
        bad_share=share,
        model=_score(model, late),
        baseline=_score(baseline, late),
        gain=float(by_case.mean()),
        gain_interval=(float(low), float(high)),
    )


def split(known: Snapshots, later: float = LATER) -> tuple[Snapshots, Snapshots]:
    """Return the cases that ended earlier and those that ended later, apart."""
    cases, place = np.unique(known.cases, return_index=True)
    order = cases[np.argsort(known.ended[place], kind="stable")]
    is_late = np.isin(known.cases, order[len(order) - round(len(order) * later) :])
    return known.only(~is_late), known.only(is_late)


def main_pushes(some: Snapshots, weights: Floats, n: int) -> Iterator[tuple[Push, ...]]:
    """Yield, for each row, the features that move its chance up the most.

    That a case stands at none of the other steps and in none of the other groups is no reason.
    """
    named = np.array([kind in ("last", "group") for kind, _ in some.names])
    for values, row in zip(some.features, np.where(named & (some.features <= 0), 0, weights), strict=True):
        best = [place for place in np.argsort(-row, kind="stable")[:n].tolist() if row[place] > 0]
        yield tuple(_push(some.names[place], row[place], values[place]) for place in best)


def _push(name: tuple[str, int], weight: float, value: float) -> Push:
    kind, code = name
    return Push(kind, code, float(weight), bool(value > 0))


def _holds(some: Snapshots, cases: int, of_each: int) -> bool:
    bad = np.unique(some.cases[some.bad]).size
    good = np.unique(some.cases[~some.bad]).size
    return np.unique(some.cases).size >= cases and min(bad, good) >= of_each


def _score(chances: Floats, late: Snapshots) -> Score:
    from sklearn.metrics import roc_auc_score

    weights = late.weights()
    bins: Ints = np.minimum((chances * 10).astype(np.int64), 9)
    off = np.abs(np.bincount(bins, weights * (chances - late.bad), minlength=10))
    mixed: Flags = late.bad
    area = roc_auc_score(mixed, chances, sample_weight=weights) if 0 < mixed.sum() < len(mixed) else None
    return Score(
        brier=float(np.average((chances - late.bad) ** 2, weights=weights)),
        area=None if area is None else float(area),
        calibration=float(off.sum() / weights.sum()),
    )


def _by_case(values: Floats, some: Snapshots) -> Floats:
    _, place = np.unique(some.cases, return_inverse=True)
    sums: Floats = np.bincount(place.ravel(), values * some.weights()).astype(np.float64)
    return sums
