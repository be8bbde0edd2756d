"""Accounts, listening queries and territories that an installation watches."""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from comptoir.settings import TERRITORY_PATTERN


class Strict(BaseModel):
    """A part of ``comptoir.yml``: an unknown key is refused, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# How an account is named on each platform, and what a listening query may ask there.
ADDRESS_PATTERNS = {
    "mastodon": r"[^@\s]+@[^@\s]+",
    "bluesky": r"(did:[a-z]+:[a-zA-Z0-9._:%-]+|[a-z0-9-]+(\.[a-z0-9-]+)+)",
    "instagram": r"[0-9]{5,20}",
    "facebook": r"[0-9]{5,20}",
    "youtube": r"UC[A-Za-z0-9_-]{22}",
    "google_business": r"accounts/[0-9]+/locations/[0-9]+",
}
ADDRESS_SHAPES = {
    "mastodon": "user@instance",
    "bluesky": "a handle such as ville.bsky.social, or a did",
    "instagram": "the number of the Instagram user (ig-user-id)",
    "facebook": "the number of the Page",
    "youtube": "a channel id (UC…)",
    "google_business": "accounts/NUMBER/locations/NUMBER",
}
Platform = Literal["mastodon", "bluesky", "instagram", "facebook", "youtube", "google_business"]


class WatchedAccount(Strict):
    """An official account (or, on Google Business Profile, an establishment) of a territory."""

    account_key: str = Field(pattern=r"^[a-z0-9_]+$")
    platform: Platform
    address: str
    territory_id: str = Field(pattern=TERRITORY_PATTERN)

    @model_validator(mode="after")
    def _address_is_of_the_platform(self) -> WatchedAccount:
        if not re.fullmatch(ADDRESS_PATTERNS[self.platform], self.address):
            raise ValueError(f"on {self.platform} an address is {ADDRESS_SHAPES[self.platform]}")
        return self


class ListeningQuery(Strict):
    """What the listening asks a platform for; a new version is a break in the series."""

    query_id: str = Field(pattern=r"^[a-z0-9_]+$")
    query_version: int = Field(ge=1)
    platform: Literal["mastodon", "bluesky", "instagram", "youtube"]
    hashtag: str = Field(pattern=r"^[^#\s]+$")
    territory_id: str = Field(pattern=TERRITORY_PATTERN)
    valid_from: dt.date


class WatchedTerritory(Strict):
    """A territory that the configuration names somewhere."""

    territory_id: str


class Destination(Strict):
    """What visitors know by a name and no authority administers: communes and EPCI. Destinations may overlap."""

    destination_id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    name_fr: str = Field(min_length=1)
    members: list[str] = Field(min_length=1)

    @field_validator("members")
    @classmethod
    def _members_are_communes_or_epci(cls, members: list[str]) -> list[str]:
        if wrong := [member for member in members if not re.fullmatch(r"(commune|epci):[0-9][0-9AB][0-9]+", member)]:
            raise ValueError(f"a destination is made of communes and EPCI, not of {', '.join(wrong)}")
        if repeated := sorted({member for member in members if members.count(member) > 1}):
            raise ValueError(f"named twice: {', '.join(repeated)}")
        return members
