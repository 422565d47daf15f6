"""Files that analysts bring: kept aside until they are imported or a day has passed."""

import re
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from eventlogs.errors import EventLogError

FOLDER = "uploads"
_DAY = 86_400
_OWNER = "owner.txt"
_NAME_BYTES = 200  # file systems hold 255


class UploadGoneError(EventLogError):
    """A file that was brought is no longer there, or is another's."""


@dataclass(frozen=True, slots=True)
class Uploads:
    """The files brought to the pages over the data directory `data`."""

    data: Path

    def take(self, owner: str, name: str, content: BinaryIO) -> str:
        """Keep a file under its own name, whatever was before it of paths; return the key to it."""
        self._forget_old()
        key = secrets.token_hex(16)
        folder = self._folder(key)
        (folder / "file").mkdir(parents=True, mode=0o700)
        (folder / _OWNER).write_text(owner, "utf-8")
        with (folder / "file" / safe_name(name)).open("wb") as kept:
            shutil.copyfileobj(content, kept)
        return key

    def file(self, owner: str, key: str) -> Path:
        """Return the file that somebody brought under a key."""
        folder = self._folder(key)
        there = re.fullmatch("[0-9a-f]{32}", key) and folder.exists()
        found = list((folder / "file").iterdir()) if there else []
        if not found or (folder / _OWNER).read_text("utf-8") != owner:
            raise UploadGoneError("the file is no longer here; bring it once more")
        return found[0]

    def let_go(self, key: str) -> None:
        """Throw a file away."""
        shutil.rmtree(self._folder(key), ignore_errors=True)

    def _folder(self, key: str) -> Path:
        return self.data / FOLDER / key

    def _forget_old(self) -> None:
        folder = self.data / FOLDER
        for old in folder.iterdir() if folder.exists() else ():
            if time.time() - old.stat().st_mtime > _DAY:
                shutil.rmtree(old, ignore_errors=True)


def safe_name(name: str) -> str:
    """Return a file's name without folders, signs that no file name holds, or a dot at its start.

    >>> safe_name("../../etc/加梯 2024.csv"), safe_name(".hidden"), safe_name("")
    ('加梯 2024.csv', 'hidden', 'log')
    """
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(sign for sign in last if sign.isprintable() and sign not in '<>:"|?*').strip(". ")
    return kept.encode()[-_NAME_BYTES:].decode("utf-8", "ignore").strip(". ") or "log"
