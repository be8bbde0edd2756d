"""Where things are: the environment of an installation."""

from __future__ import annotations

import os
import secrets as random_secrets
from pathlib import Path
from typing import Any

import yaml
from pydantic import (
    Field,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_DIR = Path(__file__).resolve().parents[2]
TERRITORY_PATTERN = r"^(country|nuts|region|departement|epci|commune|destination):[A-Z0-9a-z-]+$"


class ComptoirError(Exception):
    """An error whose message is written for the operator: what happened, where, what to do next."""


class ConfigError(ComptoirError):
    """``comptoir.yml`` or the environment cannot be used as it is."""


def read_yaml(text: str | bytes) -> Any:
    """Parse YAML by libyaml, which takes a tenth of the time of PyYAML's own parser.

    Raises:
        yaml.YAMLError: it is not YAML.
    """
    return yaml.load(text, Loader=yaml.CSafeLoader)


class Settings(BaseSettings):
    """Folders and endpoints of this installation, from ``COMPTOIR_*`` environment variables."""

    model_config = SettingsConfigDict(env_prefix="COMPTOIR_", frozen=True)

    var_dir: Path = Field(default=PROJECT_DIR / "var", validation_alias="COMPTOIR_VAR")
    config_path: Path = Field(default=PROJECT_DIR / "comptoir.yml", validation_alias="COMPTOIR_CONFIG")
    endpoint_template: str | None = None
    sandbox_token: str | None = Field(default=None, repr=False, description="what simulated publishers let in")
    http_max_attempts: int = Field(default=5, ge=1, le=10)
    http_backoff_seconds: float = Field(default=1.0, ge=0)
    http_max_wait_seconds: float = Field(default=300.0, ge=0)
    http_paced: bool = Field(default=True, description="false: a simulated publisher needs no pacing")

    @field_validator("var_dir", "config_path")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path if path.is_absolute() else Path.cwd() / path

    @property
    def project_dir(self) -> Path:
        """The checkout that holds ``dags/``, ``dbt/``, ``expectations/`` and ``superset/``."""
        return PROJECT_DIR

    @property
    def lake_dir(self) -> Path:
        """Landing, bronze, quarantine, events: everything the warehouse is rebuilt from."""
        return self.var_dir / "lake"

    @property
    def warehouse_path(self) -> Path:
        """The DuckDB file that dbt builds; private to the build."""
        return self.var_dir / "warehouse.duckdb"

    @property
    def serving_dir(self) -> Path:
        """Published versions and the pointer ``current``."""
        return self.var_dir / "serving"

    @property
    def secrets_dir(self) -> Path:
        """Generated keys and passwords, mode 0700."""
        return self.var_dir / "secrets"

    @property
    def airflow_dir(self) -> Path:
        """``AIRFLOW_HOME`` of the embedded run."""
        return self.var_dir / "airflow"

    @property
    def superset_dir(self) -> Path:
        """Superset's metadata of the embedded run."""
        return self.var_dir / "superset"

    @property
    def run_dir(self) -> Path:
        """Process ids, ports and logs of what ``make run`` started."""
        return self.var_dir / "run"

    @property
    def dbt_dir(self) -> Path:
        """The dbt project."""
        return PROJECT_DIR / "dbt"

    @property
    def expectations_dir(self) -> Path:
        """The Great Expectations project."""
        return PROJECT_DIR / "expectations"

    @property
    def superset_assets_dir(self) -> Path:
        """Databases, datasets, charts and dashboards as code."""
        return PROJECT_DIR / "superset" / "assets"


def get_settings() -> Settings:
    """Read the settings from the environment, anew at each call."""
    return Settings()


def secret(name: str, settings: Settings, *, create: bool = True) -> str:
    """Return the generated secret ``name`` from ``var/secrets``, creating it (0600) the first time.

    Raises:
        ComptoirError: the secret is absent and ``create`` is false.
    """
    path = settings.secrets_dir / name
    if path.exists():
        return path.read_text().strip()
    if not create:
        raise ComptoirError(f"The secret '{name}' is missing from {settings.secrets_dir}. Restore it from your backup.")
    settings.secrets_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    value = random_secrets.token_urlsafe(32)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(value)
    return value
