"""How people come in, from `access.toml` in the data directory; there need be none."""

import ipaddress
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dashboards.access.errors import AccessSettingsError
from dashboards.access.sessions import Lasting

FILE = "access.toml"
_PARTS = {
    "site": ("address",),
    "proxy": ("addresses",),
    "session": ("unused_hours", "hours"),
    "header": ("name",),
    "oidc": ("issuer", "client_id", "client_secret", "name_claim"),
}


@dataclass(frozen=True, slots=True)
class Oidc:
    """An OpenID Connect provider that signs people in."""

    issuer: str
    client_id: str
    client_secret: str = ""
    name_claim: str = "preferred_username"


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """How people come in.

    `address` is the one people use, such as `https://retrofit.city.gov.cn`; `proxies` are the machines whose
    word on where a request came from is taken; `user_header` is where they say who is signed in.
    """

    address: str | None = None
    proxies: frozenset[str] = frozenset()
    lasting: Lasting = field(default_factory=Lasting)
    user_header: str | None = None
    oidc: Oidc | None = None

    @property
    def is_https(self) -> bool:
        """Whether people use an encrypted address."""
        return self.address is not None and self.address.startswith("https://")


def read_settings(data: Path) -> AccessSettings:
    """Return the settings of a data directory, or refuse what is wrong with them and where."""
    file = data / FILE
    try:
        found = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return AccessSettings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise AccessSettingsError("{file} cannot be read: {reason}", file=file, reason=error) from error
    _refuse_unknown(file, found)
    return AccessSettings(
        _address(file, found.get("site", {})),
        _proxies(file, found.get("proxy", {})),
        _lasting(file, found.get("session", {})),
        _user_header(file, found),
        _oidc(file, found),
    )


def _refuse_unknown(file: Path, found: Mapping[str, Any]) -> None:
    for part, values in found.items():
        if part not in _PARTS or not isinstance(values, dict):
            raise AccessSettingsError(
                "{file}: [{part}] is not known here; known are {known}",
                file=file,
                part=part,
                known=", ".join(f"[{name}]" for name in _PARTS),
            )
        if unknown := sorted(values.keys() - set(_PARTS[part])):
            raise AccessSettingsError(
                "{file}: [{part}] may hold {known}; it also has: {unknown}",
                file=file,
                part=part,
                known=", ".join(_PARTS[part]),
                unknown=", ".join(unknown),
            )


def _text(file: Path, part: str, values: Mapping[str, Any], name: str) -> str:
    value = values.get(name, "")
    if not isinstance(value, str) or not value.strip():
        raise AccessSettingsError(
            "{file}: [{part}] needs {name}, a text in quotation marks", file=file, part=part, name=name
        )
    return value.strip()


def _address(file: Path, site: Mapping[str, Any]) -> str | None:
    if not site:
        return None
    address = _text(file, "site", site, "address").rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query:
        raise AccessSettingsError(
            "{file}: [site] address is {address!r}; right is one such as https://retrofit.example",
            file=file,
            address=address,
        )
    return address


def _proxies(file: Path, proxy: Mapping[str, Any]) -> frozenset[str]:
    addresses = proxy.get("addresses", [])
    try:
        return frozenset(str(ipaddress.ip_address(address)) for address in addresses)
    except (TypeError, ValueError) as error:
        raise AccessSettingsError(
            "{file}: [proxy] addresses is {found!r}; right is a list of single machines, such as "
            '["10.0.0.5"]',
            file=file,
            found=addresses,
        ) from error


def _lasting(file: Path, session: Mapping[str, Any]) -> Lasting:
    hours = {"unused_hours": 2, "hours": 12} | dict(session)
    for name, value in hours.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 24 * 31:
            raise AccessSettingsError(
                "{file}: [session] {name} is {value!r}; right is a number of hours up to 744",
                file=file,
                name=name,
                value=value,
            )
    return Lasting(timedelta(hours=hours["unused_hours"]), timedelta(hours=hours["hours"]))


def _user_header(file: Path, found: Mapping[str, Any]) -> str | None:
    if "header" not in found:
        return None
    if not found.get("proxy", {}).get("addresses"):
        raise AccessSettingsError(
            "{file}: [header] is believed from a proxy only; name its address under [proxy] addresses",
            file=file,
        )
    return _text(file, "header", found["header"], "name")


def _oidc(file: Path, found: Mapping[str, Any]) -> Oidc | None:
    if "oidc" not in found:
        return None
    if "site" not in found:
        raise AccessSettingsError(
            "{file}: [oidc] needs [site] address, to which the provider sends people back", file=file
        )
    given = {name: _text(file, "oidc", found["oidc"], name) for name in found["oidc"]}
    for name in ("issuer", "client_id"):
        _text(file, "oidc", given, name)
    if not given["issuer"].startswith("https://") and urlsplit(given["issuer"]).hostname != "127.0.0.1":
        raise AccessSettingsError(
            "{file}: [oidc] issuer is {issuer!r}; it must begin with https://",
            file=file,
            issuer=given["issuer"],
        )
    return Oidc(**given)
