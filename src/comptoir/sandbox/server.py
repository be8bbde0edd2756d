"""The sandbox's HTTP server: ``/{night}/{source}/…the publisher's own path…``."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from comptoir.config.file import Config
from comptoir.sandbox.answers import Answer, Ask, Publisher
from comptoir.sandbox.clock import Clock
from comptoir.sandbox.faults import Fault, Faults
from comptoir.sandbox.recorded.world import RecordedWorld
from comptoir.sandbox.seeded.world import SeededWorld
from comptoir.settings import ConfigError, get_settings

World = SeededWorld | RecordedWorld


def recorded_data_dir() -> Path:
    """Return where the recorded files are: ``COMPTOIR_REAL_DATA``, else ``shared/data`` beside the checkout."""
    named = os.environ.get("COMPTOIR_REAL_DATA")
    return Path(named) if named else get_settings().project_dir.parent / "shared" / "data"


def build_world(
    world: str,
    *,
    data: Path | None = None,
    seed: int = 7,
    scale: float = 1.0,
    token: str | None = None,
    config: Config | None = None,
) -> World:
    """Build the ``seeded`` or the ``recorded`` world.

    Raises:
        ConfigError: the world is unknown, or the recorded files are not where they should be.
    """
    if world == "seeded":
        return SeededWorld(seed, scale=scale, token=token, config=config)
    if world == "recorded":
        return RecordedWorld(data or recorded_data_dir(), token=token)
    raise ConfigError(f"Unknown world '{world}'. Choose seeded or recorded.")


def build_app(
    world: str | World,
    *,
    data: Path | None = None,
    seed: int = 7,
    scale: float = 1.0,
    faults: Iterable[str | Fault] = (),
    token: str | None = None,
    config: Config | None = None,
) -> Starlette:
    """Return the application that serves a world; ``app.state.world`` and ``app.state.faults`` are at tests' hands.

    ``token`` is what the publishers let in; without one they let in anybody.

    Raises:
        ConfigError: the world, a fault or the recorded files cannot be used.
    """
    if isinstance(world, str):
        world = build_world(world, data=data, seed=seed, scale=scale, token=token, config=config)
    app = Starlette(
        routes=[Route("/health", health), Route("/{night}/{source}/{path:path}", serve, methods=["GET", "POST"])]
    )
    app.state.world = world
    app.state.faults = Faults(faults)
    return app


async def health(request: Request) -> Response:
    """Say that the sandbox runs, and which world."""
    world: World = request.app.state.world
    return JSONResponse({"status": "ok", "world": world.name, "seed": world.seed})


async def serve(request: Request) -> Response:
    """Answer as the publisher ``source`` would have at the clock of ``night``."""
    source, night_text = request.path_params["source"], request.path_params["night"]
    try:
        night = dt.date.fromisoformat(night_text)
        clock = Clock.of(night)
    except (ValueError, OverflowError):
        return JSONResponse({"error": f"'{night_text}' is not a night. Write /YYYY-MM-DD/source/path."}, 400)
    publisher: Publisher | None = request.app.state.world.publishers.get(source)
    if publisher is None:
        known = ", ".join(sorted(request.app.state.world.publishers))
        return JSONResponse({"error": f"This world has no source '{source}'. It has: {known}."}, 404)
    faults: Faults = request.app.state.faults
    active = faults.on(source, night)
    skew = faults.skew_seconds(active)
    if wait := faults.delay_seconds(active):
        await asyncio.sleep(wait)
    answer = faults.refusal(active, publisher, f"{source} {night}")
    if answer is None and night < publisher.first_night:
        answer = publisher.error(404, "Record not found")
    if answer is None:
        ask = Ask(
            path="/" + request.path_params["path"],
            query=request.query_params,
            clock=replace(clock, now=clock.now + dt.timedelta(seconds=skew)) if skew else clock,
            url=str(request.base_url).rstrip("/") + quote(request.url.path),
            raw_query=request.url.query,
            method=request.method,
            headers=request.headers,
            body=await request.body(),
            overlap="duplicate-page" in active,
            shifted="shifting-offset" in active,
            skew_seconds=skew,
            touch=faults.touch(active, publisher),
        )
        answer = faults.spoil(active, publisher, publisher.answer(ask))
    return _response(answer)


def _response(answer: Answer) -> Response:
    if answer.chunks is None:
        body = msgspec.json.encode(answer.payload)
        return Response(body, answer.status, answer.headers, f"{answer.media_type}; charset=utf-8")
    if isinstance(answer.chunks, list):
        return Response(b"".join(answer.chunks), answer.status, answer.headers, answer.media_type)
    return StreamingResponse(_stream(answer.chunks), answer.status, answer.headers, answer.media_type)


async def _stream(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
        await asyncio.sleep(0)  # between two chunks others get their turn
