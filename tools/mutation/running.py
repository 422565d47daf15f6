"""Running mutants: pytest collects the tests once, then every mutant is tried in a process forked from there.

Nothing opens a database before the fork, so that each process starts with the modules loaded and no more.
"""

import os
import pickle
import resource
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import pytest

from tools.mutation.applying import apply
from tools.mutation.mutants import ROOT, Mutant, mutants
from tools.mutation.reach import Reach, chosen_tests, measured, shared_by_fixtures, timed_again

Fate = Literal["killed", "survived", "timeout", "not reached"]
PATIENCE, GRACE = 6, 10  # times what its tests take, and seconds more, that a mutant may take
POLL = 0.01
LEAST_WORK = 0.01  # seconds of processor, more than it takes to look whether there was any
FLOORS = ("eventlogs", "mining", "flows", "dashboards")
READ = {".py", ".sql", ".toml", ".csv"}  # when a module is loaded, or when a test comes to it
STILL = 30.0  # seconds without work after which a mutant is taken to be waiting for ever
SLOW = 1.0  # seconds of processor from which a test's time is taken again


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a mutant; `test` is the one that noticed it."""

    mutant: Mutant
    fate: Fate
    test: str = ""


class Trials:
    """A pytest plugin that tries mutants instead of running the tests once."""

    def __init__(
        self,
        paths: Sequence[str],
        wanted: Callable[[Mutant], bool],
        tell: Callable[[Trial, int, int], None],
        seconds: float,
        processes: int,
    ) -> None:
        self._paths, self._wanted, self._tell, self._processes = paths, wanted, tell, processes
        self._seconds = seconds
        self._stamp = stamp()
        self._running: list[_Running] = []
        self.trials: list[Trial] = []
        self.failing: list[str] = []
        self.is_moved = False

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Measure the tests, then try every mutant, or until files change: then tests may fail for that."""
        items = {item.nodeid: item for item in session.items}
        reaches, loaded = _in_child(lambda: _reaches(session.items))
        for name in loaded:  # here, so that no mutant has to wait for it
            with suppress(Exception):
                import_module(name)
        shared_by_fixtures(reaches, items)
        self.failing = [one.test for one in reaches if not one.passed]
        found: list[Mutant] = _in_child(lambda: list(mutants(self._paths)))
        asked = [one for one in found if self._wanted(one)]
        waiting = [(mutant, chosen_tests(mutant, reaches, self._seconds)) for mutant in asked]
        seconds = {one.test: one.seconds for one in reaches}
        for place, trial in enumerate(self._tried(waiting, items, seconds), start=1):
            self.is_moved = stamp() != self._stamp
            if self.is_moved:
                break
            self.trials.append(trial)
            self._tell(trial, place, len(waiting))
        for one in self._running:
            one.trial()
        return True

    def _tried(
        self,
        waiting: list[tuple[Mutant, list[str]]],
        items: dict[str, pytest.Item],
        seconds: dict[str, float],
    ) -> Iterator[Trial]:
        running = self._running
        noticed: dict[str, Counter[str]] = defaultdict(Counter)  # by file: what noticed its faults will again
        queue = iter(waiting)
        more = True
        while more or running:
            while more and len(running) < self._processes:
                mutant, tests = next(queue, (None, []))
                if mutant is None:
                    more = False
                elif tests:
                    allowed = GRACE + PATIENCE * sum(seconds[test] for test in tests)
                    ordered = _likeliest_first(tests, noticed[mutant.path], seconds)
                    running.append(_Running(mutant, [items[test] for test in ordered], allowed))
                else:
                    yield Trial(mutant, "not reached")
            for one in [one for one in running if one.is_over()]:
                running.remove(one)
                trial = one.trial()
                noticed[trial.mutant.path][trial.test] += 1
                yield trial
            time.sleep(POLL)


def stamp(root: Path = ROOT) -> int:
    """Return a number that becomes another one when a file changes that the program reads."""
    files = (file for floor in FLOORS for file in (root / floor).rglob("*") if file.suffix in READ)
    return hash(frozenset((file, file.stat().st_mtime_ns) for file in files))


def _likeliest_first(tests: list[str], noticed: Counter[str], seconds: dict[str, float]) -> list[str]:
    """Return tests by how many faults of the same file each has noticed, for the time that it takes."""
    return sorted(tests, key=lambda test: noticed[test] / seconds[test], reverse=True)


class _Running:
    """A mutant on trial in a process of its own."""

    def __init__(self, mutant: Mutant, items: list[pytest.Item], allowed: float) -> None:
        self._mutant = mutant
        self._folder = tempfile.TemporaryDirectory(prefix="mutant-", ignore_cleanup_errors=True)
        self._deadline = time.monotonic() + 10 * allowed  # the clock of a busy machine; processors count
        self._status: int | None = None
        self._pid = os.fork()
        if self._pid == 0:
            _alone(lambda: _try(mutant, items, Path(self._folder.name), allowed))

    def is_over(self) -> bool:
        if self._status is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self._status = status
            elif time.monotonic() > self._deadline:
                os.killpg(self._pid, signal.SIGKILL)
        return self._status is not None

    def trial(self) -> Trial:
        with suppress(ProcessLookupError):  # what its tests have started
            os.killpg(self._pid, signal.SIGKILL)
        noticed = Path(self._folder.name) / "noticed"
        test = noticed.read_text("utf-8") if noticed.exists() else ""
        self._folder.cleanup()
        if self._status == 0:
            return Trial(self._mutant, "survived")
        ended = os.WIFEXITED(self._status or 0)
        return Trial(self._mutant, "killed" if ended else "timeout", test)


def _try(mutant: Mutant, items: list[pytest.Item], folder: Path, allowed: float) -> None:
    os.environ["PYTEST_DEBUG_TEMPROOT"] = str(folder)
    resource.setrlimit(resource.RLIMIT_CPU, (int(allowed), int(allowed) + 1))
    _hush(items[0])
    end_when_still(STILL)
    apply(mutant)
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if item.session.testsfailed:
            (folder / "noticed").write_text(item.nodeid, "utf-8")
            raise AssertionError(item.nodeid)


def end_when_still(seconds: float) -> None:
    """Kill this process once its threads have done nothing for some seconds: they wait for one another."""

    def watch() -> None:
        before = -1.0
        while (done := time.process_time()) - before > LEAST_WORK:
            before = done
            time.sleep(seconds)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def _reaches(items: list[pytest.Item]) -> tuple[list[Reach], list[str]]:
    """Return what each test comes to, and the modules that were loaded meanwhile."""
    _hush(items[0])
    known = set(sys.modules)
    followed = list(zip(items, [*items[1:], None], strict=True))
    reaches = [measured(*pair) for pair in followed]
    for reach, pair in zip(reaches, followed, strict=True):
        if reach.passed and reach.seconds > SLOW:
            timed_again(reach, *pair)
    return reaches, sorted(set(sys.modules) - known)


def _hush(item: pytest.Item) -> None:
    """Let pytest say nothing of the tests that this process runs."""
    item.config.pluginmanager.unregister(name="terminalreporter")


def _in_child(work: Callable[[], Any]) -> Any:
    """Return what `work` returns in a forked process, so that this one stays as it is."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        answer = Path(folder) / "answer"

        def answered() -> None:
            os.environ["PYTEST_DEBUG_TEMPROOT"] = folder
            try:
                answer.write_bytes(pickle.dumps(work()))
            except BaseException:
                answer.write_text(traceback.format_exc(), "utf-8")
                raise

        pid = os.fork()
        if pid == 0:
            _alone(answered)
        _, status = os.waitpid(pid, 0)
        if status != 0:
            raise RuntimeError(answer.read_text("utf-8") if answer.exists() else f"ended with {status}")
        return pickle.loads(answer.read_bytes())


def _alone(work: Callable[[], object]) -> None:
    """Do some work as the whole life of a forked process, in silence."""
    os.setsid()
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    status = 1
    try:
        work()
        status = 0
    finally:
        os._exit(status)


def try_mutants(
    paths: Sequence[str],
    tests: Sequence[str],
    wanted: Callable[[Mutant], bool] = lambda mutant: True,
    tell: Callable[[Trial, int, int], None] = lambda trial, place, of: None,
    seconds: float = 6.0,
    processes: int = 1,
) -> Trials:
    """Try the mutants of files against tests that come to them, up to `seconds` of processor for each."""
    from hypothesis import Phase, settings

    settings.register_profile(
        "mutation", derandomize=True, database=None, phases=(Phase.explicit, Phase.generate)
    )
    settings.load_profile("mutation")
    plugin = Trials(paths, wanted, tell, seconds, processes)
    words = ["-qq", "-p", "no:xdist", "--disable-warnings", "-k", "not outgrown", *tests]
    status = pytest.main(
        [*words, "--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml")], plugins=[plugin]
    )
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        sys.exit(int(status))
    return plugin
