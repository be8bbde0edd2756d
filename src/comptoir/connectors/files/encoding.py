"""In which encoding a text was written."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from charset_normalizer import from_bytes

from comptoir.connectors.files.content import Content
from comptoir.connectors.files.grid import FileRefused

SURROGATE = re.compile(r"[\udc80-\udcff]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What French administrations, and the machines that they keep, write.
_FRENCH = ["cp1252", "iso8859_15", "cp850", "mac_roman"]
_PIECE = 1 << 16
_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_NON_ASCII_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")


class Encoding(NamedTuple):
    """How to decode a file: the codec, what becomes of bytes that do not fit, and the encoding in words."""

    codec: str
    errors: str
    shown: str


def find_encoding(content: Content, named: str | None = None) -> Encoding:
    """Encoding that the whole file can be read in; a byte that does not fit becomes a lone surrogate.

    Raises:
        FileRefused: the encoding that the options name does not exist, or the file is not in the one that it names.
    """
    head = content.head(4_000)
    if named:
        try:
            codec = codecs.lookup(named).name
            if codec in ("utf-16", "utf-32") and not any(head.startswith(bom) for bom, name in _BOMS if name == codec):
                codec += "-le"  # a stream without its mark would be refused
            _read(content, codec, "surrogateescape")
        except (LookupError, UnicodeError) as error:
            raise FileRefused(f"it cannot be read as {named}. Correct the option 'encoding'") from error
        return Encoding(codec, "surrogateescape", named)
    for bom, name in _BOMS:
        if head.startswith(bom):
            errors = "surrogateescape" if name == "utf-8-sig" else "strict"
            try:
                _read(content, name, errors)
            except UnicodeError as error:
                raise FileRefused(f"it says that it is {name} and is cut or damaged. Send it again") from error
            return Encoding(name, errors, name)
    if wide := _wide(head):
        return Encoding(wide, "replace", wide)
    if _fits(content, "utf-8"):
        return Encoding("utf-8", "strict", "utf-8")
    return _not_unicode(content)


def _pieces(content: Content, codec: str, errors: str) -> Iterator[str]:
    with content.text(codec, errors) as text:
        while piece := text.read(_PIECE):
            yield piece


def _read(content: Content, codec: str, errors: str) -> None:
    for _ in _pieces(content, codec, errors):
        pass


def _fits(content: Content, codec: str) -> bool:
    try:
        _read(content, codec, "strict")
    except UnicodeDecodeError:
        return False
    return True


def _not_unicode(content: Content) -> Encoding:
    """What French administrations wrote before UTF-8, or UTF-8 that some bytes damage."""
    damaged = foreign = 0
    for text in _pieces(content, "utf-8", "surrogateescape"):
        damaged += len(SURROGATE.findall(text))
        foreign += len(_NON_ASCII.findall(text))
    if foreign - damaged > damaged:
        return Encoding("utf-8", "surrogateescape", "utf-8 with damaged bytes")
    telling = _telling(content)
    best = from_bytes(telling, cp_isolation=_FRENCH).best()
    name = best.encoding if best and len(telling) > 60 else "cp1252"
    name = name if _fits(content, name) else "latin-1"
    return Encoding(name, "strict", name)


def _telling(content: Content) -> bytes:
    """First lines that hold other bytes than ASCII's."""
    lines: list[bytes] = []
    seen = kept = 0
    with content.open() as opened:
        while seen < 2_000_000 and kept < 40_000 and (some := opened.readline(_PIECE)):
            found = [match.group() for match in _NON_ASCII_LINE.finditer(some)]
            lines += found
            seen += len(some)
            kept += sum(len(line) for line in found)
    return b"\n".join(lines)[:40_000]


def _wide(head: bytes) -> str | None:
    """UTF-16 without its mark: in Western text every other byte is NUL."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 4 < len(head) or len(head) < 8:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"
