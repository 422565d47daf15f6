"""What carries the flows beside the owner while it serves: Prefect, or the timetable without it."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread

from eventlogs.errors import EventLogError
from eventlogs.language import current_language, say, speaking
from eventlogs.storage import Ledger
from flows.hosting.child import HOME, PrefectServer, server_at
from flows.hosting.mark import Mark
from flows.hosting.outage import PREFECT
from flows.hosting.place import lending
from flows.hosting.prefect_warnings import keep_prefect_warnings
from flows.hosting.timetable import keeping_time

FOLLOWED = "followed"
WARNINGS = "warnings.log"
RETURN_AFTER = 5.0  # seconds after which a server that died is started again
LEAVE = 10.0  # seconds that the flow runs under way get to end

Tell = Callable[[str], None]

logger = logging.getLogger(__name__)


@contextmanager
def orchestrated(
    ledger: Ledger,
    data: Path,
    stopped: Event,
    tell: Tell,
    *,
    prefect: bool = True,
    port: int | None = None,
) -> Iterator[None]:
    """Carry the flows inside the block, from threads of this process; `stopped` ends them.

    With `prefect` by its server, or by the API that `PREFECT_API_URL` names; without, by a plain timetable.
    Nothing waits for it: it tells by itself when it is ready.
    """
    with ExitStack() as running:
        running.enter_context(lending(ledger, data))
        if not prefect:
            running.enter_context(keeping_time(ledger, data, stopped))
            yield
            return
        Mark(data / HOME / FOLLOWED).begin(ledger)  # before any act, so that each is followed
        if os.environ.get("PREFECT_API_URL"):
            running.enter_context(_in_a_thread(lambda: _carry(ledger, data, stopped, tell, {}), stopped))
        else:
            server = server_at(data, port)
            running.callback(server.stop)
            server.start()
            running.enter_context(_in_a_thread(lambda: _beside(server, ledger, stopped, tell), stopped))
        yield


@contextmanager
def _in_a_thread(work: Callable[[], None], stopped: Event) -> Iterator[None]:
    language = current_language()

    def run() -> None:
        with speaking(language):
            try:
                work()
            except EventLogError as error:
                logger.warning("%s", error)

    thread = Thread(target=run, name="flows", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(LEAVE)


def _beside(server: PrefectServer, ledger: Ledger, stopped: Event, tell: Tell) -> None:
    """Wait for the server, watch over it, and carry the flows meanwhile."""
    tell(say("Prefect is starting; acts are recorded meanwhile as always"))
    watching = Thread(target=_watch, args=(server, stopped, tell), name="watch", daemon=True)
    try:
        if not server.wait_until_answering(stopped):
            return
    except EventLogError as error:
        tell(str(error))
        tell(say("acts are recorded all the same; what waits for Prefect is made good when it is back"))
    watching.start()
    tell(
        say("Prefect's page: {page} (user and password: {file})", page=server.page, file=server.password_file)
    )
    _carry(ledger, server.data, stopped, tell, server.client_settings())
    watching.join()  # so that no server is started behind the one that is ended


def _watch(server: PrefectServer, stopped: Event, tell: Tell) -> None:
    """Start the server again whenever it dies."""
    while not stopped.wait(RETURN_AFTER):
        if not server.alive:
            tell(say("Prefect's server has ended; it is started again"))
            server.start()


def _carry(ledger: Ledger, data: Path, stopped: Event, tell: Tell, settings: Mapping[str, str]) -> None:
    """Put the deployments up, then work and follow until told to stop."""
    os.environ.update(settings)  # Prefect reads them when it is first imported, which is now
    from prefect.settings import PREFECT_API_URL

    from flows.hosting.follower import Follower
    from flows.hosting.prefect_senders import send_the_last, send_without_waiting
    from flows.hosting.worker import Worker

    keep_prefect_warnings(data / HOME / WARNINGS)
    send_without_waiting()

    async def carry() -> None:
        worker = Worker(f"{socket.gethostname()}-{os.getpid()}", stopped)
        follower = Follower(ledger, Mark(data / HOME / FOLLOWED), stopped, worker.wake)
        if await _deployed(stopped):
            tell(say("flows are carried out here, asked for at {api}", api=PREFECT_API_URL.value()))
            await asyncio.gather(worker.work(), follower.follow())
            await send_the_last()

    asyncio.run(carry())


async def _deployed(stopped: Event) -> bool:
    """Put the deployments up as soon as the API answers; False if told to stop before."""
    import httpx
    from prefect.exceptions import PrefectException

    from flows.hosting.deployments import put_up

    while not stopped.is_set():
        try:
            await put_up()
        except (httpx.HTTPError, PrefectException) as error:
            PREFECT.met(error)
            await asyncio.to_thread(stopped.wait, 5)
        else:
            PREFECT.over()
            return True
    return False
