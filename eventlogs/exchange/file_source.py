"""The file of an import as its log notes it; the file is hashed in a thread while it is read."""

import hashlib
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from eventlogs.events import Attribute

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class FileSource:
    """What makes an imported log: its file, told by the hash, and what was chosen about it."""

    file: str
    n_bytes: int
    format: str
    mapping: Attribute
    digest: Future[str]

    def noted(self, more: Mapping[str, Attribute] | None = None) -> dict[str, Attribute]:
        """Return what the log keeps of it, and `more`; waits for the hash."""
        kept: dict[str, Attribute] = {
            "file": self.file,
            "bytes": self.n_bytes,
            "sha256": self.digest.result(),
            "format": self.format,
            "mapping": self.mapping,
        }
        return kept | dict(more or {})

    def made(self, noted: Mapping[str, Attribute]) -> bool:
        """Tell whether a log that notes this of itself was read from the very same file in the same way.

        Only a file of the same length must have been hashed for that; older logs do not note theirs.
        """
        alike = noted.get("mapping") == self.mapping and noted.get("bytes", self.n_bytes) == self.n_bytes
        return alike and noted.get("sha256") == self.digest.result()


@contextmanager
def file_source(path: Path, format_: str, mapping: Attribute) -> Iterator[FileSource]:
    """Lend the source of an import; its hashing ends with the block."""
    digest: Future[str] = Future()
    stopped = Event()
    thread = Thread(target=_hash, args=(path, digest, stopped), name="file hash", daemon=True)
    thread.start()
    try:
        yield FileSource(path.name, path.stat().st_size, format_, mapping, digest)
    finally:
        stopped.set()
        thread.join()


def _hash(path: Path, digest: Future[str], stopped: Event) -> None:
    made = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while not stopped.is_set() and (block := file.read(_BLOCK)):
                made.update(block)
        digest.set_result(made.hexdigest())
    except OSError as error:
        digest.set_exception(error)
