"""The one place where pm4py is used: the discovery of models, on variants instead of events.

Each miner is given what it makes of a log anyway (variants with counts, or directly-follows counts), so that
a million events cost no more than their variants, and the models are those that pm4py finds in the whole log.
"""
# ruff: noqa: E402  what pm4py reads when it is imported is set before

import os
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

os.environ["PM4PY_SHOW_PROGRESS_BAR"] = "False"  # read once, when pm4py is imported
sys._pm4py_welcome_shown = True  # type: ignore[attr-defined]  # else it writes a banner to stdout

import pm4py
from pm4py.algo.discovery.alpha import algorithm as alpha_miner
from pm4py.algo.discovery.heuristics.variants import classic as heuristics_miner
from pm4py.algo.discovery.ilp import algorithm as ilp_miner
from pm4py.algo.discovery.inductive.dtypes.im_ds import IMDataStructureUVCL
from pm4py.algo.discovery.inductive.variants.im import IMUVCL
from pm4py.algo.discovery.inductive.variants.imf import IMFUVCL, IMFParameters
from pm4py.algo.discovery.powl.inductive.variants.im_maximal import POWLInductiveMinerMaximalOrder
from pm4py.objects.bpmn.obj import BPMN
from pm4py.objects.conversion.heuristics_net import converter as heuristics_converter
from pm4py.objects.log.obj import Event, EventLog, Trace
from pm4py.objects.powl.obj import POWL, OperatorPOWL, SilentTransition, StrictPartialOrder
from pm4py.objects.process_tree.obj import Operator
from pm4py.objects.process_tree.utils import generic as process_trees
from pm4py.util.lp.variants import scipy_solver
from scipy.optimize import linprog

from mining.discovery.model_graph import ModelGraph, ModelNode, NodeKind
from mining.discovery.powl import Powl, powl_text
from mining.nets.petri_net import PetriNet, Transition
from mining.nets.traces import Traces

_KINDS: tuple[tuple[type, NodeKind], ...] = (
    (BPMN.StartEvent, "start"),
    (BPMN.EndEvent, "end"),
    (BPMN.Task, "task"),
    (BPMN.ExclusiveGateway, "exclusive"),
    (BPMN.ParallelGateway, "parallel"),
    (BPMN.InclusiveGateway, "inclusive"),
)
_Variants = Mapping[tuple[str, ...], int]
_Found = tuple[tuple[Any, Any, Any], Any]  # net with markings, and what BPMN is made of


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A model as a Petri net and as BPMN; as a partial order if the miner finds one."""

    net: PetriNet
    graph: ModelGraph
    powl: Powl | None = None


def find_model(traces: Traces, algorithm: str, noise: float | None) -> FoundModel:
    """Return the model that a miner finds in `traces`; without `noise`, 0 to 1, at its usual threshold."""
    variants = {traces.trace(number): int(n) for number, n in enumerate(traces.counts)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would like another solver for linear programmes
        (net, initial, final), source = _MINERS[algorithm](variants, noise)
        drawn = (net, initial, final) if isinstance(source[0], POWL) else source
        bpmn = pm4py.convert_to_bpmn(*drawn)
    powl = _partial_order(source[0]) if isinstance(source[0], POWL) else None
    return FoundModel(_net(net, initial, final), _graph(bpmn), powl)


def _inductive(variants: _Variants, noise: float | None) -> _Found:
    parameters = {IMFParameters.NOISE_THRESHOLD: noise or 0.0}
    miner = IMFUVCL(parameters) if noise else IMUVCL(parameters)
    tree = miner.apply(IMDataStructureUVCL(Counter(variants)), parameters)
    tree = process_trees.fold(tree)
    process_trees.tree_sort(tree)
    return pm4py.convert_to_petri_net(tree), (tree,)


def _powl(variants: _Variants, _: float | None) -> _Found:
    parameters: dict[Any, Any] = {}
    found = POWLInductiveMinerMaximalOrder(parameters).apply(
        IMDataStructureUVCL(Counter(variants)), parameters
    )
    found = found.simplify()
    return pm4py.convert_to_petri_net(found), (found,)


def _heuristics(variants: _Variants, noise: float | None) -> _Found:
    parameters = {} if noise is None else {heuristics_miner.Parameters.DFG_PRE_CLEANING_NOISE_THRESH: noise}
    occurrences = _counted(variants, iter)
    found = heuristics_miner.apply_heu_dfg(
        _counted(variants, pairwise),
        activities=list(occurrences),
        activities_occurrences=occurrences,
        start_activities=_counted(variants, lambda trace: iter(trace[:1])),
        end_activities=_counted(variants, lambda trace: iter(trace[-1:])),
        dfg_window_2=_counted(variants, lambda trace: zip(trace, trace[2:], strict=False)),
        freq_triples=_counted(variants, lambda trace: zip(trace, trace[1:], trace[2:], strict=False)),
        parameters=parameters,
    )
    net = heuristics_converter.apply(found)
    return net, net


def _alpha(variants: _Variants, _: float | None) -> _Found:
    net = alpha_miner.apply(_event_log(variants))
    return net, net


def _in_whole_numbers(*problem: Any, method: str, **kept: Any) -> Any:
    """Solve an integer programme; the method pm4py names takes a hundred times as long, in fractions."""
    del method
    return linprog(*problem, method="highs", **kept)


scipy_solver.linprog = _in_whole_numbers


def _ilp(variants: _Variants, noise: float | None) -> _Found:
    net = ilp_miner.apply(
        _event_log(variants), parameters={"alpha": 1.0 - (noise or 0.0), "show_progress_bar": False}
    )
    return net, net


_MINERS: Mapping[str, Callable[[_Variants, float | None], _Found]] = {
    "inductive": _inductive,
    "powl": _powl,
    "heuristics": _heuristics,
    "alpha": _alpha,
    "ilp": _ilp,
}


def _counted(variants: _Variants, parts: Callable[[tuple[str, ...]], Iterator[Any]]) -> dict[Any, int]:
    """Count the parts of all traces, each as often as its variant."""
    counted: Counter[Any] = Counter()
    for trace, n in variants.items():
        for part in parts(trace):
            counted[part] += n
    return dict(counted)


def _event_log(variants: _Variants) -> Any:
    """Return a log with one trace for each variant, which is all that these miners look at."""
    return EventLog([Trace([Event({"concept:name": activity}) for activity in trace]) for trace in variants])


def _net(net: Any, initial: Any, final: Any) -> PetriNet:
    """Return a net of ours, its places and transitions numbered in a stable order."""
    places = {
        place: f"p{number}" for number, place in enumerate(sorted(net.places, key=lambda one: one.name))
    }
    steps = sorted(net.transitions, key=lambda step: (step.label or "", step.name))
    return PetriNet(
        places=tuple(places.values()),
        transitions=tuple(
            Transition(
                f"t{number}",
                step.label,
                {places[arc.source]: arc.weight for arc in step.in_arcs},
                {places[arc.target]: arc.weight for arc in step.out_arcs},
            )
            for number, step in enumerate(steps)
        ),
        initial={places[place]: n for place, n in initial.items()},
        final={places[place]: n for place, n in final.items()},
    )


def _partial_order(model: POWL) -> Powl:
    """Return a model of ours, the parts that stand in no given order sorted."""
    if isinstance(model, SilentTransition):
        return Powl("silent")
    if not model.children:
        return Powl("activity", model.label)
    made = [(_partial_order(child), child) for child in model.children]
    if isinstance(model, OperatorPOWL) and model.operator == Operator.LOOP:
        return Powl("loop", parts=tuple(part for part, _ in made))
    made.sort(key=lambda one: powl_text(one[0]))
    parts = tuple(part for part, _ in made)
    if not isinstance(model, StrictPartialOrder):
        return Powl("choice", parts=parts)
    pairs = [
        (one, other)
        for one, (_, before) in enumerate(made)
        for other, (_, after) in enumerate(made)
        if model.order.is_edge(before, after)
    ]
    return Powl("order", parts=parts, order=tuple(pairs))


def _graph(bpmn: Any) -> ModelGraph:
    """Return the shapes in the order in which they are come to."""
    nodes = list(_from_start(bpmn))
    keys = {node: f"n{number}" for number, node in enumerate(nodes)}
    shapes = [(keys[node], _kind(node), node) for node in nodes]
    return ModelGraph(
        tuple(ModelNode(key, kind, node.get_name() if kind == "task" else "") for key, kind, node in shapes),
        tuple(sorted((keys[flow.get_source()], keys[flow.get_target()]) for flow in bpmn.get_flows())),
    )


def _from_start(bpmn: Any) -> Iterator[Any]:
    waiting = sorted(
        bpmn.get_nodes(), key=lambda node: (_kind(node) != "start", _kind(node), node.get_name())
    )
    seen = set()
    while waiting:
        node = waiting.pop(0)
        if node not in seen:
            seen.add(node)
            yield node
            after = [arc.get_target() for arc in node.get_out_arcs()]
            waiting = sorted(after, key=lambda one: (_kind(one), one.get_name())) + waiting


def _kind(node: Any) -> NodeKind:
    return next(kind for shape, kind in _KINDS if isinstance(node, shape))
