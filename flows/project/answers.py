"""What the commands of projects and work items answer with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from eventlogs.cities import city_label
from eventlogs.console import json_text
from eventlogs.language import current_language, say
from eventlogs.layout import cell_width, padded, table
from eventlogs.vocabulary import label
from flows.forms.form_text import form_lines
from flows.policies.policies import policy_named
from flows.policies.tally import told_tally
from flows.process.history import CaseHistory
from flows.process.order import sentence_of
from flows.process.process import Plan
from flows.process.processes import process_named
from flows.process.suggestions import Suggestion
from flows.project.advance import Advance
from flows.project.ending import Ended, ended, heading_for
from flows.project.objecting import OpenObjection, open_objections
from flows.words import STATES, hold_ends, name_of
from flows.worklist.listing import marked, standing
from flows.worklist.work_item import WorkItem


@dataclass(frozen=True)
class Recorded:
    """What an act recorded and what is now open."""

    project: str
    recorded: list[str]
    offered: list[str]
    warnings: list[str]
    outcome: str | None
    results: Mapping[str, Any]
    deputy: tuple[str, str] | None = None  # who is away, and who has the work item instead

    @classmethod
    def of(cls, made: Advance) -> "Recorded":
        """Return the answer about an advance."""
        first = made.recorded[0].attributes if made.recorded else {}
        breaks = [str(rule) for rule in _list(first.get("breaks"))]
        offered = [one.key.rpartition("/")[0] for one in made.recorded if one.lifecycle == "schedule"]
        results = {name: value for name, value in first.items() if isinstance(value, bool | int | float)}
        keys = [one.key for one in made.recorded]
        return cls(made.case_id, keys, offered, breaks, made.history.outcome, results, _deputy(first))

    def as_text(self) -> str:
        """Return what was recorded, a line each."""
        lines = [say("recorded for {project}: {n} events", project=self.project, n=len(self.recorded))]
        if "approval_heads" in self.results:
            lines.append(told_tally(self.results))
        if self.results.get("gap_yuan"):
            lines.append(say("{yuan:.2f} yuan are missing", yuan=self.results["gap_yuan"]))
        if self.deputy:
            lines.append(
                say("{person} is away; {deputy} has it", person=self.deputy[0], deputy=self.deputy[1])
            )
        lines += [
            say("out of the model's order, {rule}: “{sentence}”", rule=rule, sentence=sentence_of(rule))
            for rule in self.warnings
        ]
        lines += [
            say("now open: {item} {name}", item=item, name=name_of(item.rsplit("/", 2)[1]))
            for item in self.offered
        ]
        if self.outcome:
            lines.append(say("the project is over: {outcome}", outcome=label("outcomes", self.outcome)))
        return "\n".join(lines)


@dataclass(frozen=True)
class Noted:
    """What was recorded beside the projects, such as a leave of absence, and in words."""

    recorded: str
    told: str

    def as_text(self) -> str:
        """Return the sentence."""
        return self.told


@dataclass(frozen=True)
class ProjectCard:
    """One project: its facts, how it stands, what is open, and what is expected next."""

    project: str
    facts: Mapping[str, Any]
    outcome: str | None
    ended: Ended | None
    hold: str | None
    hold_until: date | None
    hold_when: str | None  # the activity that ends the hold, or `objections_settled`
    heading_for: str | None
    waiting_for: list[str]
    open_items: list[WorkItem]
    open_objections: list[OpenObjection]
    expected: list[Suggestion]
    simulated: bool = False

    @classmethod
    def of(
        cls, history: CaseHistory, plan: Plan, expected: Sequence[Suggestion], *, simulated: bool
    ) -> "ProjectCard":
        """Return the card of a project."""
        return cls(
            history.case_id,
            history.facts,
            history.outcome,
            ended(history),
            history.hold,
            history.halt.until if history.halt else None,
            history.halt.when if history.halt else None,
            heading_for(history, plan),
            plan.waiting_for,
            [item for item in history.items.values() if item.is_open],
            open_objections(history),
            list(expected),
            simulated,
        )

    def as_text(self) -> str:
        """Return the card in lines."""
        return marked("\n".join(self._lines()), simulated=self.simulated)

    def _lines(self) -> Iterator[str]:
        facts = self.facts
        yield f"{self.project}  {facts.get('name', '')}"
        policy = policy_named(str(facts["policy"]))
        yield say(
            "{city}, {floors} floors; {process}, version {version} of the process",
            city=city_label(str(facts["city"])),
            floors=facts["floors"],
            process=process_named(str(facts["retrofit"])).title,
            version=facts["process_version"],
        )
        yield say(
            "policy: {document} ({policy})", document=policy.document[current_language()], policy=policy.key
        )
        state = standing(self.outcome, self.hold) + _hold_ends(self.hold_until, self.hold_when)
        yield say("stands: {state}", state=state)
        if self.ended:
            yield self.ended.as_text()
        if self.heading_for:
            yield say("in danger of ending as: {outcome}", outcome=label("outcomes", self.heading_for))
        yield from (one.as_text() for one in self.open_objections)
        if self.open_items:
            head = [say(word) for word in ("Work item", "What", "Role", "Whose", "Due", "Stands")]
            yield ""
            yield table(head, [self._item(item) for item in self.open_items])
        if self.expected:
            yield ""
            yield say("expected next:")
            width = max(cell_width(label("chains", one.chain)) for one in self.expected)
            yield from (self._expected(one, width) for one in self.expected)

    def _item(self, item: WorkItem) -> list[str]:
        state = label("hold_causes", item.cause) if item.cause else say(STATES[item.state])
        return [
            f"{self.project}/{item.activity}/{item.occurrence}",
            name_of(item.activity),
            label("roles", item.role or ""),
            item.assignee or "",
            item.due.isoformat() if item.due else "",
            state + _hold_ends(item.until, item.when),
        ]

    def _expected(self, one: Suggestion, width: int) -> str:
        line = f"  {padded(label('chains', one.chain), width)}  {name_of(one.activity)}"
        if one.waits_for:
            names = [say("open objection") if one == "objection" else name_of(one) for one in one.waits_for]
            line += say(" (waits for: {names})", names=say(", ").join(names))
        return line


@dataclass(frozen=True)
class WorkCard:
    """One work item with the form that completes it."""

    work_item: str
    item: WorkItem
    comments: list[str]
    form: Mapping[str, Any]
    simulated: bool = False

    def as_text(self) -> str:
        """Return the item and its fields."""
        lines = [f"{self.work_item}  {name_of(self.item.activity)}"]
        lines += self._facts()
        lines += [say("remark: {text}", text=text) for text in self.comments]
        lines += ["", say("to complete it, enter (* is needed):")]
        lines += form_lines(self.form)
        if proposed := self.form.get("proposed"):
            lines += ["", say("proposed (--proposed takes it): {data}", data=json_text(proposed))]
        return marked("\n".join(lines), simulated=self.simulated)

    def _facts(self) -> Iterator[str]:
        known: dict[str, str | date | None] = {
            say("Stands"): say(STATES[self.item.state]),
            say("Role"): label("roles", self.item.role or ""),
            say("Whose"): self.item.assignee,
            say("Due"): self.item.due,
        }
        yield from (f"  {name}  {value}" for name, value in known.items() if value)


def _hold_ends(until: date | None, when: str | None) -> str:
    ends = hold_ends(until, when)
    return f" → {ends}" if ends else ""


def _deputy(values: Mapping[str, Any]) -> tuple[str, str] | None:
    return (str(values["instead_of"]), str(values["assignee"])) if "instead_of" in values else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
