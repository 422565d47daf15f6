"""Prefect's feed of events as this process sends it: nobody waits for a server that is away."""

from collections.abc import Awaitable
from typing import Any, cast

from prefect.events.clients import PrefectEventsClient
from prefect.events.worker import EventsWorker, emit_events_to_cloud

MORE_ATTEMPTS = 2  # made at once; before each one after the third the library waits for a second
LEAVE = 5.0  # seconds that the last events get


def send_without_waiting() -> None:
    """Try each event three times at once; one that does not get through goes with the next that does.

    The library's ten further attempts take seconds for every single event, so that whoever ended
    `retrofit up` after its server had been away waited for a minute and more.
    """
    if not emit_events_to_cloud():
        EventsWorker.set_client_override(PrefectEventsClient, reconnection_attempts=MORE_ATTEMPTS)


async def send_the_last() -> None:
    """Send what is still to be sent, as long as the server answers."""
    await cast("Awaitable[Any]", EventsWorker.drain_all(timeout=LEAVE))
