"""What a log's groups can be compared by, handed over in a bundle; the answer tells what was kept back."""

from dataclasses import dataclass
from pathlib import Path

from eventlogs.amounts import number_text
from eventlogs.language import say
from eventlogs.layout import table
from eventlogs.prepared import PreparedLog
from eventlogs.words import attribute_label
from mining.cases.case_groups import value_text
from mining.comparison.bundle import Bundle, BundleRefusedError, write_bundle
from mining.comparison.reading import read_profiles
from mining.comparison.suppression import KeptBack, suppressed
from mining.normative.model import NormativeModel


@dataclass(frozen=True, slots=True)
class SharedGroup:
    """One group in a bundle: what is told of it and what is kept back."""

    name: str
    cases: int
    traces: int
    activities: int
    arcs: int
    kept_back: KeptBack


@dataclass(frozen=True, slots=True)
class Shared:
    """A bundle that was written; groups of fewer than `k` cases are not in it at all."""

    file: str
    by: str
    k: int
    groups: tuple[SharedGroup, ...]
    groups_left_out: int

    def as_text(self) -> str:
        """Return what is told and kept back of each group."""
        head = say(
            "{file}: counts of {n} groups, none from fewer than {k} cases; no case or person is in it.",
            file=self.file,
            n=number_text(len(self.groups)),
            k=self.k,
        )
        lines = [head, "", self._table()]
        if self.groups_left_out:
            lines += [
                "",
                say("Left out: {n} groups with fewer than {k} cases.", n=self.groups_left_out, k=self.k),
            ]
        return "\n".join(lines)

    def _table(self) -> str:
        columns = [
            attribute_label(self.by),
            say("cases"),
            say("variants told"),
            say("cases of rare variants kept back"),
            say("activities kept back"),
            say("arcs kept back"),
            say("waits kept back"),
            say("waits in wide steps"),
            say("rules kept back"),
        ]
        rows = [
            [
                value_text(self.by, group.name),
                *map(
                    number_text,
                    (
                        group.cases,
                        group.traces,
                        group.kept_back.cases_of_rare_traces,
                        group.kept_back.activities,
                        group.kept_back.arcs,
                        group.kept_back.waits,
                        group.kept_back.coarse_waits,
                        group.kept_back.rules,
                    ),
                ),
            ]
            for group in self.groups
        ]
        return table(columns, rows, right=range(1, len(columns)))


def share(prepared: PreparedLog, model: NormativeModel, by: str | None, k: int, file: Path) -> Shared:
    """Write the bundle of a log's groups of at least `k` cases; without `by` the whole log is one group."""
    read = read_profiles(prepared, model, by)
    told = suppressed([profile for profile in read.profiles if profile.cases >= k], k)
    if not told:
        raise BundleRefusedError("no group of the log {log} has {k} cases", log=prepared.log.name, k=k)
    profiles = tuple(profile for profile, _ in told)
    write_bundle(file, Bundle(by or "", k, prepared.log.simulated, read.has_ends, model.key, profiles))
    groups = tuple(
        SharedGroup(
            profile.name,
            profile.cases,
            len(profile.counts.traces),
            len(profile.counts.activities),
            len(profile.counts.arcs),
            kept_back,
        )
        for profile, kept_back in told
    )
    return Shared(str(file), by or "", k, groups, len(read.profiles) - len(told))
