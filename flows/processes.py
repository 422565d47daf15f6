"""The types of retrofit there are: every module of `retrofits/` that has a `PROCESS`."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from flows import retrofits
from flows.errors import ProjectError
from flows.history import CaseHistory
from flows.policies import policy_named
from flows.policy_model import Policy
from flows.process import Process


@cache
def processes() -> Mapping[str, Process]:
    """Return every process by its key."""
    modules = (import_module(f"flows.retrofits.{found.name}") for found in iter_modules(retrofits.__path__))
    found = [module.PROCESS for module in modules if hasattr(module, "PROCESS")]
    return {process.key: process for process in found}


def process_named(key: str) -> Process:
    """Return the process of a type of retrofit."""
    known = processes()
    if key not in known:
        raise ProjectError(
            "there is no type of retrofit {key}; known are {known}", key=key, known=", ".join(sorted(known))
        )
    return known[key]


def process_of(history: CaseHistory) -> Process:
    """Return the process a case follows."""
    return process_named(str(history.facts["retrofit"]))


def policy_of(history: CaseHistory) -> Policy:
    """Return the policy a case began under and keeps."""
    return policy_named(str(history.facts["policy"]))
