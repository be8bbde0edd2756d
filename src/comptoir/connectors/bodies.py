"""What bodies have in common: lines of a large one that is read as it comes, local times without a zone."""

from __future__ import annotations

import datetime as dt
import re
import zlib
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import requests

from comptoir.connectors.http import PublisherClient

_LOCAL_TIME = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")


def local_time(value: object, zone: ZoneInfo) -> dt.datetime | None:
    """The instant that ``2026-11-21 08:05:00`` is in a zone (the first one, where clocks go back); else ``None``."""
    if not (isinstance(value, str) and _LOCAL_TIME.fullmatch(value)):
        return None
    try:
        return dt.datetime.fromisoformat(value).replace(tzinfo=zone)
    except ValueError:
        return None


def lines(client: PublisherClient, response: requests.Response) -> Iterator[bytes]:
    """Lines (without their end) of a streamed body that is gzip or plain; a cut gzip is an error, never half a file.

    Raises:
        PublisherError: the connection broke, or the gzip is damaged or cut.
    """
    rest: list[bytes] = []
    inflate = None
    for position, chunk in enumerate(client.chunks(response)):
        if position == 0 and chunk[:2] == b"\x1f\x8b":
            inflate = zlib.decompressobj(wbits=31)
        try:
            plain = inflate.decompress(chunk) if inflate else chunk
        except zlib.error as error:
            raise client.error(response.url, "sent a damaged gzip", "Nothing was kept: run the night again.") from error
        first, *others = plain.split(b"\n")
        # A long line is put together once, when its end has come.
        rest.append(first)
        if others:
            yield b"".join(rest)
            yield from others[:-1]
            rest = [others[-1]]
    if inflate and not inflate.eof:
        raise client.error(
            response.url, "sent a gzip that stops in the middle", "Nothing was kept: run the night again."
        )
    if (last := b"".join(rest)).strip():
        yield last
