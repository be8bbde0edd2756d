"""Superset's settings for Comptoir. Secrets come from the environment or ``$COMPTOIR_VAR/secrets``, never from here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

if "COMPTOIR_VAR" not in os.environ:
    raise RuntimeError(
        "COMPTOIR_VAR is not set: Superset does not know where its metadata and secrets are. "
        "Start it through Comptoir, or set COMPTOIR_VAR to the installation's var folder."
    )
VAR_DIR = Path(os.environ["COMPTOIR_VAR"]).resolve()


def _secret(environment_name: str, file_name: str) -> str:
    value = os.environ.get(environment_name, "").strip()
    path = VAR_DIR / "secrets" / file_name
    if not value and path.exists():
        value = path.read_text(encoding="utf-8").strip()
    if not value:
        raise RuntimeError(
            f"Superset refuses to start without a secret key: {path} is missing and {environment_name} is not set. "
            "Run Comptoir's preparation of Superset, or restore the secrets from your backup."
        )
    return value


SECRET_KEY = _secret("COMPTOIR_SUPERSET_SECRET_KEY", "superset_secret_key")
SQLALCHEMY_DATABASE_URI = f"sqlite:///{VAR_DIR / 'superset' / 'superset.db'}"
# Dashboard requests arrive together and each writes a log line: wait for SQLite's lock instead of failing.
SQLALCHEMY_ENGINE_OPTIONS = {"connect_args": {"timeout": 30}}

# --- Who comes in ----------------------------------------------------------------------------------------------
PUBLIC_ROLE_LIKE = None
AUTH_USER_REGISTRATION = False
AUTH_RATE_LIMITED = True
AUTH_RATE_LIMIT = "10 per minute"
RATELIMIT_ENABLED = True
RATELIMIT_STORAGE_URI = "memory://"
# One page asks for about a hundred static files: only log-ins are limited.
RATELIMIT_APPLICATION = "1000 per second"
WTF_CSRF_ENABLED = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
ENABLE_CORS = False
ENABLE_UI_THEME_ADMINISTRATION = False
PREVENT_UNSAFE_DB_CONNECTIONS = True

# The browser asks nothing outside: no telemetry pixel, no map tiles, no web fonts.
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'"],
        "script-src": ["'self'", "'strict-dynamic'"],
        "frame-ancestors": ["'self'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
    # ``lax`` policies would let a link carry territory names to another site.
    "referrer_policy": "same-origin",
}

# --- What is remembered ----------------------------------------------------------------------------------------
# Query results are not cached: the next query after a publication must see it, and DuckDB answers from aggregates
# faster than a cache is invalidated. If a cache is ever turned on here, its keys hold the user (no leak between
# territories) and CACHE_DEFAULT_TIMEOUT bounds its age.
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
CACHE_DEFAULT_TIMEOUT = 60

FEATURE_FLAGS = {
    "CACHE_QUERY_BY_USER": True,
    "CACHE_IMPERSONATION": True,
    "DASHBOARD_RBAC": False,
    # Off: printing must hold the charts that have not been scrolled to.
    "DASHBOARD_VIRTUALIZATION": False,
    "ENABLE_TEMPLATE_PROCESSING": False,
    "ALLOW_ADHOC_SUBQUERY": False,
    "EMBEDDABLE_CHARTS": False,
    "ALERT_REPORTS": False,
    "RLS_IN_SQLLAB": True,
}


def USER_AGENT_FUNC(_database: object, _source: object) -> str:
    """One name for every query.

    DuckDB refuses a second connection to an open file when any setting differs, and Superset names its connections
    after the page that asks: SQL Lab would fail while a dashboard loads.
    """
    return "Superset"


# --- Limits ----------------------------------------------------------------------------------------------------
ROW_LIMIT = 10_000
SQL_MAX_ROW = 50_000
SQLLAB_TIMEOUT = 60
SUPERSET_WEBSERVER_TIMEOUT = 90
ENABLE_PROXY_FIX = bool(os.environ.get("COMPTOIR_BEHIND_PROXY"))

# --- French ----------------------------------------------------------------------------------------------------
APP_NAME = "Comptoir"
LANGUAGES = {"fr": {"flag": "fr", "name": "Français"}}
BABEL_DEFAULT_LOCALE = "fr"
CURRENCIES = ["EUR"]
D3_FORMAT = {
    "decimal": ",",
    "thousands": "\u202f",
    "grouping": [3],
    "currency": ["", "\u00a0€"],
    "percent": "\u202f%",
}
D3_TIME_FORMAT = {
    "dateTime": "%A %e %B %Y à %X",
    "date": "%d/%m/%Y",
    "time": "%H:%M:%S",
    "periods": ["", ""],
    "days": ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
    "shortDays": ["dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."],
    "months": [
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ],
    "shortMonths": [
        "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
    ],
}  # fmt: skip

# --- Looks -----------------------------------------------------------------------------------------------------
_WORDMARK = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 148 32">
<path d="M2 12h28v4H2zM5 16h22v3H5zM8 19h4v9H8zM20 19h4v9h-4z" fill="#1F5A7A"/>
<circle cx="16" cy="7" r="4" fill="#D98324"/>
<text x="38" y="24" font-family="Inter, Arial" font-size="21" font-weight="600" fill="#1F5A7A">Comptoir</text>
</svg>"""
THEME_DEFAULT = {
    "token": {
        "brandAppName": APP_NAME,
        "brandLogoAlt": APP_NAME,
        "brandLogoUrl": "data:image/svg+xml," + quote(_WORDMARK),
        "brandLogoHref": "/",
        "brandLogoHeight": "28px",
        "brandLogoMargin": "14px 0",
        "colorPrimary": "#1E7BA6",
        "colorLink": "#1E7BA6",
        "fontUrls": [],
        "fontFamily": "Inter, Helvetica, Arial, sans-serif",
        "fontFamilyCode": "'IBM Plex Mono', 'Courier New', monospace",
    },
    "algorithm": "default",
}
# One look: printed pages and screenshots are the same for everybody.
THEME_DARK = None


def FLASK_APP_MUTATOR(app: Any) -> None:
    """Put our page heads before Superset's."""
    from jinja2 import ChoiceLoader, FileSystemLoader

    app.jinja_loader = ChoiceLoader([FileSystemLoader(Path(__file__).parent / "templates"), app.jinja_loader])


EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "comptoir",
        "description": "Couleurs de Comptoir, distinguables sans voir le rouge ni le vert",
        "label": "Comptoir",
        "isDefault": True,
        "colors": ["#1F5A7A", "#D98324", "#4A9C8F", "#8C5A99", "#B7352D", "#7A8B99", "#C2A83E", "#3F7CAC"],
    }
]
