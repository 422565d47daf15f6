"""Whether a log has shown what there is to see: a third held out again and again, and species estimators.

A case is a sample; what it shows, its variant, its arcs, its roles, and what became of the rules it tests,
are species. Sources: the source paper's own test of saturation, a third of the material held out; Chao
(1987) for the number of species; Chao and Jost (2012), Ecology 93, 2533-2547, for coverage and its
extrapolation, as iNEXT has them for incidence data (Hsieh, Ma and Chao 2016).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, log
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from eventlogs.events import Attribute
from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from mining.cases.case_groups import group_values
from mining.conformance.verdicts import judged
from mining.normative.model import NormativeModel
from mining.normative.norm_tables import NothingToCheckError
from mining.resampling import SEED

Kind = Literal["variants", "arcs", "roles", "rules"]
Ints = npt.NDArray[np.int64]

KINDS: tuple[Kind, ...] = get_args(Kind)
HELD_OUT = 1 / 3
REPEATS = 200
TARGET = 0.95  # of what a next case would show is known already
MIN_CASES = 5
_WORK = 50_000_000  # rows looked at for one saturation test; larger logs repeat it less often

_GROUPS = "SELECT case_no, code FROM case_attribute WHERE attribute = $attribute"
_ALL = "SELECT case_no, 0 AS code FROM trace"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What so many cases have shown of a kind, and what they suggest that is still unseen.

    `coverage` is the share of what a next case would show that is known already; `further` are the cases
    still needed until that share is 95 %, None where the sample is too poor to say.
    """

    cases: int
    seen: int
    once: int
    twice: int
    total: float
    coverage: float
    further: int | None


@dataclass(frozen=True, slots=True)
class Saturation:
    """What share of the things in a held-out third the other two thirds had shown, on average and from to."""

    repeats: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class KindCompleteness:
    """How much of one kind of behaviour a group of cases has shown; no figures where they are too few."""

    group: Attribute
    whole: bool
    kind: Kind
    cases: int
    estimate: Estimate | None
    saturation: Saturation | None


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of its process a log has shown, all cases together and by an attribute."""

    log: str
    simulated: bool
    by: str | None
    target: float
    min_cases: int
    kinds: tuple[KindCompleteness, ...]

    def as_text(self) -> str:
        """Return a table of the kinds for all cases, and one of the groups."""
        from mining.completeness_text import completeness_text

        return completeness_text(self)


@dataclass(frozen=True)
class Shown:
    """One row per case and thing it shows, both numbered from 0."""

    cases: Ints
    things: Ints


def completeness(
    prepared: PreparedLog, model: NormativeModel, *, by: str | None = None, min_cases: int = MIN_CASES
) -> Completeness:
    """Answer how much of each kind of behaviour the cases have shown."""
    attribute = None if by is None else prepared.attribute(by)
    with prepared.reading() as connection:
        found = connection.execute(sql("completeness/kinds", "mining")).fetchnumpy()
        question, asked = (_ALL, {}) if attribute is None else (_GROUPS, {"attribute": attribute})
        grouped = connection.execute(question, asked).fetchnumpy()
        names = group_values(connection, attribute)
    rows = np.stack([np.asarray(found[name], dtype=np.int64) for name in ("kind", "case_no", "thing")])
    rows = np.concatenate([rows, _rules(prepared, model)], axis=1)
    numbers, codes = (np.asarray(grouped[name], dtype=np.int64) for name in ("case_no", "code"))
    kinds = list(_kinds(rows, numbers, None, whole=True, min_cases=min_cases))
    if by is not None:
        for code in np.unique(codes).tolist():
            members = numbers[codes == code]
            kinds += _kinds(rows, members, names[code], whole=False, min_cases=min_cases)
    return Completeness(prepared.log.name, prepared.log.simulated, by, TARGET, min_cases, tuple(kinds))


def estimate(n_cases: int, counts: Ints) -> Estimate:
    """Return what is unseen, from in how many of the cases each thing was seen.

    >>> estimate(10, np.array([6, 2, 1, 1])).total
    5.8
    """
    n, total = n_cases, int(counts.sum())
    once, twice = int((counts == 1).sum()), int((counts == 2).sum())
    unseen = once**2 / (2 * twice) if twice else once * (once - 1) / 2
    left = _left(n, once, twice)
    missing = once / total * left if total else 1.0
    return Estimate(
        cases=n,
        seen=len(counts),
        once=once,
        twice=twice,
        total=len(counts) + (n - 1) / n * unseen,
        coverage=1 - missing,
        further=_further(once / total if total else 1.0, left),
    )


def saturation(n_cases: int, shown: Shown, repeats: int = REPEATS) -> Saturation | None:
    """Hold a random third of the cases out, again and again, and tell what share of its things was known."""
    n_held = round(n_cases * HELD_OUT)
    if n_held == 0 or len(shown.things) == 0:
        return None
    rng = np.random.default_rng(SEED)
    n_things = int(shown.things.max()) + 1
    times = max(20, min(repeats, _WORK // len(shown.things)))
    shares = np.empty(times)
    for turn in range(times):
        held = np.zeros(n_cases, dtype=bool)
        held[rng.choice(n_cases, n_held, replace=False)] = True
        out = held[shown.cases]
        in_third = np.bincount(shown.things[out], minlength=n_things) > 0
        before = np.bincount(shown.things[~out], minlength=n_things) > 0
        shares[turn] = (in_third & before).sum() / in_third.sum() if in_third.any() else 1.0
    low, high = np.quantile(shares, [0.025, 0.975])
    return Saturation(times, float(shares.mean()), float(low), float(high))


def _left(n: int, once: int, twice: int) -> float:
    """Return the factor by which one more case shrinks what is missing; 0 if nothing was seen just once."""
    if twice:
        return (n - 1) * once / ((n - 1) * once + 2 * twice)
    if once > 1:
        return (n - 1) * (once - 1) / ((n - 1) * (once - 1) + 2)
    return 0.0


def _further(missing: float, left: float) -> int | None:
    """Return after how many more cases only `1 - TARGET` is missing."""
    if missing * left <= 1 - TARGET:
        return 0
    if left >= 1:
        return None
    return max(0, ceil(log((1 - TARGET) / missing) / log(left) - 1 - 1e-9))


def _kinds(
    rows: Ints, members: Ints, group: Attribute, *, whole: bool, min_cases: int
) -> Iterator[KindCompleteness]:
    place = np.full(int(max(rows[1].max(initial=0), members.max(initial=0))) + 1, -1)
    place[members] = np.arange(len(members))
    n = len(members)
    for number, kind in enumerate(KINDS):
        here = (rows[0] == number) & (place[rows[1]] >= 0)
        if not here.any():
            continue
        _, things, counts = np.unique(rows[2][here], return_inverse=True, return_counts=True)
        shown = Shown(place[rows[1][here]], things.ravel())
        enough = n >= min_cases
        yield KindCompleteness(
            group=group,
            whole=whole,
            kind=kind,
            cases=n,
            estimate=estimate(n, counts) if enough else None,
            saturation=saturation(n, shown) if enough else None,
        )


def _rules(prepared: PreparedLog, model: NormativeModel) -> Ints:
    try:
        with judged(prepared, model) as verdicts:
            found = verdicts.connection.execute(sql("completeness/rules", "mining")).fetchnumpy()
    except NothingToCheckError:
        return np.empty((3, 0), dtype=np.int64)
    return np.stack([np.asarray(found[name], dtype=np.int64) for name in ("kind", "case_no", "thing")])
