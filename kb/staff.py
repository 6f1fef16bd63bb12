"""The file of a staff site (`kb serve --staff`): how people log in, which role each has, which proxies are believed. Read and checked here."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from kb.errors import BadStaff

ROLES = ("läsare", "analytiker", "förvaltare")  # what each may do stands in datasette.yaml
KEYS = {"proxy", "passwords", "trusted", "roles", "hosts", "publisher", "session_hours", "base_url"}
EVERYONE = "*"  # all who have logged in
GROUP = "grupp:"  # before the name of a group that the proxy gives
UNIX = "unix"  # whoever reaches the Unix socket
_COST = {"n": 2**14, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}  # 16 MB and about 50 ms a try


@dataclass(frozen=True, slots=True)
class Staff:
    """A staff site. Either `header` (a proxy has asked who it is) or `passwords` (name → hash) is set."""

    header: str
    groups_header: str
    passwords: Mapping[str, str]
    trusted: tuple[str, ...]
    roles: Mapping[str, tuple[str, ...]]
    hosts: tuple[str, ...]
    publisher: Mapping[str, str]
    session_hours: int
    base_url: str

    def as_config(self) -> dict[str, Any]:
        """As it is handed to the web."""
        return asdict(self)

    @classmethod
    def of_config(cls, config: Mapping[str, Any]) -> Staff:
        """The other way."""
        return cls(**config)


def load(path: Path) -> Staff:
    """The file. Raises BadStaff, which names what is wrong and how it is written."""
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadStaff(f"{path} finns inte", "kontrollera sökvägen") from error
    except OSError as error:
        raise BadStaff(f"{path}: kan inte läsas ({error.strerror})", "kontrollera sökvägen") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadStaff(f"{path}: går inte att läsa som YAML ({str(error).splitlines()[0]})") from error
    try:
        return parse(given)
    except ValueError as error:
        raise BadStaff(f"{path}: {error}") from error


def parse(given: Any) -> Staff:
    """The content of a file. Raises ValueError, in Swedish."""
    if not isinstance(given, dict):
        raise ValueError("filen är tom, eller ingen lista med namn och värden")
    if unknown := sorted(str(key) for key in set(given) - KEYS):
        raise ValueError(f"okänt namn ”{unknown[0]}” – de som finns är {', '.join(sorted(KEYS))}")
    if ("proxy" in given) == ("passwords" in given):
        raise ValueError("ange antingen ”proxy” eller ”passwords”")
    proxy = _mapping(given, "proxy")
    if "proxy" in given and (not proxy.get("header") or set(proxy) - {"header", "groups"}):
        raise ValueError("”proxy” ska ha ”header”, och får ha ”groups”")
    trusted = _strings(given.get("trusted", []), "trusted")
    if "proxy" in given and not trusted:
        raise ValueError("”trusted” saknas: adresserna som proxyn kommer från, eller unix")
    for address in trusted:
        _network(address)
    hours = given.get("session_hours", 10)
    if not isinstance(hours, int) or not 1 <= hours <= 24 * 7:
        raise ValueError("”session_hours” ska vara ett antal timmar, 1–168")
    return Staff(
        header=str(proxy.get("header", "")).lower(),
        groups_header=str(proxy.get("groups", "")).lower(),
        passwords=_passwords(_mapping(given, "passwords")),
        trusted=trusted,
        roles=_roles(_mapping(given, "roles")),
        hosts=_strings(given.get("hosts", []), "hosts"),
        publisher={str(name): str(value) for name, value in _mapping(given, "publisher").items()},
        session_hours=hours,
        base_url=str(given.get("base_url", "/")),
    )


def _mapping(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = given.get(name, {})
    if not isinstance(found, dict):
        raise ValueError(f"”{name}” ska vara namn och värden")
    return found


def _strings(value: Any, name: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"”{name}” ska vara en lista")
    return tuple(value)


def _passwords(given: Mapping[str, Any]) -> Mapping[str, str]:
    for name, value in given.items():
        if not isinstance(name, str) or not isinstance(value, str) or not _parts(value):
            raise ValueError(f"lösenordet för ”{name}” ska vara en rad från kb password, aldrig lösenordet självt")
    return dict(given)


def _roles(given: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    if unknown := sorted(str(role) for role in set(given) - set(ROLES)):
        raise ValueError(f"okänd roll ”{unknown[0]}” – de som finns är {', '.join(ROLES)}")
    if not given:
        raise ValueError("”roles” saknas: ingen kommer in utan roll")
    return {role: _strings(people, role) for role, people in given.items()}


def _network(address: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    if address == UNIX:
        return None
    try:
        return ipaddress.ip_network(address)
    except ValueError as error:
        raise ValueError(f"”{address}” under ”trusted” är ingen adress eller nät, som 10.1.2.3 eller 10.1.2.0/24, och inte unix") from error


def is_trusted(client: str | None, trusted: Sequence[str]) -> bool:
    """True where a request comes straight from a proxy that is believed; `client` is None or "" over a Unix socket."""
    if not client:
        return UNIX in trusted
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return False
    return any(network is not None and address in network for network in map(_network, trusted))


def roles_of(staff: Staff, name: str, groups: Sequence[str] = ()) -> frozenset[str]:
    """The roles of one who has logged in."""
    mine = {EVERYONE, name, *(GROUP + group for group in groups)}
    return frozenset(role for role, people in staff.roles.items() if mine & set(people))


def hashed(password: str, salt: bytes = b"") -> str:
    """A password as it is kept: `scrypt:SALT:HASH`."""
    salt = salt or secrets.token_bytes(16)
    return f"scrypt:{base64.b64encode(salt).decode()}:{base64.b64encode(hashlib.scrypt(password.encode(), salt=salt, **_COST)).decode()}"


def is_right(password: str, kept: str | None) -> bool:
    """True where it is the password; takes as long for one who has none."""
    salt, wanted = _parts(kept or "") or (b"nobody has this", b"")
    found = hashlib.scrypt(password.encode(), salt=salt, **_COST)
    return hmac.compare_digest(found, wanted)


def _parts(kept: str) -> tuple[bytes, bytes] | None:
    try:
        kind, salt, wanted = kept.split(":")
        return (base64.b64decode(salt, validate=True), base64.b64decode(wanted, validate=True)) if kind == "scrypt" else None
    except ValueError:
        return None
