"""The variants with how their cases stand: the same sequences that `variants` lists, in the same order."""

from collections.abc import Mapping
from dataclasses import dataclass

from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from mining.cases.case_endings import CaseAttributes, standing_cases
from mining.discovery.variants import Variant, variants
from mining.normative.file import read_model


@dataclass(frozen=True, slots=True)
class StandingVariant:
    """A variant by its rank, and how many of its cases stand how."""

    rank: int
    variant: Variant
    states: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class StandingVariants:
    """The most frequent variants of `cases` cases, `n_variants` in all."""

    cases: int
    n_variants: int
    variants: tuple[StandingVariant, ...]


def standing_variants(prepared: PreparedLog, top: int) -> StandingVariants:
    """Return the `top` most frequent variants with how their cases stand."""
    found = variants(prepared, top=top)
    attributes = CaseAttributes.of(prepared, None)
    states: dict[int, dict[str, int]] = {}
    with standing_cases(prepared, read_model(None).ending, attributes) as (connection, _):
        counted = connection.execute(sql("discovery/variant_states", "mining"), {"top": top}).fetchall()
    for rank, state, n in counted:
        states.setdefault(rank, {})[state] = n
    listed = (StandingVariant(rank, one, states[rank]) for rank, one in enumerate(found.variants, start=1))
    return StandingVariants(found.cases, found.n_variants, tuple(listed))


def cases_of_variant(prepared: PreparedLog, rank: int) -> tuple[str, ...]:
    """Return the ids of the cases of the variant listed at `rank`, none if there are not so many."""
    with prepared.reading() as connection:
        found = connection.execute(sql("discovery/variant_cases", "mining"), {"rank": rank}).fetchall()
    return tuple(case for (case,) in found)
