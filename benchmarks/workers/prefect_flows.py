"""Prefect itself: a flow that does nothing."""

import asyncio

from prefect import flow

from benchmarks.workers.worker import Operation, serve


@flow(name="empty")
async def empty() -> None:
    """Do nothing."""


def carried_out(_: object) -> str:
    """Carry the flow out by one run; return the name of its state."""

    async def state_of() -> str:
        return str((await empty(return_state=True)).name)

    return asyncio.run(state_of())


OPERATIONS = {"advance": Operation(lambda task: None, carried_out, str)}

if __name__ == "__main__":
    serve(OPERATIONS)
