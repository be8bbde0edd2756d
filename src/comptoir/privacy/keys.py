"""The pseudonym key: one per installation, its fingerprint kept in the lake.

With another key the same person would become somebody else, so Comptoir refuses to work on a lake whose
fingerprint does not match.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

from comptoir.settings import ComptoirError, Settings, secret

KEY_NAME = "pseudonym_key"


class KeyMismatchError(ComptoirError):
    """The lake was written with another key than the one at hand."""


def fingerprint(key: bytes) -> str:
    """Sixteen hexadecimal characters that identify a key without revealing it."""
    return hashlib.sha256(b"comptoir key fingerprint" + key).hexdigest()[:16]


def _fingerprint_path(settings: Settings) -> Path:
    return settings.lake_dir / "key.json"


def _lake_is_empty(settings: Settings) -> bool:
    landing = settings.lake_dir / "landing"
    return not landing.exists() or not any(landing.iterdir())


def load_key(settings: Settings) -> bytes:
    """Return the pseudonym key, making it on the very first night only.

    Raises:
        KeyMismatchError: the lake holds data and the key is missing or is another one.
    """
    recorded = _fingerprint_path(settings)
    first_time = _lake_is_empty(settings) and not recorded.exists()
    if not first_time and not (settings.secrets_dir / KEY_NAME).exists():
        raise KeyMismatchError(
            f"The lake at {settings.lake_dir} holds pseudonyms but their key is missing from {settings.secrets_dir}. "
            "Restore it with `comptoir secrets restore FILE`; without it nobody can be recognised again."
        )
    key = secret(KEY_NAME, settings, create=first_time).encode()
    if not recorded.exists():
        recorded.parent.mkdir(parents=True, exist_ok=True)
        partial = recorded.with_suffix(f".{os.getpid()}.partial")
        partial.write_text(json.dumps({"key_fingerprint": fingerprint(key)}))
        partial.replace(recorded)
    expected = json.loads(recorded.read_text())["key_fingerprint"]
    if fingerprint(key) != expected:
        raise KeyMismatchError(
            f"The pseudonym key has fingerprint {fingerprint(key)} but the lake at {settings.lake_dir} was written "
            f"with {expected}. Restore that key with `comptoir secrets restore FILE`, or start an empty lake elsewhere "
            "(COMPTOIR_VAR)."
        )
    return key


def backup(settings: Settings, target: Path) -> str:
    """Copy the key to ``target`` (0600) and return its fingerprint.

    Raises:
        ComptoirError: the target exists; a backup is never overwritten.
    """
    key = load_key(settings)
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise ComptoirError(f"{target} exists already. Choose another file: a backup is never overwritten.") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
    return fingerprint(key)


def restore(settings: Settings, origin: Path) -> str:
    """Bring a key back from a backup, if it is the lake's own; return its fingerprint.

    Raises:
        KeyMismatchError: the lake was written with another key.
        ComptoirError: a different key is in place.
    """
    key = origin.read_bytes().strip()
    recorded = _fingerprint_path(settings)
    if recorded.exists() and json.loads(recorded.read_text())["key_fingerprint"] != fingerprint(key):
        raise KeyMismatchError(f"{origin} is not the key that the lake at {settings.lake_dir} was written with.")
    target = settings.secrets_dir / KEY_NAME
    if target.exists() and target.read_bytes().strip() != key:
        raise ComptoirError(f"{target} holds another key. Move it away first.")
    settings.secrets_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copyfile(origin, target)
    target.chmod(0o600)
    return fingerprint(key)
