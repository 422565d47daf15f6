"""The hashing of a large import in a process of its own, as hashing event by event would hold up all threads.

Run as a program it takes batches from stdin and gives their links to stdout, until stdin ends. It needs no
package, so that it starts in a hundredth of a second.
"""

import sys
from array import array
from collections.abc import Sequence
from hashlib import sha256
from struct import Struct
from typing import BinaryIO

HEAD = Struct("<qq?")  # how many events, how many bytes they say, whether those are hashes already
N_HEADS = Struct("<q")
HASH = 32  # bytes
CHAIN_START = bytes(HASH)


def links(
    cases: Sequence[int], offsets: Sequence[int], said: bytes, heads: list[bytes], *, hashed: bool
) -> bytes:
    """Return the chain hashes of a batch, one behind the other, and move the cases' `heads` on.

    Event `i` is of the case `cases[i]` and says `said[offsets[i]:offsets[i + 1]]`, or its hash where they are
    `hashed`. The link is as `chain.linked` makes it, whose call would take as long as the hash.
    """
    heads += [CHAIN_START] * (max(cases, default=-1) + 1 - len(heads))
    made = []
    for case, start, end in zip(cases, offsets, offsets[1:], strict=False):  # an offset more than cases
        content = said[start:end] if hashed else sha256(said[start:end]).digest()
        heads[case] = link = sha256(heads[case] + content).digest()
        made.append(link)
    return b"".join(made)


def serve(asked: BinaryIO, told: BinaryIO) -> None:
    """Take the heads to begin with, then batches, and answer each."""
    (n_heads,) = N_HEADS.unpack(asked.read(N_HEADS.size))
    given = asked.read(n_heads * HASH)
    heads = [given[place : place + HASH] for place in range(0, len(given), HASH)]
    while len(head := asked.read(HEAD.size)) == HEAD.size:
        n_events, n_bytes, hashed = HEAD.unpack(head)
        cases, offsets = (_numbers(asked, n) for n in (n_events, n_events + 1))
        told.write(links(cases, offsets, asked.read(n_bytes), heads, hashed=hashed))
        told.flush()


def _numbers(asked: BinaryIO, n: int) -> Sequence[int]:
    numbers = array("i")
    numbers.frombytes(asked.read(n * numbers.itemsize))
    return numbers


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
