"""The pages under twenty readers, `python -m benchmarks pages`: what map, worklist and project take.

Each reader opens a page, looks at it for a second or so and opens the next. First nobody has opened anything
yet; then, for a minute, every map asked for was opened once before.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from urllib.parse import urlencode

import httpx

from benchmarks.environments import ROOT
from benchmarks.measuring import Measurement
from benchmarks.played import CITIES, LOG, played_log
from eventlogs.layout import table

KINDS = ("map", "worklist", "project")
PHASES = ("first", "warm")
PAGES = tuple(f"{kind}_page_{phase}" for phase in PHASES for kind in KINDS)
READERS, N_READERS = "readers", 20
LOOKING = (0.5, 1.5)  # seconds between an answer and the next question
_PATIENCE = 60.0

Address = tuple[str, str]  # of a page, and the language it is read in


@dataclass(frozen=True, slots=True)
class Length:
    """How large the log is, and for how many seconds each phase lasts."""

    n_events: int
    first: float
    warm: float


OF_PAGES, QUICK_PAGES = Length(1_000_000, 20, 60), Length(100_000, 5, 10)


@dataclass(slots=True)
class Answers:
    """What readers met at one kind of page: seconds of each answer, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def at_most(self, share: float) -> float:
        """Return the seconds that a share of the answers took at most."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True)
class Site:
    """Where the pages are, and what can be opened there."""

    address: str
    cookies: Sequence[Mapping[str, str]]
    projects: Sequence[str]

    def maps(self) -> list[Address]:
        """Return every map that readers may open: of all cases and each city, two measures, two languages."""
        wheres = [[], *([("where", f"city={city}")] for city in CITIES)]
        return [
            (f"/analysis/map?{urlencode([*where, ('measure', measure)])}", lang)
            for where, measure, lang in product(wheres, ("cases", "waiting"), ("zh", "en"))
        ]

    def next_page(self, kind: str, chance: Random) -> Address:
        """Return what a reader opens next."""
        lang = chance.choice(("zh", "en"))
        if kind == "map":
            return chance.choice(self.maps())
        if kind == "worklist":
            asked = {"stand": chance.choice(("todo", "all")), "city": chance.choice(("", *CITIES))}
            return f"/todo?{urlencode(asked)}", lang
        return f"/projects/{chance.choice(self.projects)}", lang


def measured_pages(
    place: Path, length: Length, tell: Callable[[str], None]
) -> tuple[dict[str, Measurement], list[str]]:
    """Let readers open pages; return how long each kind takes, and what went wrong."""
    place.mkdir(parents=True, exist_ok=True)
    tell(f"Making the log of {length.n_events:,} events of projects")
    made = played_log(place, length.n_events)
    found: dict[str, Measurement] = {}
    faults: list[str] = []
    with _served(made, place) as site:
        for phase, seconds in (("first", length.first), ("warm", length.warm)):
            tell(f"{N_READERS} readers for {seconds:g} s, {phase}")
            if phase == "warm":
                asyncio.run(_opened(site, site.maps()))
            for kind, answers in asyncio.run(_read(site, seconds)).items():
                name = f"{kind}_page_{phase}"
                faults += [f"{name}: {fault}" for fault in answers.faults]
                found[name] = _measurement(name, length.n_events, answers)
    return found, faults


def _measurement(name: str, n_events: int, answers: Answers) -> Measurement:
    if not answers.seconds:
        return Measurement(READERS, name, n_events, fault=(answers.faults or ["nobody came to it"])[0])
    return Measurement(
        READERS,
        name,
        n_events,
        answers.at_most(0.95),
        len(answers.seconds),
        middle=median(answers.seconds),
        longest=max(answers.seconds),
    )


@contextmanager
def _served(made: Path, place: Path) -> Iterator[Site]:
    """Serve a copy of a log by a process of its own, as it is served in earnest."""
    with TemporaryDirectory(dir=place) as room:
        shutil.copy(made / "ledger.duckdb", Path(room) / "ledger.duckdb")
        command = [sys.executable, "-m", "benchmarks.workers.served_pages", room, LOG, str(N_READERS)]
        surroundings = os.environ | {"PYTHONPATH": str(ROOT)}
        server = subprocess.Popen(
            command, cwd=ROOT, env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield Site(**json.loads(server.stdout.readline()))
        finally:
            server.stdin.close()
            server.wait(60)


async def _opened(site: Site, addresses: Sequence[Address]) -> None:
    """Open each page once, one after the other."""
    async with _client(site, 0) as client:
        for address, lang in addresses:
            await client.get(address, headers={"accept-language": lang})


async def _read(site: Site, seconds: float) -> Mapping[str, Answers]:
    """Let all readers read for so long."""
    found = {kind: Answers() for kind in KINDS}
    until = perf_counter() + seconds
    await asyncio.gather(*(_reader(site, number, until, found) for number in range(N_READERS)))
    return found


async def _reader(site: Site, number: int, until: float, found: Mapping[str, Answers]) -> None:
    chance = Random(number)
    async with _client(site, number) as client:
        await asyncio.sleep(chance.uniform(0, LOOKING[1]))
        while True:
            kind = chance.choice(KINDS)
            await _open(client, *site.next_page(kind, chance), found[kind])
            if perf_counter() >= until:
                return
            await asyncio.sleep(chance.uniform(*LOOKING))


async def _open(client: httpx.AsyncClient, address: str, lang: str, answers: Answers) -> None:
    before = perf_counter()
    try:
        answer = await client.get(address, headers={"accept-language": lang})
    except httpx.HTTPError as error:
        answers.faults.append(f"{address}: {error!r}")
        return
    answers.seconds.append(perf_counter() - before)
    if answer.status_code != httpx.codes.OK:
        answers.faults.append(f"{address}: {answer.status_code}")


def _client(site: Site, number: int) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=site.address, cookies=dict(site.cookies[number]), timeout=_PATIENCE)


def pages_table(found: Mapping[str, Measurement]) -> str:
    """Return how long the pages took: the median, the 95th percentile, the longest."""
    rows = []
    for name, one in found.items():
        if one.seconds is None:
            rows.append([name.replace("_", " "), "0", "failed", "", one.fault or ""])
            continue
        spent = (one.middle or 0.0, one.seconds, one.longest or 0.0)
        rows.append([name.replace("_", " "), str(one.repeats), *(f"{1000 * value:,.0f}" for value in spent)])
    heads = [f"{N_READERS} readers, ms", "answers", "median", "95 % at most", "longest"]
    return table(heads, rows, right=[1, 2, 3, 4])
