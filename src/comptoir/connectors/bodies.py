"""Lines of a large body that is read as it comes."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import requests

from comptoir.connectors.http import PublisherClient


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
