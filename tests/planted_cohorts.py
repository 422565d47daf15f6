"""Simulated cohorts with stalls and deviations planted in them or not, each in a log with its truth."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eventlogs.console import json_text
from eventlogs.storage import Ledger
from flows.simulation.cohort import scripts
from flows.simulation.in_bulk import play_in_bulk
from flows.simulation.planting import Plants
from flows.simulation.truth import cohort_truth

CITIES = ("上海", "天津", "大连", "哈尔滨")
PLANTS = {
    "stall": [
        {"step": "design_drawings", "cause": "contractor", "record": "undated", "projects": 2},
        {"step": "raise_funds", "cause": "money", "record": "undated"},
        {"step": "relocate_pipelines", "cause": "utility", "record": "undated"},
        {"step": "vote_on_installation", "cause": "missing_role", "record": "none"},
        {"step": "joint_review", "cause": "missing_role", "record": "none"},
        {"step": "submit_intention_form", "cause": "objection", "record": "none", "projects": 2},
        {"step": "install_lift", "cause": "season", "months": 4},
    ],
    "deviation": [{"rule": "S1"}, {"rule": "S5"}],
}


@dataclass(frozen=True)
class PlantedLog:
    """A simulated log and the file that tells its truth."""

    name: str
    truth: Path


def planted_log(
    ledger: Ledger,
    directory: Path,
    seed: int,
    n_projects: int,
    plants: Plants,
    cities: Sequence[str] = CITIES,
) -> PlantedLog:
    """Play a cohort into a log of its own."""
    name = f"cohort-{seed}"
    plan = scripts(cities, n_projects, seed, plants)
    truths, _ = play_in_bulk(ledger, name, plan, processes=1)
    file = directory / f"{name}.json"
    file.write_text(json_text(cohort_truth(name, seed, truths)), "utf-8")
    return PlantedLog(name, file)
