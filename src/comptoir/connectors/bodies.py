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
    rest, inflate = b"", None
    for position, chunk in enumerate(client.chunks(response)):
        if position == 0 and chunk[:2] == b"\x1f\x8b":
            inflate = zlib.decompressobj(wbits=31)
        try:
            plain = inflate.decompress(chunk) if inflate else chunk
        except zlib.error as error:
            raise client.error(
                response.url, "sent a damaged gzip", "Nothing was kept: run the night again."
            ) from error
        *whole, rest = (rest + plain).split(b"\n")
        yield from whole
    if inflate and not inflate.eof:
        raise client.error(
            response.url, "sent a gzip that stops in the middle", "Nothing was kept: run the night again."
        )
    if rest.strip():
        yield rest
