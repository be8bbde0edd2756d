#!/bin/sh
# Resolves the three lock files anew: names, versions and hashes only.
# Superset 6.1.0 breaks with later releases of its dependencies, so it is resolved as of its own release date (ADR 0002).
set -eu
cd "$(dirname "$0")/.."
compile() { uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url "$@"; }
compile pyproject.toml -o requirements/pipeline.lock
compile pyproject.toml --extra dev -c requirements/pipeline.lock -o requirements/dev.lock
compile --exclude-newer 2026-05-25 --exclude-newer-package duckdb=2026-11-01 requirements/superset.in -o requirements/superset.lock
