"""Batches of events on their way into the hash chain, sealed beside what else an import does."""

import subprocess
import sys
import weakref
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from importlib.resources import files

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.sealing_process import HASH, HEAD, N_HEADS, links
from eventlogs.ledger.chain import batch_contents

_BEHIND = 2  # batches being sealed while one before them is inserted
_MANY = 100_000  # events, from which on a process of its own hashes

Numbers = npt.NDArray[np.int32]


class Sealer:
    """Gives batches their chain hashes, some batches later than they came: sealing and inserting overlap."""

    def __init__(self, many: int = _MANY) -> None:
        self._many = many
        self._n_events = 0
        self._cases: dict[str, int] = {}
        self._heads: list[bytes] = []  # the chain hash of each case's last event, while no process has them
        self._process: _Process | None = None
        self._waiting: deque[Future[pa.Table]] = deque()
        self._writing = ThreadPoolExecutor(1, "contents")
        self._linking = ThreadPoolExecutor(1, "chain")

    def add(self, rows: pa.Table) -> Iterator[pa.Table]:
        """Take a batch in, and yield a sealed one from before it, if there is one."""
        said = self._writing.submit(batch_contents, rows)
        self._waiting.append(self._linking.submit(self._sealed, rows, said))
        if len(self._waiting) > _BEHIND:
            yield self._waiting.popleft().result()

    def rest(self) -> Iterator[pa.Table]:
        """Yield what has not been yielded yet."""
        while self._waiting:
            yield self._waiting.popleft().result()
        self._writing.shutdown()
        self._linking.shutdown()
        if self._process is not None:
            self._process.end()

    def _sealed(self, rows: pa.Table, said: "Future[tuple[pa.BinaryArray, bool]]") -> pa.Table:
        cases = self._numbered(rows["case_id"].combine_chunks())
        contents, hashed = said.result()
        self._n_events += len(rows)
        if self._process is None and self._n_events > self._many:
            self._process, self._heads = _Process(self._heads), []
        _, offsets, data = contents.buffers()
        starts = np.frombuffer(offsets, np.int32, len(rows) + 1)
        text = memoryview(data)[: starts[-1]] if data is not None else memoryview(b"")
        if self._process is None:
            made = links(cases.tolist(), starts.tolist(), bytes(text), self._heads, hashed=hashed)
        else:
            made = self._process.links(cases, starts, text, hashed=hashed)
        ends = pa.array(np.arange(0, len(made) + 1, HASH, dtype=np.int32))
        hashes = pa.BinaryArray.from_buffers(
            pa.binary(), len(rows), [None, ends.buffers()[1], pa.py_buffer(made)]
        )
        return rows.append_column("chain_hash", hashes)

    def _numbered(self, case_ids: pa.StringArray) -> Numbers:
        coded = case_ids.dictionary_encode()
        numbers = [self._cases.setdefault(it, len(self._cases)) for it in coded.dictionary.to_pylist()]
        of_events: Numbers = np.array(numbers, np.int32)[coded.indices.to_numpy()]
        return of_events


class _Process:
    """A process that hashes; it ends with this, or when this program is no more."""

    def __init__(self, heads: list[bytes]) -> None:
        program = str(files("eventlogs.exchange") / "sealing_process.py")
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the import, which then lets go of the pipe
        )
        self.end = weakref.finalize(self, _end, self._process)
        self._tell(N_HEADS.pack(len(heads)), b"".join(heads))

    def links(self, cases: Numbers, offsets: Numbers, said: memoryview, *, hashed: bool) -> bytes:
        """Return the chain hashes of a batch (see `sealing_process.links`)."""
        self._tell(HEAD.pack(len(cases), len(said), hashed), cases.data, offsets.data, said)
        assert self._process.stdout is not None
        made = self._process.stdout.read(len(cases) * HASH)
        if len(made) < len(cases) * HASH:
            raise _ended()
        return made

    def _tell(self, *parts: bytes | memoryview) -> None:
        assert self._process.stdin is not None
        try:
            for part in parts:
                self._process.stdin.write(part)
            self._process.stdin.flush()
        except OSError:
            raise _ended() from None


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        process.communicate()


def _ended() -> ImportRefusedError:
    return ImportRefusedError(
        "the process that hashes the events was ended from outside, so that nothing was imported; "
        "import the file again"
    )
