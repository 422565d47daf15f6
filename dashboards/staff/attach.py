"""Documents beside a work item or a whole project: checked by their content, kept by their fingerprint."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.documents import keep
from dashboards.access.guards import allowed, project_seen
from dashboards.access.visitor import Visitor
from dashboards.engine import Engine
from dashboards.refusal import as_sentence
from dashboards.sent_form import SentForm, sent_form
from dashboards.staff.addresses import item_address, project_address
from dashboards.told import gone_to
from eventlogs.errors import EventLogError
from eventlogs.language import say, sayable
from flows.papers.sent_files import KINDS, LARGEST, checked_upload
from flows.project import project_remarks
from flows.project.acts import By
from flows.worklist import worklist
from flows.worklist.listing import utc_now

router = APIRouter()
Note = Callable[[str, By, dict[str, str]], None]
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
    item = f"{project}/{activity}/{occurrence}"

    def note(text: str, by: By, evidence: dict[str, str]) -> None:
        worklist.comment(engine.ledger, engine.log, item, text, by, evidence)

    told = sayable("Kept with this step: {names}")
    return _kept(engine, visitor, project, sent, note, item_address(item), told)


@router.post("/projects/{project}/attach")
def attach_to_project(
    request: Request,
    project: str,
    visitor: Annotated[Visitor, Depends(allowed("staff"))],
    sent: Annotated[SentForm, Depends(sent_form)],
) -> Response:
    """Keep the documents that were sent, and note each beside the whole project."""
    engine: Engine = request.app.state.engine

    def note(text: str, by: By, evidence: dict[str, str]) -> None:
        project_remarks.comment(engine.ledger, engine.log, project, text, by, evidence)

    told = sayable("Kept with the project: {names}")
    return _kept(engine, visitor, project, sent, note, project_address(project), told)


def _kept(
    engine: Engine, visitor: Visitor, project: str, sent: SentForm, note: Note, back: str, told: str
) -> Response:
    project_seen(visitor, engine.ledger, engine.log, project)
    if not sent.files:
        return gone_to(back, say("Choose a file first."), wrong=True)
    try:
        uploads = [checked_upload(file.filename or "", file.file.read()) for file in sent.files]
        for upload in uploads:
            evidence = keep(engine.data, upload)
            note(sent.text("about") or upload.name, By(visitor.name, utc_now()), evidence)
    except EventLogError as error:
        return gone_to(back, as_sentence(error), wrong=True)
    return gone_to(back, say(told, names=say(", ").join(upload.name for upload in uploads)))
