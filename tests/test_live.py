"""What is told as it happens: to those who are signed in, and only what lies in their places."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from lift_play import LOG, Play
from page_stage import signed_in

from dashboards import live_page
from dashboards.access.access import Access, open_access
from dashboards.access.guards import COOKIE
from dashboards.access.visitor import Scope
from dashboards.engine import Engine
from dashboards.serving import pages_served
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from flows.project import projects
from flows.project.acts import By
from flows.worklist.listing import utc_now

HARBIN = Scope(frozenset({"harbin"}))


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Access, DuckDBLedger]]:
    monkeypatch.setattr(live_page, "LOOK", 0.3)
    ledger = DuckDBLedger(tmp_path / "events.duckdb")
    ledger.create_log(LOG, simulated=True)
    access = open_access(tmp_path)
    with pages_served(Engine(ledger, tmp_path), access, port=0) as site:
        yield site.address, access, ledger
    ledger.close()


async def heard(answer: httpx.Response) -> AsyncIterator[str]:
    async for line in answer.aiter_lines():
        if line.startswith("data:"):
            yield line


def test_the_stream_ends_with_its_session(served: tuple[str, Access, DuckDBLedger]) -> None:
    address, access, _ = served
    cookies = signed_in(access, "王敏", "staff")

    async def listen() -> None:
        async with (
            httpx.AsyncClient(cookies=cookies, timeout=20) as client,
            client.stream("GET", f"{address}/live") as answer,
        ):
            assert answer.status_code == 200
            access.sessions.end(cookies[COOKIE])
            assert [line async for line in heard(answer)] == []  # it ends by itself

    asyncio.run(asyncio.wait_for(listen(), 15))


def test_only_projects_in_the_listeners_places_are_told(served: tuple[str, Access, DuckDBLedger]) -> None:
    address, access, ledger = served
    cookies = signed_in(access, "李强", "staff", scope=HARBIN)

    async def listen() -> str:
        async with (
            httpx.AsyncClient(cookies=cookies, timeout=20) as client,
            client.stream("GET", f"{address}/live?after=0") as answer,
        ):
            for case_id, city in (("tianjin-7", "tianjin"), ("harbin-7", "harbin")):
                await asyncio.to_thread(Play(ledger, case_id, city, utc_now()).start)
            return await anext(heard(answer))

    assert '"project":"harbin-7"' in asyncio.run(asyncio.wait_for(listen(), 20))


def test_places_taken_away_are_no_longer_told(served: tuple[str, Access, DuckDBLedger]) -> None:
    address, access, ledger = served
    cookies = signed_in(access, "赵红", "staff")
    Play(ledger, "tianjin-8", "tianjin", utc_now()).start()
    Play(ledger, "harbin-8", "harbin", utc_now()).start()

    async def listen() -> str:
        async with (
            httpx.AsyncClient(cookies=cookies, timeout=20) as client,
            client.stream("GET", f"{address}/live?after={ledger.since(0)[-1].seq}") as answer,
        ):
            access.users.change("赵红", ["staff"], HARBIN)
            await asyncio.sleep(1.0)  # the change is seen at the next look, each 0.3 s
            for case_id in ("tianjin-8", "harbin-8"):
                by = By("x", utc_now(), reason="simulated")
                await asyncio.to_thread(projects.shelve, ledger, LOG, case_id, by)
            return await anext(heard(answer))

    assert '"project":"harbin-8"' in asyncio.run(asyncio.wait_for(listen(), 20))


def test_what_happened_between_a_page_and_its_stream_is_told_too(
    served: tuple[str, Access, DuckDBLedger],
) -> None:
    address, access, ledger = served
    cookies = signed_in(access, "王敏", "staff")
    with httpx.Client(cookies=cookies, base_url=address) as client:
        page = client.get("/todo").text
    stream = page.partition('data-live="')[2].partition('"')[0]
    Play(ledger, "harbin-9", "harbin", utc_now()).start()

    async def first(**headers: str) -> str:
        async with (
            httpx.AsyncClient(cookies=cookies, timeout=20, headers=headers) as client,
            client.stream("GET", f"{address}{stream}") as answer,
        ):
            return await anext(heard(answer))

    told = asyncio.run(asyncio.wait_for(first(), 20))
    assert '"project":"harbin-9"' in told
    seq = json.loads(told.removeprefix("data:"))["seq"]
    again = asyncio.run(asyncio.wait_for(first(**{"last-event-id": str(seq)}), 20))
    assert json.loads(again.removeprefix("data:"))["seq"] == seq + 1
