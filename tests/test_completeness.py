"""How much of its process a log has shown: by hand, by published figures, and on known processes."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from played_logs import Step, Trace, played, record
from running import ran

from eventlogs.data_directory import open_ledger
from mining.completeness import KindCompleteness, Shown, completeness, estimate, saturation
from mining.normative.file import lift_model


def counts(seen: int, once: int, twice: int, total: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return counts of `seen` species with so many singletons and doubletons, `total` individuals in all."""
    rest = seen - once - twice
    others = np.full(rest, 3)
    others[0] += total - once - 2 * twice - int(others.sum())
    return np.concatenate([np.ones(once), np.full(twice, 2), others]).astype(np.int64)


@pytest.mark.parametrize(
    ("n", "seen", "once", "twice", "total", "coverage"),
    [(168, 26, 12, 4, 43.893, 0.9289), (252, 37, 14, 4, 61.403, 0.9446)],
)
def test_estimates_are_those_that_inext_publishes_for_its_spiders(
    n: int, seen: int, once: int, twice: int, total: float, coverage: float
) -> None:
    found = estimate(n, counts(seen, once, twice, n))
    assert (found.seen, found.once, found.twice) == (seen, once, twice)
    assert found.total == pytest.approx(total, abs=5e-4)
    assert found.coverage == pytest.approx(coverage, abs=5e-5)


def test_further_cases_by_hand() -> None:
    found = estimate(100, counts(30, 20, 5, 100))
    left = 99 * 20 / (99 * 20 + 10)
    assert found.coverage == pytest.approx(1 - 0.2 * left)
    further = found.further
    assert further is not None
    assert 0.2 * left ** (further + 1) <= 0.05 < 0.2 * left**further
    assert estimate(100, counts(30, 4, 5, 100)).further == 0


def test_nothing_seen_once_is_all_there_is_and_everything_once_is_hardly_known() -> None:
    whole = estimate(50, np.array([25, 25]))
    assert (whole.total, whole.coverage, whole.further) == (2, 1, 0)
    poor = estimate(10, np.ones(10, dtype=np.int64))
    assert poor.total == pytest.approx(10 + 0.9 * 45)
    assert poor.coverage < 0.05
    assert estimate(10, np.array([1])).further == 0


def test_the_held_out_share_is_the_mean_over_all_thirds() -> None:
    cases = np.array([0, 1, 2, 3, 4, 5, 0, 1])
    things = np.array([0, 0, 0, 1, 1, 2, 3, 3])
    exact = []
    for held in combinations(range(6), 2):
        out = {int(thing) for case, thing in zip(cases, things, strict=True) if case in held}
        known = {int(thing) for case, thing in zip(cases, things, strict=True) if case not in held}
        exact.append(len(out & known) / len(out))
    found = saturation(6, Shown(cases, things), 3000)
    assert found is not None
    assert found.repeats == 3000
    assert found.share == pytest.approx(np.mean(exact), abs=0.02)


def test_known_shares_are_right_on_average_where_the_process_is_known() -> None:
    rng = np.random.default_rng(1)
    chances = rng.dirichlet(np.full(60, 0.4))
    truth, told, later = [], [], []
    for _ in range(300):
        drawn = rng.multinomial(80, chances)
        found = estimate(80, drawn[drawn > 0])
        truth.append(chances[drawn > 0].sum())
        told.append(found.coverage)
        if found.further:
            more = drawn + rng.multinomial(found.further, chances)
            later.append(chances[more > 0].sum())
    assert np.mean(told) == pytest.approx(np.mean(truth), abs=0.01)
    assert np.mean(later) == pytest.approx(0.95, abs=0.02)


def of(kinds: tuple[KindCompleteness, ...], kind: str, group: str | None = None) -> KindCompleteness:
    return next(one for one in kinds if one.kind == kind and one.group == group)


def lifts(n: int, city: str) -> dict[str, Trace]:
    return {
        f"{city}-{number}": [
            Step("raise_lift_wish", 0, role="opinion_leader", attributes={"city": city}),
            Step(
                "hold_owners_assembly" if number == 0 else "call_residents_together", 1, role="opinion_leader"
            ),
        ]
        for number in range(n)
    }


def test_variants_arcs_roles_and_rules_are_counted_for_all_and_for_each_city(tmp_path: Path) -> None:
    with played(tmp_path, lifts(12, "shanghai") | lifts(3, "harbin")) as prepared:
        kinds = completeness(prepared, lift_model(), by="city").kinds
    variants, arcs = of(kinds, "variants").estimate, of(kinds, "arcs").estimate
    assert variants is not None
    assert arcs is not None
    assert (variants.cases, variants.seen, variants.once, variants.twice) == (15, 2, 0, 1)
    assert (arcs.seen, arcs.twice) == (5, 2)  # two ways on, two ends, one start
    roles, rules = of(kinds, "roles").estimate, of(kinds, "rules").estimate
    assert roles is not None
    assert roles.seen == 1
    assert rules is not None
    assert rules.seen >= 2
    shanghai = of(kinds, "variants", "shanghai").estimate
    assert shanghai is not None
    assert shanghai.once == 1
    assert of(kinds, "variants", "harbin").estimate is None


def test_the_command_tells_it_in_both_languages_and_the_same_each_time(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    record(ledger, "lifts", lifts(12, "shanghai") | lifts(7, "harbin"))
    record(ledger, "orders", {str(n): ["order", "pay"] for n in range(9)})
    ledger.close()
    status, out, err = ran("mine completeness lifts --by city", tmp_path)
    assert status == 0, err
    assert "rules and what became of them" in out
    assert ran("mine completeness lifts --by city", tmp_path)[1] == out
    status, out, _ = ran("mine completeness lifts --by city --lang zh", tmp_path)
    assert "留出检验" in out
    assert "哈尔滨" in out
    status, out, err = ran("mine completeness orders --json", tmp_path)
    assert (status, '"kind":"rules"' in out) == (0, False), err
