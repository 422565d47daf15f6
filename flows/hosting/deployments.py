"""Putting the deployments of `prefect.yaml` on a server, where a person's changes to them stay."""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

import yaml
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.exceptions import ObjectNotFound
from prefect.flows import Flow
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType
from prefect.workers.process import ProcessWorker

POOL = "retrofit"
AT_ONCE = 16  # flow runs of the whole pool
FILE = "prefect.yaml"


@cache
def declared() -> list[dict[str, Any]]:
    """Return the deployments as the file declares them."""
    found: dict[str, Any] = yaml.safe_load(_text())
    return list(found["deployments"])


def _text() -> str:
    return (files("flows") / FILE).read_text("utf-8")


def version() -> str:
    """Return what changes whenever the file or a flow's parameters do."""
    schemas = "".join(str(flow_named(one["entrypoint"]).parameters) for one in declared())
    return sha256((_text() + schemas).encode()).hexdigest()[:12]


def flow_named(entrypoint: str) -> Flow[..., Any]:
    """Return the flow that an entrypoint names, one of ours."""
    from flows import orchestration

    found = getattr(orchestration, entrypoint.rpartition(".")[2].rpartition(":")[2])
    assert isinstance(found, Flow)
    return found


async def put_up() -> None:
    """Make the work pool and the deployments, and bring those up to date that an earlier version made.

    What somebody changed on Prefect's page stays until the next version of the engine.
    """
    async with get_client() as client:
        await make_pool(client)
        for entry in declared():
            await _put_up(client, entry)


async def make_pool(client: PrefectClient) -> None:
    """Make the work pool unless it is there."""
    try:
        await client.read_work_pool(POOL)
    except ObjectNotFound:
        await client.create_work_pool(
            WorkPoolCreate(
                name=POOL,
                type="process",
                base_job_template=ProcessWorker.get_default_base_job_template(),
                concurrency_limit=AT_ONCE,
            ),
            overwrite=True,
        )


async def _put_up(client: PrefectClient, entry: dict[str, Any]) -> None:
    named = flow_named(entry["entrypoint"])
    try:
        present = await client.read_deployment_by_name(f"{named.name}/{entry['name']}")
    except ObjectNotFound:
        pass
    else:
        if present.version == version():
            return
    deployment = await named.ato_deployment(
        entry["name"],
        description=entry["description"],
        tags=entry["tags"],
        version=version(),
        schedules=[
            Cron(one["cron"], timezone=one["timezone"], parameters=one.get("parameters"))
            for one in entry.get("schedules", ())
        ],
        concurrency_limit=ConcurrencyLimitConfig(**entry["concurrency_limit"]),
        work_pool_name=entry["work_pool"]["name"],
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    await deployment.aapply()
