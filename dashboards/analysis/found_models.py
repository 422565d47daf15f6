"""Models discovered in the chosen cases, kept by what an address asks for, and the cases that fit them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboards.analysis.study import Study
from eventlogs.prepared import PreparedLog
from mining.cases.levels import LEVELS, Level, at_level
from mining.discovery.discovered_model import Algorithm, DiscoveredModel, discovered_model
from mining.discovery.fitting_cases import cases_that_fit

_PATIENCE = 8.0  # seconds for alignments, while somebody waits for the page
NOISES = (0.0, 0.2, 0.5)
MINERS: tuple[Algorithm, ...] = ("inductive", "heuristics")


@dataclass(frozen=True, slots=True)
class AskedModel:
    """Which model an address asks for."""

    miner: Algorithm
    noise: float
    level: Level

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return the part of an address that asks for it."""
        return ("miner", self.miner), ("noise", str(self.noise)), ("level", self.level)


def asked_model(parameters: Mapping[str, str]) -> AskedModel:
    """Return the model that an address asks for, the usual one where it names none."""
    miner: Algorithm = next((one for one in MINERS if one == parameters.get("miner")), "inductive")
    noise = next((one for one in NOISES if str(one) == parameters.get("noise")), 0.2)
    level: Level = next((one for one in LEVELS if one == parameters.get("level")), "activity")
    return AskedModel(miner, noise, level)


def found_model(study: Study, asked: AskedModel) -> DiscoveredModel:
    """Return the model found in the chosen cases."""

    def find(prepared: PreparedLog) -> DiscoveredModel:
        own = at_level(prepared, asked.level)
        return discovered_model(own, asked.miner, noise=asked.noise, time_limit=_PATIENCE)

    return study.kept(("model", asked), find)


def cases_fitting(study: Study, asked: AskedModel) -> Sequence[str]:
    """Return the ids of the chosen cases that fit this model as they are."""
    net = found_model(study, asked).net
    return cases_that_fit(at_level(study.prepared, asked.level), net, time_limit=_PATIENCE)
