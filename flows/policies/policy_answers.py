"""A policy as an answer: every setting with its source and how sure it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from eventlogs.language import current_language, say
from eventlogs.layout import table
from eventlogs.vocabulary import label
from flows.policies.policy_model import Policy


@dataclass(frozen=True)
class SettingLine:
    """One setting."""

    setting: str
    value: Any
    confidence: str
    confirmed: bool
    source: Mapping[str, str]


@dataclass(frozen=True)
class PolicyCard:
    """One city's policy."""

    policy: str
    city: Mapping[str, str]
    in_force_from: date
    document: Mapping[str, str]
    settings: list[SettingLine]
    asked: str | None = None  # the city that has none of its own, where the national default stands in

    @classmethod
    def of(cls, policy: Policy, asked: str | None = None) -> "PolicyCard":
        """Return the card of a policy; `asked` is the city that has none of its own."""
        lines = []
        for place, one in policy.settings():
            source = _bilingual(policy.sources[one.source])
            lines.append(SettingLine(place, _plain(one.value), one.confidence, one.confirmed, source))
        return cls(
            policy.key,
            _bilingual(policy.name),
            policy.in_force_from,
            _bilingual(policy.document),
            lines,
            asked,
        )

    def as_text(self) -> str:
        """Return a heading and a table of settings; what is not confirmed is marked."""
        language = current_language()
        heading = say(
            "{city}: {document}, in force from {day} ({policy})",
            city=self.city[language],
            document=self.document[language],
            day=self.in_force_from,
            policy=self.policy,
        )
        sources = list(dict.fromkeys(one.source[language] for one in self.settings))
        head = [say(word) for word in ("Setting", "Value", "Sure", "Source")]
        rows = [
            [_name(one), _words(one), _sure(one), f"[{sources.index(one.source[language]) + 1}]"]
            for one in self.settings
        ]
        notes = [f"[{n}] {source}" for n, source in enumerate(sources, 1)]
        n_open = sum(not one.confirmed for one in self.settings)
        closing = say("{n} of {all} settings are not confirmed; ask the city", n=n_open, all=len(rows))
        sure = say(
            "Sure: A by an office, B by the ordinary press or a journal, C second hand, R our own estimate"
        )
        if self.asked:
            instead = say("{city} has no policy of its own here; the national default holds", city=self.asked)
            heading = f"{instead}\n{heading}"
        return "\n".join([heading, "", table(head, rows), "", sure, *notes, "", closing])


@dataclass(frozen=True)
class PolicyChecked:
    """A policy file without fault."""

    file: str
    policy: str
    settings: int
    unconfirmed: list[str]

    def as_text(self) -> str:
        """Return a sentence, and the settings that nobody has confirmed."""
        lines = [
            say(
                "{file} is a policy: {policy}, {n} settings",
                file=self.file,
                policy=self.policy,
                n=self.settings,
            )
        ]
        lines += [say("not confirmed: {setting}", setting=setting) for setting in self.unconfirmed]
        return "\n".join(lines)


def _name(one: SettingLine) -> str:
    parts = one.setting.split(".")
    if parts[0] == "due_working_days":
        return say("Due in working days: {step}", step=_step(parts[-1]))
    if parts[0] == "escalation":
        return say("Overdue work is told on, of: {role}", role=label("roles", parts[-1]))
    return say(NAMES[one.setting])


def _step(name: str) -> str:
    return say("any other step") if name == "default" else label("activities", name)


def _sure(one: SettingLine) -> str:
    if one.confirmed:
        return one.confidence
    if one.confidence == "unconfirmed":
        return say("not confirmed")
    return say("{confidence}, not confirmed", confidence=one.confidence)


def _bilingual(texts: Mapping[Any, str]) -> dict[str, str]:
    return {str(language): text for language, text in texts.items()}


def _text(value: Any) -> str:
    if isinstance(value, dict) and set(value) == {"en", "zh"}:
        return str(value[current_language()])
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, list):
        return say(", ").join(_text(one) for one in value)
    if isinstance(value, str) and value in WORDS:
        return say(WORDS[value])
    return label("activities", str(value))


def _words(one: SettingLine) -> str:
    return label("roles", one.value) if one.setting.startswith("escalation.") else _text(one.value)


def _plain(value: Any) -> Any:
    if isinstance(value, bool | int | str | list):
        return value
    if isinstance(value, dict):
        return {str(key): str(one) for key, one in value.items()}
    return str(value)


NAMES = {
    "scope": "Scope",
    "min_floors": "Least number of floors",
    "register_within_days": "Days to register the use",
    "vote.unit": "Voting unit",
    "vote.participation_area": "Least share taking part, by area",
    "vote.participation_heads": "Least share taking part, by owners",
    "vote.approval_area": "Share approving, by area",
    "vote.approval_heads": "Share approving, by owners",
    "vote.approval_of": "Share approving is counted of",
    "vote.approval_exceeds": "More than that share is needed",
    "vote.veto": "One vote against stops it",
    "vote.adjacent_owners_heard": "Adjacent owners are heard",
    "publicity.working_days": "Publicity in working days",
    "publicity.place": "When it is publicised",
    "objection.closes": "An open objection holds up",
    "objection.outside_counts": "Objections from outside count",
    "objection.procedure": "Procedure for objections",
    "approval.review_working_days": "Review in working days",
    "approval.permit": "Permit",
    "approval.filing_up_to_yuan": "Filing is enough up to, in yuan",
    "subsidy.kind": "Kind of subsidy",
    "subsidy.share": "Subsidy as a share of cost",
    "subsidy.cap_yuan": "Subsidy at most, in yuan",
    "subsidy.flat_yuan": "Subsidy, in yuan",
    "subsidy.base_floors": "Floors of the basic subsidy",
    "subsidy.base_yuan": "Basic subsidy, in yuan",
    "subsidy.more_per_floor_yuan": "More for each floor above, in yuan",
    "subsidy.less_per_floor_yuan": "Less for each floor below, in yuan",
    "subsidy.paid_after": "Subsidy is paid after",
    "cost_sharing.scheme": "Scheme of cost sharing",
    "cost_sharing.free_floors": "Floors that pay nothing",
    "cost_sharing.coefficients": "Coefficients by floor",
}
WORDS = {
    "doorway": "doorway",
    "building": "building",
    "community": "community",
    "participants": "those taking part",
    "all": "all owners",
    "before_agreement": "before the agreement",
    "after_agreement": "after the agreement",
    "permit": "permit",
    "filing": "filing",
    "by_cost": "by cost",
    "none": "none",
    "share_of_cost": "share of cost",
    "flat": "one amount",
    "by_floors": "by floors",
    "linear": "rising by floor",
    "coefficients": "coefficients by floor",
}
