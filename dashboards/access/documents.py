"""The documents that staff put beside a project's steps: kept by fingerprint, handed out to its staff.

The event holds name and fingerprint as evidence; the content lies in `documents/` of the data directory,
under the fingerprint alone, so that nobody's name for a file is ever a path. Nobody's browser ever opens
one here: they leave as downloads, under a type that nothing runs.
"""

from hashlib import sha256
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi import Path as InAddress
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.errors import NotSeenError
from dashboards.access.guards import access_of, allowed, project_seen
from dashboards.access.visitor import Visitor
from dashboards.engine import Engine
from flows.papers import kept as kept_files
from flows.papers.sent_files import KINDS, Upload, kind_of
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


def attachment(upload: Upload) -> Response:
    """Return the answer that hands a file out: always as a download, never to be guessed at or run."""
    plain, told = f"file.{upload.kind}", quote(upload.name)
    headers = {
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{told}",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
        "cache-control": "no-store",
    }
    return Response(upload.content, headers=headers, media_type=KINDS[upload.kind])
