"""How a process finds out who owns a data directory: the notice its owner leaves in it."""

import json
import os
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

from eventlogs.errors import StoreBusyError

NOTICE = "owner.json"


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that holds a data directory's event log, and how to reach it on this machine."""

    pid: int
    host: str
    port: int
    token: str
    command: str

    def post(self, data: Path) -> None:
        """Leave the notice in `data`, readable by this user only."""
        target = data / NOTICE
        draft = target.with_suffix(f".{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(self), file)
        draft.replace(target)

    def answers(self) -> bool:
        """Tell whether something listens at the owner's port."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2):
                return True
        except OSError:
            return False


class OwnedElsewhereError(StoreBusyError):
    """Another process owns the data directory and answers: ask it instead."""

    def __init__(self, owner: Owner, data: Path) -> None:
        self.owner = owner
        super().__init__(
            "{data} is in use by process {pid} ({command}); "
            "ask it through `retrofit --data {data}`, or stop it first",
            data=data,
            pid=owner.pid,
            command=owner.command,
        )


def read_notice(data: Path) -> Owner | None:
    """Return the owner that left a notice in `data`; None if there is none or it is damaged."""
    try:
        return Owner(**json.loads((data / NOTICE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
