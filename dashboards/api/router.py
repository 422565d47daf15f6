"""The API put together under `/api/v1`."""

from fastapi import APIRouter

from dashboards.api import about, audit, logs, projects, residents, work_items

router = APIRouter(prefix="/api/v1")
for _part in (projects, work_items, residents, logs, audit, about):
    router.include_router(_part.router)
