"""Processes forked ready to go, with the command line loaded, from a server that does nothing else.

A fork of a process with threads, as tests leave them, may wait forever for a lock that one of them held.
"""

from collections.abc import Callable
from multiprocessing import get_context

_READY = get_context("forkserver")
_READY.set_forkserver_preload(["dashboards.cli", "duckdb"])


def ended_with(work: Callable[..., None], *arguments: object) -> int:
    """Do some work, a function of a module, in a process of its own; return the status it ended with."""
    child = _READY.Process(target=work, args=arguments)
    child.start()
    child.join()
    assert child.exitcode is not None
    return child.exitcode
