"""A normative model as people read it: its rules in short, and with the sentences they rest on."""

from dataclasses import dataclass

from eventlogs.cities import city_label
from eventlogs.language import say, sayable
from eventlogs.layout import table, wrapped
from eventlogs.vocabulary import Kind, label
from mining.normative.model import BOTH, STRENGTHS, Layer, Mark, NormativeModel, OrderRule, Strength

STRENGTH_NAMES: dict[Strength, str] = {
    "strict": sayable("strict rules"),
    "gate": sayable("gates"),
    "soft": sayable("soft rules"),
    "regulatory": sayable("regulations"),
}
_KINDS: dict[Layer, Kind] = {"activity": "activities", "role": "roles", "tool": "tools", "chain": "chains"}


@dataclass(frozen=True, slots=True)
class ModelShown:
    """A normative model, every rule with its source."""

    model: NormativeModel

    def as_text(self) -> str:
        """Return chains, rules by strength, loops and the rest."""
        model = self.model
        source = f"{model.source}  {model.doi}".strip()
        lines = [model.sentence, *([wrapped(source, 100)] if source else []), ""]
        for chain in model.chains:
            roles = " → ".join(label("roles", role) for role in chain.roles)
            lines.append(f"{chain.sentence}  {roles}")
        for strength in STRENGTHS:
            lines += _strength_lines(model, strength)
        lines += ["", say("feedback loops, no order, one person"), ""]
        for other in (*model.loops, *model.no_orders, *model.same_persons):
            lines.append(wrapped(f"{other.key}  {other.sentence}", 100, "", "    "))
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class ModelChecked:
    """What a sound model file holds."""

    file: str
    model: str
    chains: int
    rules: int

    def as_text(self) -> str:
        """Return that the file is sound."""
        return say(
            "{file} is a sound model: '{model}', {chains} chains, {rules} rules",
            file=self.file,
            model=self.model,
            chains=self.chains,
            rules=self.rules,
        )


def rule_words(rule: OrderRule) -> str:
    """Return what a rule says in a few words."""
    if rule.forbidden_while is not None:
        thing = label("object_types", rule.forbidden_while.object_type)
        return say("{after} only while no {thing} is open", after=mark_words(rule.after), thing=thing)
    assert rule.before is not None
    words = f"{mark_words(rule.before)} → {mark_words(rule.after)}"
    if rule.cities:
        cities = say(", ").join(city_label(city) for city in rule.cities)
        words += f" ({cities})"
    return words


def rule_source(rule: OrderRule) -> str:
    """Return where a rule's sentence stands: an interview, a regulation, or the paper's own text."""
    return rule.place or label("confidence", rule.confidence)


def chain_words(model: NormativeModel, key: str) -> str:
    """Return what a chain is called: by the model, else by the vocabulary."""
    if key == BOTH:
        return say("between the chains")
    return next((chain.sentence for chain in model.chains if chain.key == key), label("chains", key))


def mark_words(mark: Mark) -> str:
    """Return what a mark stands for in the current language."""
    return " / ".join(label(_KINDS[mark.layer], key) for key in mark.keys)


def _strength_lines(model: NormativeModel, strength: Strength) -> list[str]:
    rules = [rule for rule in model.rules if rule.strength == strength]
    if not rules:
        return []
    rows = [[rule.key, rule_words(rule), rule_source(rule), rule.confidence] for rule in rules]
    head = [say("rule"), say("what it says"), say("where"), say("confidence")]
    lines = ["", say(STRENGTH_NAMES[strength]), "", table(head, rows), ""]
    for rule in rules:
        lines.append(wrapped(f"{rule.key}  {rule.sentence}", 100, "", "    "))
        if rule.note:
            lines.append(wrapped(f"({rule.note})", 100, "    ", "    "))
    return lines
