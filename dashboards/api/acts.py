"""The acts of the API, one line each: what can be done with a project and with a work item."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboards.api.bodies import (
    Act,
    Correcting,
    DataAct,
    Ending,
    Holding,
    Passing,
    Remark,
    TakingBack,
    Waiving,
)
from eventlogs.language import sayable
from eventlogs.storage import Ledger
from flows.project import projects
from flows.project.acts import By
from flows.project.advance import Advance
from flows.project.correcting import correct
from flows.worklist import worklist

Deed = Callable[[Ledger, str, str, Any, By], Advance]


@dataclass(frozen=True)
class ActRoute:
    """One act: its word in the address, what it does in a sentence, what it is told, and the deed."""

    word: str
    does: str
    body: type[Act]
    deed: Deed
    example: dict[str, Any]


WORK_ITEM_ACTS = (
    ActRoute(
        "complete",
        sayable("Complete a work item with what was entered; what comes next is offered in the same moment."),
        DataAct,
        lambda ledger, log, item, body, by: worklist.complete(ledger, log, item, body.data, by),
        {"data": {"passed": True}},
    ),
    ActRoute(
        "claim",
        sayable("Take a work item up oneself."),
        Act,
        lambda ledger, log, item, body, by: worklist.claim(ledger, log, item, by),
        {},
    ),
    ActRoute(
        "release",
        sayable("Give a work item back, so that anybody of its role may take it up."),
        Act,
        lambda ledger, log, item, body, by: worklist.release(ledger, log, item, by),
        {},
    ),
    ActRoute(
        "assign",
        sayable("Put a work item into somebody's hands, whoever has it now."),
        Passing,
        lambda ledger, log, item, body, by: worklist.assign(ledger, log, item, body.to, by),
        {"to": "li"},
    ),
    ActRoute(
        "hand-over",
        sayable("Pass one's own work item on to somebody else."),
        Passing,
        lambda ledger, log, item, body, by: worklist.hand_over(ledger, log, item, body.to, by),
        {"to": "li"},
    ),
    ActRoute(
        "skip",
        sayable("Declare a step unnecessary, with a reason; steps of the law cannot be skipped."),
        Act,
        lambda ledger, log, item, body, by: worklist.skip(ledger, log, item, by),
        {"reason": "the residents agreed among themselves"},
    ),
    ActRoute(
        "hold",
        sayable("Put a work item on hold, for a coded cause."),
        Holding,
        lambda ledger, log, item, body, by: worklist.hold(ledger, log, item, body.hold(), by),
        {"cause": "season", "until": "2027-04-01"},
    ),
    ActRoute(
        "resume",
        sayable("Take a work item up again that was on hold."),
        Act,
        lambda ledger, log, item, body, by: worklist.resume(ledger, log, item, by),
        {},
    ),
    ActRoute(
        "comment",
        sayable("Write a remark beside a work item, open or not."),
        Remark,
        lambda ledger, log, item, body, by: worklist.comment(ledger, log, item, body.text, by),
        {"text": "the household on floor 2 asks for another visit"},
    ),
)
PROJECT_ACTS = (
    ActRoute(
        "hold",
        sayable("Put a whole project on hold, for a coded cause."),
        Holding,
        lambda ledger, log, case, body, by: projects.hold(ledger, log, case, body.hold(), by),
        {"cause": "season", "until": "2027-04-01"},
    ),
    ActRoute(
        "resume",
        sayable("Take a project up again that was on hold."),
        Act,
        lambda ledger, log, case, body, by: projects.resume(ledger, log, case, by),
        {},
    ),
    ActRoute(
        "withdraw",
        sayable("Take a step back that had gone well, with a reason; it must be done again."),
        TakingBack,
        lambda ledger, log, case, body, by: projects.take_back(ledger, log, case, body.activity, by),
        {"activity": "sign_agreement", "reason": "a signature was retracted"},
    ),
    ActRoute(
        "correct",
        sayable("Put one event right that was recorded wrongly, or take it out, with a reason."),
        Correcting,
        lambda ledger, log, case, body, by: correct(ledger, log, case, body.event, body.right(), by),
        {
            "event": "hold_owners_assembly/1/complete",
            "data": {"attended": 9},
            "reason": "the list of those present has nine names",
        },
    ),
    ActRoute(
        "abandon",
        sayable("End a project that fails, for a coded cause."),
        Ending,
        lambda ledger, log, case, body, by: projects.abandon(ledger, log, case, body.cause, by),
        {"cause": "abandoned", "reason": "the households gave up"},
    ),
    ActRoute(
        "shelve",
        sayable("Halt a project for an indefinite time; it can be opened again."),
        Act,
        lambda ledger, log, case, body, by: projects.shelve(ledger, log, case, by),
        {"reason": "no firm can be found"},
    ),
    ActRoute(
        "reopen",
        sayable("Open a project again that was over, with a reason."),
        Act,
        lambda ledger, log, case, body, by: projects.reopen(ledger, log, case, by),
        {"reason": "a firm has come forward"},
    ),
    ActRoute(
        "waive",
        sayable("Give one project leave to break a rule of order until a day, with a reason."),
        Waiving,
        lambda ledger, log, case, body, by: projects.waive(ledger, log, case, body.rule, body.until, by),
        {"rule": "S1", "until": "2027-01-01", "reason": "the policy was explained before"},
    ),
)
