"""Batches of events on their way into the hash chain, sealed beside what else an import does."""

import subprocess
import sys
import weakref
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from eventlogs.errors import ImportRefusedError
from eventlogs.event_codes import Codes, EventCodes, coded
from eventlogs.exchange.sealing_process import HASH, HEAD, N_HEADS, links
from eventlogs.ledger.chain import batch_contents

_BEHIND = 2  # batches being sealed while one before them is inserted
_MANY = 100_000  # events, from which on a process of its own hashes
_PIPE = 1 << 20  # bytes
_LINK = np.dtype((np.void, HASH))

# coded events, the numbers of their cases, what they say, and whether that is hashed already
_Said = tuple[pa.Table, Codes, pa.BinaryArray, bool]


class Sealer:
    """Gives batches their chain hashes, some batches later than they came: sealing and inserting overlap.

    `codes` are the events taken in so far, complete after `rest`; many are put aside in a file in `folder`.
    """

    def __init__(self, many: int = _MANY, folder: Path | None = None) -> None:
        self.codes = EventCodes(folder)
        self._many = many
        self._ends = _Ends()
        self._heads: list[bytes] = []  # the chain hash of each case's last event, while no process has them
        self._process: _Process | None = None
        self._waiting: deque[Future[pa.Table]] = deque()
        self._writing = ThreadPoolExecutor(1, "contents")
        self._linking = ThreadPoolExecutor(1, "chain")

    def add(self, rows: pa.Table) -> Iterator[pa.Table]:
        """Take a batch in, and yield a sealed one from before it, if there is one; its words are coded."""
        said = self._writing.submit(self._said, rows)
        self._waiting.append(self._linking.submit(self._sealed, said))
        if len(self._waiting) > _BEHIND:
            yield self._waiting.popleft().result()

    def rest(self) -> Iterator[pa.Table]:
        """Yield what has not been yielded yet; the columns for the compile are begun as soon as may be."""
        self._writing.submit(self._begin_columns)  # after the last batch, beside its insertion
        while self._waiting:
            yield self._waiting.popleft().result()
        self._writing.shutdown()
        self._linking.shutdown()
        if self._process is not None:
            self._process.end()

    def heads(self) -> pa.Table:
        """Return the last event of each case and its hash, after `rest`."""
        return self._ends.table(self.codes.names("case_id"))

    def _said(self, rows: pa.Table) -> _Said:
        with_codes = coded(rows)
        return with_codes, self.codes.add(with_codes), *batch_contents(with_codes)

    def _begin_columns(self) -> None:
        if self.codes.suffices:
            self.codes.columns()

    def _sealed(self, said: "Future[_Said]") -> pa.Table:
        rows, cases, contents, hashed = said.result()
        if self._process is None and self.codes.n_events > self._many:
            self._process, self._heads = _Process(self._heads), []
        _, offsets, data = contents.buffers()
        starts = np.frombuffer(offsets, np.int32, len(rows) + 1)
        text = memoryview(data)[: starts[-1]] if data is not None else memoryview(b"")
        if self._process is None:
            made = links(cases.tolist(), starts.tolist(), bytes(text), self._heads, hashed=hashed)
        else:
            made = self._process.links(cases, starts, text, hashed=hashed)
        self._ends.move(cases, rows["seq"].to_numpy(), made)
        return rows.append_column("chain_hash", _hashes(made))


class _Ends:
    """The last event of each case: its place and its chain hash."""

    def __init__(self) -> None:
        self._seqs, self._links = np.zeros(0, np.int64), np.zeros(0, _LINK)

    def move(self, cases: Codes, seqs: npt.NDArray[np.int64], made: bytes) -> None:
        """Take in the next events of some cases with their chain hashes."""
        n = int(cases.max(initial=-1)) + 1
        if n > len(self._seqs):
            more = max(n, 2 * len(self._seqs)) - len(self._seqs)
            self._seqs = np.append(self._seqs, np.zeros(more, np.int64))
            self._links = np.append(self._links, np.zeros(more, _LINK))
        self._seqs[cases] = seqs  # where a case comes several times, the last one stays
        self._links[cases] = np.frombuffer(made, _LINK)

    def table(self, case_ids: pa.StringArray) -> pa.Table:
        """Return the ends of the cases of these names, which are all."""
        n = len(case_ids)
        links = _hashes(self._links[:n].view(np.uint8).data)
        return pa.table({"case_id": case_ids, "seq": self._seqs[:n], "chain_hash": links})


def _hashes(made: bytes | memoryview) -> pa.BinaryArray:
    n = len(made) // HASH
    ends = pa.array(np.arange(0, len(made) + 1, HASH, dtype=np.int32))
    return pa.BinaryArray.from_buffers(pa.binary(), n, [None, ends.buffers()[1], pa.py_buffer(made)])


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
            pipesize=_PIPE,
        )
        self.end = weakref.finalize(self, _end, self._process)
        self._tell(N_HEADS.pack(len(heads)), b"".join(heads))

    def links(self, cases: Codes, offsets: Codes, said: memoryview, *, hashed: bool) -> bytes:
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
