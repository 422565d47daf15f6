"""Which size of storage a data directory uses, from its `retrofit.toml`."""

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eventlogs.errors import EventLogError

SETTINGS = "retrofit.toml"
KNOWN = ("url", "lake")


@dataclass(frozen=True, slots=True)
class SharedLedger:
    """The outgrown size: the address of the PostgreSQL database, and the lake's directory if there is one."""

    url: str
    lake: str | None = None


def shared_ledger(data: Path) -> SharedLedger | None:
    """Return the shared ledger that `retrofit.toml` in `data` names; None for the size of one machine."""
    file = data / SETTINGS
    try:
        settings = tomllib.loads(file.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise EventLogError("{file} cannot be read: {reason}", file=file, reason=error) from error
    ledger = settings.pop("ledger", {})
    unknown = settings.keys() | (ledger.keys() - set(KNOWN) if isinstance(ledger, dict) else {"ledger"})
    if unknown:
        raise EventLogError(
            "{file} may hold only `url` and `lake` under [ledger]; it also has: {keys}",
            file=file,
            keys=", ".join(sorted(unknown)),
        )
    return _checked(file, ledger) if ledger else None


def write_shared_ledger(data: Path, shared: SharedLedger) -> None:
    """Write `retrofit.toml` into `data`, readable by this user only since an address may hold a password."""
    # a JSON string is a TOML string
    lines = ["[ledger]", f"url = {json.dumps(shared.url)}"]
    if shared.lake:
        lines.append(f"lake = {json.dumps(shared.lake, ensure_ascii=False)}")
    draft = data / f"{SETTINGS}.draft"
    draft.touch(0o600)
    draft.write_text("\n".join(lines) + "\n", "utf-8")
    draft.replace(data / SETTINGS)


def _checked(file: Path, ledger: dict[str, Any]) -> SharedLedger:
    url, lake = str(ledger.get("url", "")), ledger.get("lake")
    if not re.match(r"postgres(ql)?://", url):
        raise EventLogError("{file}: url is {url!r}; it must begin with postgresql://", file=file, url=url)
    if lake is not None and not (isinstance(lake, str) and lake):
        raise EventLogError("{file}: lake is {lake!r}; it must name a directory", file=file, lake=lake)
    return SharedLedger(url, lake)
