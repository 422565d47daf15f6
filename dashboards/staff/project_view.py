"""What a project's page says: how it stands first, then what happened and who did it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from dashboards.page import Page
from dashboards.staff import project_parts as parts
from dashboards.staff import project_told as told
from dashboards.staff.addresses import item_address
from dashboards.staff.attach import ACCEPTED, MEBIBYTES
from dashboards.staff.due_words import Due, due_words
from dashboards.staff.form_fields import Choice
from dashboards.staff.project_head import ProjectHead
from dashboards.tables import Column, Table, Value
from eventlogs.events import RecordedEvent
from eventlogs.language import say
from eventlogs.vocabulary import Outcome, label, terms
from flows.process.history import CaseHistory, outdated
from flows.process.order import order_rules
from flows.process.processes import policy_of, process_of
from flows.process.replay import plan_of
from flows.process.suggestions import Suggestion, suggestions
from flows.project.ending import Ended, ended, heading_for
from flows.words import STATES, correction_words, hold_ends, name_of, note_of
from flows.worklist.work_item import SETTLED
from flows.worklist.worklist import open_items

LATEST = 100  # entries that a page shows at first


@dataclass(frozen=True)
class OpenItem:
    """One work item of the project that is open."""

    address: str
    title: str
    role: str
    assignee: str | None
    state: str
    due: Due
    hold: str | None
    by_process: bool


@dataclass(frozen=True)
class HistoryRow:
    """One event as it was recorded: the audit."""

    occurred_at: datetime
    recorded_at: datetime
    actor: str | None
    step: str
    transition: str
    role: str | None
    key: str
    told_late: bool
    corrected: bool  # another event stands in its place, or it was taken out


@dataclass(frozen=True)
class ProjectPage(Page):
    """One project."""

    template: ClassVar[str] = "staff/project.html"

    head: ProjectHead
    outcome: str | None
    ending: str | None
    ended: Ended | None
    hold: str | None
    hold_until: str | None
    heading_for: str | None
    began_at: datetime
    last_at: datetime
    idle_days: int
    phases: tuple[parts.Phase, ...]
    chains: tuple[parts.Chain, ...]
    next_step: parts.ActExpected | None
    open_items: tuple[OpenItem, ...]
    households: tuple[tuple[int, tuple[parts.Household, ...]], ...]
    objections: tuple[parts.Objection, ...]
    timeline: tuple[told.Moment, ...]
    documents: tuple[told.DocumentKept, ...]
    remarks: tuple[told.Noted, ...]
    history: tuple[HistoryRow, ...]
    readiness: tuple[tuple[str, str], ...]
    waivers: tuple[tuple[str, str, str], ...]
    steps: tuple[Choice, ...]
    done_steps: tuple[Choice, ...]
    hold_causes: tuple[Choice, ...]
    hold_ends: tuple[Choice, ...]
    failures: tuple[Choice, ...]
    rules: tuple[Choice, ...]
    done: str | None = None
    whole: bool = False

    accepted: ClassVar[str] = ACCEPTED
    mebibytes: ClassVar[int] = MEBIBYTES

    @property
    def moments(self) -> tuple[told.Moment, ...]:
        """What of the timeline is shown: the last of it, unless all is asked for."""
        return self.timeline if self.whole else self.timeline[-LATEST:]

    @property
    def entries(self) -> tuple[HistoryRow, ...]:
        """What of the entries is shown: the last of them, unless all are asked for."""
        return self.history if self.whole else self.history[-LATEST:]

    def tables(self) -> Sequence[Table]:
        """Return all that was recorded, and the households."""
        return [self._history_table(), self._households_table()]

    def _households_table(self) -> Table:
        columns = [
            Column(say("Floor"), "number"),
            Column(say("Household")),
            Column(say("Exclusive area (m²)")),
            Column(say("Wish and vote")),
            Column(say("An objection is open")),
        ]
        rows: list[list[Value]] = [
            [floor, one.mark, one.area, one.says, one.objects]
            for floor, row in self.households
            for one in row
        ]
        return Table("households", say("Households by floor"), columns, rows)

    def _history_table(self) -> Table:
        columns = [
            Column(say("Occurred"), "moment"),
            Column(say("Recorded"), "moment"),
            Column(say("What")),
            Column(say("Step")),
            Column(say("Role")),
            Column(say("Who")),
            Column(say("Key")),
        ]
        rows = [_cells(row) for row in self.history]
        return Table("history", say("All that was recorded"), columns, rows)


def project_page(
    history: CaseHistory,
    recorded: Sequence[RecordedEvent],
    now: datetime,
    done: str | None = None,
    *,
    whole: bool = False,
) -> ProjectPage:
    """Return the page of a project."""
    process, policy = process_of(history), policy_of(history)
    plan, expected = plan_of(process, policy, history), suggestions(history)
    outcome = terms("outcomes").get(history.outcome or "")
    last = max(one.event.occurred_at for one in recorded)
    return ProjectPage(
        head=ProjectHead.of(history),
        outcome=history.outcome,
        ending=outcome.ending if isinstance(outcome, Outcome) else None,
        ended=ended(history),
        hold=history.hold,
        hold_until=_hold_until(history),
        heading_for=heading_for(history, plan),
        began_at=min(one.event.occurred_at for one in recorded),
        last_at=last,
        idle_days=max(0, (now - last).days),
        phases=parts.phases(history, plan.waiting_for),
        chains=parts.chains(history, expected),
        next_step=_next(history, expected),
        open_items=tuple(_open(history, plan.waiting_for, now)),
        households=parts.households(history),
        objections=tuple(parts.objections(history)),
        timeline=told.timeline(history),
        documents=tuple(told.documents(history)),
        remarks=tuple(told.remarks(history)),
        history=tuple(_history_rows(recorded)),
        readiness=tuple(_readiness(history.facts.get("readiness") or {})),
        waivers=tuple((one.rule, one.until.isoformat(), one.reason) for one in history.waivers),
        steps=tuple(Choice(name, name_of(name)) for name in process.steps if name != "abandon_project"),
        done_steps=tuple(Choice(name, name_of(name)) for name in process.steps if history.reached(name)),
        hold_causes=tuple(Choice(key, term.label()) for key, term in terms("hold_causes").items()),
        hold_ends=(
            Choice(SETTLED, say("all objections are settled")),
            *(Choice(name, name_of(name)) for name in process.steps),
        ),
        failures=tuple(
            Choice(key, term.label())
            for key, term in terms("outcomes").items()
            if isinstance(term, Outcome) and term.ending != "success"
        ),
        rules=tuple(Choice(rule.key, rule.sentence) for rule in order_rules(process)),
        done=done,
        whole=whole,
    )


def _cells(row: HistoryRow) -> tuple[Value, ...]:
    role = label("roles", row.role or "")
    what = say("{what} (no longer counts)", what=row.transition) if row.corrected else row.transition
    return (row.occurred_at, row.recorded_at, row.step, what, role, row.actor, row.key)


def _hold_until(history: CaseHistory) -> str | None:
    return (hold_ends(history.halt.until, history.halt.when) if history.halt else "") or None


def _next(history: CaseHistory, expected: Sequence[Suggestion]) -> parts.ActExpected | None:
    """Return the first step that the process waits for and that nothing holds up."""
    free = [one for one in expected if one.needed_by_the_process and not one.waits_for]
    return parts.expected_act(history, free[0]) if free else None


def _open(history: CaseHistory, waiting_for: Sequence[str], now: datetime) -> Sequence[OpenItem]:
    found = [
        OpenItem(
            address=item_address(name),
            title=name_of(item.activity),
            role=item.role or "",
            assignee=item.assignee,
            state=say(STATES[item.state]),
            due=due_words(item.due, now),
            hold=label("hold_causes", item.cause) if item.cause else None,
            by_process=item.activity in waiting_for,
        )
        for name, item in open_items(history)
    ]
    return sorted(found, key=lambda one: (one.due.day is None, one.due.day, one.title))


def _history_rows(recorded: Sequence[RecordedEvent]) -> Iterator[HistoryRow]:
    corrected = outdated([one.event for one in recorded])
    for one in recorded:
        event = one.event
        what = label("lifecycle", event.lifecycle)
        if event.correction:
            what = say("{what}; {note}", what=correction_words(event, what), note=note_of(event))
        yield HistoryRow(
            event.occurred_at,
            one.recorded_at,
            event.actor,
            name_of(event.activity),
            what,
            event.role,
            event.key,
            (one.recorded_at - event.occurred_at).days >= 1,
            event.key in corrected,
        )


def _readiness(judged: dict[str, Any]) -> Sequence[tuple[str, str]]:
    from eventlogs.language import current_language
    from flows.forms.forms import form
    from flows.project.intake import DEGREES, Readiness

    titles = {name: part["title"] for name, part in form(Readiness, current_language())["properties"].items()}
    words = DEGREES["labels"]
    return [
        (str(titles[name]), say(words[value]))
        for name, value in judged.items()
        if name in titles and value != "unknown"
    ]
