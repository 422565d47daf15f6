"""The documents that staff put beside a project's steps: kept by fingerprint, handed out to its staff.

The event holds name and fingerprint as evidence; the content lies in `documents/` of the data directory,
under the fingerprint alone, so that nobody's name for a file is ever a path.
"""

from hashlib import sha256
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi import Path as InAddress
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.errors import NotSeenError
from dashboards.access.guards import access_of, allowed, project_seen
from dashboards.access.uploads import Upload, attachment, kind_of
from dashboards.access.visitor import Visitor
from dashboards.engine import Engine
from flows.papers import kept as kept_files
from flows.process.history import CaseHistory

router = APIRouter()


@router.get("/projects/{project}/documents/{digest}")
def document(
    request: Request,
    project: str,
    digest: Annotated[str, InAddress(pattern="^[0-9a-f]{64}$")],
    visitor: Annotated[Visitor, Depends(allowed("staff"))],
) -> Response:
    """Hand out a document of a project; that is recorded, since it may name residents."""
    engine: Engine = request.app.state.engine
    history = project_seen(visitor, engine.ledger, engine.log, project)
    found = kept(engine.data, history, digest)
    access_of(request).audit.add(
        visitor.name, "document_taken", project, visitor.address, name=found.name, digest=digest
    )
    return attachment(found)


def keep(data: Path, upload: Upload) -> dict[str, str]:
    """Keep a document, once however often it is sent, and return the evidence that an event holds of it."""
    return kept_files.keep(data, upload.name, upload.content)


def kept(data: Path, history: CaseHistory, digest: str) -> Upload:
    """Return a document that a project's events hold as evidence; any other is as if it were not there."""
    names = [
        event.evidence.get("document") for event in history.events if event.evidence.get("sha256") == digest
    ]
    place = kept_files.place_of(data, digest)
    if not names or not place.is_file():
        raise NotSeenError(digest)
    content = place.read_bytes()
    kind = kind_of(content)
    if kind is None or sha256(content).hexdigest() != digest:
        raise NotSeenError(digest)
    return Upload(str(names[-1] or digest), kind, content)
