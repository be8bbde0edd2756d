"""What the DAGs tell each other."""

from __future__ import annotations

from airflow.sdk import Asset

SOCIAL_NIGHT = Asset(name="social_night", uri="comptoir://night/social")
TOURISM_NIGHT = Asset(name="tourism_night", uri="comptoir://night/tourism")
GRU_NIGHT = Asset(name="gru_night", uri="comptoir://night/gru")
DOMAIN_NIGHTS: dict[str, Asset] = {"social": SOCIAL_NIGHT, "tourism": TOURISM_NIGHT, "gru": GRU_NIGHT}

# Emitted when a build is wanted although a domain is missing (deadline) or already known (a night run again).
BUILD_REQUEST = Asset(name="build_request", uri="comptoir://build-request")
