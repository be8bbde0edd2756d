"""Meta's insights: metrics asked so that none can fail the others, read one value a row (apis.md 1.2, 1.3)."""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from comptoir.connectors.base import Malformed, Request, night_start
from comptoir.connectors.http import PublisherError
from comptoir.connectors.social.meta import EMPTY, GONE, INVALID

log = logging.getLogger(__name__)

DAY = dt.timedelta(days=1)


def names(options: Mapping[str, str], *wanted: str) -> list[str]:
    """Metric names of the first of these options that the source gives; none when it gives none of them."""
    listed = next((options[name] for name in wanted if name in options), "")
    return [name.strip() for name in listed.split(",") if name.strip()]


class Insights:
    """Asks for several metrics in one call; when Meta refuses one of them it fails the call, so each is asked alone.

    A metric refused where others of its ``group`` (same kind of object) are answered is not asked again that night,
    and its name is logged: it was retired or does not fit. One instance serves one stream of one night.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._refused: dict[str, set[str]] = defaultdict(set)
        self._told: dict[str, set[str]] = defaultdict(set)

    def ask(self, path: str, metrics: list[str], params: Mapping[str, Any], group: str) -> tuple[list[Any], int]:
        """Insights of one object and the bytes they took; none when it is gone, too small, or not known yet.

        Raises:
            PublisherError: a token, a permission or a publisher in trouble.
        """
        left = [name for name in metrics if name not in self._refused[group]]
        if not left:
            return [], 0
        try:
            return self._call(path, left, params)
        except PublisherError as error:
            if error.reason != INVALID:
                raise
        found: list[Any] = []
        size, refused = 0, set[str]()
        for name in left:
            try:
                items, bytes_read = self._call(path, [name], params)
            except PublisherError as error:
                if error.reason != INVALID:
                    raise
                refused.add(name)
                continue
            found += items
            size += bytes_read
        self._note(group, refused, everything=len(refused) == len(left))
        return found, size

    def _call(self, path: str, metrics: list[str], params: Mapping[str, Any]) -> tuple[list[Any], int]:
        try:
            # One page on purpose: the links of insights move the dates and never end.
            body, size = self._request.client.get_json(path, {"metric": ",".join(metrics), **params})
        except PublisherError as error:
            if error.reason in (GONE, EMPTY):
                return [], 0
            raise
        items = body.get("data", []) if isinstance(body, dict) else None
        if not isinstance(items, list):
            raise self._request.client.error(path, "answered insights without a list", "Check the API version.")
        return items, size

    def _note(self, group: str, refused: set[str], *, everything: bool) -> None:
        if not everything:
            # Refused with all the others it may be the object that Meta does not know: nothing is learnt of metrics.
            self._refused[group] |= refused
        if refused <= self._told[group]:
            return
        self._told[group] |= refused
        log.warning(
            "%s/%s: Meta does not answer %s for %s; see the metrics in the inventory",
            self._request.source.id,
            self._request.stream.name,
            ", ".join(sorted(refused)),
            group,
        )


def values(insight: Any) -> Iterator[Mapping[str, Any] | Malformed]:
    """Values of one insight, a row each: ``metric_name``, ``period``, ``value``, ``end_time``.

    A value by type gives a row a type, named ``metric.type``. A value that is absent gives no row.
    """
    if not isinstance(insight, dict) or not isinstance(insight.get("name"), str):
        yield Malformed(repr(insight).encode(), "an insight without a name")
        return
    measured = insight.get("values") or [insight.get("total_value")]
    if not isinstance(measured, list) or not all(isinstance(item, dict) for item in measured):
        yield Malformed(repr(insight).encode(), "an insight without values")
        return
    row = {name: insight[name] for name in ("period",) if name in insight}
    for item in measured:
        dated = {**row, "end_time": item["end_time"]} if "end_time" in item else row
        value = item.get("value")
        if isinstance(value, dict):
            for kind, part in value.items():
                yield {**dated, "metric_name": f"{insight['name']}.{kind.lower()}", "value": part}
        elif value is not None:
            yield {**dated, "metric_name": insight["name"], "value": value}


def groups(insight: Any) -> Iterator[Mapping[str, Any] | Malformed]:
    """Values of an insight by group of people, a row each: ``metric_name``, ``breakdown``, ``follower_group``,
    ``value``.

    A group of several dimensions is written ``25-34 | F``.
    """
    try:
        told = [
            (",".join(part["dimension_keys"]), " | ".join(result["dimension_values"]), result["value"])
            for part in insight["total_value"].get("breakdowns", [])
            for result in part.get("results", [])
        ]
        known = {"metric_name": insight["name"], "period": insight.get("period")}
    except (KeyError, TypeError, AttributeError):
        yield Malformed(repr(insight).encode(), "an insight without groups")
        return
    for breakdown, group, value in told:
        yield {**known, "breakdown": breakdown, "follower_group": group, "value": value}


def day_zone(request: Request) -> ZoneInfo:
    """The zone of Meta's days, whatever that of the account: the source's option ``day_zone``.

    Raises:
        PublisherError: there is no such zone.
    """
    name = request.source.options["day_zone"]
    try:
        return ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError):
        problem = f"has days of a zone '{name}' that does not exist"
        raise request.client.error(request.base_url, problem, "Check day_zone in the inventory.") from None


def day_of(end_time: Any, zone: ZoneInfo, *, ends: bool) -> Any:
    """The day of a zone that a value speaks of: the one that ``ends`` at ``end_time``, or that begins then.

    What is no time is handed back as it is.
    """
    try:
        ended = dt.datetime.fromisoformat(end_time)
        return (ended.astimezone(zone) - dt.timedelta(seconds=int(ends))).date().isoformat()
    except (TypeError, ValueError, OverflowError):
        return end_time


def day_start(day: dt.date, zone: ZoneInfo) -> int:
    """Epoch seconds at which a day of a zone begins."""
    return int(dt.datetime.combine(day, dt.time(), zone).timestamp())


def whole_days(request: Request, since: dt.datetime | None, most_days: int) -> tuple[dt.date, dt.date]:
    """First and last day to ask: from ``since`` to the last one that had ended when the night ran.

    At most ``most_days``: Meta keeps or gives no more.
    """
    last = request.night - DAY
    first = (since or night_start(last - DAY * most_days)).astimezone(day_zone(request)).date()
    return max(first, last - DAY * (most_days - 1)), last
