"""The models of a log's groups, such as the cities, beside that of all its cases."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eventlogs.amounts import number_text
from eventlogs.language import say
from eventlogs.layout import table
from eventlogs.prepared import PreparedLog
from eventlogs.words import attribute_label
from mining.cases.case_groups import value_text
from mining.discovery.discovered_model import Algorithm, DiscoveredModel, discovered_model, model_of
from mining.discovery.map_pictures import free_name
from mining.nets.alignment_answers import share
from mining.nets.traces import Integers, Traces, grouped_traces


@dataclass(frozen=True, slots=True)
class GroupModel:
    """The model of the cases with one `value` of the attribute; None stands for those without any."""

    value: str | None
    model: DiscoveredModel


@dataclass(frozen=True, slots=True)
class ModelsByGroup:
    """The model of all cases, and that of each group's, the largest group first."""

    by: str
    whole: DiscoveredModel
    groups: tuple[GroupModel, ...]

    def as_text(self) -> str:
        """Return the model of all and a table of the groups' qualities."""
        head = [attribute_label(self.by), say("cases"), say("variants"), say("fitness"), say("precision")]
        head += [say("generalisation"), say("simplicity")]
        rows = [[value_text(self.by, one.value), *_qualities(one.model)] for one in self.groups]
        told = table(head, rows, right=range(1, len(head)))
        return "\n".join([self.whole.as_text(), "", say("models of the groups"), "", told])


def models_by(
    prepared: PreparedLog,
    algorithm: Algorithm,
    by: str,
    *,
    noise: float | None = None,
    time_limit: float = 60.0,
) -> ModelsByGroup:
    """Discover the model of all cases and of each group; each has the whole time limit for its alignments."""
    whole = discovered_model(prepared, algorithm, noise=noise, time_limit=time_limit)
    groups = [
        GroupModel(value, model_of(prepared, some, algorithm, noise=noise, time_limit=time_limit))
        for value, some in _groups(prepared, by)
    ]
    return ModelsByGroup(by, whole, tuple(sorted(groups, key=lambda one: -one.model.cases)))


def written_models(found: ModelsByGroup, file: Path) -> Iterator[tuple[DiscoveredModel, str, Path]]:
    """Yield each model with its title and file: the whole's is `file`, a group's stands beside it."""
    yield found.whole, found.whole.title, file
    taken = {file.name}
    for one in found.groups:
        value = value_text(found.by, one.value)
        title = say("{log}, {by} {value}", log=one.model.title, by=attribute_label(found.by), value=value)
        name = free_name(file, value if one.value is None else one.value, taken)
        yield one.model, title, file.with_name(name)


def _groups(prepared: PreparedLog, by: str) -> Iterator[tuple[str | None, Traces]]:
    traces, counts = grouped_traces(prepared, by)
    for value, n_cases in counts.items():
        yield value, _some(traces, n_cases)


def _some(traces: Traces, n_cases: Integers) -> Traces:
    """Return the traces that any of so many cases follows."""
    rows = np.flatnonzero(n_cases)
    parts = [traces.codes[traces.starts[row] : traces.starts[row + 1]] for row in rows.tolist()]
    starts = np.concatenate(([0], np.cumsum([len(part) for part in parts], dtype=np.int64)))
    codes = np.concatenate(parts) if parts else traces.codes[:0]
    return Traces(traces.activities, codes, starts, n_cases[rows])


def _qualities(model: DiscoveredModel) -> list[str]:
    quality = model.quality
    told = [share(quality.fitness), share(quality.precision), share(quality.generalisation)]
    return [number_text(model.cases), number_text(model.variants), *told, share(quality.simplicity)]
