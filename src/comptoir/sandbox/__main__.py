"""``python -m comptoir.sandbox serve``: start the publishers' simulator.

With ``COMPTOIR_SANDBOX_TOKEN`` set, publishers answer only to that token.
"""

from __future__ import annotations

import argparse
import socket
import sys
from pathlib import Path

import uvicorn

from comptoir.sandbox.faults import NAMES
from comptoir.sandbox.server import build_app
from comptoir.settings import ComptoirError, get_settings


class _Announcing(uvicorn.Server):
    """A server that says, in one line, when it is ready and where."""

    title = ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for server in self.servers:
            host, port = server.sockets[0].getsockname()[:2]
            print(f"Sandbox ready: {self.title} on http://{host}:{port}/{{night}}/{{source}}", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m comptoir.sandbox", description=__doc__)
    serve = parser.add_subparsers(dest="command", required=True).add_parser("serve", help="serve a world over HTTP")
    serve.add_argument("--world", choices=["seeded", "recorded"], default="seeded")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=0, help="0 picks a free one")
    serve.add_argument("--data", type=Path, help="folder of the recorded files (default: COMPTOIR_REAL_DATA)")
    serve.add_argument("--seed", type=int, default=7)
    serve.add_argument("--scale", type=float, default=1.0, help="how many times more posts and reports")
    serve.add_argument(
        "--faults",
        default="",
        help=f"comma-separated [source:]name[=value][@night[..night]]; names: {', '.join(NAMES)}",
    )
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        app = build_app(
            options.world,
            data=options.data,
            seed=options.seed,
            scale=options.scale,
            faults=[fault for fault in options.faults.split(",") if fault.strip()],
            token=get_settings().sandbox_token,
        )
    except ComptoirError as error:
        print(f"The sandbox cannot start. {error}", file=sys.stderr)
        return 2
    server = _Announcing(
        uvicorn.Config(app, host=options.host, port=options.port, log_level="warning", access_log=False)
    )
    server.title = f"{options.world} world" + (f" (seed {options.seed})" if options.world == "seeded" else "")
    server.run()
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
