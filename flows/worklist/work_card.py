"""One work item as its reader needs it: how it stands, what was remarked, and its form."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from eventlogs.language import current_language
from eventlogs.storage import Ledger
from flows.errors import WorkItemError
from flows.forms.forms import form
from flows.policies.cost_sharing import proposed_shares, rounded_shares
from flows.policies.policy_model import Policy
from flows.process.history import CaseHistory, effective, place_of
from flows.process.process import Process
from flows.process.processes import policy_of, process_of
from flows.project.acts import By, circumstances, step_class_of
from flows.project.advance import read_project
from flows.project.answers import WorkCard
from flows.steps.decision import VoteOnInstallation
from flows.steps.mobilisation import SurveyHouseholdWishes
from flows.steps.money import CalculateCostShares, SetCostSharing
from flows.worklist.listing import utc_now
from flows.worklist.live_logs import is_simulated
from flows.worklist.worklist import place_of_item


def proposed_data(ledger: Ledger, log: str, item: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is proposed for a work item's form, with what was given in its place."""
    case_id, place = place_of_item(item)
    history = read_project(ledger, log, case_id)
    process = process_of(history)
    step_class_of(process, place[0])
    cost = _number(given.get("cost"))
    return {**proposed(process, policy_of(history), history, place[0], cost), **given}


def work_card(ledger: Ledger, log: str, item: str) -> WorkCard:
    """Return a work item with its form."""
    case_id, place = place_of_item(item)
    history = read_project(ledger, log, case_id)
    found = history.items.get(place)
    if found is None:
        raise WorkItemError("there is no work item {item} in {case}", item=item, case=case_id)
    process, policy = process_of(history), policy_of(history)
    schema = form(process.steps[place[0]], current_language())
    schema["title"] = process.word(place[0]).label()
    schema.pop("description", None)
    remarks = [
        str(event.attributes["comment"])
        for event in effective(history.events)
        if place_of(event) == place and "comment" in event.attributes
    ]
    schema["proposed"] = proposed(process, policy, history, place[0])
    return WorkCard(item, found, remarks, schema, is_simulated(ledger, log))


def proposed(
    process: Process, policy: Policy, history: CaseHistory, activity: str, cost: Decimal | None = None
) -> dict[str, Any]:
    """Return what a form may be filled in with: shares and amounts by the policy, the register's households.

    `cost` is that of the whole lift, in yuan, where the drawings have not told it yet.
    """
    step = process.steps[activity]
    rows = [row.model_dump(mode="json") for row in history.households.values()]
    if step is SetCostSharing:
        at = circumstances(process, policy, history, activity, By("", utc_now()), 1)
        return SetCostSharing.proposed(at).model_dump(mode="json", include={"shares"})
    if step is CalculateCostShares:
        return _amounts(policy, history, cost or history.cost)
    if issubclass(step, VoteOnInstallation):
        return {"ballots": [row | {"choice": "absent"} for row in rows]}
    if step is SurveyHouseholdWishes:
        return {"wishes": [{"household": row["household"], "wish": "not_reached"} for row in rows]}
    return {}


def _number(value: Any) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None  # the form's own check tells what is wrong with it


def _amounts(policy: Policy, history: CaseHistory, cost: Decimal | None) -> dict[str, Any]:
    """Return each household's amount: its floor's agreed share, or the policy's, split among the floor."""
    households = list(history.households.values())
    if cost is None or not households:
        return {}
    floors = int(history.facts["floors"])
    agreed = history.latest("set_cost_sharing")
    shares = proposed_shares(floors, policy.cost_sharing)
    if agreed is not None and not agreed.skipped:
        shares = {int(one["floor"]): Decimal(str(one["percent"])) for one in agreed.entered["shares"]}
    on_floor = Counter(row.floor for row in households)
    weights = {
        place: Fraction(shares.get(row.floor, Decimal(0))) / on_floor[row.floor]
        for place, row in enumerate(households)
    }
    subsidy = policy.subsidy.amount(cost, floors)
    amounts = rounded_shares(weights, cost - subsidy)
    return {
        "cost": str(cost),
        "subsidy": str(subsidy),
        "amounts": [
            {"household": row.household, "yuan": str(amounts[place])} for place, row in enumerate(households)
        ],
    }
