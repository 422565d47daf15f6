"""One operation of one tool, measured in a fresh process: `python -m benchmarks.workers.TOOL SPECIFICATION`.

Needs nothing but Python, since it runs in the peers' environments too. The answer goes to stdout as the
last line: seconds of each repeat on the clock and of the processors, seconds to make ready, the largest
memory held, and the result.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ENOUGH = 30.0  # seconds of repeats, after which no further one starts


@dataclass(frozen=True, slots=True)
class Task:
    """What a process is asked: the operation, the data, and how often to repeat it."""

    operation: str
    data: Path
    repeats: int


@dataclass(frozen=True, slots=True)
class Operation:
    """`ready` loads what is worked on, `work` is measured, `told` turns its result into comparable values."""

    ready: Callable[[Task], Any]
    work: Callable[[Any], Any]
    told: Callable[[Any], Any]


def serve(operations: Mapping[str, Operation]) -> None:
    """Carry out the task that the command line names and print what it took."""
    asked = json.loads(sys.argv[1])
    task = Task(asked["operation"], Path(asked["data"]), asked["repeats"])
    operation = operations[task.operation]
    began = time.perf_counter()
    subject = operation.ready(task)
    made_ready = time.perf_counter() - began
    seconds: list[float] = []
    worked: list[float] = []
    while len(seconds) < task.repeats and sum(seconds) < ENOUGH:
        began, busy = time.perf_counter(), worked_seconds()
        result = operation.work(subject)
        seconds.append(time.perf_counter() - began)
        worked.append(worked_seconds() - busy)
    peak = peak_mib()
    told = operation.told(result)
    answer = {"seconds": seconds, "worked": worked, "ready": made_ready, "peak_mib": peak, "result": told}
    sys.stdout.write("\n" + json.dumps(answer) + "\n")


def worked_seconds() -> float:
    """Return the processor time of this program and of those it has started and seen end."""
    of_others = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + of_others.ru_utime + of_others.ru_stime


def peak_mib() -> float:
    """Return the largest memory this program has held, without those it has started, in MiB.

    Linux hands `ru_maxrss` down from the process that started this one, hence its own account first.
    """
    account = Path("/proc/self/status")
    if account.is_file():
        lines = account.read_text("utf-8").splitlines()
        held = next((line for line in lines if line.startswith("VmHWM:")), "")
        if held:
            return int(held.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def by_pair(found: Mapping[tuple[str, str], Any]) -> dict[str, Any]:
    """Return values by pair of activities with one text as key."""
    return {f"{source} > {target}": value for (source, target), value in found.items()}
