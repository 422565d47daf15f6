"""What the page of one step says: the item, its form, what law and model say of it, and remarks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from dashboards.page import Page
from dashboards.staff.addresses import act_address, correction_address, item_address
from dashboards.staff.attach import ACCEPTED, MEBIBYTES
from dashboards.staff.due_words import Due, due_words
from dashboards.staff.form_fields import Choice, Field
from dashboards.staff.item_form import Faults, item_fields
from dashboards.staff.project_head import ProjectHead
from dashboards.staff.row_upload import FromFile, rows_table
from dashboards.staff.so_far import COUNTED, SoFar, so_far
from dashboards.staff.told_fields import Line, told_fields
from dashboards.tables import Table
from eventlogs.language import current_language, say
from eventlogs.storage import Ledger
from eventlogs.vocabulary import label, terms
from flows.forms.row_files import sheet_of
from flows.policies.policy_model import Policy
from flows.process.history import CaseHistory, day_of, effective, place_of
from flows.process.order import breaches, order_rules, waived_for_case
from flows.process.process import Process, closed
from flows.process.processes import policy_of, process_of
from flows.process.replay import item_id
from flows.project.waivers import waived_in_city
from flows.words import STATES, name_of
from flows.worklist.work_item import WorkItem


@dataclass(frozen=True)
class Warning:
    """A rule of the model's order that recording the step now would break."""

    rule: str
    strict: bool
    before: str
    after: str
    sentence: str
    source: str
    waived: bool


@dataclass(frozen=True)
class Remark:
    """What somebody wrote beside the step, or the document they put there."""

    at: datetime
    actor: str | None
    text: str
    document: str | None
    digest: str | None


@dataclass(frozen=True)
class Act:
    """How an act is told: when it happened, as what, and why in spite of a warning."""

    occurred: str = ""
    role: str = ""
    reason: str = ""


@dataclass(frozen=True)
class ItemPage(Page):
    """One step to do: what it is, and the form that completes it."""

    template: ClassVar[str] = "staff/item.html"

    head: ProjectHead
    activity: str
    title: str
    work_item: str | None
    occurrence: int
    address: str
    state: str
    state_words: str
    is_open: bool
    role: str | None
    assignee: str | None
    is_mine: bool
    due: Due
    offered_at: datetime | None
    cause: str | None
    until: str | None
    last_actor: str | None
    last_at: datetime | None
    by_law: bool
    fields: tuple[Field, ...]
    more_fields: tuple[Field, ...]
    act: Act
    act_faults: tuple[str, ...]
    roles: tuple[Choice, ...]
    warnings: tuple[Warning, ...]
    must_come_first: tuple[str, ...]
    basis: tuple[str, ...]
    remarks: tuple[Remark, ...]
    so_far: SoFar | None
    recorded: tuple[Line, ...] | None
    hold_causes: tuple[Choice, ...]
    counts: bool
    n_events: int
    accepted: str
    mebibytes: int
    rows: Table | None = None
    from_file: FromFile | None = None
    refused: str | None = None
    stray_faults: tuple[str, ...] = ()
    asks_reason: bool = False

    @property
    def correction(self) -> str | None:
        """Where what was recorded is corrected."""
        return correction_address(self.head.project, self.work_item) if self.work_item else None

    def tables(self) -> Sequence[Table]:
        """Return the rows to be filled in, where each household or floor has one, and those recorded."""
        recorded = [line.table for line in self.recorded or () if line.table]
        return recorded if self.rows is None else [self.rows, *recorded]


@dataclass(frozen=True)
class Attempt:
    """What was sent and refused: the values to keep, the faults by their places, and the sentence."""

    data: Mapping[str, Any]
    act: Act
    faults: Faults = field(default_factory=dict)
    refused: str | None = None
    asks_reason: bool = False
    from_file: FromFile | None = None


def item_page(
    ledger: Ledger,
    log: str,
    history: CaseHistory,
    activity: str,
    occurrence: int | None,
    me: str,
    now: datetime,
    attempt: Attempt | None = None,
) -> ItemPage:
    """Return the page of a step: of the work item `occurrence`, or of one that nobody was asked for."""
    process, policy = process_of(history), policy_of(history)
    item = None if occurrence is None else history.items.get((activity, occurrence))
    number = occurrence or history.next_occurrence(activity)
    item_name = item_id(history.case_id, activity, number) if item else None
    faults = attempt.faults if attempt else {}
    own, more = item_fields(history, activity, attempt.data if attempt else None, faults)
    role = (
        (attempt and attempt.act.role) or (item.role if item else None) or process.word(activity).by[0].role
    )
    shown = item or WorkItem(activity, number, "offered")
    sheet = sheet_of(history, activity)
    return ItemPage(
        head=ProjectHead.of(history),
        activity=activity,
        title=name_of(activity),
        work_item=item_name,
        occurrence=number,
        address=item_address(item_name) if item_name else act_address(history.case_id, activity),
        state=shown.state,
        state_words=say(STATES[shown.state]),
        is_open=history.outcome is None and shown.is_open,
        role=shown.role or role,
        assignee=shown.assignee,
        is_mine=shown.assignee == me,
        due=due_words(shown.due, now),
        offered_at=shown.offered_at,
        cause=shown.cause,
        until=shown.until.isoformat() if shown.until else None,
        last_actor=shown.last_actor,
        last_at=shown.last_at,
        by_law=activity in process.legal_steps(policy),
        fields=own,
        more_fields=more,
        act=attempt.act if attempt else Act(role=role, occurred=""),
        act_faults=tuple(faults.get("occurred", ())),
        roles=roles_of(process, activity, shown.role),
        warnings=tuple(_warnings(ledger, log, process, history, activity, role, now)),
        must_come_first=tuple(_first(process, policy, history, activity)),
        basis=_basis(process, activity),
        remarks=tuple(_remarks(history, (activity, number))),
        so_far=so_far(activity, policy, _proposed_so_far(own, attempt)),
        recorded=_recorded(history, activity, number),
        hold_causes=tuple(Choice(key, term.label()) for key, term in terms("hold_causes").items()),
        counts=activity in COUNTED,
        rows=None if sheet is None else rows_table(sheet),
        from_file=attempt.from_file if attempt else None,
        refused=attempt.refused if attempt else None,
        stray_faults=() if attempt and attempt.from_file else tuple(stray(faults, (*own, *more))),
        asks_reason=bool(attempt and attempt.asks_reason),
        n_events=len(history.events),
        accepted=ACCEPTED,
        mebibytes=MEBIBYTES,
    )


def _proposed_so_far(fields: Sequence[Field], attempt: Attempt | None) -> Mapping[str, Any]:
    if attempt is not None:
        return attempt.data
    return {
        one.name: [{cell.last: cell.value for cell in row.fields} for row in one.rows]
        if one.kind == "rows"
        else one.value
        for one in fields
    }


def roles_of(process: Process, activity: str, role: str | None) -> tuple[Choice, ...]:
    """Return the roles in which a step is done, `role` first."""
    keys = dict.fromkeys([*([role] if role else []), *(done.role for done in process.word(activity).by)])
    return tuple(Choice(key, label("roles", key)) for key in keys)


def _warnings(
    ledger: Ledger, log: str, process: Process, history: CaseHistory, activity: str, role: str, now: datetime
) -> Iterator[Warning]:
    day = day_of(now)
    found = breaches(process, history, activity, role, day)
    if not found:
        return
    leave = waived_for_case(history, day) | waived_in_city(ledger, log, str(history.facts["city"]), day)
    rules = {rule.key: rule for rule in order_rules(process)}
    for breach in found:
        yield Warning(
            breach.rule,
            breach.strict,
            str(breach.values["before"]),
            str(breach.values["after"]),
            str(breach.values["sentence"]),
            rules[breach.rule].place,
            breach.rule in leave,
        )


def _first(process: Process, policy: Policy, history: CaseHistory, activity: str) -> Iterator[str]:
    for step in closed(process, policy, history, activity):
        yield say("open objection") if step == "objection" else name_of(step)


def _basis(process: Process, activity: str) -> tuple[str, ...]:
    chinese = current_language() == "zh"
    return tuple(one.zh if chinese else one.en for one in process.word(activity).basis)


def _remarks(history: CaseHistory, place: tuple[str, int]) -> Iterator[Remark]:
    for event in effective(history.events):
        if place_of(event) == place and "comment" in event.attributes:
            yield Remark(
                event.occurred_at,
                event.actor,
                str(event.attributes["comment"]),
                event.evidence.get("document"),
                event.evidence.get("sha256"),
            )


def _recorded(history: CaseHistory, activity: str, occurrence: int) -> tuple[Line, ...] | None:
    for done in history.done.get(activity, ()):
        if done.occurrence == occurrence:
            own, more = item_fields(history, activity, done.entered, {})
            return told_fields((*own, *more))
    return None


def stray(faults: Faults, fields: Sequence[Field]) -> Iterator[str]:
    """Yield the faults that stand beside no field."""
    known = set(_names(fields)) | {"occurred"}
    for place, sentences in faults.items():
        if place not in known and not any(place.startswith(f"{name}.") for name in known):
            yield from sentences


def _names(fields: Sequence[Field]) -> Iterator[str]:
    for one in fields:
        if one.kind in {"rows", "group"}:
            yield from (name for row in one.rows for name in _names(row.fields))
        yield one.name
