"""Telling that a flow run failed: what Prefect calls when a run has ended badly, retries and all."""

import logging
from typing import TYPE_CHECKING, Any

from eventlogs.errors import EventLogError
from eventlogs.language import LANGUAGES
from flows.hosting.place import place
from flows.notices.due import messages
from flows.notices.errors import NotDeliveredError, PerhapsDeliveredError
from flows.notices.notice import Notice
from flows.notices.outbox import send
from flows.notices.settings import notice_settings
from flows.project import projects
from flows.worklist.listing import utc_now

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun, State

CITY = "city:"  # the tag of a run that names its city

logger = logging.getLogger(__name__)


async def tell_of_failure(flow: object, flow_run: "FlowRun", state: "State[Any]") -> None:
    """Tell the channels about failed runs of this one, once through each."""
    error = await state.aresult(raise_on_failure=False)
    why = {
        language: error.in_language(language) if isinstance(error, EventLogError) else str(error)
        for language in LANGUAGES
    }
    notice = Notice(
        key=f"run/{flow_run.id}",
        kind="failed",
        project="",
        name=flow_run.name,
        city=next((tag.removeprefix(CITY) for tag in flow_run.tags if tag.startswith(CITY)), ""),
        role=None,
        activity=None,
        since=utc_now(),
        why=why,
    )
    with place() as here:
        for message in messages(notice_settings(here.data), [notice]):
            try:
                send(here.ledger, projects.LOG, message, utc_now())
            except (NotDeliveredError, PerhapsDeliveredError) as failure:
                logger.warning("%s", failure)
