"""What lies in a drop: a folder, a portal's index over HTTP, or named files at stable addresses."""

from __future__ import annotations

import datetime as dt
import email.utils
import fnmatch
import io
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import requests

from comptoir.connectors.base import Request
from comptoir.privacy.redaction import redact

# A file lies in memory as it was sent (and twice for a moment when a portal sends it): a worker of 2 GB holds that.
MAX_FILE_BYTES = 512 * 1024 * 1024
# A file changed so short a time ago may change again without showing it: clocks of drops count whole seconds.
SETTLED_SECONDS = 60
_UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart")
_CUT = "Nothing was kept: run the night again."


@dataclass(frozen=True)
class Dropped:
    """A file of the drop: its name, when it was last changed (ISO, UTC), and what reads it whole.

    ``listing`` tells it from any other file that may lie there without reading it: name, size, time of change;
    ``None`` where that is not told, or where the change is so recent that another one may not show.
    ``read`` raises PublisherError when the file cannot be had whole.
    """

    name: str
    modified_at: str | None
    read: Callable[[], bytes] = field(repr=False)
    listing: str | None = None


def listed(request: Request) -> Iterator[Dropped]:
    """Files of the stream (option ``match``), the oldest first so that a correction comes after what it corrects.

    Files that are hidden, locks of an open spreadsheet, or still being copied (``.part``, …) are passed over.

    Raises:
        PublisherError: the folder or the index cannot be read.
    """
    options = request.own.options
    scheme = urlsplit(request.base_url).scheme
    if scheme in ("http", "https"):
        named = [name.strip() for name in options.get("files", "").split("|") if name.strip()]
        return _named(request, named) if named else iter(_wanted(_index(request), options.get("match")))
    return iter(_wanted(_folder(request), options.get("match")))


def _wanted(files: list[Dropped], pattern: str | None) -> list[Dropped]:
    wanted = [
        file
        for file in files
        if not file.name.startswith((".", "~$"))
        and not file.name.casefold().endswith(_UNFINISHED)
        and (pattern is None or fnmatch.fnmatch(file.name.casefold(), pattern.casefold()))
    ]
    return sorted(wanted, key=lambda file: (file.modified_at or "", file.name))


def _listing(name: str, size: object, changed: str | float | None) -> str | None:
    """How a file is listed, if it can be told from a later one of the same name and size."""
    if not isinstance(size, int) or not changed:
        return None
    at = changed if isinstance(changed, float) else dt.datetime.fromisoformat(changed).timestamp()
    return f"{name}\n{size}\n{changed}" if at < time.time() - SETTLED_SECONDS else None


def _instant(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="seconds")


def _folder(request: Request) -> list[Dropped]:
    parts = urlsplit(request.base_url)
    folder = Path(unquote(parts.path) if parts.scheme == "file" else request.base_url)
    try:
        return [_file(request, path, path.stat()) for path in folder.iterdir() if path.is_file()]
    except OSError as error:
        raise request.client.error(
            request.base_url,
            f"is not a folder that can be read ({type(error).__name__})",
            "Check base_urls in comptoir.yml and the rights on the folder, then run the night again.",
        ) from None


def _file(request: Request, path: Path, told: os.stat_result) -> Dropped:
    listing = _listing(path.name, told.st_size, told.st_mtime_ns / 1e9)
    return Dropped(path.name, _instant(told.st_mtime), _local(request, path), listing)


def _local(request: Request, path: Path) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            _check_size(request, path.name, path.stat().st_size)
            return path.read_bytes()
        except OSError as error:
            raise _trouble(request, path.name, f"cannot be read ({type(error).__name__})") from None

    return read


def _index(request: Request) -> list[Dropped]:
    entries, _ = request.client.get_json("/index.json")
    if not isinstance(entries, list):
        raise request.client.error(
            f"{request.base_url}/index.json", "is not a list of files", "Check the address of the drop."
        )
    files = []
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            raise request.client.error(
                f"{request.base_url}/index.json", "lists something that is not a file", "Check the address of the drop."
            )
        name, size, modified_at = entry["name"], entry.get("size"), _modified(entry)
        files.append(Dropped(name, modified_at, _remote(request, name, size), _listing(name, size, modified_at)))
    return files


def _modified(entry: dict[str, Any]) -> str | None:
    try:
        at = dt.datetime.fromisoformat(str(entry.get("modified_at")))
    except ValueError:
        return None
    return at.replace(tzinfo=at.tzinfo or dt.UTC).astimezone(dt.UTC).isoformat(timespec="seconds")


def _remote(request: Request, name: str, size: Any) -> Callable[[], bytes]:
    def read() -> bytes:
        if isinstance(size, int):
            _check_size(request, name, size)
        data = request.client.get_bytes(f"/files/{quote(name, safe='')}").content
        if isinstance(size, int) and len(data) != size:
            raise _trouble(request, name, f"has {len(data)} bytes where the index says {size}: it is being written")
        _check_size(request, name, len(data))
        return data

    return read


def _named(request: Request, names: list[str]) -> Iterator[Dropped]:
    for name in names:
        # What the answer's head says may be enough: the body is read when it is wanted.
        with request.client.stream(f"/{quote(name)}") as response:
            stamp, length = response.headers.get("Last-Modified"), response.headers.get("Content-Length", "")
            modified = email.utils.parsedate_to_datetime(stamp).astimezone(dt.UTC).isoformat() if stamp else None
            listing = _listing(name, int(length) if length.isdecimal() else None, modified)
            yield Dropped(name.rpartition("/")[2], modified, partial(_body, request, name, response), listing)


def _body(request: Request, name: str, response: requests.Response) -> bytes:
    body = io.BytesIO()  # unlike joined pieces, never there twice
    for chunk in request.client.chunks(response):
        body.write(chunk)
        _check_size(request, name, body.tell())
    return body.getvalue()


def _check_size(request: Request, name: str, size: int) -> None:
    if size > MAX_FILE_BYTES:
        raise _trouble(request, name, f"is larger than {MAX_FILE_BYTES // 2**20} MB: it must be sent in parts")


def _trouble(request: Request, name: str, problem: str) -> Exception:
    return request.client.error(request.base_url, f"holds the file '{redact(name)}', which {problem}", _CUT)
