"""Prepare and start Superset, which lives in its own environment (its dependencies clash with the pipeline's)."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path

from comptoir.settings import ComptoirError, Settings, secret

ADMIN_USER = "admin"
ADMIN_PASSWORD_SECRET = "superset_admin_password"  # noqa: S105 - the secret's name, not the secret
SECRET_KEY_SECRET = "superset_secret_key"  # noqa: S105


def superset_python(settings: Settings) -> Path:
    """Return the interpreter of Superset's environment.

    Raises:
        ComptoirError: neither ``COMPTOIR_SUPERSET_PYTHON`` nor ``.venv-superset`` leads to an interpreter.
    """
    named = os.environ.get("COMPTOIR_SUPERSET_PYTHON")
    path = Path(named) if named else settings.project_dir / ".venv-superset" / "bin" / "python"
    if not path.exists():
        raise ComptoirError(
            f"Superset's environment is missing: no interpreter at {path}. "
            "Create it from requirements/superset.lock, or point COMPTOIR_SUPERSET_PYTHON at another one."
        )
    return path


def admin_password(settings: Settings) -> str:
    """Return the administrator's generated password, kept in ``var/secrets``."""
    return secret(ADMIN_PASSWORD_SECRET, settings)


def superset_environment(settings: Settings) -> dict[str, str]:
    """Return the environment Superset runs in: where its settings are, nothing secret, telemetry off."""
    config_dir = settings.project_dir / "superset"
    return {
        **os.environ,
        "COMPTOIR_VAR": str(settings.var_dir),
        "SUPERSET_CONFIG_PATH": str(config_dir / "superset_config.py"),
        "SUPERSET_HOME": str(settings.superset_dir),
        "FLASK_APP": "superset.app:create_app()",
        "SCARF_ANALYTICS": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONUNBUFFERED": "1",
    }


def _fingerprint(settings: Settings) -> str:
    """Tell whether a preparation is still valid: Superset's version, its settings, its password."""
    site_packages = superset_python(settings).parent.parent / "lib"
    version = sorted(path.name for path in site_packages.glob("python*/site-packages/apache_superset-*.dist-info"))
    parts = [
        *version,
        (settings.project_dir / "superset" / "superset_config.py").read_text(encoding="utf-8"),
        (settings.project_dir / "superset" / "bootstrap.py").read_text(encoding="utf-8"),
        admin_password(settings),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def prepare(settings: Settings) -> None:
    """Create or migrate Superset's metadata, its permissions and its administrator.

    Takes half a minute the first time and nothing when the version, the settings and the password are those of the
    last preparation.

    Raises:
        ComptoirError: Superset's own preparation failed; names the log that holds its words.
    """
    settings.superset_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret(SECRET_KEY_SECRET, settings)
    stamp = settings.superset_dir / "prepared.json"
    fingerprint = _fingerprint(settings)
    if (
        (settings.superset_dir / "superset.db").exists()
        and stamp.exists()
        and json.loads(stamp.read_text(encoding="utf-8")) == {"fingerprint": fingerprint}
    ):
        return
    log = settings.superset_dir / "prepare.log"
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run(  # noqa: S603 - our own script, our own interpreter
            [str(superset_python(settings)), str(settings.project_dir / "superset" / "bootstrap.py")],
            env=superset_environment(settings),
            cwd=settings.superset_dir,
            input=admin_password(settings) + "\n",
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        raise ComptoirError(
            f"Superset could not be prepared (exit {done.returncode}). Its last words are in {log}; "
            "correct what they name and run again: what was done is kept."
        )
    stamp.write_text(json.dumps({"fingerprint": fingerprint}), encoding="utf-8")


def serve_command(settings: Settings, port: int) -> tuple[list[str], dict[str, str]]:
    """Return the command line and environment that serve Superset on loopback, at ``port``; ready at ``/health``."""
    argv = [
        str(superset_python(settings)),
        "-m",
        "gunicorn",
        f"--bind=127.0.0.1:{port}",
        "--workers=2",
        "--worker-class=gthread",
        "--threads=2",
        "--timeout=120",
        # Longer than clients keep a silent connection: the default of 2 s cuts those that are about to be used again.
        "--keep-alive=75",
        "--graceful-timeout=10",
        "superset.app:create_app()",
    ]
    return argv, superset_environment(settings)
