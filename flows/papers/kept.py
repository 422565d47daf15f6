"""Documents under their fingerprint in `documents/` of the data directory, so that no name is ever a path."""

import os
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

FOLDER = "documents"


def place_of(data: Path, digest: str) -> Path:
    """Return where the document of that fingerprint lies."""
    return data / FOLDER / digest[:2] / digest


def keep(data: Path, name: str, content: bytes) -> dict[str, str]:
    """Keep a document, once however often it is sent, and return the evidence that an event holds of it."""
    digest = sha256(content).hexdigest()
    place = place_of(data, digest)
    if not place.exists():
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=place.parent, delete=False) as draft:  # readable by this user only
            draft.write(content)
            draft.flush()
            os.fsync(draft.fileno())
        Path(draft.name).replace(place)
    return {"document": name, "sha256": digest}
