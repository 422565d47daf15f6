"""A file looked at where it stands on the disk, of which memory holds only what was looked at just now."""

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pyarrow as pa

_EVERY = 0.02  # seconds
_NOT_NEEDED = getattr(mmap, "MADV_DONTNEED", None)  # Windows has none, and lets go by itself


@contextmanager
def mapped(file: Path) -> Iterator[pa.Buffer]:
    """Lend the bytes of a file that is not empty.

    A system counts all that was ever looked at to a process, as long as there is room; here it is told again
    and again that nothing of it is needed.
    """
    with file.open("rb") as opened:
        held = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    done = Event()
    letting_go = Thread(target=_let_go, args=(held, done), name="let go of a file", daemon=True)
    letting_go.start()
    try:
        yield pa.py_buffer(held)
    finally:
        done.set()
        letting_go.join()


def _let_go(held: mmap.mmap, done: Event) -> None:
    while _NOT_NEEDED is not None and not done.wait(_EVERY):
        held.madvise(_NOT_NEEDED)
