"""All analyst pages under one router."""

from fastapi import APIRouter

from dashboards.analysis import (
    case_page,
    cases_page,
    conformance_page,
    filter_page,
    map_page,
    overview_page,
    variants_page,
)

router = APIRouter()
for page in (overview_page, map_page, filter_page, cases_page, case_page, variants_page, conformance_page):
    router.include_router(page.router)
