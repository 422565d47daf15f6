"""Shares of the owners' money by floor, proposed from a city's scheme; in per cent, they sum to 100."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from flows.policies.policy_model import CostSharing

CENT = Decimal("0.01")


def proposed_shares(floors: int, scheme: CostSharing) -> dict[int, Decimal]:
    """Return the share of each floor in per cent under a scheme; they sum to exactly 100.

    Linear: a floor's weight is its distance above the highest free floor, so with one free floor a house
    of 6 gets 0, 6.67, 13.33, 20, 26.67, 33.33.
    """
    return rounded_shares({floor: _weight(floor, scheme) for floor in range(1, floors + 1)}, Decimal(100))


def rounded_shares(
    weights: Mapping[int, Fraction], total: Decimal, unit: Decimal = CENT
) -> dict[int, Decimal]:
    """Split `total` by weight into multiples of `unit` that sum to it; the largest remainders round up.

    >>> rounded_shares({1: Fraction(1), 2: Fraction(2)}, Decimal(100))
    {1: Decimal('33.33'), 2: Decimal('66.67')}
    """
    whole = sum(weights.values(), Fraction(0))
    if whole == 0:
        weights, whole = {key: Fraction(1) for key in weights}, Fraction(len(weights))
    units = int(total / unit)
    exact = {key: weight * units / whole for key, weight in weights.items()}
    floors = {key: int(share) for key, share in exact.items()}
    left = units - sum(floors.values())
    by_remainder = sorted(exact, key=lambda key: (exact[key] - floors[key], key), reverse=True)
    for key in by_remainder[:left]:
        floors[key] += 1
    return {key: floors[key] * unit for key in weights}


def _weight(floor: int, scheme: CostSharing) -> Fraction:
    free = scheme.free_floors.value
    if floor <= free:
        return Fraction(0)
    if scheme.scheme.value == "coefficients" and scheme.coefficients is not None:
        known = scheme.coefficients.value
        return Fraction(known.get(floor, known[max(known)]))
    return Fraction(floor - free)
