"""Variants: the distinct sequences of activities that cases went through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventlogs.amounts import number_text, share_text, span_text
from eventlogs.events import Attribute
from eventlogs.language import say
from eventlogs.layout import wrapped
from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from eventlogs.words import activity_label, attribute_label
from mining.cases.case_groups import GROUPS_SHOWN, CaseGroup, case_groups, rest_text, value_text

_ACTIVITIES = "SELECT code::VARCHAR, name FROM activity_code"


@dataclass(frozen=True, slots=True)
class Variant:
    """One sequence of activities; shares are of its group's cases, `cumulative_share` with all before it."""

    count: int
    share: float
    cumulative_share: float
    median_duration_seconds: float | None
    activities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VariantGroup:
    """The variants of the cases that share a `value`, the most frequent first."""

    value: Attribute
    cases: int
    n_variants: int
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class Variants:
    """A log's variants, the most frequent first, `n_variants` in all; also in `groups` of cases if asked."""

    log: str
    cases: int
    n_variants: int
    variants: tuple[Variant, ...]
    by: str | None = None
    groups: tuple[VariantGroup, ...] = ()

    def as_text(self) -> str:
        """Return the variants as numbered paragraphs."""
        head = say(
            "{log}: {cases} cases in {variants} variants",
            log=self.log,
            cases=number_text(self.cases),
            variants=number_text(self.n_variants),
        )
        if self.by is None:
            return "\n\n".join([head, *_paragraphs(self.variants, self.n_variants)])
        parts = [head]
        for group in self.groups[:GROUPS_SHOWN]:
            parts.append(
                say(
                    "{by} {value}: {cases} cases in {variants} variants",
                    by=attribute_label(self.by),
                    value=value_text(self.by, group.value),
                    cases=number_text(group.cases),
                    variants=number_text(group.n_variants),
                )
            )
            parts += _paragraphs(group.variants, group.n_variants)
        return "\n\n".join([*parts, *rest_text(self.groups)])


def variants(prepared: PreparedLog, *, top: int | None = None, by: str | None = None) -> Variants:
    """Return the `top` most frequent variants, of the whole log and of each group of cases that `by` parts.

    Raises `UnknownAttributeError` if neither cases nor events have the attribute `by`.
    """
    attribute = None if by is None else prepared.attribute(by)
    whole = case_groups(prepared, None)
    ranked = _ranked(prepared, None, top)
    total = whole[0] if whole else CaseGroup(0, None, 0, 0, 0)
    groups: tuple[VariantGroup, ...] = ()
    if attribute is not None:
        of_group = _ranked(prepared, attribute, top)
        groups = tuple(
            VariantGroup(group.value, group.cases, group.variants, _told(of_group[group.code], group.cases))
            for group in case_groups(prepared, attribute)
        )
    told = _told(ranked.get(0, []), total.cases)
    return Variants(prepared.log.name, total.cases, total.variants, told, by, groups)


def _ranked(
    prepared: PreparedLog, attribute: int | None, top: int | None
) -> Mapping[int, list[tuple[Any, ...]]]:
    """Return count, median duration and activities of the variants by group code."""
    with prepared.reading() as connection:
        names = dict(connection.execute(_ACTIVITIES).fetchall())
        grouped = {} if attribute is None else {"attribute": attribute}
        statement = "variants" if attribute is None else "variants_by"
        rows = connection.execute(sql(f"discovery/{statement}", "mining"), grouped | {"top": top}).fetchall()
    found: dict[int, list[tuple[Any, ...]]] = {}
    for code, count, median, codes in rows:
        found.setdefault(code, []).append((count, median, tuple(map(names.__getitem__, codes.split()))))
    return found


def _told(rows: Sequence[tuple[Any, ...]], cases: int) -> tuple[Variant, ...]:
    told, so_far = [], 0
    for count, median, activities in rows:
        so_far += count
        told.append(Variant(count, count / cases, so_far / cases, median, activities))
    return tuple(told)


def _paragraphs(shown: Sequence[Variant], n_variants: int) -> list[str]:
    paragraphs = [_paragraph(rank, variant) for rank, variant in enumerate(shown, start=1)]
    if len(shown) < n_variants:
        rest = share_text(1 - shown[-1].cumulative_share) if shown else share_text(1)
        left = number_text(n_variants - len(shown))
        paragraphs.append(say("{n} more variants, {share} of the cases", n=left, share=rest))
    return paragraphs


def _paragraph(rank: int, variant: Variant) -> str:
    head = say(
        "{rank}. {count} cases ({share}), median {duration}, {n} events",
        rank=rank,
        count=number_text(variant.count),
        share=share_text(variant.share),
        duration=span_text(variant.median_duration_seconds),
        n=len(variant.activities),
    )
    steps = " → ".join(map(activity_label, variant.activities))
    return head + "\n" + wrapped(steps, first_indent="   ", indent="   ")
