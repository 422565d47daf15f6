"""Putting a document beside a work item: checked by its content, kept by its fingerprint."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.documents import keep
from dashboards.access.guards import allowed, project_seen
from dashboards.access.uploads import KINDS, LARGEST, checked_upload
from dashboards.access.visitor import Visitor
from dashboards.engine import Engine
from dashboards.sent_form import SentForm, sent_form
from dashboards.staff.addresses import item_address
from dashboards.told import gone_to
from eventlogs.errors import EventLogError
from eventlogs.language import current_language, say
from flows import worklist
from flows.acts import By
from flows.listing import utc_now

router = APIRouter()
ACCEPTED = ",".join(f".{kind}" for kind in KINDS)
MEBIBYTES = LARGEST // 2**20


@router.post("/todo/{project}/{activity}/{occurrence}/attach")
def attach(
    request: Request,
    project: str,
    activity: str,
    occurrence: int,
    visitor: Annotated[Visitor, Depends(allowed("staff"))],
    sent: Annotated[SentForm, Depends(sent_form)],
) -> Response:
    """Keep the documents that were sent, and note each beside the work item."""
    engine: Engine = request.app.state.engine
    project_seen(visitor, engine.ledger, engine.log, project)
    item = f"{project}/{activity}/{occurrence}"
    back = item_address(item)
    if not sent.files:
        return gone_to(back, say("Choose a file first."), wrong=True)
    try:
        uploads = [checked_upload(file.filename or "", file.file.read()) for file in sent.files]
        for upload in uploads:
            by = By(visitor.name, utc_now())
            evidence = keep(engine.data, upload)
            text = sent.text("about") or upload.name
            worklist.comment(engine.ledger, engine.log, item, text, by, evidence)
    except EventLogError as error:
        return gone_to(back, error.in_language(current_language()), wrong=True)
    names = say(", ").join(upload.name for upload in uploads)
    return gone_to(back, say("Kept with this step: {names}", names=names))
