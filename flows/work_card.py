"""One work item as its reader needs it: how it stands, what was remarked, and its form."""

from typing import Any

from eventlogs.language import current_language
from eventlogs.storage import Ledger
from flows.acts import By, circumstances
from flows.advance import read_project
from flows.answers import WorkCard
from flows.errors import WorkItemError
from flows.forms import form
from flows.history import CaseHistory, place_of
from flows.listing import utc_now
from flows.policy_model import Policy
from flows.process import Process
from flows.processes import policy_of, process_of
from flows.steps.money import SetCostSharing
from flows.worklist import place_of_item


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
        for event in history.events
        if place_of(event) == place and "comment" in event.attributes
    ]
    schema["proposed"] = proposed(process, policy, history, place[0])
    return WorkCard(item, found, remarks, schema)


def proposed(process: Process, policy: Policy, history: CaseHistory, activity: str) -> dict[str, Any]:
    """Return what the form may be filled in with: the policy's cost shares, the register's households."""
    step = process.steps[activity]
    rows = [row.model_dump(mode="json") for row in history.households.values()]
    if step is SetCostSharing:
        at = circumstances(process, policy, history, activity, By("", utc_now()), 1)
        return SetCostSharing.proposed(at).model_dump(mode="json", include={"shares"})
    if activity == "vote_on_installation":
        return {"ballots": [row | {"choice": "absent"} for row in rows]}
    if activity == "survey_household_wishes":
        return {"wishes": [{"household": row["household"], "wish": "not_reached"} for row in rows]}
    return {}
