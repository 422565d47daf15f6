"""Rules checked on a log: how often each was tested, kept and broken, in which cases, and by which events.

A rule about the sequence of activities alone is checked once per distinct trace and counted by its cases.
"""

from collections.abc import Sequence
from difflib import get_close_matches

from eventlogs.prepared import PreparedLog
from mining.rules.file import Rule, RuleRefusedError
from mining.rules.on_events import outcomes_on_events
from mining.rules.on_sequences import outcomes_on_sequences
from mining.rules.outcome import RuleReport

_ACTIVITIES = "SELECT name FROM activity_code ORDER BY name"
_N_CASES = "SELECT count(*) FROM trace"


def check_rules(prepared: PreparedLog, rules: Sequence[Rule], *, n_deviations: int = 20) -> RuleReport:
    """Check `rules` on a prepared log and name up to `n_deviations` deviating events of each."""
    with prepared.reading() as connection:
        known = [name for (name,) in connection.execute(_ACTIVITIES).fetchall()]
        n_cases: int = connection.execute(_N_CASES).fetchall()[0][0]
    _must_be_known(rules, known)
    of_events = [rule for rule in rules if rule.needs_events]
    of_sequences = [rule for rule in rules if not rule.needs_events]
    on_events = iter(outcomes_on_events(prepared, of_events, n_deviations))
    on_sequences = iter(outcomes_on_sequences(prepared, of_sequences, n_deviations))
    outcomes = tuple(next(on_events if rule.needs_events else on_sequences) for rule in rules)
    return RuleReport(prepared.log.name, prepared.log.timezone, n_cases, outcomes)


def _must_be_known(rules: Sequence[Rule], known: Sequence[str]) -> None:
    for rule in rules:
        for activity in (*rule.activity_a, *rule.activity_b):
            if activity not in known and not rule.may_be_unknown:
                near = get_close_matches(activity, known, n=1, cutoff=0.6)
                raise RuleRefusedError(
                    "rule '{rule}': activity '{activity}' is not in the log; known are {known} "
                    "(if it may be missing, say may_be_unknown = true)",
                    rule=rule.name,
                    activity=activity,
                    known=", ".join(near or known),
                )
