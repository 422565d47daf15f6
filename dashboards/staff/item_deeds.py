"""What can be done with a work item besides completing it, each a form of one button or field."""

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.guards import allowed, project_seen
from dashboards.access.visitor import Visitor
from dashboards.engine import Engine
from dashboards.refusal import as_sentence
from dashboards.sent_form import SentForm, local, sent_form
from dashboards.staff.addresses import item_address
from dashboards.told import gone_to
from eventlogs.errors import EventLogError
from eventlogs.language import say, sayable
from eventlogs.storage import Ledger
from eventlogs.told_times import told_day
from flows.project.acts import By
from flows.project.advance import Advance
from flows.words import name_of
from flows.worklist import worklist
from flows.worklist.listing import utc_now

router = APIRouter()
Deed = Callable[[Ledger, str, str, SentForm, By], Advance]


def _claim(ledger: Ledger, log: str, item: str, sent: SentForm, by: By) -> Advance:
    return worklist.claim(ledger, log, item, by)


def _release(ledger: Ledger, log: str, item: str, sent: SentForm, by: By) -> Advance:
    return worklist.release(ledger, log, item, by)


def _hand_over(ledger: Ledger, log: str, item: str, sent: SentForm, by: By) -> Advance:
    return worklist.hand_over(ledger, log, item, needed(sent, "to"), by)


def _assign(ledger: Ledger, log: str, item: str, sent: SentForm, by: By) -> Advance:
    return worklist.assign(ledger, log, item, needed(sent, "to"), by)


def _comment(ledger: Ledger, log: str, item: str, sent: SentForm, by: By) -> Advance:
    return worklist.comment(ledger, log, item, needed(sent, "comment"), by)


def _skip(ledger: Ledger, log: str, item: str, sent: SentForm, by: By) -> Advance:
    return worklist.skip(ledger, log, item, by)


def _hold(ledger: Ledger, log: str, item: str, sent: SentForm, by: By) -> Advance:
    return worklist.hold(ledger, log, item, hold_from(sent), by)


def _resume(ledger: Ledger, log: str, item: str, sent: SentForm, by: By) -> Advance:
    return worklist.resume(ledger, log, item, by)


DEEDS: Mapping[str, tuple[Deed, str]] = {
    "claim": (_claim, sayable("“{step}” is yours now.")),
    "release": (_release, sayable("“{step}” is given back.")),
    "hand-over": (_hand_over, sayable("“{step}” is handed over.")),
    "assign": (_assign, sayable("“{step}” is assigned.")),
    "comment": (_comment, sayable("The remark on “{step}” is recorded.")),
    "skip": (_skip, sayable("“{step}” is declared unnecessary.")),
    "hold": (_hold, sayable("“{step}” is on hold.")),
    "resume": (_resume, sayable("“{step}” goes on.")),
}


@router.post("/todo/{project}/{activity}/{occurrence}/{deed}")
def do(
    request: Request,
    project: str,
    activity: str,
    occurrence: int,
    deed: str,
    visitor: Annotated[Visitor, Depends(allowed("staff"))],
    sent: Annotated[SentForm, Depends(sent_form)],
) -> Response:
    """Do one thing with a work item, and go back to where the form was."""
    if deed not in DEEDS:
        raise HTTPException(404)
    engine: Engine = request.app.state.engine
    project_seen(visitor, engine.ledger, engine.log, project)
    item = f"{project}/{activity}/{occurrence}"
    carry_out, told = DEEDS[deed]
    by = By(visitor.name, utc_now(), reason=sent.text("reason") or None)
    back = local(sent.text("back")) or item_address(item)
    try:
        carry_out(engine.ledger, engine.log, item, sent, by)
    except EventLogError as error:
        return gone_to(back, as_sentence(error), wrong=True)
    return gone_to(back, say(told, step=name_of(activity)))


def needed(sent: SentForm, name: str) -> str:
    """Return the value of a field that must not be empty."""
    if not (text := sent.text(name)):
        raise EventLogError("a field was left empty; fill it in")
    return text


def hold_from(sent: SentForm) -> worklist.Hold:
    """Return the hold that a form describes."""
    until = sent.text("until")
    day = told_day(until) if until else None
    return worklist.Hold(needed(sent, "cause"), day, sent.text("when") or None, sent.text("reason") or None)
