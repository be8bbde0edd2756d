"""Asterisk's call detail records, ``Master.csv`` as it is rotated into the drop (apis.md 3.5).

Options of a source: ``columns`` (their order, which the exchange's configuration decides; there is no header) and
``usegmtime`` (``yes``: times are UTC; else they are the exchange's own, the source's ``timezone``).

A number of six digits or less is the exchange's own and stays as a code; a longer one is a person's, and only the
caller's becomes a requester. A file that is dropped while it still grows is read again whole: rows are keyed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import partial
from zoneinfo import ZoneInfo

from comptoir.connectors.base import Malformed, Page, Request
from comptoir.connectors.bodies import local_time
from comptoir.connectors.files.drop import DIALECT, Record, read_files

__all__ = ["DIALECT", "fetch", "shape"]
_INTERNAL = re.compile(r"[0-9*#]{1,6}|[a-z]")
_EPOCH = re.compile(r"(?:.*-)?(\d{9,11})\.\d+")
_WITHHELD = frozenset({"", "anonymous", "private", "restricted", "unavailable", "unknown", "withheld", "<unknown>"})
# Some operators deliver the country's prefix without its plus sign.
_BARE_INTERNATIONAL = re.compile(r"33[1-9]\d{8}")
EARLIEST_YEAR = 1990
TEXTS = ("src", "dst", "uniqueid", "linkedid", "channel", "lastapp", "lastdata", "dcontext", "disposition")


def fetch(request: Request) -> Iterator[Page]:
    """Legs of the files that no other night loaded.

    Raises:
        PublisherError: as ``read_files``.
    """
    is_utc = request.own.options.get("usegmtime") == "yes"
    zone = ZoneInfo("UTC" if is_utc else request.source.timezone)
    return read_files(request, shape=partial(shape, zone=zone))


def shape(row: Record, zone: ZoneInfo) -> Record | Malformed:
    """A leg with its call, its direction, who called, and instants that say their offset from UTC.

    Local times repeat for an hour in October: the leg's ``uniqueid`` begins with the epoch second at which its channel
    was made, which tells the two apart.
    """
    text = {name: str(row.get(name) or "").strip() for name in TEXTS}
    caller, dialled = text["src"], text["dst"]
    is_hidden = caller.casefold() in _WITHHELD
    from_inside = bool(_INTERNAL.fullmatch(caller))
    to_inside = bool(_INTERNAL.fullmatch(dialled))
    made = _EPOCH.fullmatch(text["uniqueid"])
    near = dt.datetime.fromtimestamp(int(made[1]), dt.UTC) if made else None
    shaped = {name: value if value != "" else None for name, value in row.items()}
    shaped |= {
        "call": text["linkedid"] or text["uniqueid"] or None,
        "dialled": dialled or None,
        "dialled_code": dialled if to_inside else None,
        "caller_code": caller if from_inside else None,
        "caller_phone": None if from_inside or is_hidden else _dialable(caller),
        "is_caller_hidden": is_hidden,
        "direction": "inbound" if not from_inside else "internal" if to_inside else "outbound",
        "queue": text["lastdata"].split(",")[0] or None if text["lastapp"] == "Queue" else None,
    }
    for name in ("start", "answer", "end"):
        instant = _instant(shaped.get(name), zone, near)
        if instant is not None:
            shaped[name] = instant.isoformat()
            near = instant
    return shaped


def _dialable(number: str) -> str:
    return f"+{number}" if _BARE_INTERNATIONAL.fullmatch(number) else number


def _instant(value: object, zone: ZoneInfo, near: dt.datetime | None) -> dt.datetime | None:
    """The instant of a local time; of the two that an ambiguous one may be, the nearer to ``near``."""
    local = local_time(value, zone)
    if local is None or local.year < EARLIEST_YEAR:
        return None  # empty, or a text that the contract will refuse
    if near is None:
        return local
    return min(local, local.replace(fold=1), key=lambda at: abs(at.timestamp() - near.timestamp()))
