"""The types of retrofit there are: every module of `retrofits/` that has a `PROCESS`."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from flows import retrofits
from flows.errors import ProjectError
from flows.policies.policies import policy_named
from flows.policies.policy_model import Policy
from flows.process.history import CaseHistory
from flows.process.process import Process


@cache
def all_versions() -> Mapping[str, Mapping[int, Process]]:
    """Return every process by its key and version; `EARLIER` of a module holds versions still followed."""
    found: dict[str, dict[int, Process]] = {}
    for one in iter_modules(retrofits.__path__):
        module = import_module(f"flows.retrofits.{one.name}")
        if hasattr(module, "PROCESS"):
            for process in (*getattr(module, "EARLIER", ()), module.PROCESS):
                found.setdefault(process.key, {})[process.version] = process
    return found


def processes() -> Mapping[str, Process]:
    """Return the newest version of every process by its key."""
    return {key: versions[max(versions)] for key, versions in all_versions().items()}


def process_named(key: str) -> Process:
    """Return the newest process of a type of retrofit."""
    return process_version(key, None)


def process_version(key: str, version: int | None) -> Process:
    """Return one version of a process; None is the newest."""
    known = all_versions()
    if key not in known:
        raise ProjectError(
            "there is no type of retrofit {key}; known are {known}", key=key, known=", ".join(sorted(known))
        )
    versions = known[key]
    if version is not None and version not in versions:
        raise ProjectError(
            "there is no version {version} of {key}; known are {known}",
            version=version,
            key=key,
            known=", ".join(map(str, sorted(versions))),
        )
    return versions[max(versions) if version is None else version]


def process_of(history: CaseHistory) -> Process:
    """Return the process a case follows: the version recorded on it, or the newest if that one is gone."""
    versions = all_versions().get(str(history.facts["retrofit"]), {})
    recorded = versions.get(int(history.facts["process_version"]))
    return recorded or process_named(str(history.facts["retrofit"]))


def policy_of(history: CaseHistory) -> Policy:
    """Return the policy a case began under and keeps."""
    return policy_named(str(history.facts["policy"]))
