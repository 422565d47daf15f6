"""`retrofit simulate`: a cohort of projects that are not real, played by the functions that staff use."""

from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eventlogs.commands import Command, FileName, answers, option, with_console, with_ledger
from eventlogs.told_times import DayText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eventlogs.commands import Session
    from eventlogs.console import Console
    from eventlogs.storage import Ledger
    from flows.simulation.answers import SimulatedCohort
    from flows.simulation.by_flow_runs import FlowRuns
    from flows.simulation.cohort import Script


@click.command(
    "simulate", cls=Command, help="Play a cohort of simulated projects; the same seed gives the same events."
)
@option(
    "--cities",
    default="shanghai,tianjin,dalian,harbin",
    show_default=True,
    metavar="CITY,…",
    help="The cities, in Chinese or English, between commas.",
)
@option(
    "--projects",
    "n_projects",
    type=click.IntRange(1, 1_000_000),
    default=12,
    show_default=True,
    help="How many projects; seven of twelve succeed.",
)
@option("--seed", type=int, default=7, show_default=True, help="What all chances hang on.")
@option("--log", default="simulated", show_default=True, help="The simulated log they are recorded in.")
@option("--plant", type=FileName(), help="A TOML file of deviations and stalls to plant.")
@option("--truth", "truth_file", type=FileName(), help="Write what is true of the cohort to this JSON file.")
@option(
    "--until",
    type=DayText(),
    help="The last simulated day; otherwise yesterday, so that what runs is of today.",
)
@option(
    "--fast",
    is_flag=True,
    help="Play in memory and write down at the end; the same events, in less time, for large cohorts.",
)
@option(
    "--prefect",
    is_flag=True,
    help="Let a flow run of Prefect follow every act, as those of staff; the same events, in more time.",
)
@answers
@with_console
@with_ledger
@click.pass_obj
def simulate(
    session: "Session",
    ledger: "Ledger",
    console: "Console",
    cities: str,
    n_projects: int,
    seed: int,
    log: str,
    plant: Path | None,
    until: date | None,
    truth_file: Path | None,
    *,
    fast: bool,
    prefect: bool,
) -> "SimulatedCohort":
    """Play a cohort and answer with its numbers."""
    from eventlogs.console import json_text
    from eventlogs.errors import EventLogError
    from eventlogs.language import say
    from flows.simulation.answers import simulated_cohort
    from flows.simulation.in_bulk import play_in_bulk
    from flows.simulation.play import play
    from flows.simulation.truth import cohort_truth, truth

    if fast and prefect:
        raise EventLogError("--fast plays in memory, where no flow runs; leave out --fast or --prefect")
    cohort = _cohort(cities, n_projects, seed, plant, until)
    _tell_of_strangers(console, cohort)
    with (
        _followed(ledger, session.data, log, console, prefect=prefect) as following,
        console.progress(say("Playing simulated projects"), total=n_projects) as tell,
    ):
        if fast:
            projects, n_events = play_in_bulk(ledger, log, cohort, tell)
            known = cohort_truth(log, seed, projects)
        else:
            histories = play(ledger, log, cohort, tell, following)
            known = truth(log, seed, cohort, histories)
            n_events = sum(len(history.events) for history in histories.values())
    if following is not None:
        console.note(say("{n} flow runs of Prefect carried the projects on", n=following.n_asked))
    if truth_file is not None:
        _write(truth_file, json_text(known))
    return simulated_cohort(known, list(dict.fromkeys(script.city for script in cohort)), n_events)


def _cohort(
    cities: str, n_projects: int, seed: int, plant: Path | None, until: date | None
) -> "list[Script]":
    from datetime import timedelta

    from eventlogs.errors import EventLogError
    from flows.process.history import day_of
    from flows.simulation.cohort import scripts
    from flows.simulation.planting import Plants, read_plants
    from flows.worklist.listing import utc_now

    plants = Plants() if plant is None else read_plants(plant)
    named = [city.strip() for city in cities.replace("，", ",").split(",") if city.strip()]
    if not named:
        raise EventLogError("name at least one city with --cities")
    last_day = until or day_of(utc_now()) - timedelta(days=1)
    return scripts(named, n_projects, seed, plants, last_day)


def _tell_of_strangers(console: "Console", cohort: "list[Script]") -> None:
    """Name the cities that play under the national policy: each may be a slip of the pen."""
    from eventlogs.cities import cities
    from eventlogs.language import say

    for city in dict.fromkeys(script.city for script in cohort):
        if city not in cities():
            console.note(say("{city} has no policy of its own here; the national default holds", city=city))


@contextmanager
def _followed(
    ledger: "Ledger", data: Path, log: str, console: "Console", *, prefect: bool
) -> "Iterator[FlowRuns | None]":
    """Lend the flow runs that follow the acts, if they are asked for."""
    if not prefect:
        yield None
        return
    from importlib import import_module

    from eventlogs.language import say
    from flows.hosting.child import prefect_api

    console.note(say("Prefect is starting"))
    with prefect_api(data, lambda: import_module("flows.simulation.by_flow_runs")):
        from flows.simulation.by_flow_runs import flow_runs

        with flow_runs(ledger, data, log) as runs:
            yield runs


def _write(file: Path, text: str) -> None:
    from eventlogs.errors import EventLogError

    try:
        file.write_text(text + "\n", "utf-8")
    except OSError as error:
        raise EventLogError("{file} cannot be written: {reason}", file=file, reason=error) from error
