"""What the owner process answers on this machine: the ledger's methods, queries, and whole command lines."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any

import click
import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from eventlogs.attributes import decode
from eventlogs.errors import EventLogError
from eventlogs.owner.command import Errand, RunningCommand
from eventlogs.owner.query import arrow_stream
from eventlogs.owner.wire import event_from_wire, head_to_wire, recorded_to_wire, refusal_to_wire
from eventlogs.storage import Ledger

Method = Callable[[dict[str, Any]], object]
REFUSED = 409


class OwnerApi:
    """The answers of the owner, as an application that can be mounted beside others."""

    def __init__(self, ledger: Ledger, data: Path, root: click.Group, token: str) -> None:
        self._ledger = ledger
        self._data = data
        self._root = root
        self._running: set[RunningCommand] = set()
        methods: dict[str, Method] = {
            "append": self._append,
            "create_log": self._create_log,
            "case": self._case,
            "head": self._head,
            "since": self._since,
        }
        routes = [Route(f"/{name}", _plain(method), methods=["POST"]) for name, method in methods.items()]
        routes += [
            Route("/query", self._query, methods=["POST"]),
            Route("/command", self._command, methods=["POST"]),
        ]
        self.app: ASGIApp = TokenRequired(Starlette(routes=routes), token)

    @property
    def running(self) -> int:
        """How many command lines are being carried out."""
        return len(self._running)

    def stop_commands(self, seconds: float) -> None:
        """Undo the commands that are running, and wait at most so long for each."""
        running = list(self._running)
        for command in running:
            command.stop()
        for command in running:
            command.join(seconds)

    def _append(self, asked: dict[str, Any]) -> object:
        events = [event_from_wire(event) for event in asked["events"]]
        appended = self._ledger.append(asked["log"], events, expect_seq=asked["expect_seq"])
        return {"new": appended.new, "known": appended.known, "last_seq": appended.last_seq}

    def _create_log(self, asked: dict[str, Any]) -> object:
        self._ledger.create_log(asked["log"], case_type=asked["case_type"], simulated=asked["simulated"])
        return None

    def _case(self, asked: dict[str, Any]) -> object:
        return [recorded_to_wire(event) for event in self._ledger.case(asked["log"], asked["case_id"])]

    def _head(self, asked: dict[str, Any]) -> object:
        return head_to_wire(self._ledger.head(asked["log"], asked["case_id"]))

    def _since(self, asked: dict[str, Any]) -> object:
        events = self._ledger.since(asked["seq"], log=asked["log"], limit=asked["limit"])
        return [recorded_to_wire(event) for event in events]

    async def _query(self, request: Request) -> Response:
        asked = orjson.loads(await request.body())
        parts = arrow_stream(self._ledger, asked["sql"], decode(asked["parameters"]))
        try:
            first = await run_in_threadpool(next, parts)
        except EventLogError as error:
            return _json(refusal_to_wire(error), REFUSED)
        return QueryResponse(first, parts)

    async def _command(self, request: Request) -> Response:
        asked = orjson.loads(await request.body())
        errand = Errand(tuple(asked["argv"]), asked["directory"], asked["language"])
        return CommandResponse(RunningCommand(self._root, self._ledger, self._data, errand), self._running)


class QueryResponse(StreamingResponse):
    """An answer's parts as they come; when the reader goes, the ledger is let go of."""

    def __init__(self, first: bytes, parts: Generator[bytes]) -> None:
        self._parts = parts
        super().__init__(chain([first], parts), media_type="application/vnd.apache.arrow.stream")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the parts until they or their reader have come to an end."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._parts.close()


class CommandResponse(StreamingResponse):
    """A command's frames as they come; when the reader goes, the command is cancelled."""

    def __init__(self, command: RunningCommand, running: set[RunningCommand]) -> None:
        self._command = command
        self._running = running
        running.add(command)
        super().__init__(self._lines(), media_type="application/x-ndjson")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the frames until the command or its reader has ended."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._command.cancel()
            self._running.discard(self._command)

    async def _lines(self) -> AsyncIterator[bytes]:
        async for frame in self._command.frames():
            yield orjson.dumps(frame) + b"\n"


class TokenRequired:
    """Lets only those in who know the owner's token."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 401."""
        if scope["type"] == "http":
            shown = dict(scope["headers"]).get(b"authorization", b"")
            if not secrets.compare_digest(shown, self._expected):
                await Response(status_code=401)(scope, receive, send)
                return
        with suppress(ClientDisconnect):  # while it asked: there is nobody to answer, and nothing was begun
            await self._app(scope, receive, send)


def _plain(method: Method) -> Callable[[Request], Awaitable[Response]]:
    """Answer JSON with JSON; refusals travel as such."""

    async def endpoint(request: Request) -> Response:
        asked = orjson.loads(await request.body())
        try:
            return _json(await run_in_threadpool(method, asked))
        except EventLogError as error:
            return _json(refusal_to_wire(error), REFUSED)

    return endpoint


def _json(value: object, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")
