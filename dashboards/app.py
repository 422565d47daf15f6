"""The web application: every page mounted, one language a request, faults as pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import inf

from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from dashboards import glossary, live_page, saved_views_page, start_page
from dashboards.access.access import Access, open_access
from dashboards.access.installation import install_access
from dashboards.analysis import routes as analysis
from dashboards.analysis.kept_answers import KeptAnswers
from dashboards.analysis.under_way import UnderWay
from dashboards.api import description_page
from dashboards.api.router import router as api
from dashboards.engine import Engine
from dashboards.error_pages import explain_faults
from dashboards.language_choice import LanguageChoice
from dashboards.leaders import compare_page, report_page
from dashboards.live import Live
from dashboards.staff import (
    attach,
    bulk_page,
    correct_page,
    held_page,
    item_deeds,
    item_page,
    leave_page,
    new_project_page,
    project_list_page,
    project_page,
    risk_page,
    worklist_page,
)
from dashboards.static_files import static_files

PAGES: tuple[APIRouter, ...] = (
    start_page.router,
    live_page.router,
    saved_views_page.router,
    worklist_page.router,
    bulk_page.router,
    held_page.router,
    item_page.router,
    attach.router,
    item_deeds.router,
    correct_page.router,
    new_project_page.router,
    project_list_page.router,
    project_page.router,
    risk_page.router,
    leave_page.router,
    analysis.router,
    compare_page.router,
    report_page.router,
    glossary.router,
    description_page.router,
)
"""The pages, a router each; a new page is one more line here."""


COMPRESSION = 4  # of 9: half the time of the usual 9 for some per cent more to send


def create_app(engine: Engine, access: Access | None = None, *, patience: float = inf) -> FastAPI:
    """Return the application that serves `engine` to those whom `access` lets in.

    After `patience` seconds readers of pages that take long are told what is waited for.
    """
    live = Live(engine.ledger, engine.log)
    under_way = UnderWay(patience)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        live.close()
        under_way.close()

    app = FastAPI(title="retrofit", openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.engine = engine
    app.state.live = live
    app.state.under_way = under_way
    app.state.kept_answers = KeptAnswers()
    app.state.kept_projects = KeptAnswers()
    app.mount("/static", static_files())
    for router in PAGES:
        app.include_router(router)
    app.include_router(api)
    explain_faults(app)
    install_access(app, access or open_access(engine.data))
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=COMPRESSION)
    app.add_middleware(LanguageChoice)
    return app
