"""Rules about the sequence of activities alone: checked on the distinct traces, counted by their cases."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from mining.nets.traces import Integers, numbered_traces
from mining.rules.file import Rule
from mining.rules.outcome import Deviation, RuleOutcome
from mining.rules.sequences import Found, TraceSteps, activating, breaking, distinct

_CASES = "SELECT case_no, variant FROM trace ORDER BY case_no"


def outcomes_on_sequences(
    prepared: PreparedLog, rules: Sequence[Rule], n_deviations: int
) -> list[RuleOutcome]:
    """Return what became of each rule, with its first deviating events by case and position."""
    if not rules:
        return []
    traces, variants = numbered_traces(prepared)
    steps = TraceSteps(traces)
    cases = _Cases.of(prepared, variants)
    wrong = [breaking(steps, rule) for rule in rules]
    told = _deviations(prepared, [cases.first(rows, n_deviations) for rows in wrong])
    counts = traces.counts
    return [
        _outcome(rule, counts, activating(steps, rule), rows, deviations)
        for rule, rows, deviations in zip(rules, wrong, told, strict=True)
    ]


@dataclass(frozen=True)
class _Cases:
    """The cases in the order of their numbers, and the trace that each follows."""

    numbers: Integers
    traces: Integers

    @classmethod
    def of(cls, prepared: PreparedLog, variants: Integers) -> "_Cases":
        """Read the cases; `variants` are the numbers of the traces' variants."""
        with prepared.reading() as connection:
            found = connection.execute(_CASES).fetchnumpy()
        numbers, of_cases = (np.asarray(found[name], np.int64) for name in ("case_no", "variant"))
        trace_of = np.zeros(variants.max(initial=0) + 1, np.int64)
        trace_of[variants] = np.arange(len(variants))
        return cls(numbers, trace_of[of_cases])

    def first(self, wrong: Found, n: int) -> tuple[Integers, Integers]:
        """Return the first `n` rows of all cases: numbers of cases, and positions."""
        begins = np.searchsorted(wrong.traces, np.arange(self.traces.max(initial=-1) + 2))
        n_rows = np.diff(begins)[self.traces]
        cases = np.flatnonzero(n_rows)[:n]
        n_rows = n_rows[cases]
        of_case = np.arange(n_rows.sum()) - np.repeat(np.cumsum(n_rows) - n_rows, n_rows)
        positions = wrong.positions[np.repeat(begins[self.traces[cases]], n_rows) + of_case]
        return np.repeat(self.numbers[cases], n_rows)[:n], positions[:n]


def _deviations(prepared: PreparedLog, rows: Sequence[tuple[Integers, Integers]]) -> list[list[Deviation]]:
    case_no, pos = (np.concatenate(column).tolist() for column in zip(*rows, strict=True))
    asked = {"places": json.dumps([case_no, pos])}  # one text: of a list each number is asked what it is
    with prepared.reading() as connection:
        told = iter(connection.execute(sql("rule_checking/deviations", "mining"), asked).fetchall())
    return [[Deviation(*row) for row in islice(told, len(of_rule))] for of_rule, _ in rows]


def _outcome(
    rule: Rule, counts: Integers, activated: Found, wrong: Found, deviations: Sequence[Deviation]
) -> RuleOutcome:
    """Count rows by the cases that follow their traces."""
    activations, broken = (int(counts[rows.traces].sum()) for rows in (activated, wrong))
    tested, violated = (int(counts[distinct(rows.traces)].sum()) for rows in (activated, wrong))
    violations = violated if rule.kind.activated_by == "case" else broken
    return RuleOutcome(
        rule=rule.name,
        template=rule.template,
        cases=int(counts.sum()),
        activations=activations,
        fulfilments=activations - violations,
        violations=violations,
        satisfied_cases=tested - violated,
        violated_cases=violated,
        vacuous_cases=int(counts.sum()) - tested,
        deviations=tuple(deviations),
    )
