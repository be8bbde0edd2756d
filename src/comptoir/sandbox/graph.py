"""Meta's Graph API: versions, tokens, fields, edges by cursor, errors by code. What it serves stands behind it."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol
from urllib.parse import urlencode

from comptoir.sandbox.answers import Answer, Ask, Publisher, Record
from comptoir.sandbox.clock import Clock

VERSIONED = re.compile(r"^/v(\d+)\.\d+/(.+?)/?$")
OLDEST_VERSION = 20
DEFAULT_PAGE, MAX_PAGE = 25, 100
Render = Callable[[], Record]


class GraphError(Exception):
    """A refusal, as Meta tells it: a code, perhaps a subcode, under an HTTP status that says little."""

    def __init__(self, code: int, message: str, subcode: int | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.subcode, self.status = code, message, subcode, status


@dataclass(frozen=True)
class Node:
    """An object of the graph at a clock.

    ``kind`` names its records for the faults, ``fields`` are those that may be asked. ``edges`` list other objects,
    newest first, each rendered only when it is on the page; they are given the request for what it narrows.
    ``measure`` tells a metric of ``metric_group``, of a day (a date) or of its lifetime; ``None``: not known yet.
    ``audience`` tells how many followers are in each group of a breakdown (``country``, ``age,gender``).
    """

    kind: str
    fields: frozenset[str]
    render: Render
    edges: Mapping[str, Callable[[Ask], Edge]] = field(default_factory=dict)
    metric_group: str = ""
    measure: Callable[..., Any] | None = None
    audience: Callable[[str], list[tuple[list[str], int]]] | None = None


@dataclass(frozen=True)
class Edge:
    """A list of objects of one kind."""

    kind: str
    fields: frozenset[str]
    rows: Iterable[Render]
    max_page: int = MAX_PAGE


class Network(Protocol):
    """What stands behind the protocol."""

    first_night: dt.date

    def node(self, clock: Clock, node_id: str) -> Node | None:
        """Return an object by its id, or nothing when it is gone, unknown or not to be seen."""
        ...

    def search(self, clock: Clock, ask: Ask, root: str) -> list[Record] | None:
        """Answer a call that is under no object (``ig_hashtag_search``), or nothing when there is none of that name."""
        ...


class Graph(Publisher):
    """The protocol over a network. ``throttle_status``, ``most_rows`` and ``forbidden`` are at tests' hands.

    ``throttle_status``: the HTTP status of throttles, which Meta varies (400, 403, 429). ``most_rows``: pages that
    ask for more are refused with code 1, as Meta does when the fields weigh too much. ``forbidden``: objects that
    the token may not read.
    """

    throttle_code = 4
    business_use_case = "pages"

    def __init__(self, network: Network, *, token: str | None = None) -> None:
        self.network = network
        self.first_night = network.first_night
        self.token = token
        self.throttle_status = 400
        self.most_rows = MAX_PAGE
        self.forbidden: frozenset[str] = frozenset()

    def error(self, status: int, message: str) -> Answer:
        """Say in Meta's shape what went wrong: nearly everything is HTTP 400 and a code."""
        if status == 401:
            return refused(GraphError(190, "Error validating access token: Session has expired", 463))
        return refused(_not_there() if status == 404 else GraphError(100, message))

    def throttled(self, *, for_the_day: bool) -> Answer:
        """Refuse by code; a long wait is told in minutes, a short one not at all."""
        minutes = 1_440 if for_the_day else 0
        told = GraphError(self.throttle_code, "(#4) Application request limit reached", status=self.throttle_status)
        return refused(told, self._headers(100, minutes), is_transient=True)

    def error_in_200(self, answer: Answer) -> Answer:
        """Fail inside an answer that claims success."""
        return Answer(refused(GraphError(2, "An unexpected error has occurred. Please retry later.")).payload)

    def answer(self, ask: Ask) -> Answer:
        """Answer an object, one of its edges, its insights, or a search."""
        try:
            payload = self._payload(ask)
        except GraphError as error:
            return refused(error, self._headers(28, 0))
        return Answer(payload, headers=self._headers(28, 0))

    def insights(self, ask: Ask, node: Node) -> list[Record]:
        """Answer the insights of an object; each network has its own metrics and shapes."""
        raise NotImplementedError

    def _payload(self, ask: Ask) -> Any:
        if self.token and (ask.bearer or ask.query.get("access_token", "")) != self.token:
            raise GraphError(190, "Invalid OAuth access token - Cannot parse access token")
        found = VERSIONED.match(ask.path)
        if not found or int(found[1]) < OLDEST_VERSION:
            raise GraphError(2635, "(#2635) You are calling a deprecated version of the API.")
        node_id, _, edge = found[2].partition("/")
        if (listed := self.network.search(ask.clock, ask, node_id)) is not None:
            return {"data": listed}
        node = self.network.node(ask.clock, node_id)
        if node_id in self.forbidden:
            raise GraphError(200, "(#200) Requires pages_read_engagement permission to manage the object", status=403)
        if node is None:
            raise _not_there()
        if not edge:
            record = cut(ask, node.fields, node.render())
            return next(iter(ask.touch(node.kind, [record])))
        if edge == "insights" and node.measure is not None:
            return self._measured(ask, node)
        if edge not in node.edges:
            raise GraphError(100, f"(#100) Tried accessing nonexisting field ({edge}) on node type")
        return self._page(ask, node.edges[edge](ask))

    def _measured(self, ask: Ask, node: Node) -> Record:
        items = list(ask.touch("insight", self.insights(ask, node)))
        # These links move the dates and never run out.
        around = {"previous": f"{ask.url}?since=0&until=1", "next": f"{ask.url}?since=1&until=2"}
        return {"data": items, "paging": around}

    def _page(self, ask: Ask, edge: Edge) -> Record:
        limit = whole_number(ask, "limit", DEFAULT_PAGE)
        if not 0 < limit <= edge.max_page:
            raise GraphError(100, f"(#100) Param limit must be between 1 and {edge.max_page}")
        if limit > self.most_rows:
            raise GraphError(
                1, "Please reduce the amount of data you're asking for, then retry your request", status=500
            )
        offset = _position(ask.query.get("after"))
        start = ask.start(offset)
        rows = list(islice(edge.rows, start, offset + limit + 1))
        more = len(rows) > offset + limit - start
        page = [cut(ask, edge.fields, render()) for render in rows[: offset + limit - start]]
        if not page:
            return {"data": []}
        cursors = {"before": _cursor(offset), "after": _cursor(offset + limit)}
        paging: Record = {"cursors": cursors}
        if more:
            kept = [(name, value) for name, value in ask.query.multi_items() if name not in ("after", "access_token")]
            # As Meta does, whichever way the token came.
            token = [("access_token", ask.bearer or ask.query.get("access_token", ""))]
            paging["next"] = f"{ask.url}?{urlencode([*token, *kept, ('after', cursors['after'])])}"
        return {"data": list(ask.touch(edge.kind, page)), "paging": paging}

    def _headers(self, percent: int, minutes: int) -> dict[str, str]:
        used = {"call_count": percent, "total_cputime": 5, "total_time": 6}
        business = {"type": self.business_use_case, **used, "estimated_time_to_regain_access": minutes}
        return {
            "X-App-Usage": json.dumps(used),
            "X-Business-Use-Case-Usage": json.dumps({"10150000000000001": [business]}),
        }


def _not_there() -> GraphError:
    return GraphError(
        100,
        "Unsupported get request. Object does not exist, cannot be loaded due to missing permissions, or does not"
        " support this operation.",
        33,
    )


def refused(error: GraphError, headers: dict[str, str] | None = None, *, is_transient: bool = False) -> Answer:
    """Return an error in Meta's shape."""
    body: Record = {"message": error.message, "type": "OAuthException", "code": error.code}
    body |= {"error_subcode": error.subcode} if error.subcode else {}
    body |= {"is_transient": True} if is_transient else {}
    return Answer({"error": {**body, "fbtrace_id": "AbcSimulated0000000000"}}, error.status, headers=headers or {})


def whole_number(ask: Ask, name: str, default: int) -> int:
    """Return a parameter that must be a whole number.

    Raises:
        GraphError: it is not.
    """
    text = ask.query.get(name, str(default))
    if not text.isdecimal():
        raise GraphError(100, f"(#100) Param {name} must be an integer")
    return int(text)


def cut(ask: Ask, known: frozenset[str], record: Record) -> Record:
    """Return the fields that were asked for, and the id; what is not there (``None``) is left out, never null.

    A field given as a function is worked out only when it is asked for.

    Raises:
        GraphError: a field that the object does not have.
    """
    asked = list(_top_level(ask.query.get("fields", "")))
    if strangers := [name for name in asked if name not in known]:
        raise GraphError(100, f"(#100) Tried accessing nonexisting field ({strangers[0]})")
    wanted = {name: value for name, value in record.items() if name in asked or name == "id"}
    found = {name: value() if callable(value) else value for name, value in wanted.items()}
    return {name: value for name, value in found.items() if value is not None}


def _top_level(fields: str) -> Iterator[str]:
    """Yield the names of ``a,b{c,d},e.limit(0)`` without what hangs on them."""
    depth, name = 0, ""
    for letter in f"{fields},":
        depth += (letter in "({") - (letter in ")}")
        if letter == "," and depth == 0:
            if name:
                yield re.split(r"[.({]", name)[0]
            name = ""
        else:
            name += letter


def _cursor(offset: int) -> str:
    return base64.urlsafe_b64encode(f"at:{offset}".encode()).decode().rstrip("=")


def _position(cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().removeprefix("at:"))
    except ValueError as error:
        raise GraphError(100, "(#100) Invalid cursor") from error
