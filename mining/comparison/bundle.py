"""The file in which an office hands over what its cities can be compared by, without a case in it.

JSON: counts by group, with names of activities, arcs and rules; no case, no person, no moment. A digest
over the content shows a damaged or altered file. What is in it: `docs/methods/comparison.md`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError, model_validator

from eventlogs.errors import EventLogError
from mining.comparison.digest import digest
from mining.comparison.profiles import (
    STEPS_PER_DECADE,
    Counts,
    Figures,
    Histogram,
    Kind,
    Profile,
    RuleTally,
    State,
)

FORMAT = "retrofit-bundle"
VERSION = 1


class BundleRefusedError(EventLogError):
    """A file is not a bundle that can be compared."""


@dataclass(frozen=True)
class Bundle:
    """The groups an office hands over, and how they were made."""

    by: str
    k: int
    simulated: bool
    has_ends: bool
    model: str
    profiles: tuple[Profile, ...]


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, protected_namespaces=())


class _Steps(_Checked):
    coarse: bool
    cases: dict[NonNegativeInt, NonNegativeInt]


class _Wait(_Checked):
    arc: tuple[str, str]
    median_seconds: float = Field(ge=0)
    steps: _Steps


class _Rule(_Checked):
    tested: NonNegativeInt
    broken: NonNegativeInt


class _Group(_Checked):
    name: str
    figures: Figures
    traces: list[tuple[list[NonNegativeInt], NonNegativeInt]]
    activities: dict[str, NonNegativeInt]
    arcs: list[tuple[str, str, NonNegativeInt]]
    waits: list[_Wait]
    lasting: dict[State, _Steps]
    rules: dict[str, _Rule]
    withheld: dict[Kind, list[tuple[str, ...]]]
    known: list[str] | None

    @model_validator(mode="after")
    def _adds_up(self) -> "_Group":
        counts = [*self.activities.values(), *(n for _, _, n in self.arcs), sum(n for _, n in self.traces)]
        if max(counts, default=0) > self.figures.cases:
            raise ValueError("more cases counted than there are")
        return self


class _File(_Checked):
    format: Literal["retrofit-bundle"]
    version: int
    by: str
    k: NonNegativeInt
    simulated: bool
    has_ends: bool
    model: str
    steps_per_decade: Literal[50]
    names: list[str]
    groups: list[_Group]
    digest: str


def write_bundle(file: Path, bundle: Bundle) -> None:
    """Write a bundle; refuses a place that cannot be written."""
    names = sorted({name for one in bundle.profiles for trace in one.counts.traces for name in trace})
    code = {name: number for number, name in enumerate(names)}
    content: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "by": bundle.by,
        "k": bundle.k,
        "simulated": bundle.simulated,
        "has_ends": bundle.has_ends,
        "model": bundle.model,
        "steps_per_decade": STEPS_PER_DECADE,
        "names": names,
        "groups": [_told(profile, code) for profile in bundle.profiles],
    }
    text = json.dumps(content | {"digest": _digest(content)}, ensure_ascii=False, separators=(",", ":"))
    try:
        file.write_text(text + "\n", "utf-8")
    except OSError as fault:
        raise BundleRefusedError("{file} cannot be written: {reason}", file=file, reason=fault) from fault


def read_bundle(file: Path) -> Bundle:
    """Return a bundle's groups. Raises `BundleRefusedError` in one sentence."""
    content = _content(file)
    try:
        found = _File.model_validate(content)
    except ValidationError as fault:
        first = fault.errors()[0]
        where = ".".join(map(str, first["loc"])) or FORMAT
        raise BundleRefusedError(
            "{file}: '{where}' is not as a bundle has it: {reason}",
            file=file,
            where=where,
            reason=first["msg"],
        ) from fault
    source = file.stem
    return Bundle(
        found.by,
        found.k,
        found.simulated,
        found.has_ends,
        found.model,
        tuple(_profile(file, source, group, found.names) for group in found.groups),
    )


def _content(file: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(file.read_bytes())
    except OSError as fault:
        raise BundleRefusedError("{file}: cannot be read: {reason}", file=file, reason=fault) from fault
    except ValueError as fault:
        raise BundleRefusedError("{file}: is not a bundle, for it is not JSON", file=file) from fault
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise BundleRefusedError("{file}: is not a bundle; `retrofit mine share` writes them", file=file)
    if content.get("version") != VERSION:
        raise BundleRefusedError(
            "{file}: a bundle of version {version}; this engine reads version {known}",
            file=file,
            version=content.get("version"),
            known=VERSION,
        )
    if content.get("digest") != _digest({key: value for key, value in content.items() if key != "digest"}):
        raise BundleRefusedError(
            "{file}: the content is not what was written, its digest differs; ask for it again", file=file
        )
    return cast("Mapping[str, Any]", content)


def _digest(content: Mapping[str, Any]) -> str:
    return digest(json.loads(json.dumps(content)))


def _told(profile: Profile, code: Mapping[str, int]) -> dict[str, Any]:
    counts = profile.counts
    return {
        "name": profile.name,
        "figures": asdict(profile.figures),
        "traces": [[[code[name] for name in trace], n] for trace, n in sorted(counts.traces.items())],
        "activities": dict(sorted(counts.activities.items())),
        "arcs": [[*arc, n] for arc, n in sorted(counts.arcs.items())],
        "waits": [
            {"arc": arc, "median_seconds": profile.median_waits[arc], "steps": _steps(one)}
            for arc, one in sorted(counts.waits.items())
        ],
        "lasting": {state: _steps(one) for state, one in sorted(counts.lasting.items())},
        "rules": {
            rule: {"tested": tally.tested, "broken": tally.broken}
            for rule, tally in sorted(counts.rules.items())
        },
        "withheld": {kind: sorted(subjects) for kind, subjects in counts.withheld.items()},
        "known": None if counts.known is None else sorted(counts.known),
    }


def _steps(histogram: Histogram) -> dict[str, Any]:
    return {"coarse": histogram.coarse, "cases": dict(sorted(histogram.cases.items()))}


def _profile(file: Path, source: str, group: _Group, names: Sequence[str]) -> Profile:
    if any(code >= len(names) for trace, _ in group.traces for code in trace):
        raise BundleRefusedError("{file}: a trace names an activity that is not in `names`", file=file)
    counts = Counts(
        cases=group.figures.cases,
        traces={tuple(names[code] for code in trace): n for trace, n in group.traces},
        activities=group.activities,
        arcs={(source_, target): n for source_, target, n in group.arcs},
        waits={one.arc: Histogram(one.steps.cases, one.steps.coarse) for one in group.waits},
        lasting={state: Histogram(one.cases, one.coarse) for state, one in group.lasting.items()},
        rules={rule: RuleTally(one.tested, one.broken) for rule, one in group.rules.items()},
        withheld={kind: frozenset(subjects) for kind, subjects in group.withheld.items()},
        known=None if group.known is None else frozenset(group.known),
    )
    medians = {one.arc: one.median_seconds for one in group.waits}
    return Profile(group.name, source, group.figures, counts, medians)
