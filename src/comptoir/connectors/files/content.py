"""The bytes of a file as they were sent, unpacked while they are read and read as often as needed.

They stay in memory, for a file may hold identities and those are replaced before the disk: no temporary file, be it
without a name, ever holds them. What is unpacked, decoded or parsed is never held whole: memory is the file as it was
sent plus a constant, whatever the number of its rows.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from typing import IO, cast

from comptoir.connectors.files.grid import FileRefused

MAX_BYTES = 512 * 1024 * 1024
CHUNK_BYTES = 1 << 16


class Content:
    """A file in memory, plain or packed by gzip, bzip2 or xz (told by its first bytes); ``packed`` says which."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.packed: str | None = None
        if data.startswith(b"\x1f\x8b"):
            self.packed = "gzip"
        elif data.startswith(b"BZh"):
            self.packed = "bzip2"
        elif data.startswith(b"\xfd7zXZ"):
            self.packed = "xz"

    def open(self) -> io.BufferedIOBase:
        """The unpacked bytes, from the first one on."""
        source = io.BytesIO(self._data)  # shares the bytes until somebody writes
        if self.packed == "gzip":
            return gzip.GzipFile(fileobj=source)
        if self.packed == "bzip2":
            return bz2.BZ2File(source)
        if self.packed == "xz":
            return lzma.LZMAFile(source)
        return source

    def text(self, codec: str, errors: str) -> io.TextIOWrapper:
        """The decoded text, from the first character on, with the line ends that it has.

        Raises:
            LookupError: there is no such encoding of text.
        """
        return io.TextIOWrapper(cast(IO[bytes], self.open()), codec, errors, newline="")

    def head(self, size: int) -> bytes:
        """The first bytes, ``size`` of them or what there is."""
        with self.open() as opened:
            return opened.read(size)

    def check(self) -> None:
        """Read all of it once, so that no reader meets a damaged part later.

        Raises:
            FileRefused: it cannot be unpacked to its end, or is larger than a file may be.
        """
        size = len(self._data)
        try:
            if self.packed:
                size = 0
                with self.open() as opened:
                    while size <= MAX_BYTES and (chunk := opened.read(CHUNK_BYTES)):
                        size += len(chunk)
        except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
            raise FileRefused(f"the {self.packed} file is cut or damaged. Send it again") from error
        if size > MAX_BYTES:
            raise FileRefused(f"the file is larger than {MAX_BYTES // 2**20} MB. Send it in parts")

    def whole(self) -> bytes:
        """All of the unpacked bytes at once, for a format that can only be read so."""
        with self.open() as opened:
            return opened.read()
