"""Groups compared with one another, from one log or from several logs and bundles."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import join

from eventlogs.case_attributes import UnknownAttributeError
from eventlogs.errors import EventLogError
from eventlogs.language import say
from eventlogs.prepared import PreparedLog
from mining.comparison.answer import Comparison
from mining.comparison.bundle import Bundle
from mining.comparison.case_mix import Trait, traits_of
from mining.comparison.command_line import choice_words
from mining.comparison.comparing import SEED, Plan, compare
from mining.comparison.cross_checking import MOST_GROUPS
from mining.comparison.profiles import Profile
from mining.comparison.reading import ReadProfiles, read_profiles
from mining.normative.model import NormativeModel


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person chooses of a comparison."""

    by: str
    adjust: tuple[str, ...] = ()
    min_cases: int = 5
    seed: int = SEED
    model: Path | None = None
    cross_check: bool | None = None  # None: where the groups are few


def compare_log(prepared: PreparedLog, model: NormativeModel, choices: Choices) -> Comparison:
    """Compare the groups of a log."""
    return compare_sources([prepared], [], model, choices)


def compare_sources(
    logs: Sequence[PreparedLog],
    bundles: Sequence[tuple[Path, Bundle]],
    model: NormativeModel,
    choices: Choices,
) -> Comparison:
    """Compare the groups of logs and bundles; of several, a log without the attribute is one group."""
    if bundles and choices.adjust:
        raise EventLogError(
            "{file} counts cases of every mix together and cannot be adjusted; leave out --adjust",
            file=bundles[0][0],
        )
    alone = len(logs) + len(bundles) == 1
    traits = traits_of(logs, choices.adjust)
    read = [_read(prepared, model, choices, traits, alone=alone) for prepared in logs]
    found = [profile for one in read for profile in one.profiles]
    found += [profile for _, bundle in bundles for profile in bundle.profiles]
    few = sum(profile.cases >= choices.min_cases for profile in found) <= MOST_GROUPS
    plan = Plan(
        by=choices.by,
        sources=(*(prepared.log.name for prepared in logs), *(file.name for file, _ in bundles)),
        simulated=any(prepared.log.simulated for prepared in logs)
        or any(one.simulated for _, one in bundles),
        left_out=sum(one.left_out for one in read),
        min_cases=choices.min_cases,
        seed=choices.seed,
        traits=traits,
        has_ends=all(one.has_ends for one in read) and all(one.has_ends for _, one in bundles),
        supposed=tuple(one.supposed for one in read if one.supposed),
        cross_check=few if choices.cross_check is None else choices.cross_check,
        command=_command(logs, [file for file, _ in bundles], choices),
    )
    return compare(sorted(_named_apart(found), key=lambda profile: (-profile.cases, profile.name)), plan)


def _read(
    prepared: PreparedLog, model: NormativeModel, choices: Choices, traits: tuple[Trait, ...], *, alone: bool
) -> ReadProfiles:
    try:
        return read_profiles(prepared, model, choices.by, traits)
    except UnknownAttributeError:
        if alone:
            raise
        return read_profiles(prepared, model, None, traits)


def _named_apart(profiles: Sequence[Profile]) -> list[Profile]:
    """Return the groups with names of their own: equal names of two sources tell which they are from."""
    known = Counter(profile.name for profile in profiles)
    return [
        profile
        if known[profile.name] == 1
        else replace(profile, name=say("{group} ({source})", group=profile.name, source=profile.source))
        for profile in profiles
    ]


def _command(logs: Sequence[PreparedLog], files: Sequence[Path], choices: Choices) -> str:
    """Return what to type for the same comparison."""
    words = ["retrofit", "mine", "compare", *(prepared.log.name for prepared in logs), *map(str, files)]
    words += ["--by", choices.by]
    for attribute in choices.adjust:
        words += ["--adjust", attribute]
    words += ["--min-cases", str(choices.min_cases), "--seed", str(choices.seed)]
    if choices.cross_check is not None:
        words.append("--cross-check" if choices.cross_check else "--no-cross-check")
    if choices.model is not None:
        words += ["--model", str(choices.model)]
    return join(words + choice_words(logs))
