"""Is there a cluster at an address? Found out before dask is asked, which waits long and complains where there is none."""

from __future__ import annotations

import re
import socket

from kb import errors

ANSWER = 5.0
"""Seconds in which somebody must be at the address, and speak."""
_ADDRESS = re.compile(r"(?:(?P<scheme>tcp|tls|wss?|ucx)://)?(?P<host>[^\[\]:/\s]+|\[[0-9a-fA-F:.]+\]):(?P<port>[0-9]{1,5})/?")
_LENGTH = 8
"""Bytes, the lowest first, in which dask says over tcp how long its greeting is; it greets before it is asked."""
_LONGEST = 1 << 20


def reach(address: str) -> None:
    """Raises NoCluster where an address is none that a scheduler can have, or nobody is there who greets as one."""
    found = _ADDRESS.fullmatch(address)
    if not found:
        raise errors.NoCluster(f"{address}: är ingen adress till ett kluster", "skriv den så: tcp://10.0.0.1:8786")
    try:
        with socket.create_connection((found["host"].strip("[]"), int(found["port"])), timeout=ANSWER) as there:
            greets = found["scheme"] not in (None, "tcp") or _greeted(there)
    except (OSError, ValueError, OverflowError) as error:
        raise errors.NoCluster(f"{address}: där svarar inget kluster") from error
    if not greets:
        raise errors.NoCluster(f"{address}: där svarar något annat än ett kluster")


def _greeted(there: socket.socket) -> bool:
    """True where dask is at the other end. Raises TimeoutError where it is silent."""
    length = there.recv(_LENGTH, socket.MSG_WAITALL)
    return len(length) == _LENGTH and 0 < int.from_bytes(length, "little") < _LONGEST
