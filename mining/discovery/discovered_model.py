"""A model that describes how a log went, found by a miner, and how good it is for that log."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from eventlogs.amounts import number_text
from eventlogs.errors import EventLogError
from eventlogs.language import say, sayable
from eventlogs.prepared import PreparedLog
from mining.discovery.model_graph import ModelGraph
from mining.discovery.model_quality import ModelQuality, model_quality
from mining.discovery.powl import Powl
from mining.nets.alignment_answers import share
from mining.nets.petri_net import PetriNet
from mining.nets.prefix_walk import MAX_MARKINGS
from mining.nets.traces import Traces, traces_of

Algorithm = Literal["inductive", "powl", "heuristics", "alpha", "ilp"]
ALGORITHMS: tuple[Algorithm, ...] = get_args(Algorithm)
ALGORITHM_NAMES: Mapping[Algorithm, str] = {
    "inductive": sayable("inductive miner"),
    "powl": sayable("POWL miner"),
    "heuristics": sayable("heuristics miner"),
    "alpha": sayable("alpha miner"),
    "ilp": sayable("ILP miner"),
}
WITH_NOISE: tuple[Algorithm, ...] = ("inductive", "heuristics", "ilp")


class NoModelError(EventLogError):
    """No model can be discovered as asked."""


@dataclass(frozen=True, slots=True)
class DiscoveredModel:
    """The model as a net and as BPMN shows it, and as a partial order if its miner finds one.

    `noise` None is the miner's usual threshold.
    """

    log: str
    simulated: bool
    algorithm: Algorithm
    noise: float | None
    cases: int
    variants: int
    quality: ModelQuality
    net: PetriNet
    graph: ModelGraph
    powl: Powl | None

    @property
    def title(self) -> str:
        """What the model is of, in the current language."""
        name = say("{log} (simulated)", log=self.log) if self.simulated else self.log
        return say("{log}: model found by the {miner}", log=name, miner=say(ALGORITHM_NAMES[self.algorithm]))

    def as_text(self) -> str:
        """Return size and qualities in a few lines."""
        silent = sum(step.label is None for step in self.net.transitions)
        quality = self.quality
        lines = [
            self.title,
            say(
                "{cases} cases in {variants} variants; {places} places, {steps} steps, {silent} of them "
                "silent",
                cases=number_text(self.cases),
                variants=number_text(self.variants),
                places=len(self.net.places),
                steps=len(self.net.transitions),
                silent=silent,
            ),
            say(
                "fitness {fitness} ({fitting} of {cases} cases fit wholly)",
                fitness=share(quality.fitness),
                fitting=number_text(quality.fitting_cases),
                cases=number_text(self.cases),
            ),
            say("precision {precision}", precision=share(quality.precision)),
            say("generalisation {generalisation}", generalisation=share(quality.generalisation)),
            say("simplicity {simplicity}", simplicity=share(quality.simplicity)),
        ]
        return "\n".join([*lines, *self._remarks()])

    def _remarks(self) -> list[str]:
        remarks = []
        if not self.quality.has_end:
            remarks.append(
                say("the end of this model can never be reached, so no case can be aligned with it")
            )
        elif self.quality.unaligned_cases:
            remarks.append(
                say(
                    "{n} cases could not be aligned in time and are left out of the fitness; --time-limit "
                    "gives more time, --noise makes the model smaller",
                    n=number_text(self.quality.unaligned_cases),
                )
            )
        if self.quality.generalisation is None:
            remarks.append(
                say("the model is too large to be replayed in time; its generalisation is not measured")
            )
        if self.quality.precision is None:
            remarks.append(
                say(
                    "more than {n} markings of the model would have to be looked at; its precision is "
                    "not measured",
                    n=number_text(MAX_MARKINGS),
                )
            )
        return remarks


def discovered_model(
    prepared: PreparedLog, algorithm: Algorithm, *, noise: float | None = None, time_limit: float = 60.0
) -> DiscoveredModel:
    """Discover a model of a log and measure it; alignments longer than `time_limit` seconds are given up."""
    return model_of(prepared, traces_of(prepared), algorithm, noise=noise, time_limit=time_limit)


def model_of(
    prepared: PreparedLog,
    traces: Traces,
    algorithm: Algorithm,
    *,
    noise: float | None = None,
    time_limit: float = 60.0,
) -> DiscoveredModel:
    """Discover a model of some traces of a log and measure it by them."""
    if noise is not None and algorithm not in WITH_NOISE:
        raise NoModelError(
            "the miner {algorithm} has no threshold for noise; those that have are: {algorithms}",
            algorithm=algorithm,
            algorithms=", ".join(WITH_NOISE),
        )
    if not len(traces):
        raise NoModelError("the log {log} has no cases to find a model in", log=prepared.log.name)
    from mining.pm4py_bridge import find_model  # loads pm4py, which takes seconds

    found = find_model(traces, algorithm, noise)
    return DiscoveredModel(
        log=prepared.log.name,
        simulated=prepared.log.simulated,
        algorithm=algorithm,
        noise=noise,
        cases=traces.n_cases,
        variants=len(traces),
        quality=model_quality(found.net, traces, time_limit),
        net=found.net,
        graph=found.graph,
        powl=found.powl,
    )
