"""Shares of groups with the mix of their cases held equal, by regression.

A logistic regression on group and traits, standardised to the mix of all groups together (g-computation:
Robins 1986; Snowden, Rose and Mortimer 2011), with intervals by its influence function (Stefanski and Boos
2002). Without traits it gives the plain difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mining.comparison.case_mix import Trait
from mining.comparison.profiles import Estimate, MixedCases
from mining.outlook.survival import NORMAL_975

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

WEAK = 10_000.0  # the inverse of a ridge so weak that it only keeps separated groups finite
_ROUNDS = 200


@dataclass(frozen=True)
class Design:
    """What a regression sees: the number of each case's group, and columns of its traits."""

    group: Ints
    n_groups: int
    traits: Floats

    @property
    def n_terms(self) -> int:
        """How many numbers are estimated beside the intercept."""
        n_traits: int = self.traits.shape[1]
        return self.n_groups - 1 + n_traits

    def without_traits(self) -> "Design":
        """Return the groups alone."""
        return Design(self.group, self.n_groups, self.traits[:, :0])

    def only(self, rows: Flags) -> "Design":
        """Return some of the cases."""
        return Design(self.group[rows], self.n_groups, self.traits[rows])

    def tells_groups_apart(self) -> bool:
        """Whether groups differ in more than their traits, so that the two can be told apart."""
        base = np.column_stack([np.ones(len(self.group)), self.traits])
        both = np.column_stack([base, self.dummies(self.group)])
        rank = np.linalg.matrix_rank
        return bool(rank(both) == rank(base) + self.n_groups - 1)

    def dummies(self, group: Ints) -> Floats:
        """Return one column for each group but the first."""
        found: Floats = (group[:, None] == np.arange(1, self.n_groups)).astype(np.float64)
        return found

    def matrix(self, group: Ints) -> Floats:
        """Return intercept, groups and traits, each case being in the group named."""
        return np.column_stack([np.ones(len(group)), self.dummies(group), self.traits])


def design_of(groups: Sequence[MixedCases], traits: Sequence[Trait], least: int) -> Design:
    """Return the design of groups; values that fewer than `least` cases have are laid together."""
    sizes = [len(cases.states) for cases in groups]
    group = np.repeat(np.arange(len(groups)), sizes).astype(np.int64)
    columns: list[Floats] = []
    for place, trait in enumerate(traits):
        values = np.concatenate([cases.traits[place] for cases in groups])
        columns += _measured(values) if trait.measured else _kinds(values, least)
    return Design(group, len(groups), _independent(columns, len(group)))


@dataclass(frozen=True)
class Shares:
    """Each group's share if all groups had the same mix, and by group how each case moves it."""

    shares: Floats
    moves: Floats

    def difference(self, one: int, other: int, cases: int) -> Estimate:
        """Return how much larger the share of one group is."""
        n = self.moves.shape[1]
        spread = float(np.sqrt(((self.moves[one] - self.moves[other]) ** 2).sum())) / n
        value = float(self.shares[one] - self.shares[other])
        return Estimate.of(value, (value - NORMAL_975 * spread, value + NORMAL_975 * spread), cases)


def standardised_shares(outcome: Flags, design: Design) -> Shares:
    """Return the groups' shares, each as if it had the mix of all groups together."""
    from sklearn.linear_model import LogisticRegression

    own = design.matrix(design.group)
    model = LogisticRegression(C=WEAK, solver="newton-cholesky", tol=1e-10, max_iter=_ROUNDS)
    model.fit(own[:, 1:], outcome)
    weights = np.concatenate([model.intercept_, model.coef_[0]])
    chance = _chance(own @ weights)
    n = len(outcome)
    ridge = np.diag([0.0, *[1 / WEAK] * (len(weights) - 1)]) / n
    hessian = (own * (chance * (1 - chance))[:, None]).T @ own / n + ridge
    of_weights = np.linalg.solve(hessian, own.T) * (outcome - chance)
    shares, moves = np.zeros(design.n_groups), np.zeros((design.n_groups, n))
    for number in range(design.n_groups):
        there = design.matrix(np.full(n, number))
        told = _chance(there @ weights)
        shares[number] = told.mean()
        slope = (there * (told * (1 - told))[:, None]).mean(axis=0)
        moves[number] = told - told.mean() + slope @ of_weights
    return Shares(shares, moves * np.sqrt(n / max(n - len(weights), 1)))


def _measured(values: Floats) -> list[Floats]:
    known = ~np.isnan(values)
    middle, spread = (float(values[known].mean()), float(values[known].std())) if known.any() else (0.0, 0.0)
    scaled: Floats = np.where(known, (values - middle) / (spread or 1.0), 0.0)
    return [scaled, (~known).astype(np.float64)]


def _kinds(values: NDArray[np.str_], least: int) -> list[Floats]:
    """Return a column for each value but the most frequent; rare ones have one together."""
    words, counts = np.unique(values, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    common = [words[place] for place in order[1:] if counts[place] >= least]
    rare = [words[place] for place in order[1:] if counts[place] < least]
    columns = [(values == word).astype(np.float64) for word in common]
    return [*columns, np.isin(values, rare).astype(np.float64)]


def _independent(columns: Sequence[Floats], n: int) -> Floats:
    """Return the columns that the ones before do not make up."""
    kept = np.ones((n, 1))
    for column in columns:
        rest = column - kept @ np.linalg.lstsq(kept, column, rcond=None)[0]
        if np.abs(rest).max(initial=0.0) > 1e-8:
            kept = np.column_stack([kept, column])
    return kept[:, 1:]


def _chance(odds: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-np.clip(odds, -500, 500)))
    return found
