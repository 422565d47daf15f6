"""The quality of a log: what is wrong with its data, how often, for example where, and what to do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from eventlogs.amounts import number_text, share_text
from eventlogs.language import say
from eventlogs.ledger.log_names import unknown_log
from eventlogs.quality.checks import CHECKS, Check, Unit
from eventlogs.quality.encoding_damage import SUSPICIOUS, is_damaged
from eventlogs.sql_files import sql

N_EXAMPLES = 5
_LOG = "SELECT log_id, kind, timezone FROM log WHERE name = $name"
_TOTALS = """
    SELECT count(*) AS events, count(DISTINCT nullif(case_id, '')) AS cases,
        count(DISTINCT nullif(case_id, '')) + count(DISTINCT activity) + count(DISTINCT actor)
        + count(DISTINCT role) AS names
    FROM checked_event
"""
_N_ATTRIBUTES = """
    WITH held AS (
        SELECT attributes::VARCHAR AS attributes FROM effective_event
        WHERE log_id = $log_id AND attributes::VARCHAR <> '{}'
        UNION ALL
        SELECT attributes::VARCHAR FROM object WHERE log_id = $log_id AND attributes::VARCHAR <> '{}'
    )
    SELECT count(DISTINCT name) FROM (SELECT unnest(json_keys(attributes)) AS name FROM held)
"""
_ACTIVITIES = "SELECT DISTINCT activity FROM checked_event"
_DONE = "DROP TABLE checked_event"
_WIDE = "".join(map(chr, range(0xFF01, 0xFF5F))) + "\u3000"
_NARROW = "".join(map(chr, range(0x21, 0x7F))) + " "
_BATCH = 10_000  # texts that are looked at at once


@dataclass(frozen=True, slots=True)
class Example:
    """Where something was found: the case, the event's key and the value, as far as there are such."""

    case: str
    event: str
    value: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: `count` of all `of` events, cases, names or attributes; `share` is 0 to 1."""

    check: str
    title: str
    unit: Unit
    count: int
    of: int
    share: float
    means: str
    examples: tuple[Example, ...]

    def as_text(self) -> str:
        """Return the finding as a paragraph with its examples."""
        head = say(
            "{title}: {n} of {of} {unit} ({share})",
            title=self.title,
            n=number_text(self.count),
            of=number_text(self.of),
            unit=say(self.unit),
            share=_percent(self.share),
        )
        lines = [head, f"  {self.means}"]
        for it in self.examples:
            place = {"case": it.case or "-", "event": it.event or "-", "value": it.value}
            lines.append("    " + say("case {case}, event {event}: {value}", **place))
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A check that was not made, and why."""

    check: str
    reason: str


@dataclass(frozen=True, slots=True)
class Quality:
    """What all checks of a log found; checks without a finding are named only."""

    log: str
    events: int
    cases: int
    findings: tuple[Finding, ...]
    checks_passed: tuple[str, ...]
    checks_left_out: tuple[LeftOut, ...]

    def as_text(self) -> str:
        """Return the findings, or that there are none, and what was not looked for."""
        head = say(
            "log {log}: {events} events, {cases} cases; {n} of {all} checks found something",
            log=self.log,
            events=number_text(self.events),
            cases=number_text(self.cases),
            n=len(self.findings),
            all=len(self.findings) + len(self.checks_passed),
        )
        left_out = [say("Not checked: {reason}", reason=it.reason) for it in self.checks_left_out]
        return "\n\n".join([head, *(finding.as_text() for finding in self.findings), *left_out])


def quality(
    connection: duckdb.DuckDBPyConnection, name: str, *, now: datetime, vocabulary: frozenset[str]
) -> Quality:
    """Check the log `name`; raises `UnknownLogError`.

    Activities are compared with the `vocabulary` only in a live log, or if it has at least half of them.
    """
    row = connection.execute(_LOG, {"name": name}).fetchone()
    if row is None:
        raise unknown_log(connection, name)
    log_id, kind, timezone = row
    values = {
        "log_id": log_id,
        "timezone": timezone,
        "now": now,
        "examples": N_EXAMPLES,
        "wide": _WIDE,
        "narrow": _NARROW,
        "suspicious": SUSPICIOUS,
    }
    _run(connection, "checked_events", values)
    try:
        totals = _totals(connection, log_id)
        left_out = _left_out(connection, kind, vocabulary)
        values["vocabulary"] = sorted(vocabulary)
        made = [check for check in CHECKS if check.key not in {it.check for it in left_out}]
        found = [_finding(connection, check, totals, values) for check in made]
    finally:
        connection.execute(_DONE)
    return Quality(
        name,
        totals["events"],
        totals["cases"],
        tuple(it for it in found if it is not None),
        tuple(check.key for check, it in zip(made, found, strict=True) if it is None),
        left_out,
    )


def _finding(
    connection: duckdb.DuckDBPyConnection, check: Check, totals: dict[str, int], values: dict[str, Any]
) -> Finding | None:
    if check.key == "encoding_damage":
        n, examples = _damaged(connection, values)
    else:
        rows = _run(connection, check.key, values)
        n, examples = (rows[0][-1] if rows else 0), [row[:-1] for row in rows]
    if not n:
        return None
    return Finding(
        check=check.key,
        title=say(check.title),
        unit=check.unit,
        count=n,
        of=totals[check.unit],
        share=min(n / totals[check.unit], 1.0) if totals[check.unit] else 0.0,
        means=say(check.means),
        examples=tuple(Example(*(str(cell or "") for cell in example)) for example in examples),
    )


def _damaged(
    connection: duckdb.DuckDBPyConnection, values: dict[str, Any]
) -> tuple[int, list[tuple[str, str, str]]]:
    """Count events, or values of a case, with damaged text; the query finds candidates, Python decides."""
    result = connection.execute(sql("quality/damaged_candidates"), _named(values, "damaged_candidates"))
    n = 0
    examples: list[tuple[str, str, str]] = []
    while rows := result.fetchmany(_BATCH):
        for text, case_id, event_key, n_events in rows:
            if is_damaged(text):
                n += n_events
                if len(examples) < N_EXAMPLES:
                    examples.append((case_id, event_key, _around_damage(text)))
    return n, examples


def _around_damage(text: str) -> str:
    """Return the damaged part of a long text."""
    match = re.search(SUSPICIOUS, text)
    start = max(match.start() - 30, 0) if match else 0
    return ("…" if start else "") + text[start : start + 80] + ("…" if len(text) > start + 80 else "")


def _left_out(
    connection: duckdb.DuckDBPyConnection, kind: str, vocabulary: frozenset[str]
) -> tuple[LeftOut, ...]:
    """Return the comparison with the vocabulary if the log plainly speaks another language."""
    activities = {activity for (activity,) in connection.execute(_ACTIVITIES).fetchall()}
    known = activities & vocabulary
    if kind == "live" or 2 * len(known) >= len(activities):
        return ()
    reason = say(
        "whether activities are in the vocabulary, as only {n} of {all} are; if this is a log of retrofit "
        "projects, translate its activities with --mapping when importing",
        n=len(known),
        all=len(activities),
    )
    return (LeftOut("unknown_activities", reason),)


def _totals(connection: duckdb.DuckDBPyConnection, log_id: int) -> dict[str, int]:
    events, cases, names = connection.execute(_TOTALS).fetchall()[0]
    attributes = connection.execute(_N_ATTRIBUTES, {"log_id": log_id}).fetchall()[0][0]
    return {"events": events, "cases": cases, "names": names, "attributes": attributes}


def _run(connection: duckdb.DuckDBPyConnection, check: str, values: dict[str, Any]) -> Sequence[Any]:
    return connection.execute(sql(f"quality/{check}"), _named(values, check)).fetchall()


def _named(values: dict[str, Any], check: str) -> dict[str, Any]:
    """Return the values that a statement names."""
    named = set(re.findall(r"\$([a-z_]+)", sql(f"quality/{check}")))
    return {name: value for name, value in values.items() if name in named}


def _percent(share: float) -> str:
    return share_text(share) if share >= 0.0005 else "< 0.1 %"
