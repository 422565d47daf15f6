"""All analyst pages under one router."""

from fastapi import APIRouter

from dashboards.analysis import (
    bottlenecks_page,
    case_page,
    cases_page,
    completeness_page,
    conformance_page,
    dots_page,
    filter_page,
    handover_page,
    logs_page,
    map_page,
    model_page,
    outlook_page,
    overview_page,
    spectrum_page,
    stalls_page,
    variants_page,
    views_page,
)

PAGES = (
    overview_page,
    map_page,
    variants_page,
    conformance_page,
    stalls_page,
    bottlenecks_page,
    handover_page,
    outlook_page,
    dots_page,
    spectrum_page,
    model_page,
    cases_page,
    case_page,
    filter_page,
    views_page,
    logs_page,
    completeness_page,
)

router = APIRouter()
for page in PAGES:
    router.include_router(page.router)
