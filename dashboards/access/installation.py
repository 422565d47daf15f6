"""Access put before an application: its own pages, the protection of all others, and how it refuses."""

from fastapi import FastAPI

from dashboards.access import account, audit_page, documents, residents, sign_in, single_sign_on, users_page
from dashboards.access.access import Access
from dashboards.access.errors import AccessError
from dashboards.access.protection import Protection
from dashboards.access.refusals import answer_refusal

_PARTS = (sign_in, single_sign_on, account, users_page, audit_page, residents, documents)
PAGES = tuple(part.router for part in _PARTS)


def install_access(app: FastAPI, access: Access) -> None:
    """Let `app` know its visitors by `access`, and put the protection before all its routes."""
    app.state.access = access
    for router in PAGES:
        app.include_router(router)
    app.add_exception_handler(AccessError, answer_refusal)
    app.add_middleware(Protection, settings=access.settings)
