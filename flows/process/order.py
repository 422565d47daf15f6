"""The order that the normative model expects, looked at before an act is recorded."""

from dataclasses import dataclass, field
from datetime import date
from functools import cache

from eventlogs.vocabulary import Kind, label, terms, tool_of
from flows.process.history import CaseHistory, day_of
from flows.process.process import Process
from flows.process.processes import processes
from mining.normative.model import Mark, OrderRule


@dataclass(frozen=True)
class Breach:
    """A rule that an act would break."""

    rule: str
    strict: bool
    text: str
    values: dict[str, object] = field(default_factory=dict)


Kinds = dict[str, set[str | None]]
_KIND: dict[str, Kind] = {"activity": "activities", "role": "roles", "tool": "tools", "chain": "chains"}


def order_rules(process: Process) -> tuple[OrderRule, ...]:
    """Return the model's rules that guide; those of the law are gates and enforced elsewhere."""
    model = process.model
    if model is None:
        return ()
    return tuple(rule for rule in model().rules if rule.strength in {"strict", "soft"})


def breaches(
    process: Process, history: CaseHistory, activity: str, role: str | None, on: date
) -> list[Breach]:
    """Return the rules that an act would break if it happened on a day, waived ones too.

    Rules are about first occurrences: what has happened once may happen again at any time. What counts
    is when things happened, not when they were told.
    """
    before, about = _happened(history, on), _kinds(activity, role)
    city = str(history.facts["city"])
    return [
        Breach(
            rule.key,
            rule.strength == "strict",
            "{before} comes before {after}: “{sentence}”",
            {
                "before": _words(rule.before),
                "after": _words(rule.after),
                "sentence": rule.sentence,
            },
        )
        for rule in order_rules(process)
        if (not rule.cities or city in rule.cities) and _breaks(rule, before, about)
    ]


def waived_for_case(history: CaseHistory, on: date) -> frozenset[str]:
    """Return the rules that are waived for one case on a day."""
    return frozenset(waiver.rule for waiver in history.waivers if waiver.until >= on)


def sentence_of(rule: str) -> str:
    """Return the sentence a rule rests on, in the current language."""
    known = {one.key: one.sentence for process in processes().values() for one in order_rules(process)}
    return known.get(rule, rule)


def _breaks(rule: OrderRule, before: Kinds, about: Kinds) -> bool:
    if rule.before is None or rule.only_if_both:
        return False
    return _met(rule.after, about) and not _met(rule.after, before) and not _met(rule.before, before)


def _met(mark: Mark, kinds: Kinds) -> bool:
    return not kinds[mark.layer].isdisjoint(mark.keys)


def _words(mark: Mark | None) -> str:
    if mark is None:
        return ""
    return " / ".join(label(_KIND[mark.layer], key) for key in mark.keys)


@cache
def _kinds(activity: str, role: str | None) -> Kinds:
    chain = getattr(terms("roles").get(role or ""), "chain", None)
    return {"activity": {activity}, "role": {role}, "tool": {tool_of(activity, role)}, "chain": {chain}}


def _happened(history: CaseHistory, until: date) -> Kinds:
    found: Kinds = {"activity": set(), "role": set(), "tool": set(), "chain": set()}
    done_by_then = (one for many in history.done.values() for one in many if day_of(one.occurred_at) <= until)
    for done in done_by_then:
        for layer, values in _kinds(done.activity, done.role).items():
            found[layer] |= values
    return found
