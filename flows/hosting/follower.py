"""The follower of the log: every act of a person gets its flow run, however it came into the log.

The act itself waits for nothing. What was followed up to now is kept beside Prefect's data, so nothing is
missed while Prefect is down; a run asked for twice is one run, since the event's key is its idempotency key.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Event

import duckdb
import httpx
import psycopg
from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectException

from eventlogs.errors import EventLogError
from eventlogs.events import RecordedEvent
from eventlogs.storage import Ledger
from flows.hosting.mark import Mark
from flows.hosting.outage import PREFECT
from flows.project.acts import ENGINE
from flows.routines.following import run_name, run_tags
from flows.worklist.live_logs import live_logs

LOOK_EVERY = 0.5  # seconds
RETRY_AFTER = 2.0
AT_MOST = 1000  # events of one look
_CITIES = """
    SELECT log.name, object_id, attributes ->> '$.city'
    FROM object
    JOIN log USING (log_id)
    JOIN (SELECT unnest($logs) AS name, unnest($cases) AS object_id) AS wanted USING (name, object_id)
    WHERE object_type = log.case_type
"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Act:
    """What a person did in a project, the last of several at once."""

    log: str
    case_id: str
    activity: str
    key: str

    @property
    def idempotency_key(self) -> str:
        """What is the same for the same event."""
        return f"{self.log}:{self.key}"


def acts(recorded: Sequence[RecordedEvent], projects: frozenset[str]) -> list[Act]:
    """Return the last act of a person in each project, in recorded order."""
    last = {
        (one.log, one.event.case_id): Act(one.log, one.event.case_id, one.event.activity, one.event.key)
        for one in recorded
        if one.log in projects and one.event.actor not in (None, ENGINE)
    }
    return list(last.values())


class Follower:
    """Asks Prefect for a flow run after every act, and wakes the worker."""

    def __init__(self, ledger: Ledger, mark: Mark, stopped: Event, wake: Callable[[], None]) -> None:
        self._ledger = ledger
        self._mark = mark
        self._stopped = stopped
        self._wake = wake

    async def follow(self) -> None:
        """Follow the log until told to stop."""
        while not self._stopped.is_set():
            try:
                while await self._round() and not self._stopped.is_set():
                    pass
            except (httpx.HTTPError, PrefectException) as error:
                PREFECT.met(error)
                await asyncio.sleep(RETRY_AFTER)
            except (EventLogError, duckdb.Error, psycopg.Error) as error:
                logger.warning("acts are not followed up for now: %s", error)
                await asyncio.sleep(RETRY_AFTER)
            await asyncio.sleep(LOOK_EVERY)

    async def _round(self) -> bool:
        """Follow the next events; return whether there may be more."""
        seq = self._mark.get()
        recorded = await asyncio.to_thread(self._ledger.since, seq, limit=AT_MOST)
        if not recorded:
            return False
        found = acts(recorded, frozenset(await asyncio.to_thread(live_logs, self._ledger)))
        if found:
            await _ask_for_runs(found, await asyncio.to_thread(self._cities, found))
            self._wake()
        self._mark.set(recorded[-1].seq)
        return len(recorded) == AT_MOST

    def _cities(self, found: Sequence[Act]) -> dict[tuple[str, str], str]:
        wanted = {"logs": [act.log for act in found], "cases": [act.case_id for act in found]}
        with self._ledger.reading() as connection:
            rows = connection.execute(_CITIES, wanted).fetchall()
        return {(log, case_id): city for log, case_id, city in rows}


async def _ask_for_runs(found: Sequence[Act], cities: Mapping[tuple[str, str], str]) -> None:
    async with get_client() as client:
        deployment = await client.read_deployment_by_name("advance/retrofit")
        for act in found:
            await client.create_flow_run_from_deployment(
                deployment.id,
                name=run_name(act.log, act.case_id, act.activity),
                parameters={"case": act.case_id, "step": act.activity, "log": act.log},
                tags=run_tags(act.log, act.case_id, cities.get((act.log, act.case_id), "")),
                idempotency_key=act.idempotency_key,
            )
