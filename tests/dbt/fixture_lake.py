"""A lake written by hand for the warehouse's tests: bronze files and reconciliation, exactly as conform leaves them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
from pathlib import Path
from typing import Any

import duckdb

from comptoir.inventory.schema import DUCKDB_TYPES, load_inventory

Row = dict[str, Any]
BUSINESS_DATE = {
    "statuses": "created_at",
    "hashtag_timeline": "created_at",
    "nights": "time_period",
    "reports": "declared_on",
}


# What tells a record from another, and what of it points to another one.
RECORD_IDS = (
    "post_id", "comment_id", "parent_comment_id", "reply_to_id", "quote_of_id", "request_id", "review_id", "leg_id",
    "call_id", "response_id", "experience_id", "requester_email_id", "requester_phone_id",
)  # fmt: skip

# Tables that a run adds to, as it does to the facts, although nobody else reads them.
KEPT_TABLES = [
    "int_commune_attribute_current",
    "int_request_open",
    "kpi_input_first_reply_business_hours",
    "kpi_input_first_reply_days",
    "kpi_input_recontact",
    "kpi_input_reply_delay",
    "kpi_input_resolution_business_hours",
    "kpi_input_resolution_days",
    "observatoire_month",
]


class FixtureLake:
    """Writes, replaces and removes the bronze of one source, stream and night.

    ``copies``: each row of a record is written so many times, as so many records that point to each other alike.
    """

    def __init__(self, root: Path, copies: int = 1) -> None:
        self.root, self.copies = root, copies
        self.inventory = load_inventory()
        self._duckdb = duckdb.connect()

    def accept(
        self,
        source: str,
        stream: str,
        night: dt.date,
        rows: list[Row],
        *,
        read_from_on: str | None = None,
        min_record_on: str | None = None,
    ) -> None:
        """Write the night's bronze file from rows of contract fields (others are NULL), and its reconciliation.

        Without ``read_from_on`` and ``min_record_on`` it is one of those written before these were kept.
        """
        contract = self.inventory.stream(source, stream)
        path = self._bronze(source, stream, night)
        path.parent.mkdir(parents=True, exist_ok=True)
        for row in rows:
            assert set(row) <= set(contract.fields), set(row) - set(contract.fields)
        columns = {name: DUCKDB_TYPES[field.type] for name, field in contract.fields.items()}
        lines = path.with_suffix(".ndjson")
        lines.write_text("\n".join(json.dumps({name: row.get(name) for name in columns}, default=str) for row in rows))
        relation = "read_json($lines, format = 'newline_delimited', columns = $columns)" if rows else None
        selected = (
            f"select * from {relation}"
            if relation
            else "select "
            + ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in columns.items())
            + " where false"
        )
        for name, value in {"$lines": f"'{lines}'", "$columns": str(columns)}.items():
            selected = selected.replace(name, value)
        if self.copies > 1 and (ids := [name for name in columns if name in RECORD_IDS]):
            renamed = ", ".join(f"{name} || '-' || copy as {name}" for name in ids)
            selected = (
                f"select * exclude (copy) replace ({renamed}) from ({selected}), range({self.copies}) as r (copy)"
            )
        self._duckdb.execute(
            f"copy (select *, '{source}' as _source, date '{night}' as _night from ({selected}) "
            f"order by {', '.join(contract.key)}) to '{path}' (format parquet)"
        )
        lines.unlink()
        dated = [str(row[BUSINESS_DATE[stream]])[:10] for row in rows] if stream in BUSINESS_DATE else []
        newest = max(dated, default=None)
        self._reconcile(
            source,
            stream,
            night,
            verdict="accepted",
            reasons=[],
            kept=len(rows),
            bronze_sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            max_record_on=f"{newest}-01" if newest and len(newest) == 7 else newest,
            read_from_on=read_from_on,
            min_record_on=min_record_on,
        )

    def hold(self, source: str, stream: str, night: dt.date, reasons: list[str]) -> None:
        """The night is held, whether it was accepted before or not: its bronze file goes."""
        self._bronze(source, stream, night).unlink(missing_ok=True)
        self._reconcile(
            source, stream, night, verdict="held", reasons=reasons, kept=0, bronze_sha256=None, max_record_on=None
        )

    def fail(self, source: str, night: dt.date, error: str) -> None:
        """The publisher could not be read that night."""
        path = self.root / "failures" / source / f"night={night}" / "0001.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"source": source, "night": str(night), "at": f"{night}T04:00:00Z", "error": error}))

    def _bronze(self, source: str, stream: str, night: dt.date) -> Path:
        return self.root / "bronze" / source / stream / f"night={night}.parquet"

    def _reconcile(self, source: str, stream: str, night: dt.date, *, kept: int, **fields: Any) -> None:
        path = self.root / "reconciliation" / source / stream / f"night={night}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {
            "source": source,
            "stream": stream,
            "night": str(night),
            "attempt": "0001",
            "received": kept + 1,
            "kept": kept,
            "duplicate": 0,
            "quarantined": 1,
            "erased": 0,
            "expired": 0,
            "pages": 1,
            "bytes": 100 * kept,
            "landed_at": f"{night + dt.timedelta(days=1)}T02:00:00Z",
            "publisher_updated_at": None,
            "added_fields": [],
            **fields,
        }
        path.write_text(json.dumps(content, ensure_ascii=False))


STREAMS = [
    ("mastodon", "accounts"),
    ("mastodon", "statuses"),
    ("mastodon", "hashtag_timeline"),
    ("eurostat", "nights"),
    ("opendatasoft", "reports"),
]
ACCOUNTS = {
    "region_bretagne": "region:53",
    "rennes_metropole": "epci:243500139",
    "ville_de_brest": "commune:29019",
    "saint_malo_tourisme": "commune:35288",
}
QUERIES = {"bretagne": "region:53", "saint_malo": "commune:35288"}
MUNICIPALITIES = ["35238", "35288", "29019", "99999", None]
CHANNELS = ["Application mobile", "Site internet", "Téléphone", "Courrier", "Minitel", None]
STATUSES = ["Nouveau", "En cours", "Clos", None]
FIRST_DAY = dt.date(2026, 11, 1)


class World:
    """A small world that edits, deletes, restates and closes. Same seed, night and variant: same rows.

    ``variant`` is what another attempt at the same night would have brought: other counters, other rows.
    """

    def __init__(self, seed: int = 1, posts_per_day: int = 6, requests_per_day: int = 8) -> None:
        self.seed, self.posts_per_day, self.requests_per_day = seed, posts_per_day, requests_per_day

    def rows(self, source: str, stream: str, night: dt.date, variant: int = 0) -> list[Row]:
        """What that stream shows at the end of that night."""
        return getattr(self, f"_{stream}")(night, variant)

    def _random(self, *key: object) -> random.Random:
        return random.Random(f"{self.seed}|{key}")

    def _accounts(self, night: dt.date, variant: int) -> list[Row]:
        rows = []
        for position, (key, territory) in enumerate(ACCOUNTS.items()):
            chance = self._random("account", key, night, variant)
            if chance.random() < 0.15:
                continue
            age = (night - FIRST_DAY).days
            followers = None if chance.random() < 0.1 else 1000 * (position + 1) + 7 * age + variant
            # the account moves to another territory of the configuration from the fourth night on
            place = "commune:35238" if key == "rennes_metropole" and age >= 3 else territory
            rows.append(
                {
                    "account_key": key,
                    "territory_id": place,
                    "author_id": f"author_{key}",
                    "followers_count": followers,
                    "following_count": 10,
                    "statuses_count": 100 + age,
                    "created_at": "2020-01-01T00:00:00",
                    "is_bot": False,
                }
            )
        return rows

    def _posts(self, night: dt.date, variant: int) -> list[Row]:
        """Posts of the last eight days as the night shows them, official ones and others."""
        rows = []
        for age in range(8):
            day = night - dt.timedelta(days=age)
            for number in range(self.posts_per_day):
                fixed = self._random("post", day, number)
                account = fixed.choice([*ACCOUNTS, None, None])
                deleted_after = fixed.choice([None, None, None, 1, 3])
                edited_after = fixed.choice([None, None, 0, 2])
                moment = f"{day}T{fixed.randrange(24):02}:{fixed.randrange(60):02}:00"
                seen = self._random("seen", day, number, night, variant)
                if (deleted_after is not None and age >= deleted_after) or seen.random() < 0.05:
                    continue
                edited = edited_after is not None and age >= edited_after
                rows.append(
                    {
                        "post_id": f"post_{day}_{number}",
                        "author_id": f"author_{account or fixed.randrange(5)}",
                        "account_key": account,
                        "territory_id": ACCOUNTS.get(account or ""),
                        "created_at": moment,
                        "edited_at": f"{day + dt.timedelta(days=edited_after)}T23:59:00" if edited else None,
                        "visibility": "public",
                        "language": "fr",
                        "content": f"texte {number}" + (" corrigé" if edited else ""),
                        "is_sensitive": False,
                        "is_reply": fixed.random() < 0.2,
                        "reblog_of_id": "post_elsewhere" if fixed.random() < 0.1 else None,
                        "replies_count": seen.randrange(5),
                        "reblogs_count": seen.randrange(9),
                        "favourites_count": None if seen.random() < 0.1 else age * 3 + seen.randrange(9),
                        "media_count": 0,
                        "hashtags": ["bretagne"],
                        "mention_ids": [],
                        "author_followers_count": 50,
                        "author_is_bot": fixed.random() < 0.1,
                        "query_ids": fixed.choice([[], ["bretagne"], ["saint_malo"], ["bretagne", "saint_malo"]]),
                    }
                )
        return rows

    def _statuses(self, night: dt.date, variant: int) -> list[Row]:
        return [
            {name: value for name, value in post.items() if name != "query_ids"}
            for post in self._posts(night, variant)
            if post["account_key"]
        ]

    def _hashtag_timeline(self, night: dt.date, variant: int) -> list[Row]:
        return [
            {
                **{name: value for name, value in post.items() if name not in {"query_ids", "account_key"}},
                "query_id": query,
                "query_version": 1,
                "territory_id": QUERIES[query],
            }
            for post in self._posts(night, variant)
            for query in post["query_ids"]
        ]

    def _nights(self, night: dt.date, variant: int) -> list[Row]:
        age = (night - FIRST_DAY).days
        vintage = age // 2  # the publisher restates every second night
        rows = []
        for month in range(1, 15):
            period = f"{2025 + (month - 1) // 12}-{(month - 1) % 12 + 1:02}"
            for geo in ("FR", "FRH0", "EU27_2020"):
                for residence in ("TOTAL", "DOM", "FOR"):
                    chance = self._random("cell", period, geo, residence, vintage, variant)
                    value = None if chance.random() < 0.05 else float(chance.randrange(1000, 99999))
                    flag = chance.choice(["c", None, "@C"]) if value is None else chance.choice([None, "p", "be", "u"])
                    rows.append(
                        {
                            "freq": "M",
                            "c_resid": residence,
                            "unit": "NR",
                            "nace_r2": "I551-I553",
                            "geo": geo,
                            "time_period": period,
                            "obs_value": value,
                            "obs_flag": flag,
                            "updated_at": f"{FIRST_DAY + dt.timedelta(days=2 * vintage)}T23:00:00",
                        }
                    )
        return rows

    def _reports(self, night: dt.date, variant: int) -> list[Row]:
        rows = []
        for age in range(10):
            day = night - dt.timedelta(days=age)
            for number in range(self.requests_per_day):
                fixed = self._random("report", day, number)
                closed_after = fixed.choice([None, 0, 1, 4])
                closed = closed_after is not None and age >= closed_after
                # one in twenty is closed the day before it was declared
                shift = -1 if closed_after == 0 and fixed.random() < 0.2 else closed_after
                seen = self._random("report seen", day, number, night, variant)
                if seen.random() < 0.05:
                    continue
                touched = day + dt.timedelta(days=min(age, fixed.randrange(3)))
                rows.append(
                    {
                        "request_id": f"R{day:%Y%m%d}-{number}",
                        "declared_on": str(day),
                        "closed_on": str(day + dt.timedelta(days=shift)) if closed and shift is not None else None,
                        "updated_at": None if fixed.random() < 0.2 else f"{touched}T12:00:00",
                        "status": "Clos" if closed else fixed.choice(STATUSES),
                        "category": "voirie",
                        "subcategory": f"variante {variant}",
                        "channel": fixed.choice(CHANNELS),
                        "municipality_code": fixed.choice(MUNICIPALITIES),
                        "latitude": 48.1,
                        "longitude": -1.7,
                    }
                )
        return rows


def fill(lake: FixtureLake, world: World, nights: list[dt.date]) -> None:
    """Accept every stream of the world for every night."""
    for night in nights:
        for source, stream in STREAMS:
            lake.accept(source, stream, night, world.rows(source, stream, night))
