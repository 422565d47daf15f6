"""What Prefect's library sends by threads of its own: nobody waits for a server that is lost."""

from collections.abc import Awaitable
from typing import Any, cast

from prefect.events.clients import PrefectEventsClient
from prefect.events.worker import EventsWorker, emit_events_to_cloud
from prefect.logging.handlers import APILogWorker

MORE_ATTEMPTS = 2  # made at once; before each one after the third the library waits for a second
LEAVE = 5.0  # seconds that the last events, and the last log lines, get


def send_without_waiting() -> None:
    """Try each event three times at once; one that does not get through goes with the next that does.

    The library's ten further attempts take seconds for every single event, so that whoever ended
    `retrofit up` after its server had been away waited for a minute and more.
    """
    if not emit_events_to_cloud():
        EventsWorker.set_client_override(PrefectEventsClient, reconnection_attempts=MORE_ATTEMPTS)


async def send_the_last() -> None:
    """Send what is still to be sent, as long as the server answers."""
    for sender in (EventsWorker, APILogWorker):
        await cast("Awaitable[Any]", sender.drain_all(timeout=LEAVE))
